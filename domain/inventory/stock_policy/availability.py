"""What a channel may show of an item: what an order would be granted now, and what is to come.

The rules are in docs/domain.md#what-a-channel-may-show.

The safety stock, other channels' fences and units below zero are no part of it, so it is never negative.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from domain.identifiers import ChannelId, NodeId
from domain.inventory.accounts import Item
from domain.inventory.supply.stock_to_come import Lot
from domain.messages.inventory import ChannelAvailability, NodeUnits, UnitsToCome

Sourcing = Mapping[ChannelId, Sequence[NodeId]]
"""The nodes that serve each channel with a feed, the preferred one first."""


_MOST_DAYS: Final = 10
"""So many days of what is to come are shown."""


def changed_availability(
    sourcing: Sourcing, before: Item, after: Item, lots_to_come: Callable[[], Sequence[Lot]], now_ms: int
) -> Iterator[ChannelAvailability]:
    """For each channel of which the availability has changed; `after` has the version that the position is given."""
    if before.nodes == after.nodes and before.policy.nodes == after.policy.nodes and before.unit == after.unit:
        return
    for channel_id, nodes in sourcing.items():
        shown = _shown(after, channel_id, nodes)
        if shown != _shown(before, channel_id, nodes) or (shown and before.unit != after.unit):
            yield _availability(after, channel_id, shown, _to_come(lots_to_come(), channel_id, nodes), now_ms)


def changed_to_come(
    sourcing: Sourcing, item: Item, before: Sequence[Lot], after: Sequence[Lot], now_ms: int
) -> Iterator[ChannelAvailability]:
    """For each channel of which only what is to come has changed."""
    for channel_id, nodes in sourcing.items():
        to_come = _to_come(after, channel_id, nodes)
        if to_come != _to_come(before, channel_id, nodes):
            yield _availability(item, channel_id, _shown(item, channel_id, nodes), to_come, now_ms)


def availability(sourcing: Sourcing, item: Item, lots: Sequence[Lot], now_ms: int) -> Iterator[ChannelAvailability]:
    """For each channel, whether it has changed or not."""
    for channel_id, nodes in sourcing.items():
        to_come = _to_come(lots, channel_id, nodes)
        yield _availability(item, channel_id, _shown(item, channel_id, nodes), to_come, now_ms)


def _shown(item: Item, channel_id: ChannelId, nodes: Sequence[NodeId]) -> Mapping[NodeId, int]:
    """The units at each node that has any for the channel, in the order of its nodes."""
    positions = {node.node_id: node for node in item.nodes}
    policies = {policy.node_id: policy for policy in item.policy.nodes}
    shown = {}
    for node_id in nodes:
        if (position := positions.get(node_id)) is not None:
            policy = policies.get(node_id)
            units = position.available if policy is None else policy.promisable(position, channel_id)
            if units > 0:
                shown[node_id] = units
    return shown


def _to_come(lots: Sequence[Lot], channel_id: ChannelId, nodes: Sequence[NodeId]) -> tuple[UnitsToCome, ...]:
    """What the channel's nodes will have for it on the first days, of what no claim has taken."""
    if not lots:
        return ()
    days: Counter[int] = Counter()
    for lot in lots:
        if lot.node_id in nodes and lot.serves(channel_id):
            days[lot.expected_us] += lot.units
    return tuple(UnitsToCome(day, days[day]) for day in sorted(days)[:_MOST_DAYS])


def _availability(
    item: Item,
    channel_id: ChannelId,
    shown: Mapping[NodeId, int],
    to_come: tuple[UnitsToCome, ...],
    now_ms: int,
) -> ChannelAvailability:
    quantity, at_nodes = sum(shown.values()), tuple([NodeUnits(node_id, units) for node_id, units in shown.items()])
    return ChannelAvailability(channel_id, item.item_id, item.version, now_ms, item.unit, quantity, at_nodes, to_come)
