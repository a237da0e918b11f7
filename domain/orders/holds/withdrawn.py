"""Orders that nobody has to decide about any more: all that has left is back, and nothing is left to send.

Such an order was neither accepted nor booked when a person was asked what becomes of it. It ends like a cancelled one:
nothing of it is posted, since its ERP knows neither of the goods nor of their return. If something leaves once more, it
is accepted and booked with all that has happened, as any order is that had ended and is shipped all the same.
"""

from domain.messages.status import ErpStatus
from domain.orders.state import Order, Stage


def is_all_back(order: Order) -> bool:
    """Whether goods have left, all of them are back or credited as missing, and nothing is left to send.

    What is to be inspected, or is not credited after that, is not back: somebody has to pay for it. Nor is what came
    before it had left, or beyond what has: that waits for its shipment.
    """
    lines = order.lines
    if order.held_credits or not any(line.sent > 0 for line in lines):
        return False
    if any(units.is_out for units in order.misdirected):
        return False
    return not any(line.open_quantity or line.in_picking or line.credited < line.sent for line in lines)


def may_be_withdrawn(order: Order) -> bool:
    """Whether all is back of an order that its ERP was not asked to book: that is posted with its return otherwise.

    What is invoiced has to be credited, and what an amendment adds is to be sent: a person decides about both. An order
    that is cancelled whole has ended before.
    """
    is_unbooked = not order.accepted or (order.has_namesake and order.erp_status is ErpStatus.NOT_SENT)
    is_needed = order.amendments or any(line.invoiced > 0 for line in order.lines)
    return is_unbooked and not is_needed and any(line.wanted for line in order.lines) and is_all_back(order)


def is_withdrawn(order: Order) -> bool:
    """Whether it has ended so."""
    return order.stage is Stage.CANCELLED and may_be_withdrawn(order)
