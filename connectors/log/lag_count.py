"""Measures the lag while intake continues: intake starts a count and collects the result when it is ready."""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, Protocol

from connectors.log.lag import Lag, LagMeter

_IMMEDIATE_PAUSE_S: Final = 0.01
_BACKGROUND_PAUSE_S: Final = 0.1


class LagCount(Protocol):
    """One count at a time; never blocks."""

    @property
    def least_pause_s(self) -> float:
        """The minimum seconds between two counts; depends on the cost of one."""
        ...

    def begin(self) -> None:
        """Start a count of what is committed now."""
        ...

    def result(self) -> Lag | None:
        """The result of the count, or None until it is finished; raises `LagUnknown`."""
        ...


class ImmediateLagCount:
    """Counts when the result is requested: for logs where that takes microseconds."""

    least_pause_s = _IMMEDIATE_PAUSE_S

    def __init__(self, meter: LagMeter) -> None:
        self._meter = meter

    def begin(self) -> None:
        """Does nothing: the count is made in `result`."""

    def result(self) -> Lag | None:
        """The lag now."""
        return self._meter.measure()


class BackgroundLagCount:
    """Counts in a thread: for logs where another machine has to answer."""

    least_pause_s = _BACKGROUND_PAUSE_S

    def __init__(self, meter: LagMeter) -> None:
        self._meter = meter
        self._thread = ThreadPoolExecutor(1, "lag-count")
        self._counting: Future[Lag] | None = None

    def begin(self) -> None:
        """Start the count in the thread."""
        self._counting = self._thread.submit(self._meter.measure)

    def result(self) -> Lag | None:
        """The thread's result, once it is finished."""
        return self._counting.result() if self._counting is not None and self._counting.done() else None

    def close(self) -> None:
        """Wait for the running count, and release the log."""
        self._thread.shutdown()
        self._meter.close()
