"""Units that a warehouse has not shipped: those that it was asked for, and those that lie in picking for nobody.

Both are counted by node, so that each warehouse is measured by what it does itself.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from domain.identifiers import ItemId, LineId, NodeId
from domain.orders.lines import OrderLine
from domain.orders.pending import awaiting
from domain.orders.pending.answers import TO_STOP, Awaited, PendingAnswer
from domain.orders.state import ENDS, Order
from domain.orders.warehouses import picks, releases


class UnitsLeft(NamedTuple):
    """Units of one line and item, in millionths, and where they are."""

    line_id: LineId
    item_id: ItemId
    node_id: NodeId
    quantity: int


def asked(order: Order, lines: Sequence[OrderLine]) -> Iterator[UnitsLeft]:
    """What was asked for of these lines, and nothing else watches.

    Of what a warehouse is to stop its answer is awaited, or it has refused, and a case is open already; what is picked
    when nothing else of the order is open is watched as that.
    """
    to_stop = {
        (row.node_id, line_id): row
        for row in awaiting.all_of(order, *TO_STOP, Awaited.SURPLUS)
        for line_id in row.line_ids
    }
    is_all_picked = has_only_picked(order)
    for line in lines:
        for at in line.released_at:
            units = _without_stopped(line, at.node_id, at.quantity, to_stop.get((at.node_id, line.line_id)))
            if is_all_picked:
                units -= line.picked_at(at.node_id)
            if units > 0:
                yield UnitsLeft(line.line_id, line.item_id, at.node_id, units)


def _without_stopped(line: OrderLine, node_id: NodeId, asked_for: int, to_stop: PendingAnswer | None) -> int:
    """What it has to ship, however it answers."""
    if to_stop is None:
        return asked_for
    if to_stop.awaited in {Awaited.STOP, Awaited.SURPLUS}:
        return min(asked_for, line.needed_from(node_id))
    part = to_stop.part_of(line.line_id)
    return max(line.picked_at(node_id), asked_for - part) if part else min(asked_for, line.picked_at(node_id))


def has_only_picked(order: Order) -> bool:
    """Whether nothing of the order is open but what is in picking."""
    return order.stage in ENDS and not any(line.open_quantity > line.in_picking for line in order.lines)


def asked_at(order: Order, lines: Sequence[OrderLine], node_id: NodeId) -> Iterator[UnitsLeft]:
    """Likewise of one warehouse."""
    return (left for left in asked(order, lines) if left.node_id == node_id)


def picked(order: Order) -> Iterator[UnitsLeft]:
    """What is picked, other lines and items included.

    While something else is open, only what no warehouse is asked to ship: the rest is watched as asked for.
    """
    is_all = has_only_picked(order)
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
