"""The availability feed: each change of an item is published for the channels that it concerns.

When the channels or their nodes change, all items of a partition are published again, a page at a time. A channel that
has no feed any more gets a last record of each item, with nothing to show.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from types import MappingProxyType
from typing import Final, NamedTuple

from domain.identifiers import ChannelId, NodeId
from domain.inventory.accounts import Item
from domain.inventory.stock_policy.availability import Sourcing, availability, changed_availability
from domain.messages.inventory import ChannelAvailability
from operators.engine.partition import Partition
from operators.engine.tables import Table
from operators.engine.timers import Timer

NO_FEED: Final[Sourcing] = MappingProxyType({})
ALL_ITEMS: Final = "availability of all items"
"""The timer that publishes a page of items; its subject is the item before the page."""
_PAGE: Final = 100
"""Items; each leads to a record a channel."""


class FedChannel(NamedTuple):
    """A channel and its nodes; none for one whose feed ends."""

    channel_id: ChannelId
    nodes: tuple[NodeId, ...]


class FedChannels(NamedTuple):
    """The channels for which all items are published, or are being published."""

    channels: tuple[FedChannel, ...] = ()


FED: Table[FedChannels] = Table("availability feed", FedChannels)
_KEY: Final = "channels"


class AvailabilityFeed:
    """What is published for the channels with a feed."""

    def __init__(self, sourcing: Sourcing, items: Table[Item]) -> None:
        self._sourcing = sourcing
        self._items = items
        self._channels = tuple(FedChannel(channel_id, tuple(nodes)) for channel_id, nodes in sourcing.items())

    def start(self, partition: Partition) -> None:
        """Before a record is applied: where channels have changed, begin to publish all items."""
        fed = _fed(partition)
        if fed != self._channels and fed != (channels := self._with_ending(fed)):
            partition.state.put(FED, _KEY, FedChannels(channels))
            partition.timers.set(Timer(partition.now_ms + 1, ALL_ITEMS, ""))

    def changes(self, before: Item, after: Item, now_ms: int) -> Iterator[ChannelAvailability]:
        """What a change of an item leads to."""
        return changed_availability(self._sourcing, before, after, now_ms)

    def publish_page(self, partition: Partition, timer: Timer) -> Sequence[ChannelAvailability]:
        """The timer: the next items, and a timer for those behind them."""
        sourcing = {each.channel_id: each.nodes for each in _fed(partition)}
        rows = list(islice(partition.state.scan(self._items, after=timer.subject or None), _PAGE))
        if len(rows) == _PAGE:
            partition.timers.set(Timer(partition.now_ms + 1, ALL_ITEMS, rows[-1][0]))
        else:
            partition.state.put(FED, _KEY, FedChannels(self._channels))
        return [each for _, item in rows for each in availability(sourcing, item, partition.now_ms)]

    def _with_ending(self, fed: Sequence[FedChannel]) -> tuple[FedChannel, ...]:
        ending = (each.channel_id for each in fed if each.channel_id not in self._sourcing)
        return (*self._channels, *(FedChannel(channel_id, ()) for channel_id in ending))


def _fed(partition: Partition) -> tuple[FedChannel, ...]:
    stored = partition.state.get(FED, _KEY)
    return () if stored is None else stored.channels
