"""What an order will be when all that was asked for is carried out: a picture is compared with that.

So what a picture asks for is not asked for again by the next one while it is under way.
"""

from typing import NamedTuple

from domain.addresses import Address
from domain.identifiers import LineId
from domain.orders.amending.amendments import AmendedMoney, AmendmentStep
from domain.orders.amending.later_cancellations import counted
from domain.orders.lines import OrderLine
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited
from domain.orders.requested_days import amended
from domain.orders.state import Order
from domain.papers import RequestedDay


class LineToBe(NamedTuple):
    """Quantities of one line, in millionths."""

    ordered: int
    """What its channel wants of it, as far as is known."""
    wanted: int
    """What is not cancelled of that."""
    least: int
    """What is picked or shipped: less cannot be."""
    credited: int


class OrderToBe(NamedTuple):
    """The order with all that waits carried out."""

    lines: dict[LineId, LineToBe]
    ship_to: Address
    requested: tuple[RequestedDay, ...]
    money: AmendedMoney


def order_to_be(order: Order) -> OrderToBe:
    """As its amendments and cancellations make it, if nothing of them is refused."""
    lines = {line.line_id: _as_it_is(order, line) for line in order.lines}
    ship_to, requested = order.ship_to, order.requested
    money = AmendedMoney(order.charges, order.adjustments)
    for each in order.amendments:
        amendment = counted(order, each) if each.step is AmendmentStep.TURN else each
        for part in amendment.quantities:
            if line := lines.get(part.line_id):
                ordered = line.ordered + part.quantity - line.wanted
                lines[part.line_id] = line._replace(ordered=ordered, wanted=part.quantity)
        for added in amendment.added:
            lines.setdefault(added.line_id, LineToBe(added.quantity, added.quantity, 0, 0))
        ship_to = amendment.ship_to[0] if amendment.ship_to else ship_to
        money = amendment.money[0] if amendment.money else money
        if amendment.requested:
            requested = amended(order.policy.promise, requested, amendment.requested)
    return OrderToBe(lines, ship_to, requested, money)


def _as_it_is(order: Order, line: OrderLine) -> LineToBe:
    wanted = line.wanted - being_cancelled(order, line)
    return LineToBe(line.ordered, wanted, line.wanted - line.cancellable, line.credited)


def being_cancelled(order: Order, line: OrderLine) -> int:
    """How much of the line warehouses were asked to stop because it is cancelled."""
    parts = [
        each.part_of(line.line_id) or line.cancellable
        for each in awaiting.all_of(order, Awaited.CANCELLATION)
        if line.line_id in each.line_ids
    ]
    return min(line.cancellable, max(parts, default=0))
