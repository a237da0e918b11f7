"""What a warehouse reports of its stock: receipts, adjustments, status changes, and returns that came back to it.

Counts and transfer orders have modules of their own.
"""

from domain.identifiers import NO_RESERVATION, NO_SOURCE
from domain.inventory.accounts import OUTSIDE, Item, UnfoundUnits
from domain.inventory.backorders import fill_waiting
from domain.inventory.cases import Loss
from domain.inventory.decisions import NOBODY, Claimant, DecisionDraft, LedgerDecision, LedgerVerdict, counted
from domain.inventory.reservations import ItemClaims
from domain.inventory.stock_facts import blocked, counts, transfer_orders
from domain.inventory.stock_facts.losses import report_loss
from domain.inventory.stock_facts.rows import ItemFacts
from domain.inventory.supply import expecting
from domain.inventory.units.cases import not_counted
from domain.inventory.units.keeping import in_kept_unit, kept_in
from domain.messages.inventory import Account, ReturnedUnits, UnitsInspected, UnitsReturned
from domain.messages.stock import StockLine, StockStatus
from domain.messages.stock_movements import UnitsAdjusted, UnitsReceived, UnitsStatusChanged
from domain.quantities import by_number, format_units
from domain.returns import ReturnCondition


def receive(
    item: Item,
    receipt: UnitsReceived,
    line: StockLine,
    claims: ItemClaims,
    facts: ItemFacts,
) -> LedgerDecision:
    """Units came from a supplier or another node; waiting reservations get first what is available.

    Of what another node has sent, units may be lost on the way: none of these come.
    """
    draft = DecisionDraft(item, claims.named)
    waiting = kept_in(draft, line.unit, claims.waiting)
    quantity = in_kept_unit(draft, line.unit, counted(line.quantity))
    if quantity is None:
        draft.raise_case(not_counted(receipt, (line,), draft.unit))
        return draft.decided(LedgerVerdict.NOT_COUNTED)
    before = draft.shortfall(receipt.node_id)
    verdict = _put_in(draft, receipt, quantity, facts)
    if receipt.status is StockStatus.SCRAPPED:
        return draft.decided(verdict)
    expecting.use_up(draft, receipt, quantity, facts.supply)
    counts.came(draft, receipt.node_id, receipt.provenance.occurred_at_us, quantity)
    fill_waiting(draft, waiting)
    deed = f"received {format_units(quantity)} that {by_number(quantity, 'was', 'were')} counted before"
    report_loss(draft, _loss(receipt, line, deed), before, claims)
    return draft.decided(verdict)


def _put_in(draft: DecisionDraft, receipt: UnitsReceived, quantity: int, facts: ItemFacts) -> LedgerVerdict:
    if receipt.transfer_order_id:
        return transfer_orders.receive(draft, receipt, quantity, facts)
    blocked.move(draft, receipt.node_id, Account.SUPPLIER, blocked.account_in_stock(receipt.status), quantity)
    return LedgerVerdict.RECEIVED


_PUT = {
    ReturnCondition.RESTOCKED: Account.AVAILABLE,
    ReturnCondition.DAMAGED: Account.DAMAGED,
    ReturnCondition.INSPECT: Account.QUALITY_HOLD,
}
"""The account for returned units; missing units have none, and the order forwards none of them."""
_FOUND = {**_PUT, ReturnCondition.MISSING: Account.ADJUSTMENT}
"""The account for inspected units."""


def take_back(item: Item, fact: UnitsReturned, line: ReturnedUnits, claims: ItemClaims) -> LedgerDecision:
    """Units came back from a customer; waiting reservations get those that can be sold again."""
    draft = DecisionDraft(item, claims.named)
    quantity = counted(line.quantity)
    before = draft.shortfall(fact.node_id)
    customer = Claimant(fact.order_id, NO_RESERVATION)
    blocked.move(draft, fact.node_id, Account.CUSTOMER, _PUT[line.condition], quantity, customer)
    counts.came(draft, fact.node_id, fact.occurred_at_us, quantity)
    fill_waiting(draft, claims.waiting)
    were = by_number(quantity, "was", "were")
    deed = f"took back {format_units(quantity)} with {fact.return_id} that {were} counted before"
    key = f"{fact.order_id}/{fact.node_id}/{fact.return_id}/{line.line_id}"
    report_loss(draft, Loss(fact.node_id, NO_SOURCE, deed, key), before, claims)
    return draft.decided(LedgerVerdict.RETURNED)


