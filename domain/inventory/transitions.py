"""The inventory machine: one row per event, total over every state of a reservation.

Each line of a record of `inventory.inbox.v1` concerns one item. Each line is decided alone, from the item, the
reservation under its id and the item's queue, in the order of the lines; the caller stores a decision before it reads
the state for the next line.

| event | no reservation | a reservation |
|---|---|---|
| UnitsReceived | units become available; backorders are filled | |
| UnitsAdjusted | units found or written off; more than is free: SHRINKAGE, a recall | |
| UnitsReturned | units become available or damaged; backorders are filled | |
| ReservationsRequested | granted; the rest waits: a recall | answered as at first; asked differently: a conflict |
| ReservationsConfirmed | ended meanwhile: nothing | pending units are allocated |
| ReservationsReleased | ended meanwhile: nothing | gives up what waits, then pending, then allocated |
| ReservationsGivenBack | ended meanwhile: nothing | recalled units become available; others are asked for the rest |
| UnitsPicked | units are picked under a claim of their own | its units are picked, the rest comes from stock |
| UnitsUnpicked | lost or damaged units leave from stock | its picked units are held again, or it waits for others |
| UnitsShortPicked | units leave from stock | its units are gone, and it waits for others: ALLOCATION_CONFLICT |
| UnitsShipped | units leave from stock; what was not there: DRIFT, a recall | its units leave, the rest as beside |

Master data (`ItemDescribed`) and a planner's `StockPolicySet` change what may be counted and promised; a new stock
policy fills backorders as far as it allows.

A record of the order that crossed one of the ledger's about the same claim is answered with all of the claim
(`ReservationsStated`, docs/adr/0023-the-ledger-states-what-a-claim-holds.md).

Facts (received, adjusted, returned, picked, shipped) always apply. Only an order ends its reservations, so the ledger
has no timers of its own: docs/adr/0005-only-the-order-ends-its-reservations.md.
"""

from collections.abc import Sequence
from typing import NamedTuple, assert_never

from domain.identifiers import NO_RESERVATION, ItemId, ReservationId
from domain.invariants import InvariantViolated
from domain.inventory import grants, laws, ledger, recalls
from domain.inventory.accounts import Item
from domain.inventory.decisions import LedgerDecision
from domain.inventory.fulfilment import movements, unpicks
from domain.inventory.reservations import ItemClaims, Reservation, claim_id_of
from domain.inventory.stock_policy.setting import set_policy
from domain.messages.inventory import (
    GivenBackLine,
    LedgerEvent,
    RequestedLine,
    ReservationLine,
    ReservationsConfirmed,
    ReservationsGivenBack,
    ReservationsReleased,
    ReservationsRequested,
    ReturnedUnits,
    UnitsPicked,
    UnitsReturned,
    UnitsShipped,
    UnitsShortPicked,
    UnitsUnpicked,
    UnpickedUnits,
)
from domain.messages.reference_data import StockPolicySet
from domain.messages.stock import StockLine, UnitsAdjusted, UnitsReceived

EventLine = RequestedLine | ReservationLine | GivenBackLine | UnpickedUnits | ReturnedUnits | StockLine


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
        case ReservationsGivenBack():
            return [Step(event, line, line.item_id, line.reservation_id) for line in event.lines]
        case UnitsUnpicked():
            return [Step(event, line, line.item_id, claim_id_of(event.order_id, line)) for line in event.lines]
        case ReservationsConfirmed() | ReservationsReleased() | UnitsPicked() | UnitsShortPicked() | UnitsShipped():
            return [Step(event, line, line.item_id, claim_id_of(event.order_id, line)) for line in event.lines]
        case UnitsReceived() | UnitsAdjusted() | UnitsReturned():
            return [Step(event, line, line.item_id, NO_RESERVATION) for line in event.lines]
        case _:
            assert_never(event)


def decide(step: Step, item: Item, reservation: Reservation | None, claims: ItemClaims) -> LedgerDecision:
    """Decide one line; raises `InvariantViolated` when the result would break an invariant of the ledger.

    `reservation` is the row under the step's id.
    """
    return _checked(item, _decided(step, item, reservation, claims))


def decide_policy(event: StockPolicySet, item: Item, claims: ItemClaims) -> LedgerDecision:
    """Set the item's stock policy; raises likewise."""
    return _checked(item, set_policy(item, event, claims))


def _checked(before: Item, decision: LedgerDecision) -> LedgerDecision:
    if broken := laws.broken_by(before, decision):
        raise InvariantViolated(*broken)
    return decision


def _decided(  # noqa: C901, PLR0911  one return per row
    step: Step, item: Item, reservation: Reservation | None, claims: ItemClaims
) -> LedgerDecision:
    match step.event, step.line:
        case UnitsReceived() as fact, StockLine() as line:
            return ledger.receive(item, fact, line, claims.waiting)
        case UnitsAdjusted() as fact, StockLine() as line:
            return ledger.adjust(item, fact, line, claims)
        case UnitsReturned() as fact, ReturnedUnits() as line:
            return ledger.take_back(item, fact, line, claims.waiting)
        case ReservationsRequested() as requested, RequestedLine() as line:
            return grants.request(item, requested, line, reservation, claims)
        case ReservationsConfirmed(), ReservationLine() as line:
            return ledger.confirm(item, reservation, line)
        case ReservationsReleased(), ReservationLine() as line:
            return ledger.release(item, reservation, line, claims)
        case ReservationsGivenBack() as answer, GivenBackLine() as line:
            return recalls.give_back(item, reservation, line, claims, for_earlier=answer.for_earlier)
        case UnitsPicked() as fact, ReservationLine() as line:
            return movements.pick(item, fact, line, reservation, claims)
        case UnitsUnpicked() as fact, UnpickedUnits() as line:
            return unpicks.unpick(item, fact, line, reservation, claims)
        case UnitsShortPicked() as fact, ReservationLine() as line:
            return unpicks.miss(item, fact, line, reservation, claims)
        case UnitsShipped() as fact, ReservationLine() as line:
            return movements.ship(item, fact, line, reservation, claims)
        case (
            UnitsReceived()
            | UnitsAdjusted()
            | UnitsReturned()
            | UnitsPicked()
            | UnitsUnpicked()
            | UnitsShortPicked()
            | UnitsShipped()
            | ReservationsRequested()
            | ReservationsConfirmed()
            | ReservationsReleased()
            | ReservationsGivenBack()
        ) as event, line:
            raise TypeError(f"{type(event).__name__} has no line of {type(line).__name__}")
