"""One partition that a flow holds: its state, its timers, its time, and the tick that brings the time."""

from connectors.log.port import Log
from operators.engine.partition_state import PartitionState
from operators.engine.tables import Table
from operators.engine.timers import Timers

CLOCK: Table[int] = Table("clock", int)
COUNTS: Table[int] = Table("count", int)

_TICK_AGAIN_MS = 1_000


class Partition:
    """The state that a machine reads and writes; times are in milliseconds."""

    def __init__(self, log: Log, partition: int) -> None:
        self.state = PartitionState(log.state(partition))
        self.timers = Timers(self.state)
        self.now_ms = self._stored_now_ms()
        """The append time of the latest record, never going back."""
        self._tick_sent = False
        self._tick_not_before_ms = 0

    def advance(self, to_ms: int) -> int:
        """Move the time forward, and return it."""
        if to_ms > self.now_ms:
            self.now_ms = to_ms
            self.state.put(CLOCK, "now", to_ms)
        return self.now_ms

    def count(self, reason: str) -> None:
        """Count something that leaves no other trace; the count is state, so it is exact."""
        self.state.put(COUNTS, reason, (self.state.get(COUNTS, reason) or 0) + 1)

    def needs_tick(self, now_ms: int) -> int | None:
        """When the first timer was due; None while none is due, or a tick is outstanding."""
        due_ms = self.timers.earliest_due_ms()
        is_due = due_ms is not None and due_ms <= now_ms
        return due_ms if is_due and not self._tick_sent and now_ms >= self._tick_not_before_ms else None

    def tick_sent(self) -> None:
        """It is outstanding until it is read."""
        self._tick_sent = True

    def tick_read(self, *, has_fired: bool, now_ms: int) -> None:
        """The outstanding tick was read; one that fired nothing is repeated after a second."""
        self._tick_sent = False
        self._tick_not_before_ms = 0 if has_fired else now_ms + _TICK_AGAIN_MS

    def forget(self) -> None:
        """The epoch was aborted: with it the outstanding tick, and the time that its records brought."""
        self.state.forget()
        self.timers.forget()
        self._tick_sent = False
        self.now_ms = self._stored_now_ms()

    def _stored_now_ms(self) -> int:
        return self.state.get(CLOCK, "now") or 0
