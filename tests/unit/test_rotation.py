"""Which sources a poll of the embedded log reads: the urgent first, all of one class by turns."""

from collections import Counter
from collections.abc import Sequence

from connectors.embedded.rotation import ByPriorityClass, InDeclaredOrder, Poll, Rotation
from connectors.log.port import Record, TopicPartition

PARTITIONS = 2
CLASSES = {"wms": 0, "phone": 0, "portal": 1, "market": 2}


class Backlogs:
    """So many records wait in each partition of a topic; each of one byte, or of another size."""

    def __init__(self, size: int = 1, **waiting: int) -> None:
        self._size = size
        self.waiting = {
            TopicPartition(topic, number): count for topic, count in waiting.items() for number in range(PARTITIONS)
        }

    def has_records(self, source: TopicPartition) -> bool:
        return self.waiting[source] > 0

    def read(self, source: TopicPartition, limit: int, most_bytes: int) -> tuple[Sequence[Record], int]:
        count = min(limit, self.waiting[source], max(1, most_bytes // self._size))
        self.waiting[source] -= count
        return [Record(*source, index, 0, None, None, ()) for index in range(count)], count * self._size

    def inputs(self) -> list[list[TopicPartition]]:
        topics = dict.fromkeys(source.topic for source in self.waiting)
        return [[TopicPartition(topic, number) for number in range(PARTITIONS)] for topic in topics]


def read(rotation: Rotation, backlogs: Backlogs, limit: int = 100, paused: Sequence[str] = ()) -> Counter[str]:
    poll = Poll(backlogs, limit)
    rotation.read(poll, paused)
    return Counter(record.topic for batch in poll.batches for record in batch.records)


def by_class(backlogs: Backlogs) -> ByPriorityClass:
    return ByPriorityClass(backlogs.inputs(), CLASSES)


def test_sources_of_one_class_share_a_poll() -> None:
    backlogs = Backlogs(phone=1_000, wms=1_000)
    assert {"phone": 50, "wms": 50} == read(by_class(backlogs), backlogs)


def test_what_a_source_does_not_need_goes_to_the_others() -> None:
    backlogs = Backlogs(phone=2, wms=1_000)
    assert {"phone": 4, "wms": 96} == read(by_class(backlogs), backlogs)


def test_the_urgent_class_takes_most_of_a_poll_and_leaves_some_to_each_other() -> None:
    backlogs = Backlogs(market=1_000, portal=1_000, wms=1_000)
    assert {"wms": 75, "portal": 18, "market": 7} == read(by_class(backlogs), backlogs)


def test_a_class_alone_takes_the_whole_poll() -> None:
    backlogs = Backlogs(market=1_000, portal=0, wms=0)
    assert {"market": 100} == read(by_class(backlogs), backlogs)


def test_with_room_for_one_record_all_sources_of_a_class_take_turns() -> None:
    backlogs = Backlogs(phone=1_000, wms=1_000)
    rotation = by_class(backlogs)
    found: Counter[str] = Counter()
    for _ in range(8):
        found += read(rotation, backlogs, limit=1)
    assert {"phone": 4, "wms": 4} == found
    assert {998} == set(backlogs.waiting.values())


def test_with_room_for_one_record_a_less_urgent_class_waits_for_the_urgent_one() -> None:
    backlogs = Backlogs(portal=1, wms=1)
    rotation = by_class(backlogs)
    assert ["wms", "wms", "portal", "portal"] == [topic for _ in range(4) for topic in read(rotation, backlogs, 1)]


def test_large_records_fill_a_poll_however_few_they_are() -> None:
    backlogs = Backlogs(size=1_000_000, phone=100, wms=100)
    rotation = by_class(backlogs)
    assert read(rotation, backlogs).total() <= 10
    assert {"phone", "wms"} == read(rotation, backlogs).keys() | read(rotation, backlogs).keys()


def test_what_is_paused_is_not_read() -> None:
    backlogs = Backlogs(phone=1_000, wms=1_000)
    assert {"phone": 100} == read(by_class(backlogs), backlogs, paused=("wms",))


def test_in_declared_order_the_first_input_is_read_to_its_end() -> None:
    backlogs = Backlogs(stock=30, orders=1_000)
    rotation = InDeclaredOrder(backlogs.inputs())
    assert [{"stock": 50}, {"stock": 10}, {"orders": 50}] == [dict(read(rotation, backlogs, 50)) for _ in range(3)]


def test_in_declared_order_the_partitions_of_an_input_share_a_poll() -> None:
    backlogs = Backlogs(stock=1_000, orders=0)
    read(InDeclaredOrder(backlogs.inputs()), backlogs)
    assert [950, 950, 0, 0] == list(backlogs.waiting.values())
