"""Documents for partners, before they have a syntax: what an answer, a ship notice or an invoice says.

Quantities are in millionths of the line's unit, amounts in ten-thousandths of the currency, units in UN/ECE
Recommendation 20. Each document is written whole; only a ship notice is followed by a second one of its number.
"""

from dataclasses import dataclass
from enum import StrEnum

from domain.addresses import Address
from domain.identifiers import CommandId, InvoiceId, ItemId, LineId, NodeId, OrderId, ShipmentId


class EdiDocumentKind(StrEnum):
    """The kinds of document, by their X12 transaction set (docs/guides/edi-out.md)."""

    ORDER_ANSWER = "855"
    CHANGE_ANSWER = "865"
    SHIP_NOTICE = "856"
    INVOICE = "810"
    INVENTORY = "846"
    WAREHOUSE_ORDER = "940"
    ORDER_STATUS = "870"
    ACKNOWLEDGEMENT = "997"


@dataclass(frozen=True, slots=True)
class ProductNumber:
    """A number of an item, and whose it is: X12 data element 235, such as VP (ours), BP (the buyer's), UP (a GTIN)."""

    qualifier: str
    number: str


@dataclass(frozen=True, slots=True)
class PartnerLine:
    """A line as the partner ordered it: what every document about it repeats."""

    line_id: LineId
    item_id: ItemId
    products: tuple[ProductNumber, ...]
    """As the partner named the item; empty: by our number alone."""
    ordered: int
    unit: str
    unit_price: int
    price_basis: int = 1
    """For so many units is the price."""
    description: str = ""


@dataclass(frozen=True, slots=True)
class PartnerOrder:
    """An order as the partner named it: what every document about it repeats."""

    order_id: OrderId
    number: str
    """The purchase order number, without its release."""
    release: str
    """Of a blanket order; else empty."""
    ordered_us: int
    currency: str
    ship_to: Address
    department: str = ""
    """REF*DP of the order; empty: none."""


class LineAnswer(StrEnum):
    """What becomes of units of a line."""

    ACCEPTED = "ACCEPTED"
    BACKORDERED = "BACKORDERED"
    CHANGED = "CHANGED"
    """Accepted, of a line that is not accepted as it was ordered."""
    CANCELLED = "CANCELLED"
    """The partner took them back, and they are not delivered."""
    REJECTED = "REJECTED"
    PRICE_PENDING = "PRICE_PENDING"
    """Accepted at the price of the order: a change states another one, and a person decides."""


@dataclass(frozen=True, slots=True)
class AnsweredUnits:
    """So many units of a line, with what becomes of them; `promised_us` is a day by its midnight in UTC, 0: none."""

    answer: LineAnswer
    quantity: int
    promised_us: int = 0


@dataclass(frozen=True, slots=True)
class AnsweredOrderLine:
    """A line with what becomes of it; the units add up to what was ordered."""

    line: PartnerLine
    units: tuple[AnsweredUnits, ...]


class AnswerVerdict(StrEnum):
    """What becomes of the whole order."""

    ACCEPTED = "ACCEPTED"
    CHANGED = "CHANGED"
    """At least one line is not delivered as it was ordered: less of it, or later."""
    REJECTED = "REJECTED"


@dataclass(frozen=True, slots=True)
class OrderAnswer:
    """The answer to an order (855), line by line."""

    order: PartnerOrder
    verdict: AnswerVerdict
    answered_us: int
    lines: tuple[AnsweredOrderLine, ...]


class LineChange(StrEnum):
    """What a change does to a line."""

    NONE = "NONE"
    ADDED = "ADDED"
    REMOVED = "REMOVED"
    RAISED = "RAISED"
    LOWERED = "LOWERED"
    REPRICED = "REPRICED"
    REPRICED_UNITS = "REPRICED_UNITS"
    """Another quantity, at another price."""


@dataclass(frozen=True, slots=True)
class AnsweredChangeLine:
    """A line after a change, or a refused one; `line.ordered` is what is ordered of it now."""

    line: PartnerLine
    change: LineChange
    units: tuple[AnsweredUnits, ...]


@dataclass(frozen=True, slots=True)
class ChangeAnswer:
    """The answer to a change or cancellation of an order (865)."""

    order: PartnerOrder
    verdict: AnswerVerdict
    revision: int
    """The number of the change that is answered; 0 for a cancellation."""
    answered_us: int
    reason: str
    """Why it is refused; empty where it is not."""
    lines: tuple[AnsweredChangeLine, ...]