def inspect(item: Item, fact: UnitsInspected, line: ReturnedUnits, claims: ItemClaims) -> LedgerDecision:
    """Returned units leave the quality hold; inspected before they came, they leave it as soon as they come.

    Inspected once more, they leave the account into which they came by what was said before.
    """
    draft = DecisionDraft(item, claims.named)
    quantity = counted(line.quantity)
    before = draft.shortfall(fact.node_id)
    was, account = _FOUND[line.was], _FOUND[line.condition]
    if account in OUTSIDE:
        counts.leave(draft, fact.node_id, fact.occurred_at_us, quantity)
        counts.not_found(draft, UnfoundUnits(fact.node_id, fact.occurred_at_us, quantity, in_hand=True))
    blocked.move(draft, fact.node_id, was, account, quantity, Claimant(fact.order_id, NO_RESERVATION))
    if was in OUTSIDE:
        counts.came(draft, fact.node_id, fact.occurred_at_us, quantity)
    fill_waiting(draft, claims.waiting)
    deed = f"inspected {format_units(quantity)} of {fact.return_id} as {line.condition}"
    key = f"{fact.order_id}/{fact.node_id}/{fact.return_id}/{line.line_id}/inspected"
    report_loss(draft, Loss(fact.node_id, NO_SOURCE, deed, key), before, claims)
    return draft.decided(LedgerVerdict.INSPECTED)


def adjust(item: Item, adjustment: UnitsAdjusted, line: StockLine, claims: ItemClaims) -> LedgerDecision:
    """Units were found, and waiting reservations get them first; or written off, which is a fact, promised or not."""
    draft = DecisionDraft(item, claims.named)
    waiting = kept_in(draft, line.unit, claims.waiting)
    quantity = in_kept_unit(draft, line.unit, line.quantity)
    if quantity is None:
        draft.raise_case(not_counted(adjustment, (line,), draft.unit))
        return draft.decided(LedgerVerdict.NOT_COUNTED)
    node_id, occurred_at_us = adjustment.node_id, adjustment.provenance.occurred_at_us
    if quantity >= 0:
        draft.move(NOBODY, node_id, Account.ADJUSTMENT, Account.AVAILABLE, quantity)
        counts.came(draft, node_id, occurred_at_us, quantity)
        fill_waiting(draft, waiting)
        return draft.decided(LedgerVerdict.FOUND)
    before = draft.shortfall(node_id)
    counts.leave_free(draft, node_id, occurred_at_us, -quantity)
    draft.move(NOBODY, node_id, Account.AVAILABLE, Account.ADJUSTMENT, -quantity)
    fill_waiting(draft, waiting)
    loss = _loss(adjustment, line, f"wrote off {format_units(-quantity)} with adjustment {adjustment.adjustment_id}")
    is_short = report_loss(draft, loss._replace(occurred_us=occurred_at_us), before, claims)
    return draft.decided(LedgerVerdict.WRITTEN_OFF_PROMISED_UNITS if is_short else LedgerVerdict.WRITTEN_OFF)


def change_status(item: Item, change: UnitsStatusChanged, line: StockLine, claims: ItemClaims) -> LedgerDecision:
    """Units have another status: waiting reservations get what is available now; promised units may be blocked."""
    draft = DecisionDraft(item, claims.named)
    waiting = kept_in(draft, line.unit, claims.waiting)
    quantity = in_kept_unit(draft, line.unit, counted(line.quantity))
    if quantity is None:
        draft.raise_case(not_counted(change, (line,), draft.unit))
        return draft.decided(LedgerVerdict.NOT_COUNTED)
    before = draft.shortfall(change.node_id)
    debit, credit = blocked.account_in_stock(change.from_status), blocked.account_after(change.to_status)
    if credit in OUTSIDE:
        leave = counts.leave_free if debit is Account.AVAILABLE else counts.leave
        leave(draft, change.node_id, change.provenance.occurred_at_us, quantity)
    blocked.move(draft, change.node_id, debit, credit, quantity)
    fill_waiting(draft, waiting)
    loss = _loss(change, line, f"changed {format_units(quantity)} to {change.to_status} with {change.change_id}")
    loss = loss._replace(occurred_us=change.provenance.occurred_at_us, account=credit)
    is_short = report_loss(draft, loss, before, claims)
    return draft.decided(LedgerVerdict.BLOCKED_PROMISED_UNITS if is_short else LedgerVerdict.STATUS_CHANGED)


def _loss(fact: UnitsReceived | UnitsAdjusted | UnitsStatusChanged, line: StockLine, deed: str) -> Loss:
    return Loss(fact.node_id, fact.provenance.source_id, deed, f"{fact.document_event_id}/{line.line_id}")
