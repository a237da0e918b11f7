"""What Kafka tests do around the log under test: make topics, and read them as an outsider would."""

import threading
import time
from collections.abc import Callable, Sequence

from confluent_kafka import Consumer, IsolationLevel, KafkaError, Message, TopicCollection
from confluent_kafka import TopicPartition as ClientPartition
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # the package does not say what it exports
    AdminClient,
    NewTopic,
    OffsetSpec,
)

from connectors.log.port import Record

_READ_S = 90.0
_LOOK_S = 0.02


def create_topics(bootstrap: str, names: Sequence[str], partitions: int, *, compacted: bool = False) -> None:
    """Returns when they are there."""
    config = {"cleanup.policy": "compact"} if compacted else {"message.timestamp.type": "LogAppendTime"}
    admin = AdminClient({"bootstrap.servers": bootstrap})
    for future in admin.create_topics([NewTopic(name, partitions, config=config) for name in names]).values():
        future.result()
    until(lambda: _are_known(admin, names), "the broker knows the new topics")


def wait_until_settled(bootstrap: str, topic: str) -> None:
    """Until no transaction on it is open: a commit returns before its markers are written."""
    admin = AdminClient({"bootstrap.servers": bootstrap})
    until(lambda: _ends(admin, topic, committed=True) == _ends(admin, topic, committed=False), f"{topic} is settled")


def until(holds: Callable[[], bool], what: str, seconds: float = 90.0, seen: Callable[[], object] = str) -> None:
    """Wait for a condition; fail when it does not come, with what is seen then."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what} {seen()}"
        pause.wait(0.01)


def _are_known(admin: AdminClient, names: Sequence[str]) -> bool:
    described = admin.describe_topics(TopicCollection(list(names)))
    return all(described[name].exception() is None and described[name].result().partitions for name in names)


def _ends(admin: AdminClient, topic: str, *, committed: bool) -> list[int]:
    level = IsolationLevel.READ_COMMITTED if committed else IsolationLevel.READ_UNCOMMITTED
    partitions = admin.list_topics(topic, timeout=60).topics[topic].partitions
    latest = OffsetSpec.latest()  # type: ignore[no-untyped-call]  # the stubs leave it out
    futures = admin.list_offsets(
        {ClientPartition(topic, number): latest for number in partitions}, isolation_level=level
    )
    return [future.result().offset for _, future in sorted(futures.items(), key=lambda item: item[0].partition)]


def read_committed(bootstrap: str, topic: str) -> list[Record]:
    """Everything committed in it now: by partition, in order."""
    consumer, partitions = _outsider(bootstrap, topic)
    try:
        return sorted(_to_the_end(consumer, partitions), key=lambda record: (record.partition, record.offset))
    finally:
        consumer.close()


class Follower:
    """What is committed in a topic, as far as it has come: asked again and again, it only reads on.

    `read_committed` makes a client and reads from the beginning: whoever waits with it takes the processor from the
    programs that it waits for.
    """

    def __init__(self, bootstrap: str, topic: str) -> None:
        self._consumer, _ = _outsider(bootstrap, topic)
        self._records: list[Record] = []

    def records(self) -> Sequence[Record]:
        """All that has come so far; within a partition in order."""
        found = self._consumer.consume(1000, _LOOK_S)
        self._records += [_record(message) for message in found if message.error() is None]
        return self._records

    def close(self) -> None:
        """Nothing is left running."""
        self._consumer.close()


def _outsider(bootstrap: str, topic: str) -> tuple[Consumer, int]:
    """A consumer of no group at the topic's beginning; how many partitions that has."""
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": "outsider",
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "fetch.wait.max.ms": 20,
            "log_level": 0,
        }
    )
    partitions = sorted(consumer.list_topics(topic, timeout=60).topics[topic].partitions)
    consumer.assign([ClientPartition(topic, partition, 0) for partition in partitions])
    return consumer, len(partitions)


def _to_the_end(consumer: Consumer, partitions: int) -> list[Record]:
    records: list[Record] = []
    ended: set[int | None] = set()
    deadline = time.monotonic() + _READ_S
    while len(ended) < partitions:
        assert time.monotonic() < deadline, f"only {ended} of {partitions} partitions were read to their end"
        for message in consumer.consume(1000, 0.02):
            error = message.error()
            if error is None:
                records.append(_record(message))
            else:
                assert KafkaError._PARTITION_EOF == error.code(), error
                ended.add(message.partition())
    return records


def _record(message: Message) -> Record:
    topic, partition, offset, key = message.topic(), message.partition(), message.offset(), message.key()
    assert topic is not None
    assert partition is not None
    assert offset is not None
    headers = tuple((name, bytes(value)) for name, value in message.headers() or ())  # type: ignore[arg-type,str-unpack]  # the stub allows text
    return Record(
        topic,
        partition,
        offset,
        message.timestamp()[1],
        None if key is None else key.decode(),
        message.value(),
        headers,
    )
