"""The messages of insights: to itself (`insights.inbox.v1`) and to subscribers (`insights.windows.v1`).

A metric is a group of measures that are counted together; a series is one combination of its dimensions.

| metric | measures | dimensions | event time |
|---|---|---|---|
| ACCEPTANCE | orders, lines, units and value accepted; acceptance latency | channel, region | when the order was placed, by its source's clock |
| PROGRESS | orders that the ERP booked or refused; accepted orders that began and that ended (the backlog's two sides); budgets breached, by stage | channel, region | when it was decided, by the log's clock |
| MOVEMENT | units shipped and received | node | when the ledger moved them, by the log's clock |
| EXCEPTION | cases raised and settled | class | when the case was opened or changed, by the log's clock |

Orders are counted at the time when the customer placed them, so that the sales of a day do not depend on when they
arrive; what we and the ERP do is counted at the time when it was done.
"""  # noqa: E501 - a table

from dataclasses import dataclass
from enum import StrEnum

from domain.identifiers import ChannelId, NodeId
from domain.values import quickly_built


class Metric(StrEnum):
    """A group of measures with the same dimensions and the same event time."""

    ACCEPTANCE = "ACCEPTANCE"
    PROGRESS = "PROGRESS"
    MOVEMENT = "MOVEMENT"
    EXCEPTION = "EXCEPTION"


@quickly_built
@dataclass(frozen=True, slots=True)
class Series:
    """One metric for one value of each of its dimensions; a dimension that the metric does not have is empty."""

    metric: Metric
    channel_id: ChannelId = ChannelId("")
    region: str = ""
    node_id: NodeId = NodeId("")
    case_class: str = ""

    @property
    def key(self) -> str:
        """`metric:dimensions`, the key of its partial sums."""
        dimensions = (self.channel_id, self.region, self.node_id, self.case_class)
        return ":".join((self.metric, *filter(None, dimensions)))


class MeasureName(StrEnum):
    """The kind of an amount."""

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
    BREACHED_ACCEPTANCE = "BREACHED_ACCEPTANCE"
    BREACHED_BOOKING = "BREACHED_BOOKING"
    BREACHED_RELEASE = "BREACHED_RELEASE"
    BREACHED_SHIPMENT = "BREACHED_SHIPMENT"
    BREACHED_DELIVERY = "BREACHED_DELIVERY"
    BREACHED_INVOICE = "BREACHED_INVOICE"


@quickly_built
@dataclass(frozen=True, slots=True)
class Measure:
    """An amount in millionths of what it counts; `currency` is empty where it is not money."""

    name: MeasureName
    currency: str
    amount: int


@dataclass(frozen=True, slots=True)
class LatencyBin:
    """The number of latencies in one bin of the sketch."""

    index: int
    count: int


@dataclass(frozen=True, slots=True)
class Sums:
    """Measures sorted by name, then currency; bins by index. No measure or bin occurs twice."""

    measures: tuple[Measure, ...] = ()
    latency: tuple[LatencyBin, ...] = ()


class WindowSize(StrEnum):
    """The length of a window."""

    MINUTE = "MINUTE"
    DAY = "DAY"


@dataclass(frozen=True, slots=True)
class SliceSums:
    """The facts of one slice of event time.

    `late_for_minute` and `late_for_day` count those that came after their partition's watermark had passed the end of
    their whole minute or day.
    """

    start_ms: int
    facts: int
    late_for_minute: int
    late_for_day: int
    sums: Sums


@dataclass(frozen=True, slots=True)
class PartialSums:
    """The counts of one input partition for a series since its last report; slices by start, each once."""

    series: Series
    input_partition: int
    slices: tuple[SliceSums, ...]


@dataclass(frozen=True, slots=True)
class WatermarkReached:
    """The watermark of one input partition for a metric; sent to every partition of the inbox."""

    metric: Metric
    input_partition: int
    watermark_ms: int


@dataclass(frozen=True, slots=True)
class LatencyQuantile:
    """A percentile of the latencies, exact to one percent of its value."""

    percent: int
    latency_ms: int


@dataclass(frozen=True, slots=True)
class WindowUpdated:
    """The current values of one window of one series: they replace those with a lower `version`.

    `complete`: every input partition that is not idle has passed its end. `late`: how many of its `facts` came after
    their own partition had passed the end of their whole minute or day. `tumbling` windows may be added up.
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
        """The record key, `metric:dimensions:window`."""
        return window_key(self.series, self.size, self.start_ms)


def window_key(series: Series, size: WindowSize, start_ms: int) -> str:
    """`metric:dimensions:window`, the key in `insights.windows.v1`."""
    return f"{series.key}:{size}:{start_ms}"
