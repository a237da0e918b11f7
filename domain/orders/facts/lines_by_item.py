"""Facts that name an item and no line: warehouses and carriers that know of an order's items, not of its lines.

The units are those of the lines that have the item: of each, in their order, as many as the fact can be about, and what
is left of the last of them. So they are never another line's, and none is lost. Where two lines have one item, for
which of them a unit is counted depends on what was counted before; what is counted of both together does not. An item
that no line has stays without a line, and is handled like any other that was not ordered.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from domain.identifiers import LineId
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
from domain.orders.lines import OrderLine
from domain.orders.state import Order
from domain.returns import ReturnedLine
from domain.values import replace

NO_LINE: Final = LineId("")
"""The line of units whose source names their item alone."""

LineByItem = FulfilmentLine | UnpickedLine | ReturnedLine
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


def with_lines(order: Order, event: Parkable) -> Parkable:
    """The event with the lines that its items are of; as it is where it names them."""
    if not isinstance(event, ByItem) or all(line.line_id for line in event.lines):
        return event
    room = {line.line_id: _room(line, event) for line in order.lines}
    lines = tuple(part for line in event.lines for part in _parts(order.lines, line, room))
    return replace(event, lines=_merged(lines))  # type: ignore[arg-type]  # lines of the same event


def _room(line: OrderLine, event: ByItem) -> int:
    """How many units of the line the fact can be about."""
    match event:
        case OrderShipped():
            return line.open_quantity
        case OrderPicked() | OrderShortPicked():
            return max(0, line.open_quantity - line.in_picking)
        case OrderUnpicked():
            return line.in_picking
        case OrderShipmentReversed():
            return line.shipped
        case OrderDelivered():
            return line.delivered if event.is_reversal else max(0, line.shipped - line.delivered)
        case OrderReturned():
            return max(0, line.shipped - line.returned)


def _parts(lines: Sequence[OrderLine], moved: LineByItem, room: dict[LineId, int]) -> Iterator[LineByItem]:
    """The units of an item by line; takes from the room of each line what it gets."""
    candidates = [line.line_id for line in lines if line.item_id == moved.item_id]
    if moved.line_id or not candidates:
        yield moved
        return
    left = moved.quantity
    for line_id in candidates:
        taken = left if line_id == candidates[-1] else min(left, room[line_id])
        room[line_id] = max(0, room[line_id] - taken)
        left -= taken
        if taken:
            yield replace(moved, line_id=line_id, quantity=taken)


def _merged(lines: Sequence[LineByItem]) -> tuple[LineByItem, ...]:
    """What is said of one line in the same words is said once: facts add up, but their rows are by line."""
    merged: dict[LineByItem, int] = {}
    for line in lines:
        words = replace(line, quantity=0)
        merged[words] = merged.get(words, 0) + line.quantity
    return tuple(replace(words, quantity=quantity) for words, quantity in merged.items())
