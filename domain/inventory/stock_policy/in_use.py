"""The stock policy of an item while a decision is made: what each channel may be promised, has taken and waits for."""

from domain.identifiers import ChannelId, NodeId
from domain.inventory.stock_policy.node_policy import NO_CHANNEL, ChannelDemand, NodePolicy, StockPolicy
from domain.messages.inventory import NodePosition


class PolicyInUse:
    """Follows the decision's transfers and claims; it never outlives its draft."""

    __slots__ = ("_demand", "_nodes", "_others_wait", "_set_at_us")

    def __init__(self, policy: StockPolicy, backordered: int) -> None:
        """`backordered`: what all claims of the item wait for."""
        self._set_at_us = policy.set_at_us
        self._nodes = {at.node_id: at for at in policy.nodes}
        self._demand = dict(policy.demand)
        self._others_wait = backordered - sum(self._demand.values())

    def at(self, node_id: NodeId) -> NodePolicy | None:
        """The policy at a node; None: all that is free there may be promised."""
        return self._nodes.get(node_id)

    def has_shares(self, node_id: NodeId) -> bool:
        """Whether a fence at the node is a share of what is for sale there."""
        policy = self._nodes.get(node_id)
        return policy is not None and any(fence.percent for fence in policy.fences)

    def promisable(self, node: NodePosition, channel_id: ChannelId) -> int:
        """The units at the node that the channel may be promised now."""
        policy = self._nodes.get(node.node_id)
        return max(0, node.available) if policy is None else policy.promisable(node, channel_id)

    def is_wanted(self, node: NodePosition) -> bool:
        """Whether a channel that waits may be promised any of the node's units; from where it is sourced is open."""
        if self._others_wait > 0 and self.promisable(node, NO_CHANNEL) > 0:
            return True
        return any(waiting > 0 and self.promisable(node, channel) > 0 for channel, waiting in self._demand.items())

    def take(self, node_id: NodeId, channel_id: ChannelId, quantity: int) -> bool:
        """The channel's claims hold so many units more at the node, or fewer below zero.

        Whether another channel may have more now: when claims hold less, a share is one of less.
        """
        policy = self._nodes.get(node_id)
        if policy is None:
            return False
        self._nodes[node_id] = policy.with_taken(channel_id, quantity)
        return quantity < 0

    def wait(self, channel_id: ChannelId, quantity: int) -> None:
        """The channel's claims wait for so many units more, or fewer below zero."""
        if channel_id in self._demand:
            self._demand[channel_id] += quantity
        else:
            self._others_wait += quantity

    def now(self) -> StockPolicy:
        """The policy as it is used now."""
        demand = tuple(ChannelDemand(channel_id, waiting) for channel_id, waiting in self._demand.items())
        return StockPolicy(self._set_at_us, tuple(self._nodes.values()), demand)
