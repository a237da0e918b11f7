"""What insights tells itself (`insights.inbox.v1`) and the world (`insights.windows.v1`)."""

from dataclasses import dataclass

from domain.insights.series import Metric, Series
from domain.insights.sums import LatencyBin, Measure, Sums
from domain.insights.windows import WindowSize


@dataclass(frozen=True, slots=True)
class SliceSums:
    """The facts of one slice of event time.

    `late_for_minute` and `late_for_day` of them came when their partition's watermark had passed the end of their whole
    minute, or day.
    """

    start_ms: int
    facts: int
    late_for_minute: int
    late_for_day: int
    sums: Sums


@dataclass(frozen=True, slots=True)
class PartialSums:
    """What one input partition has counted of a series since it last told; slices by start, each once."""

    series: Series
    input_partition: int
    slices: tuple[SliceSums, ...]


@dataclass(frozen=True, slots=True)
class WatermarkReached:
    """One input partition has come so far in the event time of a metric; told to every partition of the inbox."""

    metric: Metric
    input_partition: int
    watermark_ms: int


@dataclass(frozen=True, slots=True)
class LatencyQuantile:
    """So many percent of the latencies were at most so long, within one percent of the length."""

    percent: int
    latency_ms: int


@dataclass(frozen=True, slots=True)
class WindowUpdated:
    """One window of one series as it is now: it replaces the one with a lower `version`.

    `complete` once every input partition that is not idle has passed its end. `late` of its `facts` came after their
    own partition had passed the end of their whole minute, or day. `tumbling` windows may be added up.
    """

    series: Series
    size: WindowSize
    start_ms: int
    end_ms: int
    tumbling: bool
    version: int
    complete: bool
    facts: int
    late: int
    measures: tuple[Measure, ...]
    latency: tuple[LatencyBin, ...]
    quantiles: tuple[LatencyQuantile, ...]


def window_key(series: Series, size: WindowSize, start_ms: int) -> str:
    """`metric:dimensions:window`, the key in `insights.windows.v1`."""
    return f"{series.key}:{size}:{start_ms}"
