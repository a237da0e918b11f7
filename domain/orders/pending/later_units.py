"""What a warehouse is asked to ship while the clock of earlier units runs: it is counted apart, by line.

Of what a line has at a warehouse, what was asked for first is what it acts on, ships, or is not asked for first.
"""

from collections.abc import Container, Mapping, Sequence
from typing import NamedTuple

from domain.identifiers import LineId, NodeId
from domain.messages.orders import PartOfLine
from domain.orders.lines import OrderLine
from domain.orders.pending import awaiting, units_left
from domain.orders.pending.answers import TO_STOP, PendingAnswer
from domain.orders.state import Order
from domain.orders.warehouses import releases


class AskedLine(NamedTuple):
    """What a line has to ship at one warehouse, before and after an event, in millionths."""

    line_id: LineId
    then: int
    now: int
    has_acted: bool
    """The warehouse itself has picked, shipped, put back, not found, or answered."""


def changes_at(first: Order, order: Order, node_id: NodeId) -> Sequence[AskedLine]:
    """Of the lines that have changed; a line that is new had nothing to ship."""
    known = [(then, now) for then, now in zip(first.lines, order.lines, strict=False) if now is not then]
    new = [(line, line) for line in order.lines[len(first.lines) :]]
    before = _units(first, [then for then, _ in known], node_id)
    after = _units(order, [now for _, now in (*known, *new)], node_id)
    answered = _answered(first, order, node_id)
    changes = []
    for then, now in (*known, *new):
        change = AskedLine(now.line_id, before.get(now.line_id, 0), after.get(now.line_id, 0), now.line_id in answered)
        changes.append(change._replace(has_acted=change.has_acted or _has_acted(then, now, change, node_id)))
    return changes


def is_about_first(change: AskedLine, later: PendingAnswer | None) -> bool:
    """Whether the line had more to ship there than what is counted apart."""
    return change.then > apart(later).get(change.line_id, 0)


def parts_after(later: PendingAnswer | None, changes: Sequence[AskedLine]) -> tuple[PartOfLine, ...]:
    """What is counted apart after these changes."""
    units = apart(later)
    for change in changes:
        more = max(0, change.now - change.then)
        units[change.line_id] = min(units.get(change.line_id, 0), change.now) + more
    return tuple(PartOfLine(*each) for each in units.items() if each[1])


def starts_again(later: PendingAnswer | None, changes: Sequence[AskedLine]) -> bool:
    """Whether something was added to it, or its warehouse has acted on it."""
    units = apart(later)
    return any(change.now > change.then or (change.has_acted and change.line_id in units) for change in changes)


def are_all(order: Order, later: PendingAnswer) -> bool:
    """Whether its warehouse is asked for nothing else."""
    units = apart(later)
    left = units_left.asked_at(order, order.lines, later.node_id)
    return not any(each.quantity > units.get(each.line_id, 0) for each in left)


def apart(later: PendingAnswer | None) -> dict[LineId, int]:
    """What is counted apart, by line."""
    return {part.line_id: part.quantity for part in later.parts} if later else {}


def _units(order: Order, lines: Sequence[OrderLine], node_id: NodeId) -> Mapping[LineId, int]:
    return {left.line_id: left.quantity for left in units_left.asked_at(order, lines, node_id)}


def _answered(first: Order, order: Order, node_id: NodeId) -> Container[LineId]:
    """The lines of which the warehouse has said that it stops them, or does not."""
    awaited = {row.key for row in awaiting.all_of(order, *TO_STOP)}
    rows = (row for row in awaiting.all_of(first, *TO_STOP) if row.node_id == node_id and row.key not in awaited)
    return {line_id for row in rows for line_id in row.line_ids}


def _has_acted(then: OrderLine, now: OrderLine, change: AskedLine, node_id: NodeId) -> bool:
    """It has not found units, or has moved some; what others ship is not its doing."""
    asked_less = releases.at_node(now.released_at, node_id) < releases.at_node(then.released_at, node_id)
    return (asked_less and change.now < change.then) or units_left.has_moved_of(then, now, node_id)
