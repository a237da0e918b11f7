"""The ledger's transitions for an order's decisions; one total function per row.

`grants.request`, `movements` and `stock_facts` are the other rows of the table in `transitions.py`. `waiting`
is the item's queue in queue order (`Reservation.queue_position`), read at most once.
"""

from domain.inventory.accounts import Item
from domain.inventory.backorders import fill_again, fill_waiting
from domain.inventory.decisions import (
    DecisionDraft,
    LedgerDecision,
    LedgerVerdict,
    claimant_of,
    counted,
)
from domain.inventory.recalls import give_way, recall_for
from domain.inventory.reservations import ItemClaims, Reservation
from domain.messages.inventory import Account, ReservationLine, ReservationsMoved


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


def move(
    item: Item, moved: ReservationsMoved, line: ReservationLine, reservation: Reservation | None, claims: ItemClaims
) -> LedgerDecision:
    """The customer wants it on another day, or more of the order: the claim moves in the queue, with what it holds.

    If it is earlier now and waits, those behind it are asked for what is only pending with them; if it is later, it is
    asked for what is only pending with it.
    """
    draft = DecisionDraft(item, claims.named)
    if reservation is None:
        return draft.decided(LedgerVerdict.ENDED_BEFORE)
    placed_at_us = moved.placed_at_us or reservation.placed_at_us
    claim = draft.hear(reservation, line)._replace(requested_us=moved.requested_us, placed_at_us=placed_at_us)
    draft.store(reservation, claim)
    if claim.queue_position > reservation.queue_position:
        give_way(draft, reservation, claim, claims)
    elif claim.waits:
        recall_for(draft, claim, claims)
    return draft.decided(LedgerVerdict.MOVED)


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
    draft = DecisionDraft(item, claims.named)
    if reservation is not None:
        left = _release_held(draft, draft.hear(reservation, line), line)
        draft.store(reservation, left)
        fill_waiting(draft, claims.waiting)
        fill_again(draft, left)
    return draft.decided(LedgerVerdict.ENDED_BEFORE if reservation is None else LedgerVerdict.RELEASED)


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
