"""Batches that cannot be decompressed: passed over with their place in topics from outside, the end in our own.

And what else a client gives us that no client should: names and keys that are no text.
"""

import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from confluent_kafka import Producer

from connectors.kafka.member.log import KafkaLog
from connectors.kafka.record import UNREADABLE_HEADERS
from connectors.log.dead_letters import dead_letter
from connectors.log.port import Gap, LogFailed, Record
from demo.brokers.cluster import KafkaCluster
from demo.brokers.damage import break_batch, offsets_of_batches, overwrite
from tests.kafka.topics import create_topics, until

BATCHES, RECORDS = 6, 7
ALL = list(range(BATCHES * RECORDS))
SPOILED = 50
"""So many that the interpreter has warmed up and calls the client without looking for the error that it left behind."""


class Damaged:
    """A broker whose disk we may damage: only one that runs from jars."""

    def __init__(self, kafka: KafkaCluster, directory: Path) -> None:
        self.bootstrap = kafka.bootstrap
        self._directory = directory

    def topic(self, name: str, broken: list[int]) -> str:
        """A topic of BATCHES batches, some of which are broken."""
        create_topics(self.bootstrap, [name], 1)
        producer = Producer(
            {"log_level": 0, "bootstrap.servers": self.bootstrap, "compression.type": "lz4", "linger.ms": 500}
        )
        for number in ALL:
            producer.produce(name, b"%d " % number * 20, partition=0)
            if number % RECORDS == RECORDS - 1:
                assert 0 == producer.flush(20)
        assert [RECORDS * batch for batch in range(BATCHES)] == offsets_of_batches(self._directory, name, 0)
        for batch in broken:
            break_batch(self._directory, name, 0, RECORDS * batch)
        return name

    def overwrite(self, topic: str, found: bytes, by: bytes) -> None:
        overwrite(self._directory, topic, 0, found, by)

    def member(self, topic: str, *, passes_over: bool, accepts_loss: bool = False) -> KafkaLog:
        """A stateless member of a group of its own."""
        over = [topic] if passes_over else []
        return KafkaLog(
            self.bootstrap, topic, "flow", 0, [topic], None, None, passes_over=over, accepts_loss=accepts_loss
        )


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Damaged]:
    directory = tmp_path_factory.mktemp("damaged")
    with KafkaCluster(1, directory, short_lived=True) as kafka:
        yield Damaged(kafka, directory)


def read(log: KafkaLog, offsets: list[int], gaps: list[Gap]) -> int:
    """One poll, committed; where reading continues."""
    if log.rebalancing():
        log.take_assignment()
    position = -1
    for batch in log.poll(100, 0.05):
        offsets.extend(record.offset for record in batch.records)
        gaps.extend([] if batch.gap is None else [batch.gap])
        position = batch.next_offset
        log.commit({batch.source: position}, {})
    return position


@pytest.mark.parametrize(
    ("broken", "passed_over"),
    (
        ([2], [(14, 20)]),
        ([0, 1, 5], [(0, 6), (7, 13), (35, 41)]),
    ),
    ids=("one", "the first two and the last"),
)
def test_in_a_topic_from_outside_it_is_passed_over_with_its_place(
    damaged: Damaged, application_prefix: str, broken: list[int], passed_over: list[tuple[int, int]]
) -> None:
    topic = damaged.topic(application_prefix, broken)
    offsets: list[int] = []
    gaps: list[Gap] = []
    with closing(damaged.member(topic, passes_over=True)) as log:
        until(lambda: len(ALL) == read(log, offsets, gaps), "all is read", 60)
        assert passed_over == [(gap.first, gap.last) for gap in gaps]
        assert "cannot be decompressed" in gaps[0].reason
        assert [each for each in ALL if each // RECORDS not in broken] == offsets
    with closing(damaged.member(topic, passes_over=True)) as again:
        until(lambda: not again.rebalancing() or again.take_assignment() is not None, "it is taken over")
        assert [len(ALL)] == list(again.committed(topic).values())


def test_in_a_topic_of_our_own_it_ends_the_member_with_the_remedy(damaged: Damaged, application_prefix: str) -> None:
    topic = damaged.topic(application_prefix, [2])
    offsets: list[int] = []
    refused = rf"offsets 14 to 20 of {topic}/0 cannot be decompressed .* from a sound replica, or .*--accept-loss"
    with closing(damaged.member(topic, passes_over=False)) as log:
        with pytest.raises(LogFailed, match=refused):
            until(lambda: read(log, offsets, []) < -1, "it is reported", 60)
        assert list(range(14)) == offsets
    with closing(damaged.member(topic, passes_over=False, accepts_loss=True)) as accepting:
        until(lambda: len(ALL) == read(accepting, offsets, []), "all is read", 60)
    assert [each for each in ALL if each // RECORDS != 2] == offsets


def test_headers_with_a_name_that_is_no_text_do_not_stop_the_member(damaged: Damaged, application_prefix: str) -> None:
    create_topics(damaged.bootstrap, [application_prefix], 1)
    producer = Producer({"log_level": 0, "bootstrap.servers": damaged.bootstrap})
    for _ in range(SPOILED):
        producer.produce(application_prefix, b"value", b"HERE IS A KEY", 0, headers=[("HERE IS A NAME", b"1")])
    assert 0 == producer.flush(20)
    for _ in range(SPOILED):
        damaged.overwrite(application_prefix, b"HERE IS A NAME", b"\xff\xfe")
        damaged.overwrite(application_prefix, b"HERE IS A KEY", b"\xff\xfe")
    found: list[Record] = []
    with closing(damaged.member(application_prefix, passes_over=False)) as log:

        def all_read() -> bool:
            if log.rebalancing():
                log.take_assignment()
            sys._clear_type_cache()  # to look a type up clears an error that was left behind
            found.extend(record for batch in log.poll(1, 0.05) for record in batch.records)
            return len(found) == SPOILED

        until(all_read, "all is read")
    assert [(b"value", UNREADABLE_HEADERS)] * SPOILED == [(record.value, record.headers) for record in found]
    letter = dead_letter(found[0], "test", "a reason")
    assert b"\xff\xfeRE IS A KEY" == (letter.key or "").encode("utf-8", "surrogateescape")
    assert UNREADABLE_HEADERS[0] == letter.headers[0]
