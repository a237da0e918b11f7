"""What has left of an order that is held as a second one, and what is back: its case says so.

Facts apply to a held order as to any other. A person decides by the case whether it is an order of its own, so he has
to know that its goods are out, or were.
"""

from collections.abc import Callable
from operator import attrgetter
from typing import Final

from domain.messages.orders import HoldKind
from domain.orders.cases import shortened
from domain.orders.decision import OrderDecision
from domain.orders.holds import holding
from domain.orders.holds.sleeping import has_ended
from domain.orders.lines import OrderLine
from domain.orders.state import Order
from domain.quantities import format_quantity

ORDERLINE: Final = "orderline"
"""Who holds a second order."""
_LEFT: Final = "; it was shipped all the same: "
_BACK: Final = "; returned: "


def watch(decision: OrderDecision) -> None:
    """After every change: the hold and its case say what is out by now, unless they end."""
    held = holding.of_kind(decision.order, HoldKind.DUPLICATE)
    if held is None or held.held_by != ORDERLINE or has_ended(decision.order):
        return
    reason = stated(decision.order, held.reason.partition(_LEFT)[0].partition(_BACK)[0])
    if reason != held.reason:
        holding.restate(decision, held, reason)


def stated(order: Order, reason: str) -> str:
    """The reason of the hold, and what has left and come back."""
    return reason + _named(order, _LEFT, attrgetter("shipped")) + _named(order, _BACK, attrgetter("returned"))


def _named(order: Order, words: str, units_of: Callable[[OrderLine], int]) -> str:
    units = [f"{format_quantity(units_of(line))} of line {line.line_id}" for line in order.lines if units_of(line) > 0]
    return f"{words}{shortened(units)}" if units else ""
