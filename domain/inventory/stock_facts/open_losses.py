"""Losses of promised units whose cases are open: what comes to the node afterwards explains or replaces them.

The receipt that was missing when somebody counted may come a day later, or the adjustment be taken back. When as many
units have come as were missing, the case SHRINKAGE is resolved, and says by what. If that was wrong as well, its
correction is a loss of its own. Shipped units that come back and are held for their own order again cover nothing: they
are promised, as the missing ones are.

A loss also ends when nobody has to look for its units, and no order is promised them there any more: a later count has
found them missing too, a fact from before the count explains them, or they have arrived where they were sent, and
nobody waits for the item.
"""

from collections.abc import Callable

from domain.identifiers import ItemId, NodeId
from domain.inventory.accounts import BLOCKED, PROMISES, Item, OpenLoss
from domain.inventory.cases import sent_units_arrived, shrinkage_confirmed, shrinkage_resolved
from domain.inventory.decisions import LedgerDecision
from domain.inventory.stock_facts.rows import TransferOrder
from domain.messages.cases import Case
from domain.messages.inventory import Account, Transfer

_OF_AN_ORDER = PROMISES | {Account.PICKED}
_FOR_ORDERS = _OF_AN_ORDER | {Account.AVAILABLE}


def covered(before: Item, decision: LedgerDecision, fact: str) -> LedgerDecision:
    """The decision with what it says of losses from before it; `fact`: as people name it."""
    if not decision.transfers:
        return decision
    left, cases = [], []
    units_of = _covered(before, decision)
    for loss in decision.item.losses:
        units = units_of.get((loss.node_id, loss.key), 0)
        if units and units == loss.units:
            had_left = _has_left(decision.transfers, loss.node_id)
            cases.append(shrinkage_resolved(before.item_id, loss, fact, had_left=had_left))
        else:
            left.append(loss._replace(units=loss.units - units))
    return _with(decision, tuple(left), tuple(cases))


def _covered(before: Item, decision: LedgerDecision) -> dict[tuple[NodeId, str], int]:
    """How much of each loss from before the decision; what a count knew was missing, not blocked, so that is first."""
    transfers = decision.transfers
    came = {loss.node_id: _came(transfers, loss.node_id) for loss in before.losses}
    is_late = {node_id: _has_left(transfers, node_id) for node_id in came}
    known = {(loss.node_id, loss.key): loss.units for loss in before.losses}
    covered = {}
    for loss in sorted(
        decision.item.losses, key=lambda each: is_late.get(each.node_id, False) and each.account in BLOCKED
    ):
        place = loss.node_id, loss.key
        if known.get(place) == loss.units:
            covered[place] = min(loss.units, max(0, came[loss.node_id]))
            came[loss.node_id] -= covered[place]
    return covered


def _came(transfers: tuple[Transfer, ...], node_id: str) -> int:
    """By how much there is more at the node for orders.

    What they ship is not lost, nor is what they lose themselves and wait for; what they get back is not found.
    """
    units = 0
    for move in transfers:
        if (move.debit is Account.CUSTOMER and move.credit in PROMISES) or _waits_for_others(move):
            continue
        if move.credit in _FOR_ORDERS and (move.to_node_id or move.node_id) == node_id:
            units += move.quantity
        if move.debit in _FOR_ORDERS and move.credit is not Account.CUSTOMER and move.node_id == node_id:
            units -= move.quantity
    return units


def _has_left(transfers: tuple[Transfer, ...], node_id: str) -> bool:
    """Whether units left an order, or were shipped: as many were found then, since that is older than a count."""
    return any(
        (move.credit is Account.CUSTOMER or _waits_for_others(move)) and move.node_id == node_id for move in transfers
    )


def _waits_for_others(move: Transfer) -> bool:
    return move.debit in _OF_AN_ORDER and move.credit not in {*_FOR_ORDERS, Account.CUSTOMER}


def _with(decision: LedgerDecision, losses: tuple[OpenLoss, ...], cases: tuple[Case, ...]) -> LedgerDecision:
    return decision._replace(item=decision.item._replace(losses=losses), cases=(*decision.cases, *cases))


def ended(decision: LedgerDecision, under_way: Callable[[TransferOrder], int]) -> LedgerDecision:
    """The decision without the losses that are confirmed; `under_way`: the balance of a transfer order before it."""
    item = decision.item
    short = {node.node_id for node in item.nodes if node.available < 0}
    over = {
        loss: _why_over(item.item_id, decision, loss, under_way) for loss in item.losses if loss.node_id not in short
    }
    cases = tuple(case for case in over.values() if case is not None)
    return _with(decision, tuple(loss for loss in item.losses if over.get(loss) is None), cases) if cases else decision


def _why_over(
    item_id: ItemId, decision: LedgerDecision, loss: OpenLoss, under_way: Callable[[TransferOrder], int]
) -> Case | None:
    if loss.confirmed >= loss.units:
        return shrinkage_confirmed(item_id, loss)
    if not loss.sent_with or decision.item.backordered:
        return None
    order = TransferOrder(loss.node_id, loss.sent_to, loss.sent_with)
    now = [each.units for each in decision.balances if each.order == order]
    return sent_units_arrived(item_id, loss) if (now or [under_way(order)])[-1] <= 0 else None
