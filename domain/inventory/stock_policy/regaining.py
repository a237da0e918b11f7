"""What a claim would get of the units that claims behind it give back.

Units of another channel's fence go back into that fence, and others may have to make up the safety stock: it is useless
to ask for them. Units that are missing at the node do not count: a receipt will cover them.
"""

from dataclasses import replace

from domain.identifiers import ChannelId
from domain.inventory.stock_policy.node_policy import NodePolicy
from domain.messages.inventory import NodePosition


class Regaining:
    """The units at one node that come to a channel as other claims give theirs back, one after the other."""

    __slots__ = ("_channel_id", "_node", "_policy")

    def __init__(self, node: NodePosition, policy: NodePolicy | None, channel_id: ChannelId) -> None:
        self._node = replace(node, available=max(0, node.available))
        self._policy = policy
        self._channel_id = channel_id

    def regain(self, giver: ChannelId, most: int) -> int:
        """How many of the giver's units are worth asking for, up to `most`: as many come to the channel."""
        if self._policy is None or not most:
            return most
        units = self._gain(self._policy, giver, most)
        if not units or self._gain(self._policy, giver, units) < units:
            return 0
        self._node, self._policy = _given_back(self._node, self._policy, giver, units)
        return units

    def _gain(self, policy: NodePolicy, giver: ChannelId, quantity: int) -> int:
        node, after = _given_back(self._node, policy, giver, quantity)
        return after.promisable(node, self._channel_id) - policy.promisable(self._node, self._channel_id)


def _given_back(
    node: NodePosition, policy: NodePolicy, giver: ChannelId, quantity: int
) -> tuple[NodePosition, NodePolicy]:
    freed = replace(node, available=node.available + quantity, pending=node.pending - quantity)
    return freed, policy.with_taken(giver, -quantity)
