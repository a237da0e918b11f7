"""How many records may lie in the inboxes of the flows: as many as they work off in the time that others may wait.

A pace is seen only where there was work all the time. Where sources were held back and the inboxes were nearly empty
all the same, the flows could have done more, and the limit grows: so it finds the pace of a slow machine and of a fast
one. While nothing is held back it stays as it is.
"""

from typing import Final

from connectors.inbox_count import InboxesFound

FIRST: Final = 250
"""Before any pace is known: the flows do some hundreds of orders a second on a core."""
LEAST: Final = 50
MOST: Final = 5_000
WAIT_S: Final = 0.4
"""In the inboxes at one time. An order passes that of its own flow twice, so it waits for less than a second."""

_SEEN_OVER_S = 1.0
"""Flows commit several times a second; a pace seen over less says when they did, not how fast they are."""
_STALE_S = 3.0
"""So long without a count nothing came, and nothing is known of the pace."""
_NEARLY_EMPTY = 8
"""A share of the limit, as its divisor."""
_GROWS_BY = 1.5


class InboxLimit:
    """The state of the rule; `records` is the limit now."""

    def __init__(self, first: int = FIRST) -> None:
        self.records = first
        self._from: InboxesFound | None = None
        self._from_s = self._last_s = 0.0
        self._least = 0
        self._was_met = False

    def counted(self, found: InboxesFound, now_s: float, *, holds: bool) -> None:
        """A count came, on a clock that never goes back; `holds`: sources are held back."""
        if self._from is None or now_s - self._last_s > _STALE_S:
            self._begin(found, now_s)
            return
        self._last_s = now_s
        self._least = min(self._least, found.behind)
        self._was_met = self._was_met or holds
        if now_s - self._from_s >= _SEEN_OVER_S:
            self.records = min(MOST, max(LEAST, self._next(found.worked_off - self._from.worked_off, now_s)))
            self._begin(found, now_s)

    def _next(self, worked_off: int, now_s: float) -> int:
        if not self._was_met:
            return self.records
        if self._least * _NEARLY_EMPTY < self.records:
            return round(self.records * _GROWS_BY)
        pace = worked_off / (now_s - self._from_s)
        return round((self.records + pace * WAIT_S) / 2)

    def _begin(self, found: InboxesFound, now_s: float) -> None:
        self._from, self._least = found, found.behind
        self._from_s = self._last_s = now_s
        self._was_met = False