@dataclass(frozen=True, slots=True)
class PackedLine:
    """Units of a line in one pack."""

    line: PartnerLine
    shipped: int


@dataclass(frozen=True, slots=True)
class Pack:
    """What travels under one label."""

    sscc: str
    """GS1 serial shipping container code: 18 digits, the last one a check digit."""
    lines: tuple[PackedLine, ...]
    tracking_number: str = ""
    """The carrier's number of this pack; empty: none of its own."""


class NoticePurpose(StrEnum):
    """What a ship notice does to the one before it, of the same shipment."""

    ORIGINAL = "ORIGINAL"
    """There is none."""
    REPLACEMENT = "REPLACEMENT"
    CANCELLATION = "CANCELLATION"


@dataclass(frozen=True, slots=True)
class ShipNotice:
    """What is on its way (856)."""

    order: PartnerOrder
    shipment_id: ShipmentId
    node_id: NodeId
    shipped_us: int
    carrier: str
    tracking_number: str
    packs: tuple[Pack, ...]
    """All of the shipment; of a cancellation, what is cancelled."""
    purpose: NoticePurpose = NoticePurpose.ORIGINAL


@dataclass(frozen=True, slots=True)
class InvoicedLine:
    """Units of a line that are invoiced, at the price of a unit as it is invoiced."""

    line: PartnerLine
    quantity: int
    unit_price: int
    price_basis: int
    amount: int
    """What they come to, as the invoice states it, or by their price; the lines add up to `goods_total` but for
    rounding."""


@dataclass(frozen=True, slots=True)
class PartnerInvoice:
    """What the partner has to pay, or gets back (810)."""

    order: PartnerOrder
    invoice_id: InvoiceId
    is_credit: bool
    invoiced_us: int
    lines: tuple[InvoicedLine, ...]
    goods_total: int
    """What the lines add up to, rounded once."""
    other: int
    """What the invoice states beyond its lines: charges and taxes, or below zero what is taken off."""

    @property
    def total(self) -> int:
        """What has to be paid, or is given back."""
        return self.goods_total + self.other


@dataclass(frozen=True, slots=True)
class StockedItem:
    """What a channel may show of one item."""

    item_id: ItemId
    products: tuple[ProductNumber, ...]
    available: int
    unit: str


@dataclass(frozen=True, slots=True)
class InventoryAdvice:
    """What the partner may sell (846): the items whose availability has changed since the advice before."""

    number: str
    as_of_us: int
    items: tuple[StockedItem, ...]


@dataclass(frozen=True, slots=True)
class WarehouseOrderLine:
    """Units to pick and ship."""

    line_id: LineId
    item_id: ItemId
    quantity: int
    unit: str


@dataclass(frozen=True, slots=True)
class WarehouseOrder:
    """What a warehouse is to ship, or not to ship any more (940)."""

    order_id: OrderId
    command_id: CommandId
    customer_number: str
    """The customer's own number of the order; empty: none."""
    is_cancelled: bool
    commanded_us: int
    node_id: NodeId
    ship_to: tuple[Address, ...]
    """At most one; none where it is cancelled."""
    lines: tuple[WarehouseOrderLine, ...]


@dataclass(frozen=True, slots=True)
class ReportedOrderLine:
    """How far one line is; the counters are of the order."""

    line: PartnerLine
    shipped: int
    allocated: int
    backordered: int
    cancelled: int
    promised_us: int = 0


@dataclass(frozen=True, slots=True)
class OrderStatusReport:
    """How far an order is (870)."""

    order: PartnerOrder
    number: str
    reported_us: int
    lines: tuple[ReportedOrderLine, ...]


PartnerDocument = (
    OrderAnswer | ChangeAnswer | ShipNotice | PartnerInvoice | InventoryAdvice | WarehouseOrder | OrderStatusReport
)
"""What is written for partners, besides acknowledgements."""

KINDS: dict[type[PartnerDocument], EdiDocumentKind] = {
    OrderAnswer: EdiDocumentKind.ORDER_ANSWER,
    ChangeAnswer: EdiDocumentKind.CHANGE_ANSWER,
    ShipNotice: EdiDocumentKind.SHIP_NOTICE,
    PartnerInvoice: EdiDocumentKind.INVOICE,
    InventoryAdvice: EdiDocumentKind.INVENTORY,
    WarehouseOrder: EdiDocumentKind.WAREHOUSE_ORDER,
    OrderStatusReport: EdiDocumentKind.ORDER_STATUS,
}
