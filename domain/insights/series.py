"""What is measured, and for whom: a metric is a group of measures that are counted together, a series one line of it.

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
