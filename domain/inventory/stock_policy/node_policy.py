"""The stock policy of an item at a node: its safety stock, and the units that it fences for channels.

The units that are free at a node (`AVAILABLE`) are dealt out in this order, as far as they last:

1. the safety stock, which nobody is promised;
2. to each fence, in the order of the planner's list, what its channel has not taken of it;
3. the rest to the pool, for everybody.

A channel may be promised what is in its own fence and in the pool (docs/domain.md#safety-stock-and-fences).
"""

from typing import NamedTuple

from domain.identifiers import ChannelId, NodeId
from domain.messages.inventory import NodePosition
from domain.quantities import UNIT

NO_CHANNEL = ChannelId("")
"""Stands for a channel without a fence: it has the pool."""


class Fence(NamedTuple):
    """Units kept for one channel at a node: so many (millionths), or so many percent of what is for sale there.

    `taken`: pending and allocated units of the channel's open claims at the node. A claim of version 1 of its table
    that has not changed since is not among them.
    """

    channel_id: ChannelId
    quantity: int
    percent: int
    taken: int = 0

    def size(self, for_sale: int) -> int:
        """How many units it fences; a share is rounded down to whole units."""
        return for_sale * self.percent // (100 * UNIT) * UNIT if self.percent else self.quantity

    def unused(self, for_sale: int) -> int:
        """The units that are still to be kept for its channel."""
        return max(0, self.size(for_sale) - self.taken)


class NodePolicy(NamedTuple):
    """The policy at one node: a safety stock in millionths, and at most one fence a channel, in order."""

    node_id: NodeId
    safety_stock: int
    fences: tuple[Fence, ...]

    def for_sale(self, node: NodePosition) -> int:
        """What a share is a part of: the units that are free or promised, without the safety stock."""
        return max(0, node.available + node.pending + node.allocated - self.safety_stock)

    def promisable(self, node: NodePosition, channel_id: ChannelId) -> int:
        """The free units that the channel may be promised: those in its fence, and in the pool."""
        dealt = self.dealt(node)
        return dealt[NO_CHANNEL] + (dealt.get(channel_id, 0) if channel_id != NO_CHANNEL else 0)

    def dealt(self, node: NodePosition) -> dict[ChannelId, int]:
        """The free units by whom they are for: in the fence of each channel, and in the pool (`NO_CHANNEL`)."""
        for_sale = self.for_sale(node)
        left = max(0, node.available - self.safety_stock)
        dealt = {}
        for fence in self.fences:
            dealt[fence.channel_id] = min(left, fence.unused(for_sale))
            left -= dealt[fence.channel_id]
        return {**dealt, NO_CHANNEL: left}

    def with_taken(self, channel_id: ChannelId, quantity: int) -> "NodePolicy":
        """After the channel's claims have taken so many units more, or fewer below zero."""
        return self._replace(
            fences=tuple(
                fence._replace(taken=max(0, fence.taken + quantity)) if fence.channel_id == channel_id else fence
                for fence in self.fences
            )
        )


class ChannelDemand(NamedTuple):
    """What the claims of a channel with a fence wait for, in millionths, over all nodes."""

    channel_id: ChannelId
    waiting: int


class StockPolicy(NamedTuple):
    """The policy of an item, as the planner set it at `set_at_us`, and how far it is used."""

    set_at_us: int = 0
    nodes: tuple[NodePolicy, ...] = ()
    demand: tuple[ChannelDemand, ...] = ()
    """By channel, for each that has a fence at any node: a scan of the queue ends where none of them waits."""


NO_POLICY = StockPolicy()
"""All that is free may be promised to everybody."""
