"""Events of an order that has not arrived: kept for it, and posted to the ledger if it does not arrive in time."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple, Protocol, assert_never

from domain.identifiers import NO_RESERVATION, EventId, ItemId, LineId
from domain.messages.inventory import ReservationLine, UnitsPicked, UnitsReturned, UnitsShipped
from domain.messages.orders import (
    FulfilmentLine,
    Numbered,
    OrderCancelRequested,
    OrderHoldReleaseRequested,
    OrderHoldRequested,
    OrderPicked,
    OrderReturned,
    OrderShipped,
    Parkable,
)
from domain.orders import counters, holding
from domain.orders.decision import OrderDecision
from domain.orders.facts import fulfilling, returning
from domain.orders.state import ParkedEvent, ParkedUnits
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
        case OrderHoldRequested():
            return ParkedEvent(event_id, hold=event)
        case OrderHoldReleaseRequested():
            return ParkedEvent(event_id, hold_release=event)
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
    elif kept.hold is not None:
        holding.requested(decision, kept.hold)
    elif kept.hold_release is not None:
        holding.requested(decision, kept.hold_release)


class Parked(Protocol):
    """What waits for one order, as far as a decision reads it."""

    def events(self) -> Iterable[ParkedEvent]:
        """All events, in the order in which they came."""
        ...

    def units(self, line_id: LineId, item_id: ItemId) -> ParkedUnits:
        """The units that they report of one line and item, with those of events beyond the limit."""
        ...

    def all_units(self) -> Iterable[ParkedUnits]:
        """The same of all lines and items."""
        ...


class ParkedAsWell(NamedTuple):
    """One more event: its row, the units as they are with it, and what it moves in the ledger if the others have.

    An event beyond the limit has no row; its units count all the same.
    """

    event: ParkedEvent | None
    units: tuple[ParkedUnits, ...]
    movement: Movement | None


class _Counted:
    """The units of events that are read one by one."""

    def __init__(self) -> None:
        self._units: dict[tuple[LineId, ItemId], ParkedUnits] = {}

    def units(self, line_id: LineId, item_id: ItemId) -> ParkedUnits:
        return self._units.get((line_id, item_id)) or ParkedUnits(line_id, item_id)

    def keep(self, units: Iterable[ParkedUnits]) -> None:
        self._units.update({(each.line_id, each.item_id): each for each in units})

    def known(self, line: FulfilmentLine) -> ParkedUnits | None:
        return self._units.get((line.line_id, line.item_id))

    def all(self) -> tuple[ParkedUnits, ...]:
        return tuple(self._units.values())


def parked_as_well(kept: ParkedEvent, units: Callable[[LineId, ItemId], ParkedUnits]) -> ParkedAsWell:
    """One more event; a pick of units shipped already moves nothing. `units`: those of the events before it."""
    if kept.picked is not None:
        return _picked(kept, kept.picked, units)
    if kept.shipped is not None:
        return _shipped(kept, kept.shipped, units)
    if kept.returned is not None:
        return ParkedAsWell(kept, (), returning.movement_of(kept.returned))
    return ParkedAsWell(kept, (), None)


def movements(events: Iterable[ParkedEvent]) -> Iterator[Movement]:
    """The ledger movements of all events, without a claim."""
    counted = _Counted()
    for kept in events:
        one = parked_as_well(kept, counted.units)
        counted.keep(one.units)
        if one.movement is not None:
            yield one.movement


def units_of(events: Iterable[ParkedEvent]) -> tuple[ParkedUnits, ...]:
    """The units that these events report, by line and item."""
    counted = _Counted()
    for kept in events:
        counted.keep(parked_as_well(kept, counted.units).units)
    return counted.all()


def is_in_picking(units: Iterable[ParkedUnits]) -> bool:
    """Whether units are picked and not shipped: then their shipment is still expected."""
    return any(each.picked > each.shipped for each in units)


def lines_of(event: Parkable) -> int:
    """How many lines the event has."""
    return len(event.lines) if isinstance(event, Numbered) else 0


def _picked(kept: ParkedEvent, event: OrderPicked, units: Callable[[LineId, ItemId], ParkedUnits]) -> ParkedAsWell:
    counted = _Counted()
    lines = []
    for line in event.lines:
        before = counted.known(line) or units(line.line_id, line.item_id)
        quantity = counters.moved_by_pick(before.picked, before.shipped, line.quantity)
        counted.keep((replace(before, picked=before.picked + line.quantity),))
        if quantity:
            lines.append(_without_claim(line, quantity))
    moved = UnitsPicked(event.order_id, event.node_id, tuple(lines)) if lines else None
    return ParkedAsWell(kept, counted.all(), moved)


def _shipped(kept: ParkedEvent, event: OrderShipped, units: Callable[[LineId, ItemId], ParkedUnits]) -> ParkedAsWell:
    counted = _Counted()
    for line in event.lines:
        before = counted.known(line) or units(line.line_id, line.item_id)
        counted.keep((replace(before, shipped=before.shipped + line.quantity),))
    lines = tuple(_without_claim(line, line.quantity) for line in event.lines)
    return ParkedAsWell(kept, counted.all(), UnitsShipped(event.order_id, event.node_id, event.shipment_id, lines))


def _without_claim(line: FulfilmentLine, quantity: int) -> ReservationLine:
    return ReservationLine(NO_RESERVATION, line.line_id, line.item_id, quantity)
