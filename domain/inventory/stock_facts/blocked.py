"""Blocked stock: units that are at a node and cannot be promised, damaged or on quality hold.

More of them may leave a blocked account than have come into it, because the fact that brought them is late or lost.
The account does not fall below zero: what it lacks comes from the available units, and what is brought into it later
stays available by as much. So any order of the facts ends in the same position.
"""

from domain.identifiers import NodeId
from domain.inventory.accounts import BLOCKED
from domain.inventory.cases import unblocked_resolved, unblocked_too_many
from domain.inventory.decisions import NOBODY, Claimant, DecisionDraft
from domain.messages.inventory import Account
from domain.messages.stock import StockStatus

_IN_STOCK = {
    StockStatus.AVAILABLE: Account.AVAILABLE,
    StockStatus.QUALITY_HOLD: Account.QUALITY_HOLD,
    StockStatus.DAMAGED: Account.DAMAGED,
}


def account_in_stock(status: StockStatus) -> Account:
    """Where units of a status are that come; SCRAPPED is a bug of the sender, because intake refuses it here."""
    if status not in _IN_STOCK:
        raise ValueError(f"units that are {status} reached the ledger")
    return _IN_STOCK[status]


def account_after(status: StockStatus) -> Account:
    """Where units are after they got a status; scrapped ones are outside."""
    return _IN_STOCK.get(status, Account.ADJUSTMENT)


def move(  # noqa: PLR0913, PLR0917  as many as a transfer has
    draft: DecisionDraft,
    node_id: NodeId,
    debit: Account,
    credit: Account,
    quantity: int,
    claimant: Claimant = NOBODY,
) -> None:
    """Enter what a fact moves between two accounts of a node, of which any may be blocked; they must differ."""
    if debit is credit:
        raise ValueError(f"a movement from {debit} to itself reached the ledger")
    taken = _taken(draft, node_id, debit, quantity)
    put = _put(draft, node_id, credit, quantity)
    directly = min(taken, put)
    draft.move(claimant, node_id, debit, credit, directly)
    if debit is not Account.AVAILABLE:
        draft.move(claimant, node_id, debit, Account.AVAILABLE, taken - directly)
    if credit is not Account.AVAILABLE:
        draft.move(claimant, node_id, Account.AVAILABLE, credit, put - directly)


def _taken(draft: DecisionDraft, node_id: NodeId, debit: Account, quantity: int) -> int:
    """How many the account can give; the rest is premature."""
    if debit not in BLOCKED:
        return quantity
    taken = min(quantity, draft.balance(node_id, debit))
    if taken < quantity:
        premature = draft.facts.change_premature(node_id, debit, quantity - taken)
        draft.raise_case(unblocked_too_many(draft.item_id, node_id, debit, premature))
    return taken


def _put(draft: DecisionDraft, node_id: NodeId, credit: Account, quantity: int) -> int:
    """How many the account gets; the others have left it already."""
    covered = min(quantity, draft.facts.premature(node_id, credit))
    if covered and not draft.facts.change_premature(node_id, credit, -covered):
        draft.raise_case(unblocked_resolved(draft.item_id, node_id, credit))
    return quantity - covered
