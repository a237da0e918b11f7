"""Of which lines the units of a fact are: sources name an item and no line, or one line for all that an item has.

Units without a line are those of the lines that have the item: of each, in their order, as many as the fact can be
about, and what is left of the last of them. An item that no line has stays without a line, and is handled like any
other that was not ordered.

Where an item is on several lines, warehouses often report all of it on one: they pick the item, and not the line. What
exceeds the line that is named is then of the other lines of the item, as long as these have it open; else they would be
shipped once more. Only lines in one unit, and from one stock, stand for each other. What exceeds all of them is of the
last one that is wanted where it is too much that moved, and else of the line that is named.

What comes back is of the line that is named as long as its own goods may be, shipped or not yet: lines may have
different prices.

So units are never another item's, and none is lost. For which of two lines of one item a unit is counted depends on
what was counted before; what is counted of both together does not.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final, TypeVar

from domain.identifiers import ItemId, LineId, NodeId
from domain.messages.orders import (
    FulfilmentLine,
    OrderDelivered,
    OrderPicked,
    OrderReturned,
    OrderShipmentReversed,
    OrderShipped,
    OrderShortPicked,
    OrderUnpicked,
    Parkable,
    UnpickedLine,
)
from domain.orders.alike_lines.groups import kind_of
from domain.orders.lines import OrderLine
from domain.orders.state import Order
from domain.returns import ReturnedLine
from domain.values import replace

NO_LINE: Final = LineId("")
"""The line of units whose source names their item alone."""

LineByItem = FulfilmentLine | UnpickedLine | ReturnedLine
Moved = TypeVar("Moved", FulfilmentLine, UnpickedLine, ReturnedLine)
ByItem = (
    OrderPicked
    | OrderShortPicked
    | OrderUnpicked
    | OrderShipped
    | OrderShipmentReversed
    | OrderDelivered
    | OrderReturned
)
"""The facts that may name items alone."""


_NO_ITEMS: Final[frozenset[ItemId]] = frozenset()
_TOO_MUCH_MOVES: Final = (OrderPicked, OrderShipped)
"""Facts that may be about more than any line has: the last line has it, in whatever order they come."""


def with_lines(order: Order, event: Parkable) -> Parkable:
    """The event with the lines that its units are of; as it is where these are the ones that it names."""
    if not isinstance(event, ByItem):
        return event
    shared = _shared_items(order.lines)
    if all(line.line_id and line.item_id not in shared for line in event.lines):
        return event
    named = {line.line_id for line in event.lines}
    room = {line.line_id: _room(line, event, is_named=line.line_id in named) for line in order.lines}
    moved: Sequence[FulfilmentLine] = event.lines  # type: ignore[assignment]  # all lines of an event are of one kind
    last = isinstance(event, _TOO_MUCH_MOVES)
    lines = _merged(spread(order.lines, moved, room, last_has_the_rest=last))
    return event if lines == moved else replace(event, lines=lines)  # type: ignore[arg-type]  # likewise


def _shared_items(lines: Sequence[OrderLine]) -> frozenset[ItemId]:
    """Those of several lines."""
    on_lines = Counter(line.item_id for line in lines)
    return (
        frozenset(item_id for item_id, count in on_lines.items() if count > 1)
        if len(on_lines) < len(lines)
        else _NO_ITEMS
    )


def _room(line: OrderLine, event: ByItem, *, is_named: bool) -> int:  # noqa: PLR0911  one return a fact
    """How many units of the line the fact can be about."""
    match event:
        case OrderShipped():
            return line.open_quantity
        case OrderPicked():
            return _room_to_pick(line)
        case OrderShortPicked():
            return min(max(0, line.open_quantity - line.in_picking), _held_at(line, event.node_id))
        case OrderUnpicked():
            return line.picked_at(event.node_id)
        case OrderShipmentReversed():
            return line.shipped
        case OrderDelivered():
            return line.delivered if event.is_reversal else max(0, line.shipped - line.delivered)
        case OrderReturned():
            out = max(line.shipped, line.wanted) if is_named else line.shipped
            return max(0, out - line.taken_back)


def _room_to_pick(line: OrderLine) -> int:
    """What is wanted and was not picked; a pick that is reported after its shipment is of the same line as that."""
    return max(0, line.wanted - line.picked)


def _held_at(line: OrderLine, node_id: NodeId) -> int:
    return sum(at.unpicked for at in line.at(node_id))


def spread(
    lines: Sequence[OrderLine], moved: Sequence[Moved], room: dict[LineId, int], *, last_has_the_rest: bool
) -> tuple[Moved, ...]:
    """Units by line: first what each named line has room for, then the rest; takes from `room` what each line gets."""
    items = {line.line_id: line.item_id for line in lines}
    own = [_take(room, each.line_id, each.quantity) if items.get(each.line_id) == each.item_id else 0 for each in moved]
    parts: list[Moved] = []
    for line, taken in zip(moved, own, strict=True):
        rest = line.quantity - taken
        candidates = _candidates(lines, line)
        shares = {line.line_id: taken} if taken or not rest else {}
        for candidate in candidates:
            units = _take(room, candidate.line_id, rest)
            shares[candidate.line_id] = shares.get(candidate.line_id, 0) + units
            rest -= units
        if rest:
            has_rest = _last_of(candidates, line) if last_has_the_rest or not line.line_id else line.line_id
            shares[has_rest] = shares.get(has_rest, 0) + rest
        parts += [
            replace(line, line_id=line_id, quantity=units)
            for line_id, units in shares.items()
            if units or not line.quantity
        ]
    return tuple(parts)


def _take(room: dict[LineId, int], line_id: LineId, quantity: int) -> int:
    units = min(quantity, room.get(line_id, 0))
    room[line_id] = room.get(line_id, 0) - units
    return units


def _candidates(lines: Sequence[OrderLine], moved: LineByItem) -> Sequence[OrderLine]:
    """The lines that the units may be of, besides the one that is named."""
    of_item = [line for line in lines if line.item_id == moved.item_id]
    if not moved.line_id:
        return of_item
    named = next((line for line in of_item if line.line_id == moved.line_id and not line.kept_unit), None)
    if named is None:
        return ()
    return [line for line in of_item if kind_of(line) == kind_of(named) and not line.kept_unit]


def _last_of(candidates: Sequence[OrderLine], moved: LineByItem) -> LineId:
    """That has the rest: the last one that is wanted, or the one that is named."""
    if not moved.line_id:
        return candidates[-1].line_id if candidates else NO_LINE
    wanted = [line.line_id for line in candidates if line.wanted]
    return wanted[-1] if wanted else moved.line_id


def _merged(lines: Sequence[Moved]) -> tuple[Moved, ...]:
    """What is said of one line in the same words is said once: facts add up, but their rows are by line."""
    merged: dict[Moved, int] = {}
    for line in lines:
        words = replace(line, quantity=0)
        merged[words] = merged.get(words, 0) + line.quantity
    return tuple(replace(words, quantity=quantity) for words, quantity in merged.items())
