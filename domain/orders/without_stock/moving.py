"""What the facts of an order move in the ledger: the goods of our own warehouses, and no others.

Of a line that needs none of our stock a fact counts like any other. What the channel reports of its own nodes moves
nothing: the goods there are not ours. What a warehouse of ours reports moves there: then goods of ours have left after
all, or have come.
"""

from dataclasses import replace

from domain.identifiers import ItemId, LineId
from domain.messages.inventory import UnitsInspected, UnitsReturned, UnitsReversed, UnitsShipped
from domain.orders.decision import OrderDecision
from domain.orders.state import Order


def move(
    decision: OrderDecision,
    movement: UnitsShipped | UnitsReversed | UnitsReturned | UnitsInspected,
    *,
    by_channel: bool,
) -> None:
    """Tell the ledger what moves there, if anything does."""
    apart = _not_ours(decision.order) if by_channel else frozenset()
    if not apart:
        decision.send(movement)
    elif lines := tuple(line for line in movement.lines if (line.line_id, line.item_id) not in apart):
        decision.send(replace(movement, lines=lines))  # type: ignore[arg-type]  # lines of the same movement


def _not_ours(order: Order) -> frozenset[tuple[LineId, ItemId]]:
    return frozenset((line.line_id, line.item_id) for line in order.lines if not line.needs_stock)
