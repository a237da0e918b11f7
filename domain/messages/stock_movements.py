"""Stock documents on their way to the items: all lines of one document whose items share a partition, exactly once.

`document_event_id` is the event of the document, which the journal names as its cause.
"""

from dataclasses import dataclass

from domain.identifiers import (
    NO_NODE,
    NO_SUPPLY,
    NO_TRANSFER_ORDER,
    AdjustmentId,
    CountId,
    EventId,
    NodeId,
    ReceiptId,
    StatusChangeId,
    SupplyId,
    TransferOrderId,
)
from domain.messages.stock import StockLine, StockStatus
from domain.provenance import Provenance


@dataclass(frozen=True, slots=True)
class UnitsReceived:
    """Of a receipt: supplier or in transit → available, quality hold or damaged."""

    provenance: Provenance
    node_id: NodeId
    receipt_id: ReceiptId
    document_event_id: EventId
    lines: tuple[StockLine, ...]
    status: StockStatus = StockStatus.AVAILABLE
    transfer_order_id: TransferOrderId = NO_TRANSFER_ORDER
    from_node_id: NodeId = NO_NODE
    supply_id: SupplyId = NO_SUPPLY


@dataclass(frozen=True, slots=True)
class UnitsAdjusted:
    """Of an adjustment: adjustment ↔ available."""

    provenance: Provenance
    node_id: NodeId
    adjustment_id: AdjustmentId
    reason: str
    document_event_id: EventId
    lines: tuple[StockLine, ...]


@dataclass(frozen=True, slots=True)
class UnitsCounted:
    """Of a count: adjustment ↔ available, by what the position differs from it as of `counted_at_us`."""

    provenance: Provenance
    node_id: NodeId
    count_id: CountId
    counted_at_us: int
    document_event_id: EventId
    lines: tuple[StockLine, ...]


@dataclass(frozen=True, slots=True)
class UnitsStatusChanged:
    """Of a status change: between available, quality hold and damaged, or from one of these → adjustment."""

    provenance: Provenance
    node_id: NodeId
    change_id: StatusChangeId
    reason: str
    from_status: StockStatus
    to_status: StockStatus
    document_event_id: EventId
    lines: tuple[StockLine, ...]


@dataclass(frozen=True, slots=True)
class UnitsSent:
    """Of a transfer order: available at the node → in transit at the other one."""

    provenance: Provenance
    node_id: NodeId
    to_node_id: NodeId
    transfer_order_id: TransferOrderId
    document_event_id: EventId
    lines: tuple[StockLine, ...]


@dataclass(frozen=True, slots=True)
class UnitsExpected:
    """Of announced supply: all that it names of an item; no account changes."""

    provenance: Provenance
    node_id: NodeId
    supply_id: SupplyId
    document_event_id: EventId
    lines: tuple[StockLine, ...]


StockMovement = UnitsReceived | UnitsAdjusted | UnitsCounted | UnitsStatusChanged | UnitsSent | UnitsExpected
"""From the inventory flow, so exactly once: one record for all lines of a stock document in an inventory partition."""
