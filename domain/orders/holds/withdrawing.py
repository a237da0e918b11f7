"""Ends an order in dispute of which all that has left is back (`domain.orders.holds.withdrawn`)."""

from domain.orders import counters
from domain.orders.decision import OrderDecision
from domain.orders.holds.holding import is_disputed
from domain.orders.holds.withdrawn import may_be_withdrawn
from domain.orders.state import Stage
from domain.values import replace


def settle(decision: OrderDecision) -> None:
    """After every event: nothing is left to decide, so its holds end, and whatever else comes back opens nothing."""
    order = decision.order
    if order.holds and is_disputed(order) and may_be_withdrawn(order):
        lines = tuple(counters.want(line, 0) for line in order.lines)
        decision.order = replace(order, stage=Stage.CANCELLED, lines=lines)
