"""Losses of promised units whose cases are open: what comes to the node afterwards explains or replaces them.

The receipt that was missing when somebody counted may come a day later, or the adjustment be taken back. When as many
units have come as were missing, the case SHRINKAGE is resolved, and says by what. If that was wrong as well, its
correction is a loss of its own. Shipped units that come back and are held for their own order again cover nothing: they
are promised, as the missing ones are.
"""

from domain.inventory.accounts import PROMISES, Item, OpenLoss
from domain.inventory.cases import shrinkage_resolved
from domain.inventory.decisions import LedgerDecision
from domain.messages.cases import Case
from domain.messages.inventory import Account, Transfer

_FOR_ORDERS = frozenset({Account.AVAILABLE, Account.PENDING, Account.ALLOCATED, Account.PICKED})


def covered(before: Item, decision: LedgerDecision, fact: str) -> LedgerDecision:
    """The decision with what it says of losses from before it; `fact`: as people name it."""
    if not decision.transfers:
        return decision
    left, cases = [], []
    came = {loss.node_id: _came(decision.transfers, loss.node_id) for loss in before.losses}
    for loss in decision.item.losses:
        units = min(loss.units, max(0, came.get(loss.node_id, 0))) if loss in before.losses else 0
        if units:
            came[loss.node_id] -= units
        if units == loss.units:
            had_left = _has_left(decision.transfers, loss.node_id)
            cases.append(shrinkage_resolved(before.item_id, loss, fact, had_left=had_left))
        else:
            left.append(loss._replace(units=loss.units - units))
    return _with(decision, tuple(left), tuple(cases))


def _came(transfers: tuple[Transfer, ...], node_id: str) -> int:
    """By how much there is more at the node for orders; what they ship is not lost, what they get back not found."""
    units = 0
    for move in transfers:
        if move.debit is Account.CUSTOMER and move.credit in PROMISES:
            continue
        if move.credit in _FOR_ORDERS and (move.to_node_id or move.node_id) == node_id:
            units += move.quantity
        if move.debit in _FOR_ORDERS and move.credit is not Account.CUSTOMER and move.node_id == node_id:
            units -= move.quantity
    return units


def _has_left(transfers: tuple[Transfer, ...], node_id: str) -> bool:
    """Whether units were shipped: as many were found then, since the shipment is older than a count."""
    return any(move.credit is Account.CUSTOMER and move.node_id == node_id for move in transfers)


def _with(decision: LedgerDecision, losses: tuple[OpenLoss, ...], cases: tuple[Case, ...]) -> LedgerDecision:
    return decision._replace(item=decision.item._replace(losses=losses), cases=(*decision.cases, *cases))
