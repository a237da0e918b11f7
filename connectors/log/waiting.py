"""Reports long waits: after ten seconds what is waited for and since when, then again at growing intervals."""

from collections.abc import Callable, Hashable
from time import monotonic

from domain.durations import duration_text

_FIRST_AFTER_S = 10.0
_LONGEST_PAUSE_S = 600.0


class Waiting:
    """The waits of one program, by subject; `say` takes a line of text."""

    def __init__(self, say: Callable[[str], object], clock: Callable[[], float] = monotonic) -> None:
        self._say = say
        self._clock = clock
        self._since: dict[Hashable, float] = {}
        self._next_after_s: dict[Hashable, float] = {}

    def still(self, subject: Hashable, what: Callable[[], str]) -> None:
        """Note that the wait for the subject begins or continues; `what` names the cause and a command that helps."""
        now = self._clock()
        waited_s = now - self._since.setdefault(subject, now)
        after_s = self._next_after_s.setdefault(subject, _FIRST_AFTER_S)
        if waited_s >= after_s:
            self._next_after_s[subject] = waited_s + min(waited_s, _LONGEST_PAUSE_S)
            self._say(f"waiting for {duration_text(round(waited_s) * 1_000)}: {what()}")

    def over(self, subject: Hashable) -> None:
        """Note that the wait has ended."""
        self._since.pop(subject, None)
        self._next_after_s.pop(subject, None)
