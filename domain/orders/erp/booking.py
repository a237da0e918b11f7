"""Whether an order is to be booked in its ERP, and may be posted to there."""

from domain.messages.status import ErpStatus
from domain.orders.holds.withdrawn import is_withdrawn
from domain.orders.state import Order, Stage


def has_ended_unshipped(order: Order) -> bool:
    """Whether all of it is cancelled or rejected, and nothing of it is shipped."""
    return order.stage in {Stage.CANCELLED, Stage.REJECTED} and not any(line.shipped for line in order.lines)


def awaits_booking(order: Order) -> bool:
    """Whether an accepted order is still to be booked."""
    return order.accepted and _is_booking_due(order) and not (has_ended_unshipped(order) or is_withdrawn(order))


def _is_booking_due(order: Order) -> bool:
    """The failure policy keeps its booking back; or its ERP had somebody else's document under its key.

    Of that a person decides.
    """
    return order.booking_due or (order.has_namesake and order.erp_status is ErpStatus.NOT_SENT)


def is_posted_to(order: Order) -> bool:
    """Whether the ERP was asked for the order and has not refused it: before, nothing else is posted about it."""
    return order.accepted and not _is_booking_due(order) and order.erp_status is not ErpStatus.REJECTED
