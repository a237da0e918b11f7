"""The ledger's transitions for an order's decisions and for incoming stock; one total function per row.

`grants.request`, `movements.pick` and `movements.ship` are the other rows of the table in `transitions.py`. `waiting`
is the item's queue in queue order (`Reservation.queue_position`), read at most once.
"""

from collections.abc import Iterable
from dataclasses import replace

from domain.identifiers import NO_RESERVATION
from domain.inventory.accounts import Item
from domain.inventory.backorders import fill_waiting
from domain.inventory.cases import not_counted, shrinkage
from domain.inventory.decisions import (
    NOBODY,
    Claimant,
    DecisionDraft,
    LedgerDecision,
    LedgerVerdict,
    claimant_of,
    counted,
)
from domain.inventory.recalls import recall_elsewhere, recall_promised
from domain.inventory.reservations import ItemClaims, Reservation
from domain.inventory.units.keeping import in_kept_unit, kept_in
from domain.messages.inventory import Account, ReservationLine, ReturnedUnits, UnitsReturned
from domain.messages.stock import StockLine, UnitsAdjusted, UnitsReceived
from domain.returns import ReturnCondition


def confirm(item: Item, reservation: Reservation | None, line: ReservationLine) -> LedgerDecision:
    """The order accepts: pending units are allocated now, backordered units when they are filled.

    A reservation that has ended meanwhile (shipped or released) has nothing to confirm.
    """
    draft = DecisionDraft(item)
    if reservation is not None:
        claim = draft.hear(reservation, line)
        for at in claim.at:
            draft.move(claimant_of(claim), at.node_id, Account.PENDING, Account.ALLOCATED, at.pending)
            claim = claim.with_units(at._replace(pending=0, allocated=at.allocated + at.pending))
        draft.store(reservation, claim._replace(confirmed=True))
    return draft.decided(LedgerVerdict.ENDED_BEFORE if reservation is None else LedgerVerdict.CONFIRMED)


def release(
    item: Item,
    reservation: Reservation | None,
    line: ReservationLine,
    claims: ItemClaims,
) -> LedgerDecision:
    """The order releases units: backordered first, then held ones, pending before allocated; never picked ones.

    What the order says that it still holds stays held. The release is capped at what the reservation has, and the units
    go to the waiting reservations.
    """
    draft = DecisionDraft(item)
    if reservation is not None:
        left = _release_held(draft, draft.hear(reservation, line), line)
        draft.store(reservation, left)
        fill_waiting(draft, claims.waiting)
        if any(at.recalled > at.held for at in reservation.at):
            recall_elsewhere(draft, left, claims)
    return draft.decided(LedgerVerdict.ENDED_BEFORE if reservation is None else LedgerVerdict.RELEASED)


def receive(item: Item, receipt: UnitsReceived, line: StockLine, waiting: Iterable[Reservation]) -> LedgerDecision:
    """Units came from a supplier; waiting reservations get them first."""
    draft = DecisionDraft(item)
    waiting = kept_in(draft, line.unit, waiting)
    quantity = in_kept_unit(draft, line.unit, counted(line.quantity))
    if quantity is None:
        draft.raise_case(not_counted(receipt, line, draft.unit))
        return draft.decided(LedgerVerdict.NOT_COUNTED)
    draft.move(NOBODY, receipt.node_id, Account.SUPPLIER, Account.AVAILABLE, quantity)
    fill_waiting(draft, waiting)
    return draft.decided(LedgerVerdict.RECEIVED)


_PUT = {ReturnCondition.RESTOCKED: Account.AVAILABLE, ReturnCondition.DAMAGED: Account.DAMAGED}
"""The account for returned units; missing units have none, and the order forwards none of them."""


def take_back(item: Item, fact: UnitsReturned, line: ReturnedUnits, waiting: Iterable[Reservation]) -> LedgerDecision:
    """Units came back from a customer; waiting reservations get those that can be sold again."""
    draft = DecisionDraft(item)
    customer = Claimant(fact.order_id, NO_RESERVATION)
    draft.move(customer, fact.node_id, Account.CUSTOMER, _PUT[line.condition], counted(line.quantity))
    fill_waiting(draft, waiting)
    return draft.decided(LedgerVerdict.RETURNED)


def adjust(item: Item, adjustment: UnitsAdjusted, line: StockLine, claims: ItemClaims) -> LedgerDecision:
    """Units were found, and waiting reservations get them first; or written off, which is a fact, promised or not."""
    draft = DecisionDraft(item)
    waiting = kept_in(draft, line.unit, claims.waiting)
    quantity = in_kept_unit(draft, line.unit, line.quantity)
    if quantity is None:
        draft.raise_case(not_counted(adjustment, line, draft.unit))
        return draft.decided(LedgerVerdict.NOT_COUNTED)
    if quantity < 0:
        return _write_off(draft, adjustment, replace(line, quantity=quantity, unit=draft.unit), claims)
    draft.move(NOBODY, adjustment.node_id, Account.ADJUSTMENT, Account.AVAILABLE, quantity)
    fill_waiting(draft, waiting)
    return draft.decided(LedgerVerdict.FOUND)


def _write_off(draft: DecisionDraft, adjustment: UnitsAdjusted, line: StockLine, claims: ItemClaims) -> LedgerDecision:
    """Beyond what is free to promise it is a case, and promised units are recalled."""
    node_id, quantity = adjustment.node_id, -line.quantity
    missing = quantity - min(quantity, draft.unpromised(node_id))
    draft.move(NOBODY, node_id, Account.AVAILABLE, Account.ADJUSTMENT, quantity)
    if not missing:
        return draft.decided(LedgerVerdict.WRITTEN_OFF)
    draft.raise_case(shrinkage(adjustment, line, missing))
    recall_promised(draft, claims)
    return draft.decided(LedgerVerdict.WRITTEN_OFF_PROMISED_UNITS)


def _release_held(draft: DecisionDraft, claim: Reservation, line: ReservationLine) -> Reservation:
    left = counted(line.quantity)
    backordered = min(left, claim.backordered)
    left -= backordered
    claim = claim._replace(backordered=claim.backordered - backordered)
    stays = {held.node_id: held.quantity for held in line.holds}
    for at in reversed(claim.at):
        units = min(left, max(0, at.held - stays.get(at.node_id, 0)))
        claim = draft.free(claim, at.node_id, units)
        left -= units
    return claim
