"""An inbox that grows under a running writer: keys stay where they were, and the writer stops."""

from contextlib import closing

import pytest
from confluent_kafka.admin import AdminClient, NewPartitions  # type: ignore[attr-defined]  # it re-exports

from connectors.kafka.member import partition_counts
from connectors.kafka.member.log import KafkaLog
from connectors.log.partitioner import partition_of
from connectors.log.port import LogFailed, Outgoing
from demo.brokers.choice import Kafka
from tests.kafka.topics import create_topics, read_committed, until

KEYS = [f"order-{number}" for number in range(40)]


def write_until_it_stops(log: KafkaLog, inbox: str) -> None:
    while True:
        log.poll(1, 0.0)
        log.send([Outgoing(inbox, key, b"after") for key in KEYS])
        log.commit({}, {})


def test_a_key_stays_in_its_partition_when_its_topic_grows_and_the_writer_stops(
    kafka: Kafka, application_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partition_counts, "_LOOK_EVERY_S", 0.2)
    inbox = f"{application_prefix}.inbox"
    create_topics(kafka.bootstrap, [inbox], 2)
    with closing(KafkaLog(kafka.bootstrap, application_prefix, "writer", 0, (), None, None, outputs=(inbox,))) as log:
        log.send([Outgoing(inbox, key, b"before") for key in KEYS])
        log.commit({}, {})
        admin = AdminClient({"bootstrap.servers": kafka.bootstrap})
        admin.create_partitions([NewPartitions(inbox, 3)])[inbox].result()
        until(lambda: 3 == len(admin.list_topics(timeout=10).topics[inbox].partitions), "the topic has grown")
        with pytest.raises(LogFailed, match=r"has grown from 2 to 3 partitions"):
            write_until_it_stops(log, inbox)
    homes = {(record.key, record.partition) for record in read_committed(kafka.bootstrap, inbox)}
    assert {(key, partition_of(key, 2)) for key in KEYS} == homes
