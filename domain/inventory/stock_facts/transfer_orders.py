"""Transfer orders: units that one node sends and another one receives (docs/domain.md#transfer-orders).

They are in transit at the node that they are on their way to. A receipt may come first, and may be of less or more than
was sent: what is received beyond it counts as found there, until the other node reports that it has sent it. So the
two may arrive in any order, and in as many parts as they like. What is lost on the way is reported as received and
SCRAPPED: it is written off, and not waited for any more. If it comes all the same, it is found.
"""

from collections.abc import Callable

from domain.inventory.accounts import Item
from domain.inventory.backorders import fill_waiting
from domain.inventory.cases import Loss, Shortage, drift, received_as_sent, received_too_many
from domain.inventory.decisions import DecisionDraft, LedgerDecision, LedgerVerdict, counted
from domain.inventory.recalls import recall_promised
from domain.inventory.reservations import ItemClaims
from domain.inventory.stock_facts import blocked, counts
from domain.inventory.stock_facts.losses import report_loss
from domain.inventory.stock_facts.rows import TransferBalance, TransferOrder
from domain.inventory.units.cases import not_counted
from domain.inventory.units.keeping import in_kept_unit, kept_in
from domain.messages.inventory import Account
from domain.messages.stock import StockLine
from domain.messages.stock_movements import UnitsReceived, UnitsSent
from domain.quantities import format_units


def send(
    item: Item, fact: UnitsSent, line: StockLine, claims: ItemClaims, under_way: Callable[[TransferOrder], int]
) -> LedgerDecision:
    """Units left a node for another one; what is promised is lost to its orders, what was not there left as well."""
    draft = DecisionDraft(item, claims.named)
    waiting = kept_in(draft, line.unit, claims.waiting)
    quantity = in_kept_unit(draft, line.unit, counted(line.quantity))
    if quantity is None:
        draft.raise_case(not_counted(fact, (line,), draft.unit))
        return draft.decided(LedgerVerdict.NOT_COUNTED)
    order = TransferOrder(fact.node_id, fact.to_node_id, fact.transfer_order_id)
    before = draft.shortfall(fact.node_id)
    missed = draft.facts.not_found_since(fact.node_id, fact.provenance.occurred_at_us)
    promised = draft.promised_there(fact.node_id) + missed
    counts.leave(draft, fact.node_id, fact.provenance.occurred_at_us, quantity)
    _move_out(draft, order, quantity, under_way(order))
    fill_waiting(draft, waiting)
    unknown = draft.shortfall(fact.node_id) - before - promised
    if unknown > 0:
        purpose = f"transfer order {fact.transfer_order_id}"
        draft.raise_drift(fact.node_id, drift(item.item_id, Shortage(fact.node_id, "sent", purpose, unknown)))
    is_short = report_loss(draft, _loss(fact, line, quantity), before + max(0, unknown), claims)
    if unknown > 0:
        recall_promised(draft, claims)
        return draft.decided(LedgerVerdict.SENT_UNKNOWN_UNITS)
    return draft.decided(LedgerVerdict.SENT_PROMISED_UNITS if is_short else LedgerVerdict.SENT)


def _loss(fact: UnitsSent, line: StockLine, quantity: int) -> Loss:
    deed = f"sent {format_units(quantity)} to {fact.to_node_id} with transfer order {fact.transfer_order_id}"
    return Loss(
        fact.node_id,
        fact.provenance.source_id,
        deed,
        f"{fact.document_event_id}/{line.line_id}",
        fact.provenance.occurred_at_us,
    )


def receive(
    draft: DecisionDraft, fact: UnitsReceived, quantity: int, under_way: Callable[[TransferOrder], int]
) -> LedgerVerdict:
    """Enter the units of a receipt that names a transfer order; lost ones leave what is in transit."""
    order = TransferOrder(fact.from_node_id, fact.node_id, fact.transfer_order_id)
    balance = under_way(order)
    sent = min(quantity, max(0, balance))
    account = blocked.account_after(fact.status)
    blocked.move(draft, fact.node_id, Account.IN_TRANSIT, account, sent)
    if account is not Account.ADJUSTMENT:
        blocked.move(draft, fact.node_id, Account.ADJUSTMENT, account, quantity - sent)
    left = balance - quantity
    draft.facts.balances.append(TransferBalance(order, left))
    if left >= 0:
        return LedgerVerdict.RECEIVED
    draft.raise_case(received_too_many(draft.item_id, order, -left))
    return LedgerVerdict.RECEIVED_MORE_THAN_SENT


def _move_out(draft: DecisionDraft, order: TransferOrder, quantity: int, balance: int) -> None:
    """What was received before counts as found no more; the rest is in transit."""
    received = min(quantity, max(0, -balance))
    draft.send(order.from_node_id, order.to_node_id, Account.ADJUSTMENT, received)
    draft.send(order.from_node_id, order.to_node_id, Account.IN_TRANSIT, quantity - received)
    draft.facts.balances.append(TransferBalance(order, balance + quantity))
    if balance < 0 <= balance + quantity:
        draft.raise_case(received_as_sent(draft.item_id, order))
