"""Timers are rows: ordered by due time, committed and restored with everything else (design: architecture, section 7).

Nobody takes a timer back; its subject ignores one that it does not mean any more. No timer reads a clock: records,
and ticks when there are none, bring the time.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from operators.partition_state import PartitionState
from operators.tables import Table


@dataclass(frozen=True, slots=True)
class Timer:
    """Wake `subject` at `due_at_ms`; `kind` is the subject's own word for what is due."""

    due_at_ms: int
    kind: str
    subject: str


TIMERS: Table[Timer] = Table("timer", Timer, ordered=True)


class Timers:
    """The timers of one partition; remembers when the earliest is due, so that asking costs nothing."""

    def __init__(self, state: PartitionState) -> None:
        self._state = state
        self._earliest: int | None = None
        self._known = False

    def set(self, timer: Timer) -> None:
        """Add a timer; the same one twice is one."""
        self._state.put(TIMERS, _key_of(timer), timer)
        if self._known and (self._earliest is None or timer.due_at_ms < self._earliest):
            self._earliest = timer.due_at_ms

    def earliest_due_ms(self) -> int | None:
        """When the first timer is due, or None."""
        if not self._known:
            first = next(self._state.scan(TIMERS), None)
            self._earliest = None if first is None else first[1].due_at_ms
            self._known = True
        return self._earliest

    def take_due(self, now_ms: int) -> Iterator[Timer]:
        """Every timer due until `now_ms`, in order, also those set while the earlier ones fire."""
        earliest = self.earliest_due_ms()
        return iter(()) if earliest is None or earliest > now_ms else self._take_due(now_ms)

    def _take_due(self, now_ms: int) -> Iterator[Timer]:
        while (earliest := self.earliest_due_ms()) is not None and earliest <= now_ms:
            key, timer = next(self._state.scan(TIMERS))
            self._state.delete(TIMERS, key)
            self._known = False
            yield timer

    def forget(self) -> None:
        """The epoch is lost."""
        self._known = False


def _key_of(timer: Timer) -> str:
    return f"{timer.due_at_ms:015d}\0{timer.kind}\0{timer.subject}"
