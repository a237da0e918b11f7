"""Between intake and the flows that read its output: sources wait at their topics, and nothing is shed."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence

from connectors.log.lag import Lag, LagUnknown
from connectors.log.lag_count import LagCount
from connectors.log.port import Batch
from connectors.observation.observer import Observer
from operators.engine.backpressure import Backpressure
from operators.steps.admission import Admission
from operators.steps.inbox_limit import InboxLimit

_LEAST_POLL = 50
"""A poll is never smaller: what is urgent comes with it."""
_OVER_AFTER_S = 10.0
"""In a burst, sources are paused and opened several times a second; it is over when none was paused for so long."""

_LOGGER = logging.getLogger(__name__)


class IntakeBackpressure(Backpressure):
    """Applies the rule of admission to the log: counts when the rule wants it, pauses what the rule says.

    `pause` is the log's; `clock` gives seconds that never go back.
    """

    def __init__(
        self,
        classes: Mapping[str, int],
        count: LagCount,
        pause: Callable[[Collection[str]], None],
        observer: Observer,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit = InboxLimit()
        self._admission = Admission(classes, self._limit.records, self._limit.each)
        self._count = count
        self._pause = pause
        self._observer = observer
        self._clock = clock
        self._paused: Sequence[str] = ()
        self._stopped: frozenset[str] = frozenset()
        self._is_counting = False
        self._count_at = 0.0
        self._reported_at = 0.0
        self._burst_ends_at: float | None = None
        self._is_blind = False

    def apply(self, *, settled: bool) -> None:
        """Use a count that has arrived, begin the next one, and pause the sources that the rule names."""
        if settled:
            self._admission.settled()
        if self._is_counting:
            self._take_count()
        if self.is_at_work:
            self._pause_and_count(self._clock())

    @property
    def is_at_work(self) -> bool:
        """Whether a count is under way, or a source is paused or was until just now."""
        return self._is_counting or self._admission.wants_count or self._burst_ends_at is not None

    def most(self, records: int) -> int:
        """As many as there is room for, or a few."""
        return min(records, max(_LEAST_POLL, self._admission.room))

    def stop(self, topic: str) -> None:
        """Nothing opens it again in this process."""
        self._stopped |= {topic}
        self._pause(self._paused_topics())

    def _paused_topics(self) -> Sequence[str]:
        return sorted({*self._paused, *self._stopped})

    def took(self, batches: Sequence[Batch]) -> None:
        """They count until the next count finds them."""
        taken: Counter[str] = Counter()
        for batch in batches:
            taken[batch.source.topic] += len(batch.records)
        self._admission.admitted(taken, self._clock())

    def _pause_and_count(self, now: float) -> None:
        if self._admission.wants_count and not self._is_counting and now >= self._count_at:
            self._admission.counting()
            self._count.begin()
            self._is_counting = True
            self._count_at = now + self._count.least_pause_s
        self._report(now)
        paused = self._admission.paused
        if paused != self._paused:
            self._paused = paused
            self._pause(self._paused_topics())

    def _take_count(self) -> None:
        try:
            found = self._count.result()
        except LagUnknown as failure:
            self._admission.not_counted(self._clock())
            if not self._is_blind:
                _LOGGER.warning("the lag of the flows is unknown, so no source is paused: %s", failure)
            self._is_counting, self._is_blind = False, True
            return
        if found is not None:
            self._take_pace(found)
            self._admission.counted(found.records, self._clock())
            self._is_counting = self._is_blind = False

    def _take_pace(self, found: Lag) -> None:
        admitted, pauses = self._admission.admitted_of_low_classes, bool(self._admission.paused)
        self._limit.counted(found, admitted, self._clock(), pauses=pauses)
        self._admission.limit, self._admission.each = self._limit.records, self._limit.each

    def _report(self, now: float) -> None:
        """Report how long sources were paused since the last report, and log where a burst begins and ends."""
        if self._paused:
            self._observer.paused(self._paused, now - self._reported_at)
            self._burst_ends_at = now + _OVER_AFTER_S
        self._reported_at = now
        if self._burst_ends_at is None and self._admission.paused:
            _LOGGER.info("the flows lag: %s paused, nothing is shed", ", ".join(self._admission.paused))
            self._burst_ends_at = now + _OVER_AFTER_S
        elif self._burst_ends_at is not None and now >= self._burst_ends_at and not self._admission.paused:
            _LOGGER.info("no source has been paused for %.0f s", _OVER_AFTER_S)
            self._burst_ends_at = None
