"""What an ERP has on an order although nobody wants it: it had left when the ERP was told of the order.

An order that is cancelled, or lowered, before it is booked, and shipped all the same, is booked with what has left.
When that comes back, the ERP is told to cancel it: nobody wants it, and the status events have said so before.
"""

from collections.abc import Mapping

from domain.identifiers import LineId
from domain.messages.orders import PartOfLine
from domain.orders.amending.amendments import AmendmentStep
from domain.orders.decision import OrderDecision
from domain.orders.erp.booking import is_posted_to
from domain.orders.erp.cancellations import parts_of, post_cancellation, units_of
from domain.orders.lines import OrderLine
from domain.orders.state import Order
from domain.values import replace


def now_in(order: Order, units: Mapping[LineId, int]) -> tuple[PartOfLine, ...]:
    """What is cancelled of the units that the ERP has on the order from now on; no document of ours has less."""
    beyond = ((line.line_id, units[line.line_id] - _wanted(line)) for line in order.lines)
    return tuple(PartOfLine(line_id, quantity) for line_id, quantity in beyond if quantity > 0)


def lowered(decision: OrderDecision, before: Order) -> None:
    """An amendment takes units off an order that is not booked yet: what had left of them is booked all the same."""
    order = decision.order
    if order.unposted and not is_posted_to(order):
        beyond = units_of(order.overbooked)
        beyond.update({line.line_id: line.ordered for line in before.lines})
        beyond.subtract({line.line_id: line.ordered for line in order.lines})
        decision.order = replace(order, overbooked=parts_of(beyond))


def watch(decision: OrderDecision) -> None:
    """After every change: cancel in the ERP what has come back; while an amendment is there, its answer is first."""
    order = decision.order
    is_amended_there = any(each.step is AmendmentStep.ERP for each in order.amendments[:1])
    if not order.overbooked or is_amended_there or not is_posted_to(order):
        return
    lines = {line.line_id: line for line in order.lines}
    left = {part.line_id: min(part.quantity, _cancelled_and_due(lines[part.line_id])) for part in order.overbooked}
    back = {part.line_id: part.quantity - left[part.line_id] for part in order.overbooked}
    if any(back.values()):
        still = tuple(PartOfLine(line_id, units) for line_id, units in left.items() if units)
        decision.order = replace(order, overbooked=still)
        post_cancellation(decision, back, "its shipment is reversed")


def _cancelled_and_due(line: OrderLine) -> int:
    return line.due_quantity - _wanted(line)


def _wanted(line: OrderLine) -> int:
    return max(0, line.ordered - line.cancelled)
