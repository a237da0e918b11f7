"""What a connector has to write since its last commit: responses, dead letters and offsets become visible together."""

import logging
from time import monotonic

from connectors.erp.held_partitions import HeldPartitions
from connectors.erp.lease import Lease
from connectors.log.dead_letters import dead_letter
from connectors.log.port import Batch, Log, Outgoing, Record, Rewound
from connectors.observation.epoch_tally import EpochTally
from connectors.observation.observer import Observer

_LOGGER = logging.getLogger(__name__)
_LONGEST_MS = 1_000
"""A commit that took longer was stuck, or the clock was set; the next one need not be."""


class CommitPace:
    """Not sooner after a commit than that took, up to a second.

    No call begins during a commit: on a slow log each commit would carry no more answers than there are workers.
    """

    def __init__(self) -> None:
        self._committed_at_ms = 0
        self._interval_ms = 0

    def is_due(self, now_ms: int) -> bool:
        """Whether the next commit may begin; also when the clock went back."""
        return not 0 <= now_ms - self._committed_at_ms < self._interval_ms

    def committed(self, took_ms: int) -> None:
        """A commit succeeded."""
        self._interval_ms = min(took_ms, _LONGEST_MS)

    def lost(self) -> None:
        """An epoch was aborted: its commands are read again at once."""
        self._interval_ms = 0

    def begin_epoch(self, now_ms: int) -> None:
        """After a commit, or after an aborted epoch."""
        self._committed_at_ms = now_ms


class ResponseEpoch:
    """One epoch after the other. A commit of offsets proves ownership, so it renews the lease."""

    def __init__(self, log: Log, held: HeldPartitions, lease: Lease, observer: Observer) -> None:
        self._log = log
        self._held = held
        self._lease = lease
        self._observer = observer
        self._pace = CommitPace()
        self._outgoing: list[Outgoing] = []
        self._tally = EpochTally()

    def read(self, batch: Batch) -> None:
        """Count what was read."""
        self._tally.read(batch)

    def put_aside(self, record: Record, stage: str, reason: str) -> None:
        """Write a dead letter for a record that is no command."""
        self._outgoing.append(dead_letter(record, stage, reason))
        self._tally.dead_lettered((record.topic,))

    def add(self, response: Outgoing) -> None:
        """Write a response, or a report of the ERP's availability."""
        self._outgoing.append(response)

    def is_due(self) -> bool:
        """Whether to commit although calls are open."""
        return self._pace.is_due(self._log.now_ms())

    def commit(self) -> bool:
        """Commit what there is; False when the epoch was aborted, and all that was read is in doubt."""
        if not self._outgoing and not self._held.has_moved:
            return True
        offsets = self._held.offsets()
        began_at_s, began_at_ms, asked_at_s = monotonic(), self._log.now_ms(), self._lease.now_s()
        try:
            self._log.send(self._outgoing)
            self._log.commit(offsets, {})
        except Rewound as reason:
            self.lose(reason)
            return False
        if offsets:
            self._lease.renew(asked_at_s)
        self._pace.committed(self._log.now_ms() - began_at_ms)
        self._tally.written(self._outgoing)
        self._observer.committed(self._tally.committed(monotonic() - began_at_s))
        self._begin()
        return True

    def lose(self, reason: Rewound) -> None:
        """The epoch was aborted: another member may own the partitions."""
        _LOGGER.warning("epoch aborted, reprocessing: %s", reason)
        self._observer.lost_epoch()
        self._lease.end()
        self._pace.lost()
        self._begin()

    def _begin(self) -> None:
        self._tally = EpochTally()
        self._outgoing = []
        self._held.begin_epoch()
        self._pace.begin_epoch(self._log.now_ms())
