"""Complete lists that other systems keep of the orders that are open there.

A list is a snapshot: it travels in parts, begun, continued with orders, and ended with their number, in any order. Its
parts meet in its home partition; when it is whole, what it names reaches the partitions of the orders, and after that
each of them hears that the list is complete (docs/guides/reconciliation.md#orders-that-are-missing-there).
"""

from dataclasses import dataclass

from domain.identifiers import OrderId, PartId, SnapshotId, SourceId
from domain.messages.snapshots.stock import Reporter
from domain.provenance import Provenance


@dataclass(frozen=True, slots=True)
class OrderListBegun:
    """The head of a list: whose it is, and of when."""

    provenance: Provenance
    snapshot_id: SnapshotId
    reporter: Reporter
    """An ERP or a channel."""
    system_id: str
    """The erp_id, or the channel_id: orders that are booked there, or come from there, are to be in the list."""
    taken_at_us: int
    in_flight_s: int
    """For so long after a change of an order one of the two systems may not know of it yet."""

    @property
    def part_key(self) -> str:
        """Which part of its list it is."""
        return "begun"

    @property
    def home_key(self) -> str:
        """The list: its source and number."""
        return _home_key(self)


@dataclass(frozen=True, slots=True)
class OrderListContinued:
    """Some orders of a list; one that is named twice counts twice, and is there once."""

    provenance: Provenance
    snapshot_id: SnapshotId
    part: PartId
    order_ids: tuple[OrderId, ...]

    @property
    def part_key(self) -> str:
        """Likewise."""
        return f"part/{self.part}"

    @property
    def home_key(self) -> str:
        """Likewise."""
        return _home_key(self)


@dataclass(frozen=True, slots=True)
class OrderListEnded:
    """The end of a list, with the number of its orders over all parts."""

    provenance: Provenance
    snapshot_id: SnapshotId
    order_count: int

    @property
    def part_key(self) -> str:
        """Likewise."""
        return "ended"

    @property
    def home_key(self) -> str:
        """Likewise."""
        return _home_key(self)


OrderListPart = OrderListBegun | OrderListContinued | OrderListEnded
"""From sources, so perhaps more than once, and in any order."""


@dataclass(frozen=True, slots=True)
class ListedOrder:
    """An order that a list names."""

    order_id: OrderId


@dataclass(frozen=True, slots=True)
class OrdersListed:
    """Orders of a whole list on their way to their partitions, exactly once."""

    list_key: str
    lines: tuple[ListedOrder, ...]


@dataclass(frozen=True, slots=True)
class OrderListCompleted:
    """A partition has heard of all its orders that a list names: what it expected in the list is missing there."""

    list_key: str
    source_id: SourceId
    reporter: Reporter
    system_id: str
    taken_at_us: int
    in_flight_s: int


OrderListEvent = OrderListPart | OrdersListed | OrderListCompleted
"""The events of `orders.inbox.v1` that are about a list of orders."""


def _home_key(part: OrderListPart) -> str:
    return f"order_list/{part.provenance.source_id}/{part.snapshot_id}"
