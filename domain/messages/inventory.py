"""Events about stock: the records of `inventory.inbox.v1`, `inventory.events.v1`, `inventory.positions.v1`.

Records about several items travel in bundles: every line of one record belongs to the same inventory partition.
"""

from dataclasses import dataclass
from enum import StrEnum

from domain.identifiers import (
    AdjustmentId,
    ChannelId,
    EventId,
    ItemId,
    LineId,
    NodeId,
    OrderId,
    ReceiptId,
    ReservationId,
    ReturnId,
    ShipmentId,
)
from domain.provenance import Provenance
from domain.returns import ReturnCondition


class Account(StrEnum):
    """The accounts of units. SUPPLIER, CUSTOMER and ADJUSTMENT are outside and may be negative."""

    SUPPLIER = "SUPPLIER"
    IN_TRANSIT = "IN_TRANSIT"
    AVAILABLE = "AVAILABLE"
    PENDING = "PENDING"
    ALLOCATED = "ALLOCATED"
    PICKED = "PICKED"
    DAMAGED = "DAMAGED"
    QUALITY_HOLD = "QUALITY_HOLD"
    CUSTOMER = "CUSTOMER"
    ADJUSTMENT = "ADJUSTMENT"


@dataclass(frozen=True, slots=True)
class RequestedLine:
    """One requested reservation; quantity in millionths."""

    reservation_id: ReservationId
    line_id: LineId
    item_id: ItemId
    quantity: int


@dataclass(frozen=True, slots=True)
class ReservationsRequested:
    """An order requests units. With `backorder` the missing units wait in the item's queue, else they are denied.

    `confirmed`: the order accepts any quantity, so units are allocated at once and are not pending until it has
    all its answers.
    """

    order_id: OrderId
    channel_id: ChannelId
    priority_class: int
    nodes: tuple[NodeId, ...]
    backorder: bool
    confirmed: bool
    lines: tuple[RequestedLine, ...]


@dataclass(frozen=True, slots=True)
class ReservationLine:
    """A reservation and a quantity in millionths. `reservation_id` is empty where there is no reservation."""

    reservation_id: ReservationId
    line_id: LineId
    item_id: ItemId
    quantity: int


@dataclass(frozen=True, slots=True)
class ReservationsConfirmed:
    """The order accepts: all that is pending under these reservations becomes allocated."""

    order_id: OrderId
    lines: tuple[ReservationLine, ...]


@dataclass(frozen=True, slots=True)
class ReservationsReleased:
    """The order releases a quantity of each: from the backorder first, then pending, then allocated."""

    order_id: OrderId
    lines: tuple[ReservationLine, ...]


@dataclass(frozen=True, slots=True)
class UnitsPicked:
    """Units were picked for an order: allocated → picked; a fact."""

    order_id: OrderId
    node_id: NodeId
    lines: tuple[ReservationLine, ...]


@dataclass(frozen=True, slots=True)
class UnitsShipped:
    """Units were shipped for an order: picked, then allocated → customer; a fact."""

    order_id: OrderId
    node_id: NodeId
    shipment_id: ShipmentId
    lines: tuple[ReservationLine, ...]


@dataclass(frozen=True, slots=True)
class ReturnedUnits:
    """Units of one order line that came back; never MISSING ones. Quantity in millionths."""

    line_id: LineId
    item_id: ItemId
    quantity: int
    condition: ReturnCondition


@dataclass(frozen=True, slots=True)
class UnitsReturned:
    """Units came back from a customer: customer → available or damaged; a fact."""

    order_id: OrderId
    node_id: NodeId
    return_id: ReturnId
    lines: tuple[ReturnedUnits, ...]


@dataclass(frozen=True, slots=True)
class GoodsReceived:
    """Units of one item came from a supplier to a node: a fact."""

    item_id: ItemId
    provenance: Provenance
    node_id: NodeId
    receipt_id: ReceiptId
    quantity: int


@dataclass(frozen=True, slots=True)
class StockAdjusted:
    """A warehouse wrote off units of one item (negative quantity) or found some: a fact."""

    item_id: ItemId
    provenance: Provenance
    node_id: NodeId
    adjustment_id: AdjustmentId
    reason: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Transfer:
    """Units moved between two accounts of an item; the sum over all accounts stays zero."""

    node_id: NodeId
    debit: Account
    """Where the units were."""
    credit: Account
    """Where the units are now."""
    quantity: int
    order_id: OrderId
    reservation_id: ReservationId


@dataclass(frozen=True, slots=True)
class UnitsTransferred:
    """A journal entry: all transfers of one item caused by one record. `version` increases by one per entry."""

    item_id: ItemId
    version: int
    cause_event_id: EventId
    transfers: tuple[Transfer, ...]


@dataclass(frozen=True, slots=True)
class NodePosition:
    """The accounts of an item at one node, in millionths."""

    node_id: NodeId
    supplier: int
    in_transit: int
    available: int
    pending: int
    allocated: int
    picked: int
    damaged: int
    quality_hold: int
    customer: int
    adjustment: int


@dataclass(frozen=True, slots=True)
class InventoryPosition:
    """The current position of an item: all its units by node and account. `backordered` is demand without stock."""

    item_id: ItemId
    version: int
    as_of_ms: int
    backordered: int
    nodes: tuple[NodePosition, ...]


OrderMessage = (
    ReservationsRequested | ReservationsConfirmed | ReservationsReleased | UnitsPicked | UnitsShipped | UnitsReturned
)
"""From the orders flow, so exactly once: one record for all lines of an order in an inventory partition."""
StockFact = GoodsReceived | StockAdjusted
"""From sources, so perhaps more than once: about one item, without lines."""
StockEvent = OrderMessage | StockFact
"""The events of `inventory.inbox.v1`."""
