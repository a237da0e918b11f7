"""Stock documents (receipts, adjustments) as sources report them, and their lines as the ledger applies them.

A document is one record, because it is recognised whole (docs/domain.md#stock-documents).
"""

from dataclasses import dataclass
from enum import StrEnum

from domain.identifiers import (
    NO_ITEM,
    WHOLE,
    AdjustmentId,
    EventId,
    ItemId,
    LineId,
    NodeId,
    PartId,
    ReceiptId,
)
from domain.provenance import Provenance


@dataclass(frozen=True, slots=True)
class StockLine:
    """One line of a stock document; below zero only where units were written off.

    The quantity is in millionths of `unit`, which an earlier release did not name.
    """

    line_id: LineId
    item_id: ItemId
    quantity: int
    unit: str = ""


class StockDocumentKind(StrEnum):
    """What a stock document reports."""

    RECEIPT = "receipt"
    ADJUSTMENT = "adjustment"


@dataclass(frozen=True, slots=True)
class GoodsReceived:
    """A receipt, whole: units came from a supplier to a node; a fact, recognised in the document's home partition.

    `item_id` and `quantity` are set only in records of an earlier release, which wrote one for each line of a receipt.
    """

    provenance: Provenance
    node_id: NodeId
    receipt_id: ReceiptId
    lines: tuple[StockLine, ...]
    part: PartId = WHOLE
    """The number of this part (carton, package), where a source sends a receipt in parts."""
    by_message: bool = False
    """The source has no number for what it sends: only the message's ids say that it comes again."""
    refused_lines: int = 0
    """Lines of the document that broke the form; they are not among `lines`."""
    item_id: ItemId = NO_ITEM
    quantity: int = 0

    @property
    def kind(self) -> StockDocumentKind:
        """A receipt."""
        return StockDocumentKind.RECEIPT

    @property
    def number(self) -> str:
        """As the warehouse named it."""
        return self.receipt_id

    @property
    def home_key(self) -> str:
        """The record's key: of a document, or of the message where that is all that is known."""
        return _home_key(self)


@dataclass(frozen=True, slots=True)
class StockAdjusted:
    """An adjustment, whole: a warehouse wrote units off (quantities below zero) or found some; a fact.

    Its fields are those of `GoodsReceived`.
    """

    provenance: Provenance
    node_id: NodeId
    adjustment_id: AdjustmentId
    reason: str
    lines: tuple[StockLine, ...]
    part: PartId = WHOLE
    by_message: bool = False
    refused_lines: int = 0
    item_id: ItemId = NO_ITEM
    quantity: int = 0

    @property
    def kind(self) -> StockDocumentKind:
        """An adjustment."""
        return StockDocumentKind.ADJUSTMENT

    @property
    def number(self) -> str:
        """As the warehouse named it."""
        return self.adjustment_id

    @property
    def home_key(self) -> str:
        """Likewise."""
        return _home_key(self)


StockDocument = GoodsReceived | StockAdjusted
"""From sources, so perhaps more than once, under the same message id or another."""


def _home_key(document: StockDocument) -> str:
    if document.by_message:
        return f"{document.kind}/{document.provenance.source_id}/{document.provenance.correlation_id}"
    return f"{document.kind}/{document.node_id}/{document.number}"


@dataclass(frozen=True, slots=True)
class UnitsReceived:
    """The lines of a receipt whose items share a partition, each receipt once: supplier → available.

    `document_event_id` is the event of the document, which the journal names as its cause.
    """

    provenance: Provenance
    node_id: NodeId
    receipt_id: ReceiptId
    document_event_id: EventId
    lines: tuple[StockLine, ...]


@dataclass(frozen=True, slots=True)
class UnitsAdjusted:
    """The lines of an adjustment whose items share a partition, each adjustment once: adjustment ↔ available."""

    provenance: Provenance
    node_id: NodeId
    adjustment_id: AdjustmentId
    reason: str
    document_event_id: EventId
    lines: tuple[StockLine, ...]


StockMovement = UnitsReceived | UnitsAdjusted
"""From the inventory flow, so exactly once: one record for all lines of a stock document in an inventory partition."""
