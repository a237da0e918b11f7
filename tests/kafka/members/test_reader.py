"""Where a member of a group begins to read: where it is due, and nowhere else, not even for a moment."""

from contextlib import closing
from time import monotonic

import pytest
from confluent_kafka import Consumer, Producer
from confluent_kafka import TopicPartition as ClientPartition
from confluent_kafka.admin import AdminClient

from connectors.kafka.member.reader import Reader
from connectors.kafka.settings import Membership
from connectors.log.port import LogFailed, TopicPartition
from demo.brokers.choice import Kafka
from tests.kafka.topics import create_topics, until

PARTITIONS, RECORDS, DUE = 8, 100, 50
BEGIN = 30
"""What is before it is deleted, as retention deletes."""
LIVES = 3
LOOKED_UP_AGAIN_S = 0.7
"""The client looks up an offset again after half a second."""


@pytest.fixture
def topic(kafka: Kafka, application_prefix: str) -> str:
    name = f"{application_prefix}-in"
    create_topics(kafka.bootstrap, [name], PARTITIONS)
    producer = Producer({"log_level": 0, "bootstrap.servers": kafka.bootstrap})
    for number in range(PARTITIONS * RECORDS):
        producer.produce(name, b"", partition=number % PARTITIONS)
    assert 0 == producer.flush(20)
    admin = AdminClient({"bootstrap.servers": kafka.bootstrap})
    beginnings = [ClientPartition(name, number, BEGIN) for number in range(PARTITIONS)]
    for future in admin.delete_records(beginnings).values():
        future.result()
    return name


def joined(kafka: Kafka, topic: str, group: str) -> Reader:
    """A member of its own group to whom every partition is due at DUE."""
    reader = Reader(Membership(kafka.bootstrap, group, "reader", 0), [topic], in_order=False)
    until(lambda: not reader.poll(1, 0.02) and reader.assignment.rebalance_pending, "the group gives its partitions")
    reader.assignment.take()
    reader.serve({TopicPartition(topic, number): DUE for number in range(PARTITIONS)})
    reader.rewind()
    return reader


def read(reader: Reader, into: list[int]) -> int:
    """The offsets that one poll brings; how many there are now."""
    for batch in reader.poll(RECORDS, 0.02):
        into.extend(record.offset for record in batch.records)
    return len(into)


@pytest.mark.parametrize("life", range(LIVES))
def test_every_record_from_where_it_is_due_comes_once_and_none_before(kafka: Kafka, topic: str, life: int) -> None:
    found: list[int] = []
    with closing(joined(kafka, topic, f"{topic}-{life}")) as reader:
        until(lambda: read(reader, found) >= PARTITIONS * (RECORDS - DUE), "all came")
        quiet_until = monotonic() + LOOKED_UP_AGAIN_S
        until(lambda: read(reader, found) >= 0 and monotonic() > quiet_until, "it was looked for more")
    assert sorted(list(range(DUE, RECORDS)) * PARTITIONS) == sorted(found)


def test_a_client_that_goes_back_stops_the_member(kafka: Kafka, topic: str) -> None:
    found: list[int] = []
    with closing(joined(kafka, topic, f"{topic}-back")) as reader:
        until(lambda: read(reader, found) > 0, "some came")
        consumer: Consumer = reader._consumer
        for number in range(PARTITIONS):
            consumer.seek(ClientPartition(topic, number, BEGIN))
        with pytest.raises(LogFailed, match=r"went back to 30 of .*, where \d+ was next"):
            until(lambda: read(reader, found) < 0, "it is seen")
