"""Movements for an order: units picked and shipped are facts, so they always apply.

They consume the claim of the order first: what is picked at their node, then allocated, then pending, then backordered
units; what another node has picked stays in picking there. What the claim
does not hold at that node comes from the node's available units, below zero if need be: the warehouse had units that
the ledger did not know of, or that are promised to others. That opens a DRIFT case, promised units are recalled, and
the next receipt covers what is missing, whatever came first. What the claim held at another node goes back to available
there. The order consumes the counters of its line by the same rule, so both agree no matter what is in flight.
"""

from dataclasses import dataclass

from domain.identifiers import NodeId
from domain.inventory.accounts import Item
from domain.inventory.backorders import fill_again, fill_waiting
from domain.inventory.cases import Shortage, drift
from domain.inventory.decisions import Claimant, DecisionDraft, LedgerDecision, LedgerVerdict, counted
from domain.inventory.recalls import recall_promised
from domain.inventory.reservations import ItemClaims, Reservation, claim_id_of, here_first
from domain.inventory.stock_facts import counts
from domain.messages.inventory import Account, ReservationLine, UnitsPicked, UnitsShipped


def pick(
    item: Item,
    fact: UnitsPicked,
    line: ReservationLine,
    reservation: Reservation | None,
    claims: ItemClaims,
) -> LedgerDecision:
    """Units were picked for an order; they stay under its claim until they are shipped.

    `reservation` is the row under `claim_id_of`; where there is none, one is made that holds only these units.
    The order forwards no pick of units that it already knows to be shipped.
    """
    draft = DecisionDraft(item, claims.named)
    if counted(line.quantity) == 0:
        return draft.decided(LedgerVerdict.PICKED)
    claim = _bare_claim(draft, item, fact, line) if reservation is None else draft.hear(reservation, line)
    withdrawal = _Withdrawal(draft, _claimant(fact, line), fact.node_id, Account.PICKED, line.quantity)
    withdrawn = _withdraw_held(withdrawal, claim)
    here = withdrawn.units_at(fact.node_id)
    left = withdrawn.with_units(here._replace(picked=here.picked + line.quantity))
    draft.store(reservation, left)
    return _complete(withdrawal, left, claims)


def ship(
    item: Item,
    fact: UnitsShipped,
    line: ReservationLine,
    reservation: Reservation | None,
    claims: ItemClaims,
) -> LedgerDecision:
    """Units were shipped for an order; `reservation` is the row under `claim_id_of`, if there is one."""
    draft = DecisionDraft(item, claims.named)
    withdrawal = _Withdrawal(draft, _claimant(fact, line), fact.node_id, Account.CUSTOMER, counted(line.quantity))
    counts.leave(draft, fact.node_id, fact.occurred_at_us, line.quantity)
    left = None
    if reservation is not None:
        left = _withdraw_held(withdrawal, _withdraw_picked(withdrawal, draft.hear(reservation, line)))
        draft.store(reservation, left)
    return _complete(withdrawal, left, claims)


@dataclass(slots=True)
class _Withdrawal:
    """Units that leave their accounts at one node; never outlives one call."""

    draft: DecisionDraft
    claimant: Claimant
    node_id: NodeId
    credit: Account
    left: int
    """Units not yet covered by the claim."""
    from_stock: int = 0
    """Units covered by the claim, but not held at this node."""

    def take(self, held_at: NodeId, account: Account, held: int) -> int:
        """Consume units held in an account at a node; returns what stays held."""
        units = min(self.left, held)
        self.left -= units
        if held_at == self.node_id:
            self.draft.move(self.claimant, held_at, account, self.credit, units)
        else:
            self.draft.move(self.claimant, held_at, account, Account.AVAILABLE, units)
            self.from_stock += units
        return held - units

    def drop(self, backordered: int) -> int:
        """Consume backordered units of the claim; returns what stays backordered."""
        units = min(self.left, backordered)
        self.left -= units
        self.from_stock += units
        return backordered - units

    def draw(self) -> int:
        """Take the rest from the node's available units; returns how many of them were not there, or are promised."""
        needed = self.from_stock + self.left
        unknown = needed - min(needed, self.draft.unpromised(self.node_id))
        self.draft.move(self.claimant, self.node_id, Account.AVAILABLE, self.credit, needed)
        return unknown


def _withdraw_picked(withdrawal: _Withdrawal, claim: Reservation) -> Reservation:
    here = claim.units_at(withdrawal.node_id)
    stays = withdrawal.take(withdrawal.node_id, Account.PICKED, here.picked)
    return claim.with_units(here._replace(picked=stays))


def _withdraw_held(withdrawal: _Withdrawal, claim: Reservation) -> Reservation:
    for at in here_first(claim.at, withdrawal.node_id):
        if at.held:
            allocated = withdrawal.take(at.node_id, Account.ALLOCATED, at.allocated)
            pending = withdrawal.take(at.node_id, Account.PENDING, at.pending)
            claim = claim.with_units(at._replace(allocated=allocated, pending=pending))
    return claim._replace(backordered=withdrawal.drop(claim.backordered))


def _complete(withdrawal: _Withdrawal, left: Reservation | None, claims: ItemClaims) -> LedgerDecision:
    """Others are asked for what is not there, also if the claim had it and was asked for it before."""
    draft = withdrawal.draft
    promised = draft.promised_there(withdrawal.node_id)
    unknown = withdrawal.draw()
    fill_waiting(draft, claims.waiting)
    fill_again(draft, left)
    if unknown:
        deed = "picked" if withdrawal.credit is Account.PICKED else "shipped"
        purpose = f"order {withdrawal.claimant.order_id}"
        lacks = draft.shortfall(withdrawal.node_id)
        shortage = Shortage(withdrawal.node_id, deed, purpose, unknown, promised, lacks)
        draft.raise_drift(withdrawal.node_id, drift(draft.item_id, shortage))
    recall_promised(draft, claims)
    return draft.decided(_moved(withdrawal, unknown))


def _moved(withdrawal: _Withdrawal, unknown: int) -> LedgerVerdict:
    if withdrawal.credit is Account.PICKED:
        return LedgerVerdict.PICKED_UNKNOWN_UNITS if unknown else LedgerVerdict.PICKED
    return LedgerVerdict.SHIPPED_UNKNOWN_UNITS if unknown else LedgerVerdict.SHIPPED


def _claimant(fact: UnitsPicked | UnitsShipped, line: ReservationLine) -> Claimant:
    return Claimant(fact.order_id, claim_id_of(fact.order_id, line))


def _bare_claim(draft: DecisionDraft, item: Item, fact: UnitsPicked, line: ReservationLine) -> Reservation:
    return Reservation(
        reservation_id=claim_id_of(fact.order_id, line),
        order_id=fact.order_id,
        line_id=line.line_id,
        item_id=item.item_id,
        nodes=(fact.node_id,),
        split=False,
        priority_class=0,
        arrival=draft.next_arrival(),
        requested=0,
        confirmed=True,
    )
