"""What the facts of an order move in the ledger: the goods of our own warehouses, and no others.

Of a line that needs none of our stock a fact counts like any other, but the goods are not ours: the channel has sent
them, or nothing was sent at all. Only what one of the order's own warehouses reports moves there: then goods of ours
have left after all, or have come.
"""

from dataclasses import replace

from domain.identifiers import ItemId, LineId, NodeId
from domain.messages.inventory import (
    UnitsInspected,
    UnitsPicked,
    UnitsReturned,
    UnitsReversed,
    UnitsShipped,
    UnitsShortPicked,
    UnitsUnpicked,
)
from domain.orders.decision import OrderDecision
from domain.orders.state import Order

Movement = (
    UnitsPicked | UnitsUnpicked | UnitsShortPicked | UnitsShipped | UnitsReversed | UnitsReturned | UnitsInspected
)


def move(decision: OrderDecision, movement: Movement) -> None:
    """Tell the ledger what moves there, if anything does."""
    apart = _of_others(decision.order, movement.node_id)
    if not apart:
        decision.send(movement)
    elif lines := tuple(line for line in movement.lines if (line.line_id, line.item_id) not in apart):
        decision.send(replace(movement, lines=lines))  # type: ignore[arg-type]  # lines of the same movement


def _of_others(order: Order, node_id: NodeId) -> frozenset[tuple[LineId, ItemId]]:
    """The lines and items of which nothing that happens at the node moves goods of ours."""
    apart = frozenset((line.line_id, line.item_id) for line in order.lines if not line.needs_stock)
    return apart if apart and node_id not in order.policy.all_nodes else frozenset()
