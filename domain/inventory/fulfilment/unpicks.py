"""Picks undone: picked units are put back, damaged or lost, or units are not found when they are to be picked.

Like all facts they apply, whatever the ledger knows. The claim keeps its place: what is put back at its node is held
for it again, and for what is gone it waits. What the claim has not picked at the node comes from the node's available
units, below zero if need be, and promised units are recalled. The order changes its claim by the same rule
(`domain.orders.claims`).
"""

from dataclasses import dataclass

from domain.identifiers import NO_RESERVATION, NodeId
from domain.inventory.accounts import Item, UnfoundUnits
from domain.inventory.cases import Shortage, drift
from domain.inventory.decisions import Claimant, DecisionDraft, LedgerDecision, LedgerVerdict, claimant_of, counted
from domain.inventory.fulfilment.settling import settle
from domain.inventory.reservations import ItemClaims, Reservation, claim_id_of
from domain.inventory.stock_facts import blocked, counts
from domain.messages.inventory import Account, ReservationLine, UnitsShortPicked, UnitsUnpicked, UnpickedUnits
from domain.returns import ReturnCondition

GONE_TO = {
    ReturnCondition.DAMAGED: Account.DAMAGED,
    ReturnCondition.INSPECT: Account.QUALITY_HOLD,
    ReturnCondition.MISSING: Account.ADJUSTMENT,
}
"""Where units are that are damaged, lost or to be inspected."""


def unpick(
    item: Item, fact: UnitsUnpicked, line: UnpickedUnits, reservation: Reservation | None, claims: ItemClaims
) -> LedgerDecision:
    """Picked units will not be shipped; `reservation` is the row under `claim_id_of`, if there is one."""
    undo = _Unpick(DecisionDraft(item, claims.named), fact, line, counted(line.quantity))
    if undo.gone_to is Account.ADJUSTMENT:
        counts.leave(undo.draft, fact.node_id, fact.occurred_at_us, line.quantity)
    claim = None
    if reservation is not None:
        claim = undo.draft.hear(reservation, line)
        claim = undo.take_out(claim)
        if undo.gone_to is not None:
            claim, undo.left = _lose_held(undo.draft, claim, fact.node_id, undo.gone_to, undo.left)
            lost = line.quantity - undo.left
            unfound = UnfoundUnits(fact.node_id, fact.occurred_at_us, lost, undo.gone_to, in_hand=True)
            counts.not_found(undo.draft, unfound)
        undo.draft.store(reservation, claim)
        if undo.gone_to is None and line.reservation_id != NO_RESERVATION:
            undo.draft.compare(claim, confirmed=fact.confirmed)
    if undo.gone_to is not None:
        _lose(undo.draft, _claimant(fact, line), fact.node_id, undo.gone_to, undo.left)
    settle(undo.draft, reservation, claim, claims)
    return undo.draft.decided(LedgerVerdict.UNPICKED if undo.gone_to is None else LedgerVerdict.LOST)


@dataclass(slots=True)
class _Unpick:
    """Units that leave the picked ones; never outlives one call."""

    draft: DecisionDraft
    fact: UnitsUnpicked
    line: UnpickedUnits
    left: int
    """Units of the fact that no claim has covered yet."""

    @property
    def gone_to(self) -> Account | None:
        """Where units are that are damaged, lost or to be inspected; None for those put back."""
        return GONE_TO.get(self.line.condition)

    def take_out(self, claim: Reservation) -> Reservation:
        """Take units out of picking at the node, as far as the claim has picked them there."""
        at = claim.units_at(self.fact.node_id)
        units = min(self.left, at.picked)
        self.left -= units
        claim = claim.with_units(at._replace(picked=at.picked - units))
        if self.gone_to is not None:
            self._move_picked(claim, self.gone_to, units)
            return self._waiting(claim, units)
        if self.line.reservation_id == NO_RESERVATION:
            self._move_picked(claim, Account.AVAILABLE, units)
            return claim
        self._move_picked(claim, Account.ALLOCATED if claim.confirmed else Account.PENDING, units)
        at = claim.units_at(self.fact.node_id)
        if claim.confirmed:
            return claim.with_units(at._replace(allocated=at.allocated + units))
        return claim.with_units(at._replace(pending=at.pending + units))

    def _move_picked(self, claim: Reservation, credit: Account, units: int) -> None:
        blocked.move(self.draft, self.fact.node_id, Account.PICKED, credit, units, claimant_of(claim))

    def _waiting(self, claim: Reservation, units: int) -> Reservation:
        """An order waits for others; units that were picked without a claim are nobody's."""
        is_claimed = self.line.reservation_id != NO_RESERVATION
        return claim._replace(backordered=claim.backordered + units) if is_claimed else claim


def miss(
    item: Item, fact: UnitsShortPicked, line: ReservationLine, reservation: Reservation | None, claims: ItemClaims
) -> LedgerDecision:
    """Units were not found; `reservation` is the row under `claim_id_of`, if there is one."""
    draft = DecisionDraft(item, claims.named)
    left = counted(line.quantity)
    counts.leave(draft, fact.node_id, fact.occurred_at_us, left)
    claim = None
    if reservation is not None:
        claim, left = _lose_held(draft, draft.hear(reservation, line), fact.node_id, Account.ADJUSTMENT, left)
        draft.store(reservation, claim)
        counts.not_found(draft, UnfoundUnits(fact.node_id, fact.occurred_at_us, line.quantity - left))
    _lose(draft, _claimant(fact, line), fact.node_id, Account.ADJUSTMENT, left)
    settle(draft, reservation, claim, claims)
    return draft.decided(LedgerVerdict.LOST)


def _lose_held(
    draft: DecisionDraft, claim: Reservation, node_id: NodeId, gone_to: Account, quantity: int
) -> tuple[Reservation, int]:
    """Units that the claim holds at the node are gone, allocated ones first; returns what it does not hold there."""
    here = claim.units_at(node_id)
    allocated = min(quantity, here.allocated)
    pending = min(quantity - allocated, here.pending)
    blocked.move(draft, node_id, Account.ALLOCATED, gone_to, allocated, claimant_of(claim))
    blocked.move(draft, node_id, Account.PENDING, gone_to, pending, claimant_of(claim))
    stays = here._replace(allocated=here.allocated - allocated, pending=here.pending - pending)
    units = allocated + pending
    return claim.with_units(stays)._replace(backordered=claim.backordered + units), quantity - units


def _claimant(fact: UnitsUnpicked | UnitsShortPicked, line: UnpickedUnits | ReservationLine) -> Claimant:
    return Claimant(fact.order_id, claim_id_of(fact.order_id, line))


def _lose(draft: DecisionDraft, claimant: Claimant, node_id: NodeId, gone_to: Account, quantity: int) -> None:
    """Units that no claim has picked there leave the available ones, which may be promised or not there."""
    before, promised = draft.shortfall(node_id), draft.promised_there(node_id)
    blocked.move(draft, node_id, Account.AVAILABLE, gone_to, quantity, claimant)
    unknown = draft.shortfall(node_id) - before
    if unknown > 0:
        shortage = Shortage(node_id, "lost", f"order {claimant.order_id}", unknown, promised, draft.shortfall(node_id))
        draft.raise_drift(node_id, drift(draft.item_id, shortage))
