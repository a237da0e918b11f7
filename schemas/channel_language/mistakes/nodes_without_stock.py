"""Finds nodes of a channel file whose stock no other file reports: what is ordered from them waits for ever.

Such a node may be misspelt, or the file of its warehouse is yet to come; so this is a warning, and no mistake.
"""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Final

from domain.identifiers import NodeId
from schemas.channel_language.channel_file import ChannelFile, ChannelKind
from schemas.channel_language.mistakes.mistake import Mistake

_COUNTS_ON_STOCK: Final = frozenset({ChannelKind.ORDERS, ChannelKind.PLANNING, ChannelKind.WAREHOUSE})
"""Orders are sourced from their nodes, supply is expected at them, goods are sent to those of other warehouses."""


def nodes_without_stock(channel: ChannelFile, others: Iterable[ChannelFile]) -> Iterator[Mistake]:
    """A warning for each of them, in the order of the file; none where no file reports stock at all."""
    if channel.kind not in _COUNTS_ON_STOCK:
        return
    reported = stocked_nodes((channel, *others))
    if not reported:
        return
    for steps, node_id in _nodes(channel):
        if node_id not in reported:
            alike = get_close_matches(node_id, sorted(reported), n=1)
            perhaps = f": is it {alike[0]!r}?" if alike else ""
            yield Mistake(steps, f"no file of a warehouse has the node {node_id!r}, so it never has any stock{perhaps}")


def stocked_nodes(channels: Iterable[ChannelFile]) -> frozenset[NodeId]:
    """The nodes whose stock a file reports."""
    return frozenset(node_id for each in channels if _reports_stock(each) for node_id in each.nodes)


def _reports_stock(channel: ChannelFile) -> bool:
    """Whether it is of a warehouse, or of an ERP or a planning that says what lies in one."""
    is_of_snapshots = any(rule.event == "StockSnapshotBegun" for rule in channel.events)
    return channel.kind is ChannelKind.WAREHOUSE or (channel.kind is ChannelKind.PLANNING and is_of_snapshots)


def _nodes(channel: ChannelFile) -> Iterator[tuple[tuple[str | int, ...], NodeId]]:
    for number, node_id in enumerate(channel.nodes):
        yield ("nodes", number), node_id
    for number, node_id in enumerate(channel.other_nodes):
        yield ("other_nodes", number), node_id
    for away, instead in channel.fallback.items():
        yield from ((("fallback", str(away), number), node_id) for number, node_id in enumerate(instead))
