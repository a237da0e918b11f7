"""Measuring the lag while intake continues: it begins a count, and takes its result when there is one."""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, Protocol

from connectors.log.lag import Lag, LagMeter

_IMMEDIATE_PAUSE_S: Final = 0.01
_BACKGROUND_PAUSE_S: Final = 0.1


class LagCount(Protocol):
    """One count at a time; nothing waits for it."""

    @property
    def least_pause_s(self) -> float:
        """The least time between two counts, for what one costs."""
        ...

    def begin(self) -> None:
        """Begin a count of what is committed now."""
        ...

    def result(self) -> Lag | None:
        """What the count found, or None until it is finished; raises `LagUnknown`."""
        ...


class ImmediateLagCount:
    """Counts when the result is asked for: where that takes microseconds."""

    least_pause_s = _IMMEDIATE_PAUSE_S

    def __init__(self, meter: LagMeter) -> None:
        self._meter = meter

    def begin(self) -> None:
        """Nothing has to be waited for."""

    def result(self) -> Lag | None:
        """The lag now."""
        return self._meter.measure()


class BackgroundLagCount:
    """Counts in a thread: where another machine has to answer."""

    least_pause_s = _BACKGROUND_PAUSE_S

    def __init__(self, meter: LagMeter) -> None:
        self._meter = meter
        self._thread = ThreadPoolExecutor(1, "lag-count")
        self._counting: Future[Lag] | None = None

    def begin(self) -> None:
        """Ask."""
        self._counting = self._thread.submit(self._meter.measure)

    def result(self) -> Lag | None:
        """What the thread found, once it has."""
        return self._counting.result() if self._counting is not None and self._counting.done() else None

    def close(self) -> None:
        """Wait for the count that runs, and release the log."""
        self._thread.shutdown()
        self._meter.close()
