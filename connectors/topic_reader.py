"""Reading a log from outside: a read-only port over either log, which joins no group and affects no flow.

The contract: everything is as of the last `refresh` (or of the opening), so reading to the end terminates, however
fast the flows write. Committed records only. Offsets may have holes (transaction markers, compaction).
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from connectors.embedded.topic_reader import EmbeddedTopicReader
from connectors.kafka.options import NO_OPTIONS
from connectors.kafka.topic_reader import KafkaTopicReader
from connectors.log.port import Offsets, Record

_AT_ONCE = 1_000


class TopicReader(Protocol):
    """Reads topics and state; for one thread. `LogFailed` says in one line what is wrong and what to do."""

    def topics(self) -> Mapping[str, int]:
        """Every topic with its number of partitions."""
        ...

    def partitions_of(self, topic: str) -> int:
        """How many partitions a topic has; `LogFailed` for an unknown one."""
        ...

    def ends(self, topic: str) -> Offsets:
        """For every partition, the offset after the last committed record."""
        ...

    def read(self, topic: str, partition: int, offset: int, limit: int) -> Sequence[Record]:
        """About `limit` records from `offset` on, at least one; empty when none is left before the end."""
        ...

    def state_rows(self, flow: str, prefix: bytes) -> Iterator[tuple[int, bytes, bytes]]:
        """(partition, key, value) of a flow's committed state, the keys that start with `prefix`, by partition."""
        ...

    def refresh(self) -> None:
        """Refresh to everything committed until now."""
        ...

    def close(self) -> None:
        """Release everything."""
        ...


def open_reader(
    data: Path | None, bootstrap: str | None, wait_s: float = 0.0, options: Mapping[str, str] = NO_OPTIONS
) -> TopicReader:
    """A reader of the embedded log in `data` (`wait_s`: how long it may still be missing), or of a Kafka."""
    if data is not None:
        return EmbeddedTopicReader(data, wait_s)
    if bootstrap is None:
        raise ValueError("a log is named by its data folder or by its broker")
    return KafkaTopicReader(bootstrap, options)


def records_of(reader: TopicReader, topic: str, partition: int, offset: int = 0) -> Iterator[Record]:
    """The records of one partition from `offset` to the end, a chunk in memory at a time."""
    while records := reader.read(topic, partition, offset, _AT_ONCE):
        yield from records
        offset = records[-1].offset + 1


def every_record(reader: TopicReader, topic: str) -> Iterator[Record]:
    """The records of all partitions of a topic, one partition after the other."""
    for partition in range(reader.partitions_of(topic)):
        yield from records_of(reader, topic, partition)


def last_of_each_key(reader: TopicReader, topic: str) -> Iterator[Record]:
    """The current content of a compacted topic: the last record of each key, without deleted ones.

    Reads each partition twice: it remembers only an offset per key, and superseded records are not decoded.
    """
    for partition in range(reader.partitions_of(topic)):
        last = {record.key: record.offset for record in records_of(reader, topic, partition)}
        for record in records_of(reader, topic, partition):
            if record.value is not None and last[record.key] == record.offset:
                yield record
