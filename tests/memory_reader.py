"""A reader of a log in memory, for judges that look at it from outside."""

from collections.abc import Iterator, Mapping, Sequence

from connectors.log.port import Offsets, Record, TopicPartition
from tests.memory_log import MemoryTopics


class MemoryReader:
    """Implements `connectors.topic_reader.TopicReader`."""

    def __init__(self, topics: MemoryTopics, application: str) -> None:
        self._topics = topics
        self._application = application

    def topics(self) -> Mapping[str, int]:
        return self._topics.partitions

    def partitions_of(self, topic: str) -> int:
        return len(self._topics.of(topic))

    def ends(self, topic: str) -> Offsets:
        return {source: len(self._topics.records[source]) for source in self._topics.of(topic)}

    def read(self, topic: str, partition: int, offset: int, limit: int) -> Sequence[Record]:
        return self._topics.records[TopicPartition(topic, partition)][offset : offset + limit]

    def state_rows(self, flow: str, prefix: bytes) -> Iterator[tuple[int, bytes, bytes]]:
        for (group, partition), rows in sorted(self._topics.states.items()):
            if group == f"{self._application}.{flow}":
                yield from ((partition, key, rows[key]) for key in sorted(rows) if key.startswith(prefix))

    def refresh(self) -> None:
        """Everything is seen at once."""

    def close(self) -> None:
        """Nothing to release."""
