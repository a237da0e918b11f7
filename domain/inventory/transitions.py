"""The inventory machine: one row per event, total over every state of a reservation.

Each line of a record of `inventory.inbox.v1` concerns one item. Each line is decided alone, from the item, the
reservation under its id and the item's queue, in the order of the lines; the caller stores a decision before it reads
the state for the next line.

| event | no reservation | a reservation |
|---|---|---|
| UnitsReceived | units become available or blocked; backorders are filled; more than was sent: DRIFT | |
| UnitsAdjusted | units found or written off; more than is free: SHRINKAGE, a recall | |
| UnitsCounted | the difference at that time is found or written off, likewise; too old: DRIFT | |
| UnitsStatusChanged | units become available, blocked or scrapped; more than is free: SHRINKAGE, a recall | |
| UnitsExpected | no account changes: promise dates do; in another unit: not counted | |
| UnitsSent | units are in transit to another node; what was not there: DRIFT, a recall | |
| UnitsReturned | units become available, damaged or are on quality hold; backorders are filled | |
| UnitsInspected | units leave the quality hold: available, damaged or gone; backorders are filled | |
| ReservationsRequested | granted; the rest waits: a recall | answered as at first; asked differently: a conflict |
| ReservationsConfirmed | ended meanwhile: nothing | pending units are allocated |
| ReservationsReleased | ended meanwhile: nothing | gives up what waits, then pending, then allocated |
| ReservationsMoved | ended meanwhile: nothing | moves in the queue: a recall for whoever is first now |
| ReservationsGivenBack | ended meanwhile: nothing | recalled units become available; others are asked for the rest |
| UnitsPicked | units are picked under a claim of their own | its units are picked, the rest comes from stock |
| UnitsUnpicked | lost or damaged units leave from stock | its picked units are held again, or it waits for others |
| UnitsShortPicked | units leave from stock | its units are gone, and it waits for others: ALLOCATION_CONFLICT |
| UnitsShipped | units leave from stock; what was not there: DRIFT, a recall | its units leave, the rest as beside |
| UnitsReversed | units are held under a new claim, available, damaged or gone | its units are held again |

Master data (`ItemDescribed`) and a planner's `StockPolicySet` change what may be counted and promised; a new stock
policy fills backorders as far as it allows, and master data decides the lines again that were held for it.

A record of the order that crossed one of the ledger's about the same claim is answered with all of the claim
(`ReservationsStated`, docs/adr/0023-the-ledger-states-what-a-claim-holds.md).

Facts about a line that is held for its unit leave its claim as it is, and move the goods as if there were none
(`domain.inventory.units.apart`).

Facts (all that begin with Units) always apply. Only an order ends its reservations, so the ledger
has no timers of its own: docs/adr/0005-only-the-order-ends-its-reservations.md.
"""

from collections.abc import Sequence
from typing import NamedTuple, assert_never

from domain.identifiers import NO_RESERVATION, ItemId, ReservationId
from domain.invariants import InvariantViolated
from domain.inventory import grants, laws, ledger, recalls
from domain.inventory.accounts import Item
from domain.inventory.decisions import LedgerDecision
from domain.inventory.fulfilment import movements, reversals, unpicks
from domain.inventory.reconciliation.movement_names import name_of
from domain.inventory.reservations import ItemClaims, Reservation, claim_id_of
from domain.inventory.stock_facts import counts, open_losses, reports, transfer_orders, unfound
from domain.inventory.stock_facts.item_lines import ItemLines, lines_by_item
from domain.inventory.stock_facts.rows import ItemFacts
from domain.inventory.stock_policy.setting import set_policy
from domain.inventory.supply import expecting
from domain.inventory.units import apart
from domain.inventory.units.holding import look_again
from domain.messages.inventory import (
    GivenBackLine,
    LedgerEvent,
    OrderMessage,
    RequestedLine,
    ReservationLine,
    ReservationsConfirmed,
    ReservationsGivenBack,
    ReservationsMoved,
    ReservationsReleased,
    ReservationsRequested,
    ReturnedUnits,
    UnitsInspected,
    UnitsPicked,
    UnitsReturned,
    UnitsReversed,
    UnitsShipped,
    UnitsShortPicked,
    UnitsUnpicked,
    UnpickedUnits,
)
from domain.messages.reference_data import StockPolicySet
from domain.messages.stock import StockLine
from domain.messages.stock_movements import (
    StockMovement,
    UnitsAdjusted,
    UnitsCounted,
    UnitsExpected,
    UnitsReceived,
    UnitsSent,
    UnitsStatusChanged,
)

GoodsFact = UnitsPicked | UnitsUnpicked | UnitsShortPicked | UnitsShipped | UnitsReversed
"""What happens to goods for a line of an order, which may claim them."""
EventLine = RequestedLine | ReservationLine | GivenBackLine | UnpickedUnits | ReturnedUnits | StockLine | ItemLines


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
        case UnitsUnpicked() | UnitsReversed():
            return [Step(event, line, line.item_id, claim_id_of(event.order_id, line)) for line in event.lines]
        case (
            ReservationsConfirmed()
            | ReservationsReleased()
            | ReservationsMoved()
            | UnitsPicked()
            | UnitsShortPicked()
            | UnitsShipped()
        ):
            return [Step(event, line, line.item_id, claim_id_of(event.order_id, line)) for line in event.lines]
        case UnitsCounted() | UnitsExpected():
            return [Step(event, line, line.item_id, NO_RESERVATION) for line in lines_by_item(event.lines)]
        case (
            UnitsReceived() | UnitsAdjusted() | UnitsStatusChanged() | UnitsSent() | UnitsReturned() | UnitsInspected()
        ):
            return [Step(event, line, line.item_id, NO_RESERVATION) for line in event.lines]
        case _:
            assert_never(event)


