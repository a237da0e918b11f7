"""Transfer orders: units that one node sends and another one receives (docs/domain.md#transfer-orders).

They are in transit at the node that they are on their way to. A receipt may come first, and may be of less or more than
was sent: what is received beyond it counts as found there, until the other node reports that it has sent it. So the
two may arrive in any order, and in as many parts as they like. What is lost on the way is reported as received and
SCRAPPED: it is written off, and not waited for any more. If it comes all the same, it is found.

A receipt that does not name its sender is of the one node that has units under way to it under that number. One that
names the receiving node itself, or comes where that node has sent the order, is of goods that turned round. Where
neither can be told the goods are there all the same: they are found, and a case asks for the order.
"""

from domain.identifiers import NO_NODE
from domain.inventory.accounts import Item
from domain.inventory.backorders import fill_waiting
from domain.inventory.cases import Loss, Shortage, drift, received_as_sent, received_of_unknown, received_too_many
from domain.inventory.decisions import DecisionDraft, LedgerDecision, LedgerVerdict, counted
from domain.inventory.recalls import recall_promised
from domain.inventory.reservations import ItemClaims
from domain.inventory.stock_facts import blocked, counts
from domain.inventory.stock_facts.losses import report_loss
from domain.inventory.stock_facts.rows import ItemFacts, TransferBalance, TransferOrder
from domain.inventory.units.cases import not_counted
from domain.inventory.units.keeping import in_kept_unit, kept_in
from domain.messages.inventory import Account
from domain.messages.stock import StockLine
from domain.messages.stock_movements import UnitsReceived, UnitsSent
from domain.quantities import format_units


def send(item: Item, fact: UnitsSent, line: StockLine, claims: ItemClaims, facts: ItemFacts) -> LedgerDecision:
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
    counts.leave_free(draft, fact.node_id, fact.provenance.occurred_at_us, quantity)
    left = quantity - _sent_before_it_was_reported(draft, order, quantity, facts)
    _move_out(draft, order, left, facts.under_way(order))
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
        sent_with=fact.transfer_order_id,
        sent_to=fact.to_node_id,
    )


def receive(draft: DecisionDraft, fact: UnitsReceived, quantity: int, facts: ItemFacts) -> LedgerVerdict:
    """Enter the units of a receipt that names a transfer order; lost ones leave what is in transit."""
    stated = TransferOrder(fact.from_node_id, fact.node_id, fact.transfer_order_id)
    if stated.from_node_id not in {NO_NODE, stated.to_node_id}:
        return _receive_of(draft, fact, stated, quantity, facts)
    under_way = [each.order for each in facts.transfers(stated.transfer_order_id) if each.units > 0]
    coming = [] if stated.from_node_id else [each for each in under_way if each.to_node_id == stated.to_node_id]
    orders = coming or [each for each in under_way if each.from_node_id == stated.to_node_id]
    if len(orders) != 1:
        return _receive_of_unknown(draft, fact, stated, quantity, facts)
    if coming:
        return _receive_of(draft, fact, orders[0], quantity, facts)
    back = min(quantity, facts.under_way(orders[0]))
    _turn_round(draft, fact, orders[0], back, facts)
    return _receive_of_unknown(draft, fact, stated, quantity - back, facts)


def _receive_of(
    draft: DecisionDraft, fact: UnitsReceived, order: TransferOrder, quantity: int, facts: ItemFacts
) -> LedgerVerdict:
    balance = facts.under_way(order)
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


def _receive_of_unknown(
    draft: DecisionDraft, fact: UnitsReceived, order: TransferOrder, quantity: int, facts: ItemFacts
) -> LedgerVerdict:
    """The units are there, and nobody knows of which order: they are found until their sender reports it."""
    if not quantity:
        return LedgerVerdict.RECEIVED
    account = blocked.account_after(fact.status)
    if account is not Account.ADJUSTMENT:
        blocked.move(draft, fact.node_id, Account.ADJUSTMENT, account, quantity)
    left = facts.under_way(order) - quantity
    draft.facts.balances.append(TransferBalance(order, left))
    draft.raise_case(received_of_unknown(draft.item_id, order, -left))
    return LedgerVerdict.RECEIVED_MORE_THAN_SENT


def _turn_round(
    draft: DecisionDraft, fact: UnitsReceived, order: TransferOrder, quantity: int, facts: ItemFacts
) -> None:
    """Units are back at the node that sent them; none of them are under way any more."""
    blocked.move(draft, order.to_node_id, Account.IN_TRANSIT, Account.AVAILABLE, quantity)
    draft.send(order.to_node_id, fact.node_id, Account.AVAILABLE, quantity)
    account = blocked.account_after(fact.status)
    if account is not Account.AVAILABLE:
        blocked.move(draft, fact.node_id, Account.AVAILABLE, account, quantity)
    draft.facts.balances.append(TransferBalance(order, facts.under_way(order) - quantity))


def _sent_before_it_was_reported(draft: DecisionDraft, order: TransferOrder, quantity: int, facts: ItemFacts) -> int:
    """What was received before and belonged to no order, or came back before, counts as found no more."""
    left = quantity
    for to_node_id, sender in ((order.to_node_id, NO_NODE), (order.from_node_id, order.from_node_id)):
        known = TransferOrder(sender, to_node_id, order.transfer_order_id)
        units = min(left, max(0, -facts.under_way(known)))
        if units:
            if sender:
                blocked.move(draft, sender, Account.AVAILABLE, Account.ADJUSTMENT, units)
            else:
                draft.send(order.from_node_id, to_node_id, Account.ADJUSTMENT, units)
            balance = TransferBalance(known, facts.under_way(known) + units)
            draft.facts.balances.append(balance)
            if not balance.units:
                draft.raise_case(received_as_sent(draft.item_id, order, known))
        left -= units
    return quantity - left


def _move_out(draft: DecisionDraft, order: TransferOrder, quantity: int, balance: int) -> None:
    """What was received before counts as found no more; the rest is in transit."""
    received = min(quantity, max(0, -balance))
    draft.send(order.from_node_id, order.to_node_id, Account.ADJUSTMENT, received)
    draft.send(order.from_node_id, order.to_node_id, Account.IN_TRANSIT, quantity - received)
    draft.facts.balances.append(TransferBalance(order, balance + quantity))
    if balance < 0 <= balance + quantity:
        draft.raise_case(received_as_sent(draft.item_id, order, order))
