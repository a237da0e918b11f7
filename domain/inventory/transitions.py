"""The inventory machine: one row per event, total over every state of a reservation.

Each line of a record of `inventory.inbox.v1` concerns one item. Each line is decided alone, from the item, the
reservation under its id and the item's queue, in the order of the lines; the caller stores a decision before it reads
the state for the next line.

| event | no reservation | a reservation |
|---|---|---|
| UnitsReceived | units become available; backorders are filled | |
| UnitsAdjusted | units found or written off; more than is free: SHRINKAGE | |
| UnitsReturned | units become available or damaged; backorders are filled | |
| ReservationsRequested | granted, backordered, denied | answered as at first; asked differently: a conflict |
| ReservationsConfirmed | ended meanwhile: nothing | pending units are allocated |
| ReservationsReleased | ended meanwhile: nothing | gives up what waits, then pending, then allocated |
| UnitsPicked | units are picked under a claim of their own | its units are picked, the rest comes from stock |
| UnitsShipped | units leave from stock; what was not there: DRIFT | its units leave, the rest comes from stock |

Facts (received, adjusted, returned, picked, shipped) always apply. Only an order ends its reservations, so the ledger
has no timers of its own: docs/adr/0005-only-the-order-ends-its-reservations.md.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, assert_never

from domain.identifiers import NO_RESERVATION, ItemId, ReservationId
from domain.invariants import InvariantViolated
from domain.inventory import grants, laws, ledger, movements
from domain.inventory.accounts import Item
from domain.inventory.decisions import LedgerDecision
from domain.inventory.reservations import Reservation, claim_id_of
from domain.messages.inventory import (
    LedgerEvent,
    RequestedLine,
    ReservationLine,
    ReservationsConfirmed,
    ReservationsReleased,
    ReservationsRequested,
    ReturnedUnits,
    StockLine,
    UnitsAdjusted,
    UnitsPicked,
    UnitsReceived,
    UnitsReturned,
    UnitsShipped,
)

EventLine = RequestedLine | ReservationLine | ReturnedUnits | StockLine


class Step(NamedTuple):
    """One line of one event: the item that it concerns, and the id of its reservation (empty: it has none)."""

    event: LedgerEvent
    line: EventLine
    item_id: ItemId
    reservation_id: ReservationId


def steps_of(event: LedgerEvent) -> Sequence[Step]:
    """The lines of an event, in order."""
    match event:
        case ReservationsRequested():
            return [Step(event, line, line.item_id, line.reservation_id) for line in event.lines]
        case ReservationsConfirmed() | ReservationsReleased() | UnitsPicked() | UnitsShipped():
            return [Step(event, line, line.item_id, claim_id_of(event.order_id, line)) for line in event.lines]
        case UnitsReceived() | UnitsAdjusted() | UnitsReturned():
            return [Step(event, line, line.item_id, NO_RESERVATION) for line in event.lines]
        case _:
            assert_never(event)


def decide(step: Step, item: Item, reservation: Reservation | None, waiting: Iterable[Reservation]) -> LedgerDecision:
    """Decide one line; raises `InvariantViolated` when the result would break an invariant of the ledger.

    `reservation` is the row under the step's id, `waiting` the item's queue in queue order, read at most once.
    """
    decision = _decided(step, item, reservation, waiting)
    if broken := laws.violations(decision.item):
        raise InvariantViolated(f"item {item.item_id}: {'; '.join(broken)}")
    return decision


def _decided(  # noqa: PLR0911  one return per row
    step: Step, item: Item, reservation: Reservation | None, waiting: Iterable[Reservation]
) -> LedgerDecision:
    match step.event, step.line:
        case UnitsReceived() as fact, StockLine() as line:
            return ledger.receive(item, fact, line, waiting)
        case UnitsAdjusted() as fact, StockLine() as line:
            return ledger.adjust(item, fact, line, waiting)
        case UnitsReturned() as fact, ReturnedUnits() as line:
            return ledger.take_back(item, fact, line, waiting)
        case ReservationsRequested() as requested, RequestedLine() as line:
            return grants.request(item, requested, line, reservation)
        case ReservationsConfirmed(), ReservationLine():
            return ledger.confirm(item, reservation)
        case ReservationsReleased(), ReservationLine() as line:
            return ledger.release(item, reservation, line.quantity, waiting)
        case UnitsPicked() as fact, ReservationLine() as line:
            return movements.pick(item, fact, line, reservation, waiting)
        case UnitsShipped() as fact, ReservationLine() as line:
            return movements.ship(item, fact, line, reservation, waiting)
        case (
            UnitsReceived()
            | UnitsAdjusted()
            | UnitsReturned()
            | UnitsPicked()
            | UnitsShipped()
            | ReservationsRequested()
            | ReservationsConfirmed()
            | ReservationsReleased()
        ) as event, line:
            raise TypeError(f"{type(event).__name__} has no line of {type(line).__name__}")
