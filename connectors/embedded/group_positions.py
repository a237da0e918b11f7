"""Ends of topics and committed offsets of groups in an embedded log, without files that wait in `incoming/`."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from connectors.embedded.reader import EmbeddedReader
from connectors.embedded.secondary_instance import SecondaryInstance
from connectors.log.port import Offsets, TopicPartition


def _nothing() -> None:
    """For the owner of a log: it sees every commit at once, and closes the log itself."""


class EmbeddedGroupPositions:
    """Implements `connectors.log.lag.GroupPositions`, for the owner and, by `outside`, for other processes."""

    markers = 0

    def __init__(
        self,
        reader: EmbeddedReader,
        application: str,
        refresh: Callable[[], None] = _nothing,
        close: Callable[[], None] = _nothing,
    ) -> None:
        self._reader = reader
        self._application = application
        self._refresh = refresh
        self._close = close

    @classmethod
    def outside(cls, data: Path, application: str, wait_s: float) -> "EmbeddedGroupPositions":
        """For a process other than the owner; `wait_s`: how long to wait for a missing log."""
        instance = SecondaryInstance(data, wait_s)
        return cls(instance.reader, application, instance.look, instance.close)

    def refresh(self) -> None:
        self._refresh()

    def ends(self, flow: str, topics: Sequence[str]) -> Offsets:
        del flow
        return {source: self._reader.end(*source)[0] for source in self._sources(topics)}

    def committed(self, flow: str, topics: Sequence[str]) -> Offsets:
        group = f"{self._application}.{flow}"
        known = ((source, self._reader.committed(group, source)) for source in self._sources(topics))
        return {source: offset for source, offset in known if offset is not None}

    def _sources(self, topics: Sequence[str]) -> Iterable[TopicPartition]:
        return [
            TopicPartition(topic, partition)
            for topic in topics
            for partition in range(self._reader.partitions_of(topic))
        ]

    def close(self) -> None:
        self._close()
