"""What a channel may show of an item: what an order would be granted now (docs/domain.md#what-a-channel-may-show).

The safety stock, other channels' fences and units below zero are no part of it, so it is never negative.
"""

from collections.abc import Iterator, Mapping, Sequence

from domain.identifiers import ChannelId, NodeId
from domain.inventory.accounts import Item
from domain.messages.inventory import ChannelAvailability, NodeUnits

Sourcing = Mapping[ChannelId, Sequence[NodeId]]
"""The nodes that serve each channel with a feed, the preferred one first."""


def changed_availability(sourcing: Sourcing, before: Item, after: Item, now_ms: int) -> Iterator[ChannelAvailability]:
    """For each channel of which the availability has changed; `after` has the version that the position is given."""
    if before.nodes == after.nodes and before.policy.nodes == after.policy.nodes and before.unit == after.unit:
        return
    for channel_id, nodes in sourcing.items():
        shown = _shown(after, channel_id, nodes)
        if shown != _shown(before, channel_id, nodes) or (shown and before.unit != after.unit):
            yield _availability(after, channel_id, shown, now_ms)


def availability(sourcing: Sourcing, item: Item, now_ms: int) -> Iterator[ChannelAvailability]:
    """For each channel, whether it has changed or not."""
    for channel_id, nodes in sourcing.items():
        yield _availability(item, channel_id, _shown(item, channel_id, nodes), now_ms)


def _shown(item: Item, channel_id: ChannelId, nodes: Sequence[NodeId]) -> tuple[NodeUnits, ...]:
    """The units at each node that has any for the channel."""
    positions = {node.node_id: node for node in item.nodes}
    policies = {policy.node_id: policy for policy in item.policy.nodes}
    shown = []
    for node_id in nodes:
        if (position := positions.get(node_id)) is not None:
            policy = policies.get(node_id)
            units = position.available if policy is None else policy.promisable(position, channel_id)
            if units > 0:
                shown.append(NodeUnits(node_id, units))
    return tuple(shown)


def _availability(item: Item, channel_id: ChannelId, shown: tuple[NodeUnits, ...], now_ms: int) -> ChannelAvailability:
    quantity = sum(units.quantity for units in shown)
    return ChannelAvailability(channel_id, item.item_id, item.version, now_ms, item.unit, quantity, shown)
