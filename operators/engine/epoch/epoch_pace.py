"""How fast a flow goes from epoch to epoch: the pause between two commits, and how long a poll waits for records."""

import time

from connectors.log.port import Log
from operators.engine.backpressure import Backpressure
from operators.engine.epoch.open_epoch import EpochLimits
from operators.engine.flow_partitions import FlowPartitions

_SHORTEST_WAIT_S = 0.05
"""Of a poll that may wait: timers fire, and paused sources resume, with this precision."""


class EpochPace:
    """Only a flow in a thread of its own may wait (`idle_wait_s`)."""

    def __init__(self, limits: EpochLimits) -> None:
        self._limits = limits
        self._may_commit_at = 0.0

    def committed(self, began_at_s: float, ended_at_s: float) -> None:
        """The next pause is as long as the limits say, or as the commit took (see `EpochLimits`)."""
        pause_s = ended_at_s - began_at_s if self._limits.idle_wait_s else 0.0
        self._may_commit_at = ended_at_s + max(self._limits.least_s, pause_s)

    def is_pause_over(self) -> bool:
        """Whether an epoch may be committed because the input is drained."""
        return time.monotonic() >= self._may_commit_at

    def pause_left_s(self) -> float:
        """How long until then."""
        return max(0.0, self._may_commit_at - time.monotonic())

    def waits(self, *, has_work: bool) -> bool:
        """Whether a poll waits for records: never while the open epoch has work."""
        return self._limits.idle_wait_s > 0 and not has_work

    def wait_s(self, partitions: FlowPartitions, backpressure: Backpressure, log: Log) -> float:
        """How long a poll that waits may wait for a record: a timer, or a paused source, may be due before."""
        if backpressure.is_at_work:
            return min(self._limits.idle_wait_s, _SHORTEST_WAIT_S)
        next_timer_s = (partitions.next_due_ms() - log.now_ms()) / 1_000
        return min(self._limits.idle_wait_s, max(next_timer_s, _SHORTEST_WAIT_S))
