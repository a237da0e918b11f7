"""Units that a warehouse has not shipped: those that it was asked for, and those that lie in picking for nobody.

Both are counted by node, so that each warehouse is measured by what it does itself.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from domain.identifiers import ItemId, LineId, NodeId
from domain.orders.lines import OrderLine
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited
from domain.orders.state import ENDS, Order
from domain.orders.warehouses import picks, releases


class UnitsLeft(NamedTuple):
    """Units of one line and item, in millionths, and where they are."""

    line_id: LineId
    item_id: ItemId
    node_id: NodeId
    quantity: int


def asked(order: Order, lines: Sequence[OrderLine]) -> Iterator[UnitsLeft]:
    """What was asked for of these lines; of what a warehouse refused to stop a case is open already."""
    refused = {(row.node_id, line_id) for row in awaiting.all_of(order, Awaited.SURPLUS) for line_id in row.line_ids}
    for line in lines:
        for at in line.released_at:
            has_case = (at.node_id, line.line_id) in refused
            units = min(at.quantity, line.needed_from(at.node_id)) if has_case else at.quantity
            if units:
                yield UnitsLeft(line.line_id, line.item_id, at.node_id, units)


def asked_at(order: Order, lines: Sequence[OrderLine], node_id: NodeId) -> Iterator[UnitsLeft]:
    """Likewise of one warehouse."""
    return (left for left in asked(order, lines) if left.node_id == node_id)


def picked(order: Order) -> Iterator[UnitsLeft]:
    """What is picked, other lines and items included.

    While something else is open, only what no warehouse is asked to ship: the rest is watched as asked for.
    """
    is_all = order.stage in ENDS and not any(line.open_quantity > line.in_picking for line in order.lines)
    for line in order.lines:
        for node_id in _nodes(line) if line.picks else ():
            watched = 0 if is_all else releases.at_node(line.released_at, node_id)
            if (left := line.picked_at(node_id) - watched) > 0:
                yield UnitsLeft(line.line_id, line.item_id, node_id, left)
    for units in order.misdirected:
        for at in units.picks:
            if at.quantity > 0:
                yield UnitsLeft(units.line_id, units.item_id, at.node_id, at.quantity)


def _nodes(line: OrderLine) -> Sequence[NodeId]:
    return sorted({at.node_id for claim in line.claims for at in claim.held if at.picked})


def has_moved(then: Order, now: Order, node_id: NodeId) -> bool:
    """Whether a warehouse has picked, shipped or put back anything, other lines and items included."""
    lines = zip(then.lines, now.lines, strict=False)
    if any(has_moved_of(before, after, node_id) for before, after in lines if before is not after):
        return True
    before, after = (
        {(each.line_id, each.item_id): picks.balance_at(each.picks, node_id) for each in order.misdirected}
        for order in (then, now)
    )
    return {name: units for name, units in before.items() if units} != {
        name: units for name, units in after.items() if units
    }


def has_moved_of(then: OrderLine, now: OrderLine, node_id: NodeId) -> bool:
    """Likewise of one line."""
    before, after = (
        (picks.balance_at(line.picks, node_id), line.picked_at(node_id)) if line.picks else (0, 0)
        for line in (then, now)
    )
    return before != after
