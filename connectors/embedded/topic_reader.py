"""Reads an embedded log from outside, also while its owner writes, through a RocksDB secondary instance."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from connectors.embedded.secondary_instance import SecondaryInstance
from connectors.log.port import Offsets, Record, TopicPartition

_ROWS_AT_ONCE = 1_000


class EmbeddedTopicReader:
    """Implements `connectors.topic_reader.TopicReader`."""

    def __init__(self, data: Path, wait_s: float = 0.0) -> None:
        self._instance = SecondaryInstance(data, wait_s)
        self._reader = self._instance.reader

    def topics(self) -> Mapping[str, int]:
        return self._reader.topics()

    def partitions_of(self, topic: str) -> int:
        return self._reader.partitions_of(topic)

    def ends(self, topic: str) -> Offsets:
        sources = [TopicPartition(topic, partition) for partition in range(self.partitions_of(topic))]
        return {source: self._reader.end(*source)[0] for source in sources}

    def read(self, topic: str, partition: int, offset: int, limit: int) -> Sequence[Record]:
        return self._reader.records(TopicPartition(topic, partition), offset, limit)

    def state_rows(self, flow: str, prefix: bytes) -> Iterator[tuple[int, bytes, bytes]]:
        for partition in range(self.partitions_of(f"{flow}.inbox.v1")):
            after: bytes | None = None
            while rows := self._reader.scan_state(flow, partition, prefix, after, _ROWS_AT_ONCE):
                yield from ((partition, key, value) for key, value in rows)
                after = rows[-1][0]

    def refresh(self) -> None:
        self._instance.look()

    def close(self) -> None:
        self._instance.close()
