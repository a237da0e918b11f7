"""Where an order asks for its stock: at the nodes of its channel, or while a warehouse is away at those named for that.

It is decided each time that an order asks, and holds for what it asks for then. What waits or is promised already stays
where it is; what waits at nodes that stand in for others is asked for again when these are back (`asking_again`).
"""

from typing import NamedTuple

from domain.identifiers import NodeId
from domain.messages.status import FallbackNodesAsked
from domain.orders.decision import OrderDecision
from domain.orders.outages.table import Conditions
from domain.orders.state import Order
from domain.values import replace


class NodesAsked(NamedTuple):
    """The preferred one first, and those that others stand in for."""

    nodes: tuple[NodeId, ...]
    away: tuple[NodeId, ...] = ()


def sourcing_of(order: Order, conditions: Conditions) -> NodesAsked:
    """As it is now. A warehouse that is away, and for which no other one is there, is asked as ever."""
    away = conditions.warehouses_away
    there = {each.node_id: tuple(node for node in each.instead if node not in away) for each in order.policy.fallbacks}
    stands_in = {node: nodes for node, nodes in there.items() if node in away and nodes}
    if not stands_in:
        return NodesAsked(order.policy.nodes)
    asked = dict.fromkeys(each for node in order.policy.nodes for each in stands_in.get(node, (node,)))
    return NodesAsked(tuple(node for node in asked if node not in stands_in), tuple(stands_in))


def nodes_to_ask(decision: OrderDecision) -> tuple[NodeId, ...]:
    """Those for a request that is sent now; that they are not the usual ones is published."""
    sourcing = sourcing_of(decision.order, decision.rules.conditions)
    if sourcing.away:
        instead_of = dict.fromkeys((*decision.order.sourced_instead_of, *sourcing.away))
        decision.order = replace(decision.order, sourced_instead_of=tuple(instead_of))
        decision.publish(FallbackNodesAsked, away=sourcing.away, nodes=sourcing.nodes)
    return sourcing.nodes
