"""How full the inboxes of the flows may be: as many records as the flows process while an urgent record may wait.

The limit follows the pace that the last counts show. A flow that waited, for a commit or for work, shows less than it
could do: where sources were paused and the inboxes were nearly empty nevertheless, the limit is raised, else it falls
slowly. So it finds the pace of a slow machine and of a fast one. While no source is paused it stays as it is.
"""

from typing import Final

from connectors.log.lag import Lag

WAIT_S: Final = 0.45
"""Of work in the inboxes at one time. An order passes the inbox of its flow twice, so it waits for about a second."""
FIRST: Final = 1_000
"""Before any pace is known; the flows process some thousands of records a second on two cores."""
LEAST: Final = 200
MOST: Final = 20_000
FIRST_EACH: Final = 4.0
"""Inbox records of an order of two lines: itself, two requests for stock, their answers in one or two."""

_MOST_EACH = 50.0
_SEEN_OVER_S = 1.0
"""Flows commit several times a second: a pace measured over less shows when they committed, not how fast they are."""
_STALE_S = 3.0
"""After so long without a count the pace is unknown: nothing arrived."""
_NEARLY_EMPTY = 8
"""The inboxes are, below this fraction of the limit (its divisor)."""
_MORE, _LESS = 1.2, 0.9
_KEPT = 0.9
"""The weight of earlier seconds in how many inbox records an admitted record becomes."""


class InboxLimit:
    """The state of the rule; `records` is the limit now, `each` how many inbox records an admitted record becomes."""

    def __init__(self) -> None:
        self.records = FIRST
        self.each = FIRST_EACH
        self._admitted_lately = float(FIRST) / FIRST_EACH
        self._processed_lately = float(FIRST)
        self._from: Lag | None = None
        self._from_s = self._last_s = 0.0
        self._admitted = 0
        self._least_lag = 0
        self._was_met = False

    def counted(self, found: Lag, admitted: int, now_s: float, *, pauses: bool) -> None:
        """A count arrived, on a clock that never goes back.

        `admitted`: records of low classes since the beginning; `pauses`: whether sources are paused.
        """
        if self._from is None or now_s - self._last_s > _STALE_S:
            self._begin(found, admitted, now_s)
            return
        self._last_s = now_s
        self._least_lag = min(self._least_lag, found.records)
        self._was_met = self._was_met or pauses
        seconds = now_s - self._from_s
        if seconds >= _SEEN_OVER_S:
            if self._was_met:
                self._learn(found.committed - self._from.committed, admitted - self._admitted, seconds)
            self._begin(found, admitted, now_s)

    def _learn(self, processed: int, admitted: int, seconds: float) -> None:
        self._admitted_lately = _KEPT * self._admitted_lately + admitted
        self._processed_lately = _KEPT * self._processed_lately + processed
        self.each = min(_MOST_EACH, max(1.0, self._processed_lately / max(1.0, self._admitted_lately)))
        is_short = self._least_lag * _NEARLY_EMPTY < self.records
        supposed = self.records * (_MORE if is_short else _LESS)
        self.records = round(min(MOST, max(LEAST, processed / seconds * WAIT_S, supposed)))

    def _begin(self, found: Lag, admitted: int, now_s: float) -> None:
        self._from, self._from_s, self._last_s = found, now_s, now_s
        self._admitted, self._least_lag, self._was_met = admitted, found.records, False
