"""Movements for an order: units picked and shipped are facts, so they always apply.

They consume the claim of the order first: picked, then allocated, then pending, then backordered units. What the claim
does not hold at that node comes from the node's available units, below zero if need be: the warehouse had units that
the ledger did not know of, or that are promised to others. That opens a DRIFT case, promised units are recalled, and
the next receipt covers what is missing, whatever came first. What the claim held at another node goes back to available
there. The order consumes the counters of its line by the same rule, so both agree no matter what is in flight.
"""

from dataclasses import dataclass

from domain.identifiers import NodeId
from domain.inventory.accounts import Item
from domain.inventory.backorders import fill_again, fill_waiting
from domain.inventory.cases import drift
from domain.inventory.decisions import Claimant, DecisionDraft, LedgerDecision, LedgerVerdict, counted
from domain.inventory.recalls import recall_promised
from domain.inventory.reservations import ItemClaims, PickedUnits, Reservation, claim_id_of
from domain.messages.inventory import Account, ReservationLine, UnitsPicked, UnitsShipped
from domain.messages.orders import AnsweredLine


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
    draft = DecisionDraft(item)
    if counted(line.quantity) == 0:
        return draft.decided(LedgerVerdict.PICKED)
    claim = reservation or _bare_claim(draft, item, fact, line)
    withdrawal = _Withdrawal(draft, _claimant(fact, line), fact.node_id, Account.PICKED, line.quantity)
    left = _with_picked(_withdraw_held(withdrawal, claim), fact.node_id, line.quantity)
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
    draft = DecisionDraft(item)
    withdrawal = _Withdrawal(draft, _claimant(fact, line), fact.node_id, Account.CUSTOMER, counted(line.quantity))
    left = None
    if reservation is not None:
        left = _withdraw_held(withdrawal, _withdraw_picked(withdrawal, reservation))
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
        unknown = needed - min(needed, self.draft.promisable(self.node_id))
        self.draft.move(self.claimant, self.node_id, Account.AVAILABLE, self.credit, needed)
        return unknown


def _withdraw_picked(withdrawal: _Withdrawal, claim: Reservation) -> Reservation:
    if not claim.picked:
        return claim
    here_first = sorted(claim.picked, key=lambda units: units.node_id != withdrawal.node_id)
    stays = {units.node_id: withdrawal.take(units.node_id, Account.PICKED, units.quantity) for units in here_first}
    picked = tuple(PickedUnits(units.node_id, stays[units.node_id]) for units in claim.picked if stays[units.node_id])
    return claim._replace(picked=picked)


def _withdraw_held(withdrawal: _Withdrawal, claim: Reservation) -> Reservation:
    allocated = withdrawal.take(claim.node_id, Account.ALLOCATED, claim.allocated)
    pending = withdrawal.take(claim.node_id, Account.PENDING, claim.pending)
    backordered = withdrawal.drop(claim.backordered)
    reached = claim.reached + claim.backordered - backordered
    return claim._replace(allocated=allocated, pending=pending, backordered=backordered, reached=reached)


def _with_picked(claim: Reservation, node_id: NodeId, quantity: int) -> Reservation:
    """Add the units; a claim that is not bound to another node is bound to theirs."""
    picked = {units.node_id: units.quantity for units in claim.picked}
    picked[node_id] = picked.get(node_id, 0) + quantity
    bound = claim.allocated or claim.pending
    return claim._replace(
        node_id=claim.node_id if bound else node_id,
        picked=tuple(PickedUnits(place, units) for place, units in picked.items()),
    )


def _complete(withdrawal: _Withdrawal, left: Reservation | None, claims: ItemClaims) -> LedgerDecision:
    draft = withdrawal.draft
    unknown = withdrawal.draw()
    fill_waiting(draft, claims.waiting)
    fill_again(draft, left)
    if unknown:
        deed = "picked" if withdrawal.credit is Account.PICKED else "shipped"
        case = drift(draft.item_id, withdrawal.node_id, deed, withdrawal.claimant.order_id, unknown)
        draft.raise_drift(withdrawal.node_id, case)
        recall_promised(draft, claims)
    return draft.decided(_moved(withdrawal, unknown))


def _moved(withdrawal: _Withdrawal, unknown: int) -> LedgerVerdict:
    if withdrawal.credit is Account.PICKED:
        return LedgerVerdict.PICKED_UNKNOWN_UNITS if unknown else LedgerVerdict.PICKED
    return LedgerVerdict.SHIPPED_UNKNOWN_UNITS if unknown else LedgerVerdict.SHIPPED


def _claimant(fact: UnitsPicked | UnitsShipped, line: ReservationLine) -> Claimant:
    return Claimant(fact.order_id, claim_id_of(fact.order_id, line))


def _bare_claim(draft: DecisionDraft, item: Item, fact: UnitsPicked, line: ReservationLine) -> Reservation:
    claim_id = claim_id_of(fact.order_id, line)
    return Reservation(
        reservation_id=claim_id,
        order_id=fact.order_id,
        line_id=line.line_id,
        item_id=item.item_id,
        node_id=fact.node_id,
        nodes=(fact.node_id,),
        priority_class=0,
        arrival=draft.next_arrival(),
        pending=0,
        allocated=0,
        picked=(),
        backordered=0,
        reached=0,
        confirmed=True,
        answer=AnsweredLine(claim_id, line.line_id, fact.node_id, granted=0, backordered=0, denied=0),
    )
