"""The record that is alone in the graph, to find out what fails: itself, or one of the timers that are due before it.

Timers that are due before an isolated record get epochs of their own, without the record; it follows in a later one.
"""

import logging
from collections.abc import Iterator, Sequence

from connectors.log.in_flight_journal import timer_note
from connectors.log.port import Batch, Log, Record
from operators.engine.epoch.current_epoch import CurrentEpoch
from operators.engine.epoch.open_epoch import EpochTooLarge
from operators.engine.flow_partitions import FlowPartitions
from operators.engine.poison.flow_guard import FlowGuard
from operators.engine.poison.put_aside import PutAside, timer_put_aside
from operators.engine.poison.small_steps import SmallSteps

_LOGGER = logging.getLogger(__name__)


class Isolation:
    """The polls of a flow, and which record is isolated after the last of them."""

    def __init__(self, flow: str, log: Log, guard: FlowGuard, partitions: FlowPartitions, epoch: CurrentEpoch) -> None:
        self.steps = SmallSteps(log, guard)
        self._flow = flow
        self._guard = guard
        self._partitions = partitions
        self._epoch = epoch
        self._alone: Batch | None = None
        self._is_deferred = False

    @property
    def is_active(self) -> bool:
        """Whether the record in the graph is alone there."""
        return self._alone is not None

    @property
    def most_timers(self) -> int | None:
        """How many timers may fire before a record in this epoch; None: all that are due."""
        return self.steps.most_timers if self._is_deferred else None

    def poll(self, limit: int, timeout_s: float) -> Sequence[Batch]:
        """The next batches for the graph; a single record may be isolated."""
        batches = self.steps.poll(limit, timeout_s)
        self._alone, self._is_deferred = None, False
        if batches and self.steps.isolates and sum(len(batch.records) for batch in batches) == 1:
            self._alone = next(batch for batch in batches if batch.records)
        return batches

    def put_aside(self, record: Record) -> Iterator[PutAside]:
        """What must not be processed of an isolated record: timers that are due at it, and itself."""
        verdicts = dict(self._guard.verdicts_on(record))
        own = verdicts.pop("", None)
        if verdicts:
            partition = self._partitions[record.partition]
            due = list(partition.timers.due(max(partition.now_ms, record.timestamp_ms)))
            for timer in due:
                if (reason := verdicts.get(timer_note(timer.key))) is not None:
                    partition.timers.remove(timer)
                    yield timer_put_aside(timer, record, reason)
        if own is not None:
            yield PutAside(record, own)

    def defers(self, record: Record) -> bool:
        """Whether timers are due before an isolated record: it is processed in a later epoch than they are."""
        if self._alone is None:
            return False
        partition = self._partitions[record.partition]
        if not partition.timers.is_due(partition.advance(record.timestamp_ms)):
            return False
        self._is_deferred = True
        self._epoch.open.hand_back(self._alone.source, record.offset)
        self.steps.hand_back(self._alone)
        return True

    def failed(self, failure: Exception, poll_records: int) -> None:
        """Make the steps smaller; what fails alone gets a strike from the poison guard."""
        epoch = self._epoch.open
        if self._is_deferred and self.steps.most_timers != 1:
            self.steps.timers_failed(epoch.timers_fired)
        elif self._alone is not None:
            self._guard.strike(failure)
        self._guard.passed()
        _LOGGER.warning(
            "%s: epoch of %d records aborted, reprocessing in smaller steps: %r",
            self._flow,
            epoch.records_read,
            failure,
            exc_info=None if isinstance(failure, EpochTooLarge) else failure,
        )
        self.steps.failed(epoch.offsets, epoch.records_read, poll_records)

    def dropped(self) -> None:
        """The epoch was aborted: no record is in the graph, and what waits here is read again."""
        self._alone = None
        self.steps.rewound()
