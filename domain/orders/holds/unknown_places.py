"""Goods for a place of which only the partner's code is known: the order is held until somebody says where that is.

Tables beside the channel file translate the codes that are known (docs/reference/channel-files.md#tables). A code that
is in none, without street, city and postal code, puts the hold ADDRESS on the order. It is accepted and booked, and
keeps its stock. An amendment with an address ends the hold, and so does a person's release.
"""

from typing import Final

from domain.messages.orders import HoldKind
from domain.orders.decision import OrderDecision
from domain.orders.holds import holding
from domain.orders.state import Order

_HELD_BY: Final = "orderline"


def begin(decision: OrderDecision) -> None:
    """A new order is held where nobody knows to where its goods go."""
    order = decision.order
    if _goes_to_an_unknown_place(order) and holding.of_kind(order, HoldKind.ADDRESS) is None:
        reason = f"the address is the code {order.ship_to.location_code} alone, and nothing says where that is"
        holding.hold(decision, HoldKind.ADDRESS, _HELD_BY, reason)


def watch(decision: OrderDecision) -> None:
    """After every change: an address that came with an amendment ends the hold."""
    if decision.order.ship_to != decision.first.ship_to and not _goes_to_an_unknown_place(decision.order):
        holding.release(decision, HoldKind.ADDRESS, _HELD_BY, "", "the address is known now")


def _goes_to_an_unknown_place(order: Order) -> bool:
    to = order.ship_to
    if not to.location_code or to.street or to.city or to.postal_code:
        return False
    return any(line.needs_stock for line in order.lines)
