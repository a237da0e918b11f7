"""A planner sets the stock policy of an item, whole; what it frees goes to the queue at once.

A fence or safety stock above what is free takes nothing back: it is filled as units come.
"""

from collections import Counter
from collections.abc import Iterable
from itertools import chain

from domain.identifiers import ChannelId, NodeId
from domain.inventory.accounts import Item
from domain.inventory.backorders import fill_waiting
from domain.inventory.decisions import DecisionDraft, LedgerDecision, LedgerVerdict
from domain.inventory.reservations import ItemClaims, Reservation
from domain.inventory.stock_policy.node_policy import ChannelDemand, Fence, NodePolicy, StockPolicy
from domain.messages.reference_data import StockPolicySet


def set_policy(item: Item, event: StockPolicySet, claims: ItemClaims) -> LedgerDecision:
    """Take over a stock policy, unless a later one is known.

    The open claims of the item are read once, to count what each channel has taken and waits for.
    """
    draft = DecisionDraft(item, claims.named)
    at_us = event.provenance.occurred_at_us
    if at_us < item.policy.set_at_us:
        return draft.decided(LedgerVerdict.POLICY_OUTDATED)
    waiting = tuple(claims.waiting)
    nodes = tuple(_used(policy, claims) for policy in _by_node(event))
    draft.follow(StockPolicy(at_us, nodes, _demand(nodes, waiting)))
    fill_waiting(draft, waiting)
    return draft.decided(LedgerVerdict.POLICY_SET)


def _by_node(event: StockPolicySet) -> Iterable[NodePolicy]:
    safety = {each.node_id: each.quantity for each in event.safety_stock}
    fences: dict[NodeId, list[Fence]] = {}
    for each in event.fences:
        fences.setdefault(each.node_id, []).append(Fence(each.channel_id, each.quantity, each.percent))
    for node_id in dict.fromkeys((*safety, *fences)):
        yield NodePolicy(node_id, safety.get(node_id, 0), tuple(fences.get(node_id, ())))


def _used(policy: NodePolicy, claims: ItemClaims) -> NodePolicy:
    taken: Counter[ChannelId] = Counter()
    for claim in claims.holding_at(policy.node_id) if policy.fences else ():
        taken[claim.channel_id] += claim.units_at(policy.node_id).held
    return policy._replace(fences=tuple(each._replace(taken=taken[each.channel_id]) for each in policy.fences))


def _demand(nodes: Iterable[NodePolicy], waiting: Iterable[Reservation]) -> tuple[ChannelDemand, ...]:
    demand = dict.fromkeys((fence.channel_id for fence in chain.from_iterable(at.fences for at in nodes)), 0)
    for claim in waiting:
        if claim.channel_id in demand:
            demand[claim.channel_id] += claim.demand
    return tuple(ChannelDemand(channel_id, units) for channel_id, units in demand.items())
