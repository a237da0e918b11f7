"""Events of an order that has not arrived: kept for it, and posted to the ledger if it does not arrive in time."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple, Protocol

from domain.identifiers import NO_RESERVATION, EventId, ItemId, LineId, NodeId
from domain.messages.decisions.events import OrderDecided
from domain.messages.inventory import (
    ReservationLine,
    UnitsInspected,
    UnitsPicked,
    UnitsReturned,
    UnitsReversed,
    UnitsShipped,
    UnitsShortPicked,
    UnitsUnpicked,
)
from domain.messages.orders import (
    FulfilmentLine,
    Numbered,
    OrderAmendRequested,
    OrderCancelRequested,
    OrderDelivered,
    OrderHoldReleaseRequested,
    OrderHoldRequested,
    OrderInvoiced,
    OrderPicked,
    OrderReported,
    OrderReturned,
    OrderShipmentReversed,
    OrderShipped,
    OrderShortPicked,
    OrderUnpicked,
    Parkable,
    ReportedStatus,
    UnpickedLine,
)
from domain.messages.returns.inspections import OrderReturnInspected
from domain.messages.returns.requests import OrderReturnAuthorised, OrderReturnDeclined, OrderReturnRequested
from domain.orders.arriving import arrived
from domain.orders.cases import shortened
from domain.orders.decision import OrderDecision
from domain.orders.documents.identity import noun_of
from domain.orders.facts import misdirected, returning, reversing
from domain.orders.facts.lines_by_item import NO_LINE
from domain.orders.returns import regrading
from domain.orders.state import ParkedEvent, ParkedOrder, ParkedUnits
from domain.orders.warehouses import picks
from domain.quantities import format_quantity
from domain.returns import ReturnCondition

Movement = (
    UnitsPicked | UnitsUnpicked | UnitsShortPicked | UnitsShipped | UnitsReversed | UnitsReturned | UnitsInspected
)


_FIELDS: Mapping[type[Parkable], str] = {
    OrderCancelRequested: "cancel",
    OrderHoldRequested: "hold",
    OrderHoldReleaseRequested: "hold_release",
    OrderAmendRequested: "amend",
    OrderDecided: "decided",
    OrderReturnRequested: "return_request",
    OrderReturnAuthorised: "return_authorised",
    OrderReturnDeclined: "return_declined",
    OrderPicked: "picked",
    OrderUnpicked: "unpicked",
    OrderShortPicked: "short_picked",
    OrderShipped: "shipped",
    OrderShipmentReversed: "shipment_reversed",
    OrderDelivered: "delivered",
    OrderInvoiced: "invoiced",
    OrderReported: "reported",
    OrderReturned: "returned",
    OrderReturnInspected: "return_inspected",
}
"""The field of a row that holds an event."""


def parked(event: Parkable, event_id: EventId) -> ParkedEvent:
    """The event as a row."""
    own: dict[str, Any] = {_FIELDS[type(event)]: event}
    return ParkedEvent(event_id, **own)


def unpark(decision: OrderDecision, kept: ParkedEvent, *, forward: bool) -> None:
    """Apply a parked event to its order. `forward` is False when its movements are in the ledger already."""
    event: Parkable = next(filter(None, (getattr(kept, field) for field in _FIELDS.values())))
    arrived(decision, event, forward=forward)


def described(kept: ParkedEvent) -> str:
    """A parked event as people name it: `return central/RT1 (1 of CUP) from wms_central`; empty: it has no name."""
    event: Parkable = next(filter(None, (getattr(kept, field) for field in _FIELDS.values())))
    source = f" from {event.provenance.source_id}"
    if not isinstance(event, Numbered):
        return f"{noun}{source}" if (noun := noun_of(event)) else ""
    goods = [f"{format_quantity(line.quantity)} of {line.item_id}" for line in event.lines if hasattr(line, "item_id")]
    named = f"{noun_of(event)} {event.document_id}".strip()
    return f"{named} ({shortened(goods)}){source}" if goods else f"{named}{source}"


def is_news(known: ParkedOrder | None, event: OrderReported, lives: int) -> bool:
    """Whether another system has an order that should be here.

    Not one that has ended and is forgotten, that is cancelled there, or that a person was asked to find already: each
    of its snapshots names it again.
    """
    if known is not None and known.orphaned:
        return False
    is_forgotten = lives > 0 and event.status is ReportedStatus.SHIPPED
    return event.status is not ReportedStatus.CANCELLED and not is_forgotten


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


def move_picks(decision: OrderDecision, parked: Parked) -> None:
    """All events have been applied, and the ledger had their movements by the lines that they name, or by none.

    The order may have counted them on other lines of the item: what is in picking moves to these.
    """
    order_id, now_us = decision.order.order_id, decision.cause.now_ms * 1_000
    counted = [line for line in decision.order.lines if not line.kept_unit]
    now = {(line.line_id, line.item_id): line.picks for line in counted}
    named = [*now, *((NO_LINE, item_id) for item_id in {line.item_id: None for line in counted})]
    then = {name: parked.units(*name).picks for name in named}
    back: defaultdict[NodeId, list[UnpickedLine]] = defaultdict(list)
    more: defaultdict[NodeId, list[FulfilmentLine]] = defaultdict(list)
    for name, there in then.items():
        here = now.get(name, ())
        for node_id in sorted({at.node_id for at in (*there, *here)}):
            units = picks.at_node(here, node_id) - picks.at_node(there, node_id)
            if units < 0:
                back[node_id].append(UnpickedLine(*name, -units, ReturnCondition.RESTOCKED))
            elif units:
                more[node_id].append(FulfilmentLine(*name, units))
    for node_id, gone in back.items():
        decision.send(UnitsUnpicked(order_id, node_id, misdirected.back_without_claim(gone), now_us))
    for node_id, moved in more.items():
        decision.send(UnitsPicked(order_id, node_id, misdirected.without_claim(moved)))


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

    def known(self, line: FulfilmentLine | UnpickedLine) -> ParkedUnits | None:
        return self._units.get((line.line_id, line.item_id))

    def all(self) -> tuple[ParkedUnits, ...]:
        return tuple(self._units.values())


def parked_as_well(  # noqa: PLR0911  one return a fact
    kept: ParkedEvent, units: Callable[[LineId, ItemId], ParkedUnits]
) -> ParkedAsWell:
    """One more event; a pick of units shipped already moves nothing, nor does what is not ours.

    `units`: those of the events before it.
    """
    if kept.picked is not None:
        return _picked(kept, kept.picked, units)
    if kept.shipped is not None:
        return _shipped(kept, kept.shipped, units)
    if kept.unpicked is not None:
        return _unpicked(kept, kept.unpicked, units)
    if kept.shipment_reversed is not None:
        back = kept.shipment_reversed
        return ParkedAsWell(kept, (), None if back.by_channel else reversing.movement_of(back))
    if kept.short_picked is not None:
        missing = kept.short_picked
        lines, occurred_at_us = misdirected.without_claim(missing.lines), missing.provenance.occurred_at_us
        return ParkedAsWell(kept, (), UnitsShortPicked(missing.order_id, missing.node_id, lines, occurred_at_us))
    if kept.returned is not None:
        came = kept.returned
        return ParkedAsWell(kept, (), None if came.by_channel else returning.movement_of(came))
    if kept.return_inspected is not None:
        return ParkedAsWell(kept, (), regrading.first_said(kept.return_inspected))
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
    return any(picks.in_picking(each.picks) for each in units)


def lines_of(event: Parkable) -> int:
    """How many lines the event has."""
    match event:
        case OrderCancelRequested():
            return len(event.line_ids) + len(event.parts)
        case OrderAmendRequested():
            return len(event.quantities) + len(event.added)
        case _:
            return len(event.lines) if isinstance(event, Numbered | OrderReported) else 0


def _picked(kept: ParkedEvent, event: OrderPicked, units: Callable[[LineId, ItemId], ParkedUnits]) -> ParkedAsWell:
    counted = _Counted()
    lines = []
    for line in event.lines:
        before = counted.known(line) or units(line.line_id, line.item_id)
        quantity = picks.moved_by_pick(before.picks, event.node_id, line.quantity)
        counted.keep((_moved(before, event.node_id, line.quantity),))
        if quantity:
            lines.append(_without_claim(line, quantity))
    moved = UnitsPicked(event.order_id, event.node_id, tuple(lines)) if lines else None
    return ParkedAsWell(kept, counted.all(), moved)


def _unpicked(kept: ParkedEvent, event: OrderUnpicked, units: Callable[[LineId, ItemId], ParkedUnits]) -> ParkedAsWell:
    counted = _Counted()
    for line in event.lines:
        before = counted.known(line) or units(line.line_id, line.item_id)
        counted.keep((_moved(before, event.node_id, -line.quantity),))
    moved = UnitsUnpicked(
        event.order_id, event.node_id, misdirected.back_without_claim(event.lines), event.provenance.occurred_at_us
    )
    return ParkedAsWell(kept, counted.all(), moved)


def _shipped(kept: ParkedEvent, event: OrderShipped, units: Callable[[LineId, ItemId], ParkedUnits]) -> ParkedAsWell:
    counted = _Counted()
    for line in event.lines:
        before = counted.known(line) or units(line.line_id, line.item_id)
        counted.keep((_moved(before, event.node_id, -line.quantity),))
    lines = misdirected.without_claim(event.lines)
    occurred_at_us = event.provenance.occurred_at_us
    moved = UnitsShipped(event.order_id, event.node_id, event.shipment_id, lines, occurred_at_us)
    return ParkedAsWell(kept, counted.all(), None if event.by_channel else moved)


def _moved(units: ParkedUnits, node_id: NodeId, quantity: int) -> ParkedUnits:
    return replace(units, picks=picks.more(units.picks, node_id, quantity))


def _without_claim(line: FulfilmentLine, quantity: int) -> ReservationLine:
    return ReservationLine(NO_RESERVATION, line.line_id, line.item_id, quantity)
