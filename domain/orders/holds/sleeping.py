"""When the holds of an order sleep: while all of it has left they keep nothing back, and nobody has to settle them.

Whatever is to be released again, because a shipment is reversed or an amendment adds to the order, is held as before.
"""

from domain.messages.orders import HoldKind
from domain.orders.erp.booking import awaits_booking
from domain.orders.holds.withdrawn import is_all_back, is_withdrawn
from domain.orders.state import Hold, Order, Stage

OWED = frozenset({HoldKind.PAYMENT})
"""Holds for what somebody owes for goods as well that have left: they sleep, and stay a case."""


def is_owed(order: Order) -> bool:
    """Whether everything has left, and somebody still has to settle what is owed for it."""
    return is_over(order) and any(held.kind in OWED and held.case_key for held in order.holds)


def owes_nothing(order: Order) -> bool:
    """Whether nobody owes anything for what has left: all of it is back, and no payment of it is charged back.

    What was charged back may have been refunded besides.
    """
    return is_all_back(order) and not any(payment.chargebacks for payment in order.payments)


def in_force(order: Order) -> tuple[Hold, ...]:
    """The holds that keep something back; what an order has besides them sleeps."""
    return () if not order.holds or is_over(order) else order.holds


def is_over(order: Order) -> bool:
    """Whether nothing is left to release, or to be booked; what left before it was accepted is still to be accepted."""
    if awaits_booking(order):
        return False
    if order.stage in {Stage.CANCELLED, Stage.REJECTED}:
        return True
    return order.accepted and not any(line.open_quantity for line in order.lines)


def has_ended(order: Order) -> bool:
    """Whether nothing of it is ever released again: all is cancelled or withdrawn, so what comes back opens nothing."""
    is_cancelled = all(line.cancelled >= line.ordered for line in order.lines)
    is_empty = not order.lines and order.stage is Stage.ACCEPTED
    return is_over(order) and ((is_cancelled and not is_empty) or is_withdrawn(order))
