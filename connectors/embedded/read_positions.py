"""Where a member of an embedded log reads: the same for the owner's flows and for external programs."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from connectors.embedded.reader import EmbeddedReader
from connectors.embedded.rotation import Poll, Rotation
from connectors.log.port import Batch, Offsets, Record, TopicPartition


class ReadPositions:
    """The position in each partition that a member reads, and its polls (`connectors.embedded.rotation.Sources`).

    `end_of` and `committed_in` give a partition's end, and the offset that the member committed there.
    """

    def __init__(
        self,
        reader: EmbeddedReader,
        by_input: Sequence[Sequence[TopicPartition]],
        rotation: Rotation,
        end_of: Callable[[TopicPartition], int],
        committed_in: Callable[[TopicPartition], int | None],
    ) -> None:
        self._reader = reader
        self._sources = [source for sources in by_input for source in sources]
        self._rotation = rotation
        self._end_of = end_of
        self._committed_in = committed_in
        self._paused: frozenset[str] = frozenset()
        self._positions: dict[TopicPartition, int] = {}
        self.rewind()

    def rewind(self) -> None:
        """Read on from the committed offsets."""
        self._positions = {source: self._committed_in(source) or 0 for source in self._sources}

    def pause(self, topics: Collection[str]) -> None:
        """Read nothing of these topics; replaces the ones that were paused before."""
        self._paused = frozenset(topics)

    def poll(self, limit: int) -> Sequence[Batch]:
        """What is there now, in the order of the rotation."""
        poll = Poll(self, limit)
        self._rotation.read(poll, self._paused)
        return poll.batches

    def has_records(self, source: TopicPartition) -> bool:
        """For the rotation: whether there is anything to read."""
        return self._positions[source] < self._end_of(source)

    def read(self, source: TopicPartition, limit: int, most_bytes: int) -> tuple[Sequence[Record], int]:
        """For the rotation: read on in one partition."""
        records, size = self._reader.read(source, self._positions[source], limit, most_bytes)
        if records:
            self._positions[source] = records[-1].offset + 1
        return records, size

    def has_read_all(self, but_of: Collection[str] = ()) -> bool:
        """Whether nothing is left to read, except in these topics."""
        return not any(self.has_records(source) for source in self._sources if source.topic not in but_of)

    def partitions(self) -> frozenset[int]:
        """The numbers of the partitions."""
        return frozenset(source.partition for source in self._sources)

    def lag(self) -> Mapping[TopicPartition, int]:
        """How many records lie between the position and the end of each partition."""
        return {source: self._end_of(source) - position for source, position in self._positions.items()}


def partitions_in(topic: str, count: int) -> Sequence[TopicPartition]:
    """The partitions of a topic, in order."""
    return [TopicPartition(topic, partition) for partition in range(count)]


def known_offsets(sources: Iterable[TopicPartition], offset_in: Callable[[TopicPartition], int | None]) -> Offsets:
    """The offsets of those partitions that have one."""
    known = ((source, offset_in(source)) for source in sources)
    return {source: offset for source, offset in known if offset is not None}
