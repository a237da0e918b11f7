"""When `append` returns, the record is in its topic, whole and in the order of its key."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from connectors.embedded import incoming
from connectors.ingest.appending.embedded import EmbeddedAppender
from connectors.ingest.appending.kafka import KafkaAppender
from connectors.ingest.appending.port import Appender, LogAway, LogBusy, RecordTooLarge
from connectors.log.partitioner import partition_of
from connectors.log.port import Outgoing, Record
from demo.brokers.choice import Kafka
from tests.brokers import kafka
from tests.kafka.topics import create_topics, read_committed, until

__all__ = ("kafka",)

PARTITIONS = 3


@dataclass(frozen=True, slots=True)
class Appending:
    """One log, its topic, and how to look at it from outside."""

    topic: str
    appender: Callable[[], Appender]
    records: Callable[[], Sequence[Record | Outgoing]]


@pytest.fixture(params=("embedded", "kafka"))
def appending(request: pytest.FixtureRequest, tmp_path: Path) -> Appending:
    topic = f"appended-{uuid4().hex[:12]}"
    if request.param == "embedded":
        return Appending(topic, lambda: EmbeddedAppender(tmp_path), lambda: list(waiting(tmp_path)))
    bootstrap = request.getfixturevalue("kafka").bootstrap
    create_topics(bootstrap, [topic], PARTITIONS)
    return Appending(topic, lambda: KafkaAppender(bootstrap, topic, [topic]), lambda: read_committed(bootstrap, topic))


def waiting(data: Path) -> Iterator[Outgoing]:
    for file in incoming.waiting_files(data / "incoming"):
        for piece in incoming.pieces_of(file.path):
            yield from piece.records


def ready(appender: Appender) -> Appender:
    until(lambda: appender.unavailable is None, "the log is there")
    return appender


def test_a_record_is_there_when_append_returns(appending: Appending) -> None:
    sent = Outgoing(appending.topic, "k", b"\x00\xff", (("x-topic", b"orders/create"),))
    with closing(ready(appending.appender())) as appender:
        place = asyncio.run(appender.append(sent))
        (found,) = appending.records()
    assert sent[:4] == (found.topic, found.key, found.value, found.headers)
    assert place is None or (place.partition, place.offset) == (partition_of("k", PARTITIONS), 0)


def test_records_of_one_key_keep_their_order_however_many_wait(appending: Appending) -> None:
    keys = ("a", "b", "c", "d")
    sent = [Outgoing(appending.topic, keys[number % 4], str(number).encode()) for number in range(400)]

    async def all_at_once(appender: Appender) -> None:
        await asyncio.gather(*(appender.append(record) for record in sent))

    with closing(ready(appending.appender())) as appender:
        asyncio.run(all_at_once(appender))
    found = appending.records()
    for key in keys:
        assert [each.value for each in sent if each.key == key] == [each.value for each in found if each.key == key]


def test_two_appenders_write_alongside_each_other(appending: Appending) -> None:
    async def both(one: Appender, other: Appender) -> None:
        records = [Outgoing(appending.topic, None, str(number).encode()) for number in range(100)]
        await asyncio.gather(
            *(one.append(record) for record in records[:50]), *(other.append(record) for record in records[50:])
        )

    with closing(ready(appending.appender())) as one, closing(ready(appending.appender())) as other:
        asyncio.run(both(one, other))
    assert {str(number).encode() for number in range(100)} == {each.value for each in appending.records()}


def test_a_request_that_is_gone_harms_no_other(appending: Appending) -> None:
    async def steps(appender: Appender) -> None:
        gone = asyncio.create_task(appender.append(Outgoing(appending.topic, None, b"gone")))
        await asyncio.sleep(0)
        gone.cancel()
        await appender.append(Outgoing(appending.topic, None, b"there"))

    with closing(ready(appending.appender())) as appender:
        asyncio.run(steps(appender))
    assert b"there" in {each.value for each in appending.records()}


def test_a_record_that_no_topic_takes_is_refused_for_good(kafka: Kafka) -> None:
    with closing(ready(KafkaAppender(kafka.bootstrap, "large", []))) as appender:
        with pytest.raises(RecordTooLarge):
            asyncio.run(appender.append(Outgoing("t", None, b"x" * 5_000_000)))
        assert appender.unavailable is None, "the log is not away for it"


def test_without_a_broker_nothing_is_accepted_and_nothing_waits() -> None:
    with closing(KafkaAppender("127.0.0.1:1", "nowhere", [])) as appender:
        assert appender.unavailable is not None
        with pytest.raises(LogAway):
            asyncio.run(asyncio.wait_for(appender.append(Outgoing("t", None, b"x")), 1))


def test_a_folder_that_nobody_empties_fills_up_to_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.embedded.incoming._MOST_WAITING_FILES", 2)
    monkeypatch.setattr("connectors.ingest.appending.embedded._ASK_EVERY_S", 0.0)
    with closing(EmbeddedAppender(tmp_path)) as appender:
        for _ in range(2):
            asyncio.run(appender.append(Outgoing("t", None, b"x")))
        with pytest.raises(LogBusy, match="is `orderline run all` running"):
            asyncio.run(appender.append(Outgoing("t", None, b"x")))


def test_a_disk_that_cannot_be_written_is_the_logs_absence(tmp_path: Path) -> None:
    with closing(EmbeddedAppender(tmp_path)) as appender:
        (tmp_path / "incoming" / "aside").rmdir()
        with pytest.raises(LogAway):
            asyncio.run(appender.append(Outgoing("t", None, b"x")))
        (tmp_path / "incoming" / "aside").mkdir()
        asyncio.run(appender.append(Outgoing("t", None, b"y")))
    assert [b"y"] == [each.value for each in waiting(tmp_path)]
