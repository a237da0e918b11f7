"""The invariants of the stock policy, checked like those of the ledger (`domain/inventory/laws.py`).

The promises are judged from what is left free, not by what the rules call promisable, so that an error there is seen.
"""

from collections.abc import Iterable

from domain.identifiers import ChannelId, NodeId, channel_of
from domain.invariants import Law, Violation
from domain.inventory.accounts import PROMISES, Item
from domain.inventory.reservations import Reservation
from domain.inventory.stock_policy.node_policy import Fence, NodePolicy
from domain.messages.inventory import Account, NodePosition, Transfer


def broken_promises(item: Item, transfers: Iterable[Transfer]) -> tuple[Violation, ...]:
    """The promises of one decision that the item's stock policy forbids; `item` is as it is after the decision.

    What stays free at the node covers the safety stock. It also covers what the fences of the other channels have not
    used: all of them where the channel took more than its own fence, else those that come before its own.
    """
    if not item.policy.nodes:
        return ()
    policies = {policy.node_id: policy for policy in item.policy.nodes}
    nodes = {node.node_id: node for node in item.nodes}
    promised = {
        (move.node_id, channel_of(move.order_id))
        for move in transfers
        if move.debit is Account.AVAILABLE and move.credit in PROMISES and move.node_id in policies
    }
    return tuple(
        violation
        for node_id, channel_id in sorted(promised)
        for violation in _broken_promise(item, nodes[node_id], policies[node_id], channel_id)
    )


def policy_differences(item: Item, rows: tuple[Reservation, ...]) -> Iterable[Violation]:
    """What channels have taken and wait for, as it is counted, against all open reservations of the item."""
    for policy in item.policy.nodes:
        for fence in policy.fences:
            held = sum(row.units_at(policy.node_id).held for row in rows if row.channel_id == fence.channel_id)
            if held != fence.taken:
                yield _miscounted(item, policy.node_id, f"{fence.channel_id} has taken", fence.taken, held)
    for channel_id, waiting in item.policy.demand:
        demand = sum(row.demand for row in rows if row.channel_id == channel_id)
        if demand != waiting:
            yield _miscounted(item, NodeId(""), f"{channel_id} waits for", waiting, demand)


def _broken_promise(item: Item, node: NodePosition, policy: NodePolicy, channel_id: ChannelId) -> Iterable[Violation]:
    for_sale = policy.for_sale(node)
    kept = policy.safety_stock + sum(fence.unused(for_sale) for fence in _fences_ahead(policy, channel_id, for_sale))
    if node.available < kept:
        reason = f"{item.item_id} at {node.node_id}: promised to {channel_id}, {node.available} are left of {kept} kept"
        yield Violation(Law.OVERSOLD, item.item_id, reason, node.node_id, node.available, kept)


def _fences_ahead(policy: NodePolicy, channel_id: ChannelId, for_sale: int) -> Iterable[Fence]:
    place = next((place for place, each in enumerate(policy.fences) if each.channel_id == channel_id), None)
    if place is not None and policy.fences[place].taken <= policy.fences[place].size(for_sale):
        return policy.fences[:place]
    return (each for each in policy.fences if each.channel_id != channel_id)


def _miscounted(item: Item, node_id: NodeId, what: str, counted: int, held: int) -> Violation:
    reason = f"{item.item_id} at {node_id or 'any node'}: {what} {counted}, its reservations {held}"
    return Violation(Law.ACCOUNTS_MATCH_CLAIMS, item.item_id, reason, node_id, counted, held)
