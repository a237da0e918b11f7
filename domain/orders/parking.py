"""Events of an order that has not arrived: kept for it, and posted to the ledger if it does not arrive in time."""

from collections import Counter
from collections.abc import Sequence
from typing import assert_never

from domain.identifiers import NO_RESERVATION, EventId, ItemId, LineId
from domain.messages.inventory import ReservationLine, UnitsPicked, UnitsReturned, UnitsShipped
from domain.messages.orders import (
    FulfilmentLine,
    OrderCancelRequested,
    OrderPicked,
    OrderReturned,
    OrderShipped,
    Parkable,
)
from domain.orders import counters
from domain.orders.decision import OrderDecision
from domain.orders.facts import fulfilling, returning
from domain.orders.state import ParkedEvent
from domain.orders.warehouses import cancelling

Movement = UnitsPicked | UnitsShipped | UnitsReturned


def parked(event: Parkable, event_id: EventId) -> ParkedEvent:
    """The event as a row."""
    match event:
        case OrderPicked():
            return ParkedEvent(event_id, picked=event)
        case OrderShipped():
            return ParkedEvent(event_id, shipped=event)
        case OrderReturned():
            return ParkedEvent(event_id, returned=event)
        case OrderCancelRequested():
            return ParkedEvent(event_id, cancel=event)
        case _:
            assert_never(event)


def unpark(decision: OrderDecision, kept: ParkedEvent, *, forward: bool) -> None:
    """Apply a parked event to its order. `forward` is False when its movements are in the ledger already."""
    if kept.cancel is not None:
        cancelling.cancel_requested(decision, kept.cancel)
    elif kept.picked is not None:
        fulfilling.picked(decision, kept.picked, forward=forward)
    elif kept.shipped is not None:
        fulfilling.shipped(decision, kept.shipped, forward=forward)
    elif kept.returned is not None:
        returning.returned(decision, kept.returned, forward=forward)


def movements(events: Sequence[ParkedEvent]) -> tuple[Movement | None, ...]:
    """The ledger movement of each event, without a claim; a pick of units shipped already moves nothing."""
    picked: Counter[tuple[LineId, ItemId]] = Counter()
    shipped: Counter[tuple[LineId, ItemId]] = Counter()
    moved: list[Movement | None] = []
    for kept in events:
        if kept.picked is not None:
            moved.append(_picked(kept.picked, picked, shipped))
        elif kept.shipped is not None:
            moved.append(_shipped(kept.shipped, shipped))
        elif kept.returned is not None:
            moved.append(returning.movement_of(kept.returned))
        else:
            moved.append(None)
    return tuple(moved)


def is_in_picking(events: Sequence[ParkedEvent]) -> bool:
    """Whether units are picked and not shipped: then their shipment is still expected."""
    left: Counter[tuple[LineId, ItemId]] = Counter()
    for kept in events:
        for line in kept.picked.lines if kept.picked is not None else ():
            left[line.line_id, line.item_id] += line.quantity
        for line in kept.shipped.lines if kept.shipped is not None else ():
            left[line.line_id, line.item_id] -= line.quantity
    return any(units > 0 for units in left.values())


def _picked(
    event: OrderPicked, picked: Counter[tuple[LineId, ItemId]], shipped: Counter[tuple[LineId, ItemId]]
) -> UnitsPicked | None:
    lines = []
    for line in event.lines:
        key = (line.line_id, line.item_id)
        quantity = counters.moved_by_pick(picked[key], shipped[key], line.quantity)
        picked[key] += line.quantity
        if quantity:
            lines.append(_without_claim(line, quantity))
    return UnitsPicked(event.order_id, event.node_id, tuple(lines)) if lines else None


def _shipped(event: OrderShipped, shipped: Counter[tuple[LineId, ItemId]]) -> UnitsShipped:
    for line in event.lines:
        shipped[line.line_id, line.item_id] += line.quantity
    lines = tuple(_without_claim(line, line.quantity) for line in event.lines)
    return UnitsShipped(event.order_id, event.node_id, event.shipment_id, lines)


def _without_claim(line: FulfilmentLine, quantity: int) -> ReservationLine:
    return ReservationLine(NO_RESERVATION, line.line_id, line.item_id, quantity)
