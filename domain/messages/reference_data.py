"""What holds for more than one order: what sources say about an item as such, and the channel files themselves."""

from dataclasses import dataclass

from domain.identifiers import ChannelId, ItemId, NodeId, SourceId
from domain.messages.inventory import ItemDescribed, NodeUnits
from domain.provenance import Provenance


@dataclass(frozen=True, slots=True)
class ChannelFence:
    """Units of an item at a node that are kept for one channel: a quantity in millionths or a share, the other is 0."""

    node_id: NodeId
    channel_id: ChannelId
    quantity: int = 0
    percent: int = 0
    """Of the units for sale at the node, 1 to 100."""


@dataclass(frozen=True, slots=True)
class StockPolicySet:
    """What of an item may be promised, whole: a later one replaces it, an empty one lifts it.

    At most one safety stock a node, and one fence a node and channel. Where units do not last for all fences of a
    node, the first in the list is filled first.
    """

    item_id: ItemId
    provenance: Provenance
    safety_stock: tuple[NodeUnits, ...]
    """Units that nobody is promised."""
    fences: tuple[ChannelFence, ...]


ReferenceData = ItemDescribed | StockPolicySet
"""From sources, about one item; the latest by `occurred_at` is in force."""


@dataclass(frozen=True, slots=True)
class ChannelTable:
    """One of the CSV files that a channel file names under `tables`."""

    file: str
    """As the channel file names it."""
    text: str


@dataclass(frozen=True, slots=True)
class ChannelFilePublished:
    """A version of a channel file, whole, with its tables (docs/adr/0035-*.md)."""

    source_id: SourceId
    version: int
    fingerprint: str
    """Of the file as the release that published it reads it; another release may read more into it."""
    text: str
    """The file, YAML."""
    tables: tuple[ChannelTable, ...] = ()
