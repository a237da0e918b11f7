"""Whether an order ends with an amendment: nothing of it is left, and no other amendment may add to it."""

from collections.abc import Sequence

from domain.orders.amending.amendments import Amendment
from domain.orders.state import Order, Stage

_ENDED = frozenset({Stage.CANCELLED, Stage.REJECTED})


def ends_with_amendment(order: Order, waiting: Sequence[Amendment]) -> bool:
    """Whether it is to be cancelled as a whole when the amendment is over; `waiting`: those after it."""
    is_left = any(line.open_quantity or line.shipped for line in order.lines)
    return not (is_left or waiting or order.stage in _ENDED)
