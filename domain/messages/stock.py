"""Stock documents as sources report them: receipts, adjustments, counts, status changes, goods sent, expected supply.

Each is one record, recognised whole in its home partition (docs/domain.md#stock-documents). The lines that then reach
the items are in `domain.messages.stock_movements`.
"""

from dataclasses import dataclass
from enum import StrEnum

from domain.identifiers import (
    NO_ITEM,
    NO_NODE,
    NO_SUPPLY,
    NO_TRANSFER_ORDER,
    WHOLE,
    AdjustmentId,
    CountId,
    ItemId,
    LineId,
    NodeId,
    PartId,
    ReceiptId,
    StatusChangeId,
    SupplyId,
    TransferOrderId,
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
    expected_at_us: int = 0
    """Of supply: the day on which it is expected, by its midnight in UTC; 0 in any other document."""


class StockDocumentKind(StrEnum):
    """What a stock document reports."""

    RECEIPT = "receipt"
    ADJUSTMENT = "adjustment"
    COUNT = "count"
    STATUS_CHANGE = "status change"
    TRANSFER = "transfer"
    SUPPLY = "supply"


class StockStatus(StrEnum):
    """The state of units in a warehouse. Only AVAILABLE ones can be promised; SCRAPPED ones are gone."""

    AVAILABLE = "AVAILABLE"
    QUALITY_HOLD = "QUALITY_HOLD"
    DAMAGED = "DAMAGED"
    SCRAPPED = "SCRAPPED"


@dataclass(frozen=True, slots=True)
class GoodsReceived:
    """A receipt, whole: units came to a node from a supplier, or from another node; a fact.

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
    status: StockStatus = StockStatus.AVAILABLE
    """How the units came; SCRAPPED only of a transfer order: they were lost on the way."""
    transfer_order_id: TransferOrderId = NO_TRANSFER_ORDER
    """Of what `from_node_id` sent; both empty where the units are from a supplier."""
    from_node_id: NodeId = NO_NODE
    supply_id: SupplyId = NO_SUPPLY
    """Of the announced supply that has come; empty where it was not announced."""

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


class _ReadWhole:
    """A document that has a number, is one message, and of which no line is refused alone."""

    __slots__ = ()

    @property
    def part(self) -> PartId:
        """It has none."""
        return WHOLE

    @property
    def by_message(self) -> bool:
        """It has a number."""
        return False

    @property
    def refused_lines(self) -> int:
        """None."""
        return 0


@dataclass(frozen=True, slots=True)
class StockCounted(_ReadWhole):
    """A cycle count, whole: how many units of each item were at the node at `counted_at_us`, in any status.

    Quantities are zero or more; the lines of an item add up. One line that cannot be read makes the sum of its item
    wrong, so a count is never in parts, and none of its lines is refused alone.
    """

    provenance: Provenance
    node_id: NodeId
    count_id: CountId
    counted_at_us: int
    lines: tuple[StockLine, ...]

    @property
    def kind(self) -> StockDocumentKind:
        """A count."""
        return StockDocumentKind.COUNT

    @property
    def number(self) -> str:
        """As the warehouse named it."""
        return self.count_id

    @property
    def home_key(self) -> str:
        """Likewise."""
        return _home_key(self)


@dataclass(frozen=True, slots=True)
class StockStatusChanged:
    """A status change, whole: units at a node have another status now; SCRAPPED ones have left it. A fact.

    The two statuses differ, and no unit comes back from SCRAPPED. Its other fields are those of `GoodsReceived`.
    """

    provenance: Provenance
    node_id: NodeId
    change_id: StatusChangeId
    reason: str
    from_status: StockStatus
    to_status: StockStatus
    lines: tuple[StockLine, ...]
    part: PartId = WHOLE
    by_message: bool = False
    refused_lines: int = 0

    @property
    def kind(self) -> StockDocumentKind:
        """A status change."""
        return StockDocumentKind.STATUS_CHANGE

    @property
    def number(self) -> str:
        """As the warehouse named it."""
        return self.change_id

    @property
    def home_key(self) -> str:
        """Likewise."""
        return _home_key(self)


@dataclass(frozen=True, slots=True)
class GoodsSent:
    """Units left a node for another one, where a receipt names the transfer order; a fact.

    Several loads of one order are its parts. Its other fields are those of `GoodsReceived`.
    """

    provenance: Provenance
    node_id: NodeId
    to_node_id: NodeId
    transfer_order_id: TransferOrderId
    lines: tuple[StockLine, ...]
    part: PartId = WHOLE
    by_message: bool = False
    refused_lines: int = 0

    @property
    def kind(self) -> StockDocumentKind:
        """Its half at the node that sends."""
        return StockDocumentKind.TRANSFER

    @property
    def number(self) -> str:
        """As the sending warehouse named the order."""
        return self.transfer_order_id

    @property
    def home_key(self) -> str:
        """Likewise."""
        return _home_key(self)


@dataclass(frozen=True, slots=True)
class SupplyAnnounced(_ReadWhole):
    """A purchase order or shipping notice, whole: what is on its way to a node, and when it is expected.

    A later one under its number replaces it: what it does not name, or names with quantity zero, is not expected any
    more. Quantities are all that was ordered, received units included. As in a count, none of its lines is refused
    alone.
    """

    provenance: Provenance
    node_id: NodeId
    supply_id: SupplyId
    lines: tuple[StockLine, ...]

    @property
    def kind(self) -> StockDocumentKind:
        """Expected supply."""
        return StockDocumentKind.SUPPLY

    @property
    def number(self) -> str:
        """As the buyer or the supplier named it; receipts name it too."""
        return self.supply_id

    @property
    def home_key(self) -> str:
        """Likewise."""
        return _home_key(self)


StockDocument = GoodsReceived | StockAdjusted | StockCounted | StockStatusChanged | GoodsSent | SupplyAnnounced
"""From sources, so perhaps more than once, under the same message id or another."""


def _home_key(document: StockDocument) -> str:
    if document.by_message:
        return f"{document.kind}/{document.provenance.source_id}/{document.provenance.correlation_id}"
    return f"{document.kind}/{document.node_id}/{document.number}"
