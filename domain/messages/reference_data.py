"""What sources say about an item as such: its master data, and what of it may be promised."""

from dataclasses import dataclass

from domain.identifiers import ChannelId, ItemId, NodeId
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
