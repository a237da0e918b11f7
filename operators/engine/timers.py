"""Timers are rows: ordered by due time, committed and restored with everything else (ADR 0007).

Nobody takes a timer back; its subject ignores one that it does not mean any more. No timer reads a clock: records,
and ticks when there are none, bring the time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, takewhile

from operators.engine.partition_state import PartitionState
from operators.engine.tables import Table


@dataclass(frozen=True, slots=True)
class Timer:
    """Wake `subject` at `due_at_ms`; `kind` is the subject's own word for what is due."""

    due_at_ms: int
    kind: str
    subject: str

    @property
    def key(self) -> str:
        """Timers fire in the order of their keys."""
        return f"{self.due_at_ms:015d}\0{self.kind}\0{self.subject}"


TIMERS: Table[Timer] = Table("timer", Timer, ordered=True)


class Timers:
    """The timers of one partition; remembers which is the earliest, so that asking costs nothing."""

    def __init__(self, state: PartitionState) -> None:
        self._state = state
        self._first: tuple[str, Timer] | None = None
        self._known = False

    def set(self, timer: Timer) -> None:
        """Add a timer; the same one twice is one."""
        key = timer.key
        self._state.put(TIMERS, key, timer)
        if self._known and (self._first is None or key < self._first[0]):
            self._first = (key, timer)

    def earliest_due_ms(self) -> int | None:
        """When the first timer is due, or None."""
        first = self._earliest()
        return None if first is None else first[1].due_at_ms

    def is_due(self, now_ms: int) -> bool:
        """Whether a timer is due until `now_ms`."""
        earliest = self.earliest_due_ms()
        return earliest is not None and earliest <= now_ms

    def count_due(self, now_ms: int, at_most: int) -> int:
        """How many timers due until `now_ms` have not fired; it looks at no more than so many."""
        if not self.is_due(now_ms):
            return 0
        return sum(1 for _ in islice(self.due(now_ms), at_most))

    def due(self, now_ms: int) -> Iterator[Timer]:
        """The timers due until `now_ms`, in order; they stay stored. Do not set or remove timers while iterating."""
        timers = (timer for _, timer in self._state.scan(TIMERS))
        return takewhile(lambda timer: timer.due_at_ms <= now_ms, timers)

    def remove(self, timer: Timer) -> None:
        """It never fires."""
        self._state.delete(TIMERS, timer.key)
        self._known = False

    def _earliest(self) -> tuple[str, Timer] | None:
        if not self._known:
            self._first = self._state.first(TIMERS)
            self._known = True
        return self._first

    def take_due(self, now_ms: int) -> Iterator[Timer]:
        """Every timer due until `now_ms`, in order, also those set while the earlier ones fire."""
        return self._take_due(now_ms) if self.is_due(now_ms) else iter(())

    def _take_due(self, now_ms: int) -> Iterator[Timer]:
        while (earliest := self._earliest()) is not None and earliest[1].due_at_ms <= now_ms:
            self.remove(earliest[1])
            yield earliest[1]

    def forget(self) -> None:
        """The epoch was aborted."""
        self._known = False
