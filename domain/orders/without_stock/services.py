"""Lines of which nothing leaves, beside goods."""

from domain.fulfilment import Fulfilment
from domain.orders.lines import OrderLine
from domain.orders.state import Order


def services_left(order: Order) -> tuple[OrderLine, ...]:
    """The services that are done and not credited, of an order with goods of which nothing is wanted or has left."""
    goods = [line for line in order.lines if line.fulfilment is not Fulfilment.NONE]
    if not goods or any(line.wanted or line.shipped for line in goods):
        return ()
    services = (line for line in order.lines if line.fulfilment is Fulfilment.NONE)
    return tuple(line for line in services if line.done > line.taken_back)
