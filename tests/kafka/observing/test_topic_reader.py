"""The read-only port over Kafka: committed records only, holes in offsets, ends as of the last look, no hangs."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from time import monotonic

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from connectors.kafka.cluster import Cluster
from connectors.kafka.settings import Membership
from connectors.kafka.topic_reader import KafkaTopicReader
from connectors.log.port import LogFailed, TopicPartition
from connectors.state.position import META_KEY
from connectors.topic_reader import every_record, last_of_each_key, open_reader, records_of
from dataflows.command_line.main import main
from demo.brokers.choice import Kafka
from demo.brokers.ports import free_ports

_DEADLINE_S = 90.0


@pytest.fixture
def topic(kafka: Kafka, application_prefix: str) -> str:
    """A fresh topic of two partitions."""
    name = f"{application_prefix}.topic.v1"
    make_topic(kafka, name, 2)
    return name


@pytest.fixture
def reader(kafka: Kafka) -> Iterator[KafkaTopicReader]:
    with closing(KafkaTopicReader(kafka.bootstrap)) as reader:
        yield reader


def make_topic(kafka: Kafka, name: str, partitions: int) -> None:
    admin = AdminClient({"bootstrap.servers": kafka.bootstrap})
    admin.create_topics([NewTopic(name, num_partitions=partitions)])[name].result(_DEADLINE_S)


class Writer:
    """One transaction after the other."""

    def __init__(self, kafka: Kafka, name: str) -> None:
        self._cluster = Cluster(Membership(kafka.bootstrap, "test", "writer", 0))
        self._written: tuple[TopicPartition, ...] = ()
        self._producer = Producer({"log_level": 0, "bootstrap.servers": kafka.bootstrap, "transactional.id": name})
        self._producer.init_transactions(_DEADLINE_S)

    def write(self, topic: str, *pairs: tuple[bytes, bytes | None], partition: int = 0) -> None:
        self._written = (TopicPartition(topic, partition),)
        self._producer.begin_transaction()
        for key, value in pairs:
            self._producer.produce(topic, value, key, partition=partition, headers=[("origin", b"a/0/1")])

    def commit(self) -> None:
        self._producer.commit_transaction(_DEADLINE_S)
        self._settle()

    def abort(self) -> None:
        self._producer.flush(_DEADLINE_S)
        self._producer.abort_transaction(_DEADLINE_S)
        self._settle()

    def flush(self) -> None:
        self._producer.flush(_DEADLINE_S)

    def _settle(self) -> None:
        """The broker writes its markers after it has answered."""
        deadline = monotonic() + _DEADLINE_S
        while self._cluster.end_offsets(self._written) != self._cluster.high_watermarks(self._written):
            assert monotonic() < deadline, f"{self._written} is still open"


@contextmanager
def open_transaction(kafka: Kafka, topic: str, name: str) -> Iterator[None]:
    """A record that lies in the topic and is not committed."""
    writer = Writer(kafka, name)
    writer.write(topic, (b"open", b"open"))
    writer.flush()
    try:
        yield
    finally:
        writer.abort()


def test_records_come_with_coordinates_key_and_headers(kafka: Kafka, topic: str, reader: KafkaTopicReader) -> None:
    writer = Writer(kafka, topic)
    writer.write(topic, (b"key", b"value"), partition=1)
    writer.commit()

    (record,) = every_record(reader, topic)

    assert (topic, 1, 0, "key", b"value") == (*record[:3], record.key, record.value)
    assert (("origin", b"a/0/1"),) == record.headers


def test_only_committed_records_are_read_over_the_holes_of_transactions(
    kafka: Kafka, topic: str, reader: KafkaTopicReader
) -> None:
    writer = Writer(kafka, topic)
    for number in range(3):
        writer.write(topic, (b"k", b"committed %d" % number))
        writer.commit()
        writer.write(topic, (b"k", b"aborted"))
        writer.abort()

    with open_transaction(kafka, topic, f"{topic}-open"):
        found = list(records_of(reader, topic, 0))

    assert [(0, b"committed 0"), (4, b"committed 1"), (8, b"committed 2")] == [
        (record.offset, record.value) for record in found
    ]


def test_reading_ends_where_only_markers_are_left(kafka: Kafka, topic: str, reader: KafkaTopicReader) -> None:
    writer = Writer(kafka, topic)
    writer.write(topic, (b"k", b"v"))
    writer.commit()

    assert {TopicPartition(topic, 0): 2, TopicPartition(topic, 1): 0} == reader.ends(topic)
    assert () == reader.read(topic, 0, 1, 10)


def test_what_is_written_later_is_seen_after_a_refresh(kafka: Kafka, topic: str, reader: KafkaTopicReader) -> None:
    writer = Writer(kafka, topic)
    writer.write(topic, (b"k", b"first"))
    writer.commit()
    assert [b"first"] == [record.value for record in every_record(reader, topic)]
    writer.write(topic, (b"k", b"second"))
    writer.commit()

    before = [record.value for record in every_record(reader, topic)]
    reader.refresh()
    after = [record.value for record in every_record(reader, topic)]

    assert [b"first"] == before
    assert [b"first", b"second"] == after


def test_a_limit_is_kept_and_reading_continues_behind_it(kafka: Kafka, topic: str, reader: KafkaTopicReader) -> None:
    writer = Writer(kafka, topic)
    writer.write(topic, *((b"k", b"%d" % number) for number in range(50)))
    writer.commit()

    offset, seen, reads = 0, [], 0
    while records := reader.read(topic, 0, offset, 7):
        assert len(records) <= 7
        offset = records[-1].offset + 1
        seen += [record.value for record in records]
        reads += 1

    assert [b"%d" % number for number in range(50)] == seen
    assert reads >= 8


def test_the_last_record_of_each_key_leaves_out_the_deleted(kafka: Kafka, topic: str, reader: KafkaTopicReader) -> None:
    writer = Writer(kafka, topic)
    writer.write(topic, (b"a", b"1"), (b"b", b"1"), (b"a", b"2"), (b"c", b"1"), (b"b", None))
    writer.commit()

    assert [("a", b"2"), ("c", b"1")] == [(record.key, record.value) for record in last_of_each_key(reader, topic)]


def test_state_rows_are_what_the_changelog_says_last(
    kafka: Kafka, application_prefix: str, reader: KafkaTopicReader
) -> None:
    changelog = f"{application_prefix}.changelog.v1"
    make_topic(kafka, changelog, 2)
    writer = Writer(kafka, changelog)
    writer.write(changelog, (b"count\0a", b"1"), (b"count\0b", b"1"), (b"order\0\xff", b"1"), (META_KEY, b"meta"))
    writer.commit()
    writer.write(changelog, (b"count\0a", b"2"), (b"count\0b", None))
    writer.commit()
    writer.write(changelog, (b"count\0a", b"3"), partition=1)
    writer.commit()

    assert [(0, b"count\0a", b"2"), (1, b"count\0a", b"3")] == list(reader.state_rows(application_prefix, b"count\0"))
    assert (0, b"order\0\xff", b"1") in list(reader.state_rows(application_prefix, b""))
    assert not [row for row in reader.state_rows(application_prefix, b"") if row[1] == META_KEY]


def test_topics_are_listed_with_their_partitions(topic: str, reader: KafkaTopicReader) -> None:
    assert 2 == reader.topics()[topic]
    assert not [name for name in reader.topics() if name.startswith("__")]


def test_tail_shows_the_last_ten_records_of_a_topic(
    kafka: Kafka, topic: str, capsys: pytest.CaptureFixture[str]
) -> None:
    writer = Writer(kafka, topic)
    for number in range(12):
        writer.write(topic, (b"k", b"%d" % number))
        writer.commit()

    assert 0 == main(("tail", topic, "--json", "--bootstrap", kafka.bootstrap))

    shown = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(2 * number, str(number)) for number in range(2, 12)] == [(each["offset"], each["value"]) for each in shown]


def test_an_unknown_topic_is_reported_in_one_line(reader: KafkaTopicReader) -> None:
    with pytest.raises(LogFailed, match=r"^topic unknown\.v1 is missing: run `orderline topics create .*`$"):
        reader.ends("unknown.v1")


def test_an_unreachable_broker_is_reported_in_one_line() -> None:
    (port,) = free_ports(1)
    with (
        closing(open_reader(None, f"127.0.0.1:{port}")) as reader,
        pytest.raises(LogFailed, match=rf"^Kafka at 127\.0\.0\.1:{port} does not answer within \d+ s: "),
    ):
        reader.topics()
