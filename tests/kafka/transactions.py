"""One transactional producer on one topic, and what others read of it: what a Kafka must do before we build on it."""

from contextlib import closing

from confluent_kafka import OFFSET_BEGINNING, Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from demo.brokers.choice import Kafka

DEADLINE_S = 90.0


def create_topic(kafka: Kafka, name: str) -> str:
    """A fresh topic of one partition."""
    admin = AdminClient({"bootstrap.servers": kafka.bootstrap})
    admin.create_topics([NewTopic(name, num_partitions=1)])[name].result(DEADLINE_S)
    return name


def producer_of(kafka: Kafka, topic: str) -> Producer:
    """A transactional producer; the same topic gives the same transactional id, so it fences."""
    producer = Producer({"log_level": 0, "bootstrap.servers": kafka.bootstrap, "transactional.id": topic})
    producer.init_transactions(DEADLINE_S)
    return producer


def send_in_transaction(producer: Producer, topic: str, value: bytes) -> None:
    """Begin a transaction and bring one record to the broker within it."""
    producer.begin_transaction()
    producer.produce(topic, value)
    assert 0 == producer.flush(DEADLINE_S)


def committed_values(kafka: Kafka, topic: str) -> list[bytes | None]:
    """All values up to the end of the topic."""
    consumer = Consumer(
        {
            "bootstrap.servers": kafka.bootstrap,
            "group.id": topic,
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
        }
    )
    with closing(consumer):
        consumer.assign([TopicPartition(topic, 0, OFFSET_BEGINNING)])
        return _values_until_the_end(consumer)


def _values_until_the_end(consumer: Consumer) -> list[bytes | None]:
    values: list[bytes | None] = []
    while True:
        message = consumer.poll(DEADLINE_S)
        assert message is not None, f"no end of the topic within {DEADLINE_S} s"
        error = message.error()
        if error is not None:
            assert "_PARTITION_EOF" == error.name()
            return values
        values.append(message.value())
