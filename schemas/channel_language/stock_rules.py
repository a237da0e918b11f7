"""The rules of a channel file for stock documents."""

from typing import Literal, Self

from pydantic import model_validator

from schemas.channel_language.business_documents import DocumentMode, NumberedDocument
from schemas.channel_language.expressions.lists import EachOrNone, EachRule
from schemas.channel_language.rule import BLANK, POSITION, Rule
from schemas.channel_language.sources import ItemSource, NumberSource, ValueOrigin, ValueSource

_AVAILABLE = ValueOrigin(constant="AVAILABLE")


class StockLinesRule(EachRule):
    """The lines of a stock document; without `each` the document itself is the only one."""

    each: EachOrNone = ()
    line_id: ValueSource = POSITION
    item_id: ItemSource
    quantity: NumberSource
    unit: ValueSource
    """UN/ECE Rec 20. The first one of an item is the unit in which it is kept."""


class StockDocumentRule(Rule, NumberedDocument):
    """A record that reports a stock document. A repeat is recognised whatever the order of its lines."""

    node_id: ValueSource
    lines: StockLinesRule


class GoodsReceivedRule(StockDocumentRule):
    """A record that reports a receipt, from a supplier or from another node."""

    event: Literal["GoodsReceived"]
    receipt_id: ValueSource
    status: ValueSource = _AVAILABLE
    """AVAILABLE, QUALITY_HOLD or DAMAGED; of a transfer order also SCRAPPED: lost on the way."""
    transfer_order_id: ValueSource | None = None
    """Where a record has one, another node sent the goods under that number; else they are from a supplier."""
    from_node_id: ValueSource | None = None
    """The node that sent them; the node of the receipt itself where they came back. A record need not name it."""
    supply_id: ValueSource | None = None
    """The announced supply (purchase order, shipping notice) that has come, where a record names it."""

    @model_validator(mode="after")
    def _names_the_sender_of_a_transfer(self) -> Self:
        if self.from_node_id is not None and self.transfer_order_id is None:
            raise ValueError("`from_node_id` needs `transfer_order_id`")
        return self


class StockAdjustedRule(StockDocumentRule):
    """A record that reports what a warehouse wrote off (negative quantities) or found."""

    event: Literal["StockAdjusted"]
    adjustment_id: ValueSource
    reason: ValueSource = BLANK


class StockCountedRule(StockDocumentRule):
    """A record that reports how many units of each item are at a node, in any status.

    Lines of the same item add up. A count is one message, and is refused if one of its lines is.
    """

    event: Literal["StockCounted"]
    count_id: ValueSource
    counted_at: ValueSource
    """When it was counted: with its time of day, because movements of before and after are told apart by it."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.document is not DocumentMode.WHOLE:
            raise ValueError("a count is whole: of a part nobody knows what the others say of its items")
        return self


class StockStatusChangedRule(StockDocumentRule):
    """A record that reports units with another status: blocked, free again, or scrapped."""

    event: Literal["StockStatusChanged"]
    change_id: ValueSource
    from_status: ValueSource
    """AVAILABLE, QUALITY_HOLD or DAMAGED."""
    to_status: ValueSource
    """One of these, or SCRAPPED."""
    reason: ValueSource = BLANK


class GoodsSentRule(StockDocumentRule):
    """A record that reports units on their way to another node; the receipt there names the transfer order."""

    event: Literal["GoodsSent"]
    transfer_order_id: ValueSource
    """Unique for the sending node. Several loads of one order are its parts: `document: in_parts`."""
    to_node_id: ValueSource


class SupplyLinesRule(StockLinesRule):
    """The lines of announced supply. A quantity of zero: it is not expected any more."""

    expected_at: ValueSource
    """The day, in the file's time zone; a time of day is left out."""


class SupplyAnnouncedRule(StockDocumentRule):
    """A record that announces supply: a purchase order or a shipping notice, always whole.

    Of several with one number that with the highest `revision` is in force, among equal ones the latest. Lines of the
    same item add up, and a record is refused if one of its lines is.
    """

    event: Literal["SupplyAnnounced"]
    supply_id: ValueSource
    """Unique for the node. Receipts name it too."""
    lines: SupplyLinesRule

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.document is not DocumentMode.WHOLE:
            raise ValueError("announced supply is whole: what it does not name is not expected any more")
        return self
