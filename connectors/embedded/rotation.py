"""Which sources one poll reads, and how much of each, so that a source with a backlog does not block others.

A source is one partition of one input. Two policies, as the log port says: inputs that are drained in their declared
order, and inputs that share every poll.
"""

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Protocol

from connectors.log.port import Batch, Record, TopicPartition

_MOST_BYTES = 8_388_608
"""The most bytes of one poll, however few the records are."""
_URGENT_EIGHTHS = 6
"""The most eighths of a poll for one priority class while a less urgent one has records."""


class Sources(Protocol):
    """The sources of a poll."""

    def has_records(self, source: TopicPartition) -> bool:
        """Whether there is anything to read."""
        ...

    def read(self, source: TopicPartition, limit: int, most_bytes: int) -> tuple[Sequence[Record], int]:
        """About `limit` records, fewer large ones, at least one if there is any; with their size in bytes."""
        ...


class Poll:
    """The records of one poll so far, and its remaining room."""

    def __init__(self, sources: Sources, limit: int) -> None:
        self.sources = sources
        self.batches: list[Batch] = []
        self.records_left = limit
        self.bytes_left = _MOST_BYTES

    @property
    def is_full(self) -> bool:
        """Whether the poll has no room for a further batch."""
        return self.records_left <= 0 or self.bytes_left <= 0

    def take(self, source: TopicPartition, limit: int) -> int:
        """Read one batch; returns the number of its records."""
        records, size = self.sources.read(source, limit, self.bytes_left)
        if not records:
            return 0
        self.batches.append(Batch(source, records, records[-1].offset + 1))
        self.records_left -= len(records)
        self.bytes_left -= size
        return len(records)


class _Ring:
    """Sources of one rank: each takes an equal part of a poll, and the next poll begins after the last one read."""

    def __init__(self, sources: Iterable[TopicPartition]) -> None:
        self._sources = deque(sources)

    def waiting(self, sources: Sources, paused: Collection[str]) -> Sequence[TopicPartition]:
        return [source for source in self._sources if source.topic not in paused and sources.has_records(source)]

    def read(self, poll: Poll, waiting: Sequence[TopicPartition], limit: int) -> None:
        last = None
        for index, source in enumerate(waiting):
            if poll.is_full or limit <= 0:
                break
            limit -= poll.take(source, max(1, limit // (len(waiting) - index)))
            last = source
        if last is not None:
            self._sources.rotate(-1 - self._sources.index(last))


class Rotation(Protocol):
    """A policy; it remembers which source is next."""

    def read(self, poll: Poll, paused: Collection[str]) -> None:
        """Fill a poll; skips paused topics."""
        ...


class InDeclaredOrder:
    """Of co-partitioned inputs an earlier one is read to its end before a later one is read."""

    def __init__(self, inputs: Sequence[Sequence[TopicPartition]]) -> None:
        self._rings = [_Ring(sources) for sources in inputs]

    def read(self, poll: Poll, paused: Collection[str]) -> None:
        """Read the first input that has records."""
        for ring in self._rings:
            if waiting := ring.waiting(poll.sources, paused):
                ring.read(poll, waiting, poll.records_left)
                return


class ByPriorityClass:
    """Inputs without an order: urgent classes first, round-robin within a class, and no input starves."""

    def __init__(self, inputs: Sequence[Sequence[TopicPartition]], classes: Mapping[str, int]) -> None:
        """`classes`: of each topic, 0 is the most urgent; a topic that is not named has class 0."""

        def class_of(source: TopicPartition) -> int:
            return classes.get(source.topic, 0)

        ranked = sorted((source for sources in inputs for source in sources), key=class_of)
        self._rings = [_Ring(sources) for _, sources in groupby(ranked, key=class_of)]

    def read(self, poll: Poll, paused: Collection[str]) -> None:
        """Read from every class that has records, as long as there is room."""
        found = [(ring, ring.waiting(poll.sources, paused)) for ring in self._rings]
        busy = [(ring, waiting) for ring, waiting in found if waiting]
        for ring, waiting in busy[:-1]:
            ring.read(poll, waiting, max(1, poll.records_left * _URGENT_EIGHTHS // 8))
        for ring, waiting in busy[-1:]:
            ring.read(poll, waiting, poll.records_left)