def decide(
    step: Step, item: Item, reservation: Reservation | None, claims: ItemClaims, facts: ItemFacts
) -> LedgerDecision:
    """Decide one line; raises `InvariantViolated` when the result would break an invariant of the ledger.

    `reservation` is the row under the step's id.
    """
    decision = _decided(step, item, reservation, claims, facts)
    if item.losses:
        decision = open_losses.covered(item, decision, name_of(step.event))
    decision = unfound.explained(decision, claims)
    if decision.item.losses:
        decision = open_losses.ended(decision, facts.under_way)
    return _checked(item, decision)


def decide_policy(event: StockPolicySet, item: Item, claims: ItemClaims) -> LedgerDecision:
    """Set the item's stock policy; raises likewise."""
    return _checked(item, set_policy(item, event, claims))


def decide_held(item: Item, held: Reservation, claims: ItemClaims) -> LedgerDecision:
    """Decide a held line again, since the master data of its item has changed; raises likewise."""
    return _checked(item, look_again(item, held, claims))


def _checked(before: Item, decision: LedgerDecision) -> LedgerDecision:
    if broken := laws.broken_by(before, decision):
        raise InvariantViolated(*broken)
    return decision


def _decided(
    step: Step, item: Item, reservation: Reservation | None, claims: ItemClaims, facts: ItemFacts
) -> LedgerDecision:
    if isinstance(step.event, StockMovement):
        return _reported(step.event, step.line, item, claims, facts)
    if reservation is not None and reservation.is_held_for_its_unit(item.unit):
        decision = _moved_apart(step, item, reservation, claims, facts)
        if decision is not None:
            return decision
    return _asked(step.event, step.line, item, reservation, claims, facts)


def _reported(
    event: StockMovement, line: EventLine, item: Item, claims: ItemClaims, facts: ItemFacts
) -> LedgerDecision:
    match event, line:
        case UnitsReceived() as fact, StockLine():
            return reports.receive(item, fact, line, claims, facts)
        case UnitsAdjusted() as fact, StockLine():
            return reports.adjust(item, fact, line, claims)
        case UnitsExpected() as fact, ItemLines():
            return expecting.expect(item, fact, line, claims, facts.supply)
        case UnitsCounted() as fact, ItemLines():
            return counts.count(item, fact, line, claims, facts.history_at)
        case UnitsStatusChanged() as fact, StockLine():
            return reports.change_status(item, fact, line, claims)
        case UnitsSent() as fact, StockLine():
            return transfer_orders.send(item, fact, line, claims, facts)
        case (
            UnitsReceived() | UnitsAdjusted() | UnitsCounted() | UnitsExpected() | UnitsStatusChanged() | UnitsSent(),
            _,
        ):
            raise _wrong_line(event, line)


def _moved_apart(
    step: Step, item: Item, held: Reservation, claims: ItemClaims, facts: ItemFacts
) -> LedgerDecision | None:
    """A fact about a line that is held for its unit; None if the event is none."""
    event, line = step.event, step.line
    if not isinstance(event, GoodsFact) or not isinstance(line, ReservationLine | UnpickedUnits):
        return None
    unclaimed = apart.without_claim(line)
    own = claims.named(claim_id_of(event.order_id, unclaimed))
    return apart.with_statement(_asked(event, unclaimed, item, own, claims, facts), held, line, claims)


def _asked(  # noqa: C901, PLR0911, PLR0912, PLR0913, PLR0917  one return per row
    event: OrderMessage,
    line: EventLine,
    item: Item,
    reservation: Reservation | None,
    claims: ItemClaims,
    facts: ItemFacts,
) -> LedgerDecision:
    match event, line:
        case UnitsReturned() as fact, ReturnedUnits():
            return reports.take_back(item, fact, line, claims)
        case UnitsInspected() as fact, ReturnedUnits():
            return reports.inspect(item, fact, line, claims)
        case ReservationsRequested() as requested, RequestedLine():
            return grants.request(item, requested, line, reservation, claims, facts.expected)
        case ReservationsConfirmed(), ReservationLine():
            return ledger.confirm(item, reservation, line)
        case ReservationsReleased(), ReservationLine():
            return ledger.release(item, reservation, line, claims)
        case ReservationsMoved() as moved, ReservationLine():
            return ledger.move(item, moved, line, reservation, claims)
        case ReservationsGivenBack() as answer, GivenBackLine():
            return recalls.give_back(item, reservation, line, claims, for_earlier=answer.for_earlier)
        case UnitsPicked() as fact, ReservationLine():
            return movements.pick(item, fact, line, reservation, claims)
        case UnitsUnpicked() as fact, UnpickedUnits():
            return unpicks.unpick(item, fact, line, reservation, claims)
        case UnitsShortPicked() as fact, ReservationLine():
            return unpicks.miss(item, fact, line, reservation, claims)
        case UnitsShipped() as fact, ReservationLine():
            return movements.ship(item, fact, line, reservation, claims)
        case UnitsReversed() as fact, UnpickedUnits():
            return reversals.reverse(item, fact, line, reservation, claims)
        case (
            UnitsReturned()
            | UnitsInspected()
            | UnitsPicked()
            | UnitsUnpicked()
            | UnitsShortPicked()
            | UnitsShipped()
            | UnitsReversed()
            | ReservationsRequested()
            | ReservationsConfirmed()
            | ReservationsReleased()
            | ReservationsMoved()
            | ReservationsGivenBack(),
            _,
        ):
            raise _wrong_line(event, line)


def _wrong_line(event: LedgerEvent, line: EventLine) -> TypeError:
    return TypeError(f"{type(event).__name__} has no line of {type(line).__name__}")
