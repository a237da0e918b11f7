"""The availability feed: each change of an item is published for the channels that it concerns.

When the channels, their nodes or the shops that show them change, all items of a partition are published again, a page
at a time. A channel that has no feed any more gets a last record of each item, with nothing to show.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from types import MappingProxyType
from typing import Final, NamedTuple

from domain.identifiers import ChannelId, ErpId, ItemId, NodeId
from domain.inventory.accounts import Item
from domain.inventory.reservations import Reservation
from domain.inventory.stock_policy.availability import (
    Sourcing,
    availability,
    changed_availability,
    changed_to_come,
)
from domain.inventory.supply.promising import left_by
from domain.inventory.supply.stock_to_come import Lot
from domain.messages.inventory import ChannelAvailability
from operators.engine.partition import Partition
from operators.engine.partition_state import PartitionState
from operators.engine.tables import Table, as_it_is
from operators.engine.timers import Timer

NO_FEED: Final[Sourcing] = MappingProxyType({})
NO_SHOPS: Final[Mapping[ChannelId, ErpId]] = MappingProxyType({})
NO_SHOP: Final = ErpId("")
ALL_ITEMS: Final = "availability of all items"
"""The timer that publishes a page of items; its subject is the item before the page."""
_PAGE: Final = 100
"""Items; each leads to a record a channel."""


class FedChannel(NamedTuple):
    """A channel and its nodes; none for one whose feed ends."""

    channel_id: ChannelId
    nodes: tuple[NodeId, ...]
    shown_by: ErpId = NO_SHOP
    """The shop that is told."""


class FedChannels(NamedTuple):
    """The channels for which all items are published, or are being published."""

    channels: tuple[FedChannel, ...] = ()


FED: Table[FedChannels] = Table("availability feed", FedChannels, version=2, upgrades={1: as_it_is})
_KEY: Final = "channels"


class ToCome(NamedTuple):
    """What is to come of an item and is promised to nobody; an item without any has no row."""

    lots: tuple[Lot, ...] = ()


TO_COME: Table[ToCome] = Table("to come", ToCome)


class AvailabilityFeed:
    """What is published for the channels with a feed."""

    def __init__(self, sourcing: Sourcing, items: Table[Item], shown_by: Mapping[ChannelId, ErpId]) -> None:
        self._sourcing = sourcing
        self._items = items
        self._channels = tuple(
            FedChannel(channel_id, tuple(nodes), shown_by.get(channel_id, NO_SHOP))
            for channel_id, nodes in sourcing.items()
        )

    def start(self, partition: Partition) -> None:
        """Before a record is applied: where channels have changed, begin to publish all items."""
        fed = _fed(partition)
        if fed != self._channels and fed != (channels := self._with_ending(fed)):
            partition.state.put(FED, _KEY, FedChannels(channels))
            partition.timers.set(Timer(partition.now_ms + 1, ALL_ITEMS, ""))

    def changes(self, state: PartitionState, before: Item, after: Item, now_ms: int) -> Iterator[ChannelAvailability]:
        """What a change of an item leads to."""
        return changed_availability(self._sourcing, before, after, partial(_to_come, state, after.item_id), now_ms)

    def promised_last(self, partition: Partition, claim: Reservation) -> Iterator[ChannelAvailability]:
        """A new claim at the end of its queue takes what it was promised."""
        before = _to_come(partition.state, claim.item_id)
        return self.left_to_come(partition, claim.item_id, left_by(before, claim))

    def left_to_come(
        self, partition: Partition, item_id: ItemId, lots: tuple[Lot, ...]
    ) -> Iterator[ChannelAvailability]:
        """Take over what is to come of an item and is promised to nobody."""
        before, item = _to_come(partition.state, item_id), partition.state.get(self._items, item_id)
        if lots == before or item is None:
            return iter(())
        if lots:
            partition.state.put(TO_COME, item_id, ToCome(lots))
        else:
            partition.state.delete(TO_COME, item_id)
        return changed_to_come(self._sourcing, item, before, lots, partition.now_ms)

    def publish_page(self, partition: Partition, timer: Timer) -> Sequence[ChannelAvailability]:
        """The timer: the next items, and a timer for those behind them."""
        sourcing = {each.channel_id: each.nodes for each in _fed(partition)}
        rows = list(islice(partition.state.scan(self._items, after=timer.subject or None), _PAGE))
        if len(rows) == _PAGE:
            partition.timers.set(Timer(partition.now_ms + 1, ALL_ITEMS, rows[-1][0]))
        else:
            partition.state.put(FED, _KEY, FedChannels(self._channels))
        return [each for _, item in rows for each in _all_of(sourcing, partition, item)]

    def _with_ending(self, fed: Sequence[FedChannel]) -> tuple[FedChannel, ...]:
        ending = (each.channel_id for each in fed if each.channel_id not in self._sourcing)
        return (*self._channels, *(FedChannel(channel_id, ()) for channel_id in ending))


def _all_of(sourcing: Sourcing, partition: Partition, item: Item) -> Iterator[ChannelAvailability]:
    return availability(sourcing, item, _to_come(partition.state, item.item_id), partition.now_ms)


def _to_come(state: PartitionState, item_id: ItemId) -> tuple[Lot, ...]:
    stored = state.get(TO_COME, item_id)
    return () if stored is None else stored.lots


def _fed(partition: Partition) -> tuple[FedChannel, ...]:
    stored = partition.state.get(FED, _KEY)
    return () if stored is None else stored.channels
