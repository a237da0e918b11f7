"""Polls in small steps: after a failure each poll is an epoch of its own, and small enough to find what failed.

Bytewax has a commit gate between two polls and nowhere else, so an epoch can be cut only there. Two things make steps
small. Suspects of the poison guard, left by a process that was killed, enter the graph one by one. An epoch that was
aborted here, because something raised or because it wrote too much, is processed again in portions of half its size;
a portion that fails is halved again, down to a single record, and one that is committed lets the next be twice as
large. So a poll of 500 records with one that raises costs about twenty epochs and not five hundred. The timers that are
due before a single record are cut in the same way: they get epochs without it, of as many timers as have not failed.
"""

import math
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from connectors.log.port import Batch, Log, Offsets, TopicPartition
from operators.engine.poison.flow_guard import FlowGuard

_SUSPECTS_A_POLL = 50
"""What waits here waits for as many epochs, and a rebalance waits for it."""


class SmallSteps:
    """The polls of one flow: as the log gives them, or in portions."""

    def __init__(self, log: Log, guard: FlowGuard) -> None:
        self._log = log
        self._guard = guard
        self._waiting: deque[Sequence[Batch]] = deque()
        self._portion: int | None = None
        """How many records enter the graph at most; None: as many as the log gives."""
        self._most_timers: int | None = None
        self._defers = False
        self._failed_until: dict[TopicPartition, int] = {}
        """Portions do not end before what failed is committed."""
        self.waits_for_turn = False
        """Whether the last poll was refused because another flow of this process has records in flight."""

    @property
    def active(self) -> bool:
        """Whether each poll must be an epoch of its own."""
        return bool(self._waiting) or self._portion is not None or self._guard.is_suspicious

    @property
    def waiting(self) -> bool:
        """Whether records wait here that the log has given."""
        return bool(self._waiting)

    @property
    def isolates(self) -> bool:
        """Whether records are alone in the graph, so that a failure is the fault of what is in it."""
        return self._guard.is_suspicious or self._portion == 1

    @property
    def most_timers(self) -> int | None:
        """How many timers may fire in an epoch before an isolated record; None: all that are due."""
        return 1 if self._guard.is_suspicious else self._most_timers

    def poll(self, limit: int, timeout_s: float) -> Sequence[Batch]:
        """The next batches for the graph; none while another flow of this process has its turn."""
        self.waits_for_turn = not self._guard.takes_turn()
        if self.waits_for_turn:
            return ()
        if self._portion is not None and self._portion >= limit and not self._failed_until:
            self._portion = self._most_timers = None
        if not self.active:
            return self._log.poll(limit, timeout_s)
        if not self._waiting:
            most = min(limit, self._portion or limit, _SUSPECTS_A_POLL if self._guard.is_suspicious else limit)
            batches = self._log.poll(most, timeout_s)
            self._waiting.extend(portions(batches, self._guard.suspect_until, self._portion))
        return self._waiting.popleft() if self._waiting else ()

    def hand_back(self, batch: Batch) -> None:
        """The next poll gives this again: timers that are due before it take this epoch."""
        self._waiting.appendleft((batch,))
        self._defers = True

    def timers_failed(self, fired: int) -> None:
        """An epoch with so many timers before a record was aborted: half as many fire in the next."""
        self._most_timers = max(1, fired // 2)

    def failed(self, offsets: Offsets, records: int, limit: int) -> None:
        """An epoch of so many records up to these offsets was aborted: process it again in smaller portions."""
        self._portion = max(1, min(records, limit) // 2)
        for source, offset in offsets.items():
            self._failed_until[source] = max(offset, self._failed_until.get(source, offset))

    def committed(self, offsets: Offsets) -> None:
        """Steps grow again: of timers, while a record waits for them; else of records."""
        if self._defers:
            self._defers = False
            self._most_timers = self._most_timers and self._most_timers * 2
            return
        if self._portion is None:
            return
        self._portion *= 2
        for source, offset in offsets.items():
            if offset >= self._failed_until.get(source, math.inf):
                del self._failed_until[source]

    def rewound(self) -> None:
        """The log goes back to what is committed."""
        self._waiting.clear()
        self._defers = False

    def rebalanced(self) -> None:
        """What failed may be another member's now; what fails here fails again."""
        self.rewound()
        self._failed_until.clear()


def portions(
    batches: Sequence[Batch], suspect_until: Callable[[TopicPartition], int], most: int | None = None
) -> Sequence[Sequence[Batch]]:
    """What may enter the graph together: every suspect alone, then the rest; `most` records of a partition where given.

    The order within a partition is kept.
    """
    split = [_split(batch, suspect_until(batch.source)) for batch in batches]
    alone = [(step,) for step in chain.from_iterable(_cut(suspects, 1) for suspects, _ in split if suspects)]
    rest = [batch for _, batch in split if batch]
    if most is None:
        return [*alone, rest] if rest else alone
    return [*alone, *((step,) for batch in rest for step in _cut(batch, most))]


def _split(batch: Batch, end: int) -> tuple[Batch | None, Batch | None]:
    """The suspects of a batch, and the batch without them."""
    suspects = [record for record in batch.records if record.offset < end]
    rest = batch.records[len(suspects) :]
    if not suspects:
        return None, batch
    if not rest:
        return batch, None
    return Batch(batch.source, suspects, suspects[-1].offset + 1), batch._replace(records=rest)


def _cut(batch: Batch, most: int) -> Iterator[Batch]:
    """A batch in pieces; the last one has its gap, and its next offset."""
    records = batch.records
    for start in range(0, len(records) - most, most):
        piece = records[start : start + most]
        yield Batch(batch.source, piece, piece[-1].offset + 1)
    yield batch._replace(records=records[(len(records) - 1) // most * most :] if records else records)
