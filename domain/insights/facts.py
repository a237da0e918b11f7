"""What insights counts of each record that it reads: a fact has a series, an event time and measures."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from domain.identifiers import ChannelId, NodeId
from domain.insights.sums import ONE
from domain.messages.cases import CaseState, ExceptionRaised
from domain.messages.insights import Measure, MeasureName, Metric, Series
from domain.messages.inventory import Account
from domain.messages.status import OrderAccepted, OrderStatus
from domain.money.amounts import ONE as ONE_OF_MONEY
from domain.values import quickly_built

FINAL = frozenset({OrderStatus.SHIPPED, OrderStatus.CANCELLED, OrderStatus.REJECTED, OrderStatus.CLOSED})
"""An order in one of these has left the backlog."""

_MONEY_TO_MILLIONTHS = ONE // ONE_OF_MONEY


@quickly_built
@dataclass(frozen=True, slots=True)
class Fact:
    """Counted exactly once, in every window that contains `at_ms`."""

    series: Series
    at_ms: int
    measures: tuple[Measure, ...]
    latency_ms: int | None = None


class MovedUnits(Protocol):
    """The fields of a transfer that are counted."""

    @property
    def node_id(self) -> NodeId:
        """The node where the units moved."""
        ...

    @property
    def debit(self) -> str:
        """The account that they left."""
        ...

    @property
    def credit(self) -> str:
        """The account that they entered."""
        ...

    @property
    def quantity(self) -> int:
        """In millionths."""
        ...


def accepted(event: OrderAccepted, appended_at_ms: int) -> Fact:
    """The accepted order; its latency runs from the append of the raw order to the append of the acceptance."""
    order = event.order
    return Fact(
        Series(Metric.ACCEPTANCE, channel_id=order.channel_id, region=order.region),
        order.placed_at_us // 1_000,
        (
            _count(MeasureName.ORDERS),
            _count(MeasureName.LINES, order.line_count),
            Measure(MeasureName.UNITS, "", order.totals.due),
            Measure(MeasureName.VALUE, order.currency, order.value * _MONEY_TO_MILLIONTHS),
        ),
        latency_ms=max(0, appended_at_ms - order.ingested_at_us // 1_000),
    )


def progressed(channel_id: ChannelId, region: str, at_ms: int, step: MeasureName) -> Fact:
    """The ERP booked or refused an order, or the order entered or left the backlog."""
    return Fact(Series(Metric.PROGRESS, channel_id=channel_id, region=region), at_ms, (_count(step),))


def moved(transfer: MovedUnits, at_ms: int) -> Iterator[Fact]:
    """Units came from a supplier or went to a customer; movements inside the warehouse are not counted."""
    series = Series(Metric.MOVEMENT, node_id=transfer.node_id)
    if transfer.credit == Account.CUSTOMER:
        yield Fact(series, at_ms, (Measure(MeasureName.SHIPPED, "", transfer.quantity),))
    if transfer.debit == Account.SUPPLIER:
        yield Fact(series, at_ms, (Measure(MeasureName.RECEIVED, "", transfer.quantity),))


def raised(event: ExceptionRaised) -> Iterator[Fact]:
    """A case was opened or settled; a retry is neither, nor is its failure."""
    series = Series(Metric.EXCEPTION, case_class=event.case_class)
    if event.state is CaseState.OPEN and not event.was_open:
        yield Fact(series, event.raised_at_ms, (_count(MeasureName.RAISED),))
    elif event.state in {CaseState.RESOLVED, CaseState.DISMISSED}:
        yield Fact(series, event.raised_at_ms, (_count(MeasureName.SETTLED),))


def _count(name: MeasureName, times: int = 1) -> Measure:
    return Measure(name, "", times * ONE)
