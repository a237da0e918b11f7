"""What the facts of an order move in the ledger: the goods of our own warehouses, and no others.

Of a line that needs none of our stock a fact counts like any other. What the channel reports of its own nodes moves
nothing: the goods there are not ours. Where it ships what one of our warehouses was to ship, the units that we hold for
it are free again. What a warehouse of ours reports moves there: then goods of ours have left after all, or have come.
"""

from dataclasses import replace

from domain.identifiers import NO_RESERVATION, ItemId, LineId
from domain.messages.inventory import (
    ReservationsReleased,
    UnitsInspected,
    UnitsReturned,
    UnitsReversed,
    UnitsShipped,
)
from domain.orders.decision import OrderDecision
from domain.orders.state import Order


def move(
    decision: OrderDecision,
    movement: UnitsShipped | UnitsReversed | UnitsReturned | UnitsInspected,
    *,
    by_channel: bool,
) -> None:
    """Tell the ledger what moves there, if anything does."""
    if not by_channel:
        decision.send(movement)
    elif isinstance(movement, UnitsShipped):
        _free(decision, movement)
    elif isinstance(movement, UnitsReversed):
        apart = _not_ours(decision.order)
        if lines := tuple(line for line in movement.lines if (line.line_id, line.item_id) not in apart):
            decision.send(replace(movement, lines=lines))


def _free(decision: OrderDecision, shipment: UnitsShipped) -> None:
    """The claims are used up, and nothing of what lies under them has left."""
    claims = tuple(line for line in shipment.lines if line.reservation_id != NO_RESERVATION)
    if claims:
        decision.send(ReservationsReleased(shipment.order_id, claims))


def _not_ours(order: Order) -> frozenset[tuple[LineId, ItemId]]:
    return frozenset((line.line_id, line.item_id) for line in order.lines if not line.needs_stock)
