"""Units that a short pick has not found, or that were lost in picking, and were known to be missing: gone once.

A count, a write-off, a transfer or a change of status may take promised units. An order that a warehouse works on keeps
its units, so the warehouse is asked to pick what is gone, and says that it was not found. That is no second loss. A
short pick writes its units off; what a loss from before it explains is found again, as soon as no order is asked to
give units back instead. Both may arrive in any order, so the last short picks are kept with the item.

A warehouse that has picked such units puts them back as MISSING, which is no second loss either. Those that a change of
status has blocked, and that are put back as DAMAGED or INSPECT, leave the blocked account once more than they came.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

from domain.identifiers import NodeId
from domain.inventory.accounts import Item, OpenLoss, UnfoundUnits, balance
from domain.inventory.cases import not_found_again
from domain.inventory.decisions import NOBODY, DecisionDraft, LedgerDecision
from domain.inventory.reservations import ItemClaims
from domain.inventory.stock_facts.rows import OnHandChange
from domain.messages.inventory import Account


class _Explained(NamedTuple):
    loss: int
    """Its number among the item's losses."""
    unfound: int
    """Likewise, among the short picks."""
    units: int


def explained(decision: LedgerDecision, claims: ItemClaims) -> LedgerDecision:
    """The decision with what losses explain of short picks."""
    item = decision.item
    if not (item.losses and item.unfound):
        return decision
    nodes = dict.fromkeys(unfound.node_id for unfound in item.unfound)
    pairs = [pair for node_id in nodes for pair in _pairs(item, node_id, _lacking(decision, node_id, claims))]
    return _with(decision, pairs) if pairs else decision


def _lacking(decision: LedgerDecision, node_id: NodeId, claims: ItemClaims) -> int:
    """Units that are promised, and are not there, and that nobody is asked to give back."""
    changed = {change.after.reservation_id: change.after for change in decision.changes}
    recalled = 0
    for stored in claims.holding_at(node_id):
        at = changed.get(stored.reservation_id, stored).units_at(node_id)
        recalled += min(at.recalled, at.held)
    available = next((node.available for node in decision.item.nodes if node.node_id == node_id), 0)
    return max(0, -available - recalled)


def _pairs(item: Item, node_id: NodeId, lacking: int) -> Iterator[_Explained]:
    """A short pick is explained by losses from before it, the oldest first; so are units that are put back as lost."""
    left = [loss.units if loss.node_id == node_id and loss.occurred_us else 0 for loss in item.losses]
    for number, unfound in enumerate(item.unfound):
        wanted = min(unfound.units, _there(item, unfound)) if unfound.node_id == node_id else 0
        for each, loss in enumerate(item.losses):
            units = min(lacking, wanted, left[each]) if _may_be_alike(loss, unfound) else 0
            if units:
                yield _Explained(each, number, units)
                left[each] -= units
                lacking, wanted = lacking - units, wanted - units


def _may_be_alike(loss: OpenLoss, unfound: UnfoundUnits) -> bool:
    """Who does not find units may look for any that are missing; who had them knows how they are."""
    may_be_any = unfound.account is Account.ADJUSTMENT and not unfound.in_hand
    return (may_be_any or unfound.account is loss.account) and loss.occurred_us <= unfound.occurred_us


def _there(item: Item, unfound: UnfoundUnits) -> int:
    """What a blocked account has at the node: it may have left since."""
    if unfound.account is Account.ADJUSTMENT:
        return unfound.units
    node = next((each for each in item.nodes if each.node_id == unfound.node_id), None)
    return 0 if node is None else balance(node, unfound.account)


def _with(decision: LedgerDecision, pairs: Sequence[_Explained]) -> LedgerDecision:
    """What was written off twice is found once."""
    draft, losses, unfound = DecisionDraft(decision.item), list(decision.item.losses), list(decision.item.unfound)
    for pair in pairs:
        at = unfound[pair.unfound]
        draft.move(NOBODY, at.node_id, at.account, Account.AVAILABLE, pair.units)
        if at.account is Account.ADJUSTMENT:
            draft.facts.movements.append(OnHandChange(at.node_id, at.occurred_us, pair.units))
        unfound[pair.unfound] = at._replace(units=at.units - pair.units)
        losses[pair.loss] = losses[pair.loss]._replace(units=losses[pair.loss].units - pair.units)
    found = draft.decided(decision.verdict)
    last = {pair.loss: unfound[pair.unfound].account for pair in pairs}
    over = [not_found_again(decision.item.item_id, losses[each], last[each]) for each in last if not losses[each].units]
    return decision._replace(
        item=found.item._replace(losses=_left(losses), unfound=_left(unfound)),
        transfers=(*decision.transfers, *found.transfers),
        movements=(*decision.movements, *found.movements),
        cases=(*decision.cases, *over, *found.cases),
    )


_Units = TypeVar("_Units", OpenLoss, UnfoundUnits)


def _left(units: Sequence[_Units]) -> tuple[_Units, ...]:
    return tuple(each for each in units if each.units)
