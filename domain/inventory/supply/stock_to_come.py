"""The stock to come of an item: which units will be free at a node on a day, and for which channel.

What is expected is dealt out as the stock policy says of units that are there: it covers what the node lacks, then the
safety stock, then fences, then the pool (docs/domain.md#promise-dates).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from domain.identifiers import ChannelId, NodeId
from domain.inventory.reservations import Reservation
from domain.inventory.sourcing import choose_nodes
from domain.inventory.stock_policy.node_policy import NO_CHANNEL, NodePolicy
from domain.inventory.supply.rows import ExpectedUnits
from domain.messages.inventory import NodePosition

_DAY: Callable[["Lot"], int] = attrgetter("expected_us")


class Lot(NamedTuple):
    """Units that will be free at a node from a day on: in the fence of a channel, or in the pool (no channel)."""

    expected_us: int
    node_id: NodeId
    channel_id: ChannelId
    units: int

    def serves(self, channel_id: ChannelId) -> bool:
        """Whether a channel may be promised these units."""
        return self.channel_id in {channel_id, NO_CHANNEL}


class StockToCome:
    """What is left of the stock to come as claims are served, in queue order."""

    __slots__ = ("_lots",)

    def __init__(self, lots: Iterable[Lot]) -> None:
        """The lots in order: by day, then by node, fences before the pool."""
        self._lots = tuple(lots)

    @property
    def lots(self) -> tuple[Lot, ...]:
        """What no claim has taken."""
        return self._lots

    def promise(self, claim: Reservation) -> int:
        """Take what the claim waits for; the day on which it has all of it, 0 if it never has.

        It takes what it can get on each day, from the nodes that would be chosen if the units were there.
        """
        wanted, sources = claim.backordered, claim.sources
        for expected_us, lots in groupby(self._lots, key=_DAY):
            free = _free(lots, claim.channel_id)
            for node_id, units in choose_nodes(sources, free.__getitem__, wanted, split=claim.split):
                self._take(expected_us, node_id, claim.channel_id, units)
                sources = sources if claim.split else (node_id,)
                wanted -= units
            if not wanted:
                return expected_us
        return 0

    def _take(self, expected_us: int, node_id: NodeId, channel_id: ChannelId, quantity: int) -> None:
        left = []
        for lot in self._lots:
            if quantity and (lot.expected_us, lot.node_id) == (expected_us, node_id) and lot.serves(channel_id):
                units = min(quantity, lot.units)
                quantity -= units
                if units < lot.units:
                    left.append(lot._replace(units=lot.units - units))
            else:
                left.append(lot)
        self._lots = tuple(left)


def stock_to_come(
    expected: Iterable[ExpectedUnits],
    node_at: Callable[[NodeId], NodePosition],
    policy_at: Callable[[NodeId], NodePolicy | None],
) -> StockToCome:
    """Deal out what is expected, by day, at nodes that are now as they are."""
    by_node: dict[NodeId, list[ExpectedUnits]] = {}
    for each in expected:
        by_node.setdefault(each.node_id, []).append(each)
    lots = [lot for node_id, units in by_node.items() for lot in _dealt(node_at(node_id), policy_at(node_id), units)]
    return StockToCome(sorted(lots, key=lambda lot: (lot.expected_us, lot.node_id, lot.channel_id == NO_CHANNEL)))


def _dealt(node: NodePosition, policy: NodePolicy | None, expected: list[ExpectedUnits]) -> Iterator[Lot]:
    """On each day, what more there is for each channel than before; a pool that shrinks by a share gives nothing."""
    before = _shares(node, policy)
    for each in expected:
        node = replace(node, available=node.available + each.units)
        now = _shares(node, policy)
        for channel_id, units in now.items():
            if (more := units - before[channel_id]) > 0:
                yield Lot(each.expected_us, node.node_id, channel_id, more)
        before = now


def _shares(node: NodePosition, policy: NodePolicy | None) -> dict[ChannelId, int]:
    return {NO_CHANNEL: max(0, node.available)} if policy is None else policy.dealt(node)


def _free(lots: Iterable[Lot], channel_id: ChannelId) -> Counter[NodeId]:
    free: Counter[NodeId] = Counter()
    for lot in lots:
        if lot.serves(channel_id):
            free[lot.node_id] += lot.units
    return free
