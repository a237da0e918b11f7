"""The partitions of the command topic that a connector holds, and how far the commands of each are finished."""

from collections.abc import Callable, Iterable

from connectors.erp.command_ends import CommandEnds
from connectors.log.port import Batch, Log, Offsets, Record, TopicPartition
from connectors.log.progress import Progress


class HeldPartitions:
    """A partition that is revoked and assigned again has another `Progress`: work of the old one no longer counts."""

    def __init__(self, log: Log, topic: str, clock: Callable[[], float]) -> None:
        self._topic = topic
        self._held: dict[int, Progress] = {}
        self._moved: set[int] = set()
        self._ends = CommandEnds(log, topic, clock)

    def numbers(self) -> frozenset[int]:
        """Those that are held."""
        return frozenset(self._held)

    def begin(self, partitions: Iterable[int]) -> None:
        """Their commands are read from the committed offsets on; those that were there before are doubtful."""
        begun = {partition: Progress(doubtful_until=0) for partition in sorted(partitions)}
        self._held.update(begun)
        self._ends.begin(begun)

    def release(self, partition: int) -> Progress:
        """Revoked, or to be read again."""
        self._moved.discard(partition)
        self._ends.release(partition)
        return self._held.pop(partition)

    def ask_for_ends(self) -> None:
        """Again, where a new leader may have reported one that is too low."""
        self._ends.ask_if_due()

    def read(self, batch: Batch) -> Progress:
        """The records of a batch are open now."""
        progress = self._held[batch.source.partition]
        progress.read((record.offset for record in batch.records), batch.next_offset)
        return progress

    def is_doubtful(self, record: Record, progress: Progress) -> bool:
        """Whether a previous owner may have sent the command."""
        return self._ends.are_unreliable(record.partition) or progress.is_doubtful(record.offset)

    def holds(self, record: Record, progress: Progress) -> bool:
        """Whether the partition has not been revoked since the record was read."""
        return self._held.get(record.partition) is progress

    def finish(self, record: Record, progress: Progress) -> None:
        """The record needs nothing more; one of a partition that was revoked belongs to the next owner."""
        if self.holds(record, progress):
            progress.finish(record.offset)
            self._moved.add(record.partition)

    @property
    def has_moved(self) -> bool:
        """Whether there are offsets to commit."""
        return bool(self._moved)

    def offsets(self) -> Offsets:
        """What to commit: each partition that moved, up to its lowest open command."""
        return {TopicPartition(self._topic, moved): self._held[moved].committable() for moved in sorted(self._moved)}

    def begin_epoch(self) -> None:
        """What moved is committed, or will be read again."""
        self._moved = set()
