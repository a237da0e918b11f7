"""What insights tells itself (`insights.inbox.v1`) and the world (`insights.windows.v1`).

A metric is a group of measures that are counted together, a series one line of it.

| metric | measures | dimensions | event time |
|---|---|---|---|
| ACCEPTANCE | orders, lines, units and value accepted; acceptance latency | channel, region | when the order was placed, by its source's clock |
| PROGRESS | orders that the ERP booked or refused; accepted orders that began and that ended (the backlog's two sides) | channel, region | when it was decided, by the log's clock |
| MOVEMENT | units shipped and received | node | when the ledger moved them, by the log's clock |
| EXCEPTION | cases raised and settled | class | when the case was opened or changed, by the log's clock |

Orders are counted where the customer placed them, so that a day's sales stay the day's, however late they reach us; what
we and the ERP do is counted where it was done.
"""  # noqa: E501 - a table

from dataclasses import dataclass
from enum import StrEnum


class Metric(StrEnum):
    """A group of measures with the same dimensions and the same event time."""

    ACCEPTANCE = "ACCEPTANCE"
    PROGRESS = "PROGRESS"
    MOVEMENT = "MOVEMENT"
    EXCEPTION = "EXCEPTION"


@dataclass(frozen=True, slots=True)
class Series:
    """One metric for one value of each of its dimensions; a dimension that it has not is empty."""

    metric: Metric
    channel_id: str = ""
    region: str = ""
    node_id: str = ""
    case_class: str = ""

    @property
    def key(self) -> str:
        """`metric:dimensions`, the key of its partial sums."""
        dimensions = (self.channel_id, self.region, self.node_id, self.case_class)
        return ":".join((self.metric, *filter(None, dimensions)))


class MeasureName(StrEnum):
    """What an amount says."""

    ORDERS = "ORDERS"
    LINES = "LINES"
    UNITS = "UNITS"
    VALUE = "VALUE"
    BOOKED = "BOOKED"
    REFUSED = "REFUSED"
    BEGUN = "BEGUN"
    ENDED = "ENDED"
    SHIPPED = "SHIPPED"
    RECEIVED = "RECEIVED"
    RAISED = "RAISED"
    SETTLED = "SETTLED"


@dataclass(frozen=True, slots=True)
class Measure:
    """An amount in millionths of what it counts; `currency` is empty where it is not money."""

    name: MeasureName
    currency: str
    amount: int


@dataclass(frozen=True, slots=True)
class LatencyBin:
    """How many latencies fell into one bin of the sketch."""

    index: int
    count: int


@dataclass(frozen=True, slots=True)
class Sums:
    """Measures in the order of their names, then currencies; bins by index. No measure or bin stands twice."""

    measures: tuple[Measure, ...] = ()
    latency: tuple[LatencyBin, ...] = ()


class WindowSize(StrEnum):
    """How long a window is."""

    MINUTE = "MINUTE"
    DAY = "DAY"


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

    @property
    def key(self) -> str:
        """The key of its record."""
        return window_key(self.series, self.size, self.start_ms)


def window_key(series: Series, size: WindowSize, start_ms: int) -> str:
    """`metric:dimensions:window`, the key in `insights.windows.v1`."""
    return f"{series.key}:{size}:{start_ms}"
