"""Shipments reversed: units that were reported as shipped did not leave, or came back before they were delivered.

Like all facts they apply, whatever the ledger knows. What is open again of the order's line is held for it, at the node
to which the units came; the order says how much that is, and counts it by the same rule (`domain.orders.claims`). The
rest is available, damaged or gone.
"""

from domain.identifiers import NO_RESERVATION, NO_SOURCE
from domain.inventory.accounts import Item
from domain.inventory.cases import Loss
from domain.inventory.decisions import Claimant, DecisionDraft, LedgerDecision, LedgerVerdict, claimant_of, counted
from domain.inventory.fulfilment.settling import settle
from domain.inventory.fulfilment.unpicks import GONE_TO
from domain.inventory.reservations import ItemClaims, Reservation
from domain.inventory.stock_facts import blocked, counts
from domain.messages.inventory import Account, UnitsReversed, UnpickedUnits
from domain.quantities import by_number, format_units
from domain.returns import ReturnCondition


def reverse(
    item: Item, fact: UnitsReversed, line: UnpickedUnits, reservation: Reservation | None, claims: ItemClaims
) -> LedgerDecision:
    """Units come back to the node; `reservation` is the row under the id that the line names, if there is one."""
    draft = DecisionDraft(item, claims.named)
    quantity, node_id = counted(line.quantity), fact.node_id
    before = draft.shortfall(node_id)
    claim = None
    if line.reservation_id == NO_RESERVATION:
        credit = GONE_TO.get(line.condition, Account.AVAILABLE)
        blocked.move(draft, node_id, Account.CUSTOMER, credit, quantity, Claimant(fact.order_id, NO_RESERVATION))
    else:
        claim = _held(draft, fact, line, reservation)
    if line.condition is not ReturnCondition.MISSING:
        counts.came(draft, node_id, fact.occurred_at_us, quantity)
    missing = draft.shortfall(node_id) - before
    if missing > 0:
        draft.raise_loss(_loss(fact, line), missing)
    settle(draft, None if claim is None else reservation, claim, claims)
    return draft.decided(LedgerVerdict.REVERSED)


def _held(
    draft: DecisionDraft, fact: UnitsReversed, line: UnpickedUnits, reservation: Reservation | None
) -> Reservation:
    """The claim with the units."""
    claim = draft.hear(_made(draft, fact, line) if reservation is None else reservation, line)
    at = claim.units_at(fact.node_id)
    credit = Account.ALLOCATED if claim.confirmed else Account.PENDING
    draft.move(claimant_of(claim), fact.node_id, Account.CUSTOMER, credit, line.quantity)
    allocated, pending = (line.quantity, 0) if claim.confirmed else (0, line.quantity)
    claim = claim.with_units(at._replace(allocated=at.allocated + allocated, pending=at.pending + pending))
    draft.store(reservation, claim)
    draft.compare(claim, confirmed=fact.confirmed)
    return claim


def _made(draft: DecisionDraft, fact: UnitsReversed, line: UnpickedUnits) -> Reservation:
    """A claim of which nothing was left is made again, with its order's place in the queue."""
    claim = Reservation(
        reservation_id=line.reservation_id,
        order_id=fact.order_id,
        line_id=line.line_id,
        item_id=line.item_id,
        nodes=fact.nodes,
        split=fact.split,
        priority_class=fact.priority_class,
        arrival=draft.next_arrival(),
        requested=line.quantity,
        confirmed=fact.confirmed,
        placed_at_us=fact.placed_at_us,
        requested_us=line.requested_us,
    )
    draft.store(None, claim)
    return claim


def _loss(fact: UnitsReversed, line: UnpickedUnits) -> Loss:
    were = by_number(line.quantity, "was", "were")
    deed = f"took back {format_units(line.quantity)} with {fact.reversal_id} that {were} counted before"
    return Loss(fact.node_id, NO_SOURCE, deed, f"{fact.order_id}/{fact.reversal_id}/{line.line_id}")
