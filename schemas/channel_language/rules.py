"""The rules of a channel file: how records map to canonical events, field by field."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, StrictBool, StrictInt, model_validator

from domain.inventory.reconciliation.comparing import LONGEST_IN_FLIGHT_S
from domain.messages.snapshots.stock import Reporter
from schemas.channel_language.business_documents import NumberedDocument
from schemas.channel_language.expressions.lists import EachOrNone, EachRule, OneOrMore
from schemas.channel_language.order_rule import OrderRule
from schemas.channel_language.orders.address_rule import AddressRule
from schemas.channel_language.orders.decision_rules import OrderDecidedRule
from schemas.channel_language.orders.money_rules import Discounts, Notes, StatedAmountRule, StatedTotals, Taxes, Tenders
from schemas.channel_language.orders.parcel_rules import ParcelReportedRule
from schemas.channel_language.orders.return_rules import (
    OrderReturnAuthorisedRule,
    OrderReturnDeclinedRule,
    OrderReturnInspectedRule,
    OrderReturnRequestedRule,
)
from schemas.channel_language.outage_rules import DependencyReportedRule, FailurePolicySetRule
from schemas.channel_language.rule import ACTIVE, BLANK, POSITION, Rule
from schemas.channel_language.snapshots.orders import OrderListBegunRule, OrderListContinuedRule, OrderListEndedRule
from schemas.channel_language.snapshots.stock import (
    StockSnapshotBegunRule,
    StockSnapshotContinuedRule,
    StockSnapshotEndedRule,
)
from schemas.channel_language.sources import IN_IDS, ItemSource, NumberSource, Part, Path, ValueOrigin, ValueSource
from schemas.channel_language.stock_rules import (
    GoodsReceivedRule,
    GoodsSentRule,
    StockAdjustedRule,
    StockCountedRule,
    StockStatusChangedRule,
    SupplyAnnouncedRule,
)
from schemas.channel_language.without_events import PassedOverRule, RefusedRule


class PlacedLinesRule(EachRule):
    """The lines of an order; the paths of its fields start at the line."""

    may_be_empty: StrictBool = False
    """Whether an order may have nothing in these lists; without it, it is refused: most often a path is wrong."""
    line_id: ValueSource
    item_id: ItemSource
    quantity: NumberSource
    unit: ValueSource
    unit_price: NumberSource | None = None
    price_basis: NumberSource = ValueOrigin(constant="1")
    """For how many units the price is: 1, 10, 100 or 1000."""
    price_unit: ValueSource | None = None
    """Of which unit the price is, where the source says that; by default, or where a line has none, of the line's."""
    price_units: NumberSource | None = None
    """How many of `price_unit` are in one unit of the line, where these differ. Without it, or where a line has none,
    such a line is refused.
    """
    stated: StatedAmountRule | None = None
    amount: NumberSource | None = None
    """What all units of the line cost together, before discounts and without added taxes, instead of `unit_price`: of
    sources that state no price of a unit, or a rounded one.
    """
    description: ValueSource = BLANK
    discounts: Discounts = ()
    taxes: Taxes = ()
    amounts_for: NumberSource | None = None
    """For how many units the discounts and taxes of the line are; by default, or where one has none, its quantity."""
    notes: Notes = ()
    item_numbers: Mapping[str, ValueSource] = {}
    """Numbers of the line's item, by whose they are; one that is missing is left out."""
    requested: ValueSource | None = None
    """The day on which the customer wants the line, in the file's time zone; a time of day is left out. By default, and
    where a line has none, that of the order.
    """
    fulfilment: ValueSource | None = None
    """From whose stock the line is served: STOCK (ours, the default, also where a line has none), NONE (nothing leaves:
    gift cards, services) or CHANNEL (the channel ships it from its own).
    """

    @model_validator(mode="after")
    def _says_the_price_once(self) -> Self:
        if (self.unit_price is None) == (self.amount is None):
            raise ValueError("give exactly one of unit_price, amount")
        if self.amount is not None and "price_basis" in self.model_fields_set:
            raise ValueError("price_basis goes with unit_price: an amount is for all units of the line")
        return self


class ChargesRule(EachRule):
    """The charges, lines that are not goods; the paths of its fields start at the line.

    Without `each` it is a single charge of fields of the document, and none where its price is missing or zero.
    """

    each: EachOrNone = ()
    line_id: ValueSource = POSITION
    code: ValueSource
    description: ValueSource = BLANK
    quantity: NumberSource
    unit_price: NumberSource
    discounts: Discounts = ()
    taxes: Taxes = ()


class ListedReferencesRule(EachRule):
    """Numbers of an order in lists; one of which the kind or the number is missing is left out."""

    kind: ValueSource
    number: ValueSource


class PurchaseOrderRule(Part):
    """What the customer calls his order: two orders with the same customer and number are the same purchase.

    A record that lacks the number or the customer takes no part. A release of a blanket order has its number behind it.
    """

    number: ValueSource
    customer: ValueSource
    """Who ordered: one text for a customer in all channels, and never the same for two."""
    customers: Mapping[str, str] = {}
    """What `customer` comes to on the left, as other channels name the same customer on the right."""


class BornInErpRule(Part):
    """An order that was entered in the ERP, and is booked there already."""

    number: ValueSource
    """The ERP's own number of it."""
    external_id: ValueSource | None = None
    """Where the ERP keeps the key under which we have booked an order. A record that has one reports an order of ours
    back: it is that order, and makes no second one.
    """


class OrderContentRule(Rule):
    """The part that records with a whole order share."""

    channel_id: ValueSource | None = None
    """By default the file's: a hub that carries several channels says which."""
    region: ValueSource | None = None
    """By default the file's."""
    channel_order_id: ValueSource
    customer_id: ValueSource
    purchase_order: PurchaseOrderRule | None = None
    currency: ValueSource | None = None
    """By default the file's."""
    ship_to: AddressRule
    lines: OneOrMore[PlacedLinesRule]
    """Of one list, or of several rules whose lines follow one another."""
    charges: OneOrMore[ChargesRule] | None = None
    """Likewise."""
    discounts: Discounts = ()
    """Of the whole order; those of a line or a charge stand in its rule. So do taxes, notes and item numbers."""
    taxes: Taxes = ()
    tenders: Tenders = ()
    totals: StatedTotals = ()
    buyer: AddressRule | None = None
    """Who has ordered."""
    bill_to: AddressRule | None = None
    """Who gets the invoice."""
    terms: ValueSource = BLANK
    references: Mapping[str, ValueSource] = {}
    """Numbers under which others know the order, by what they are; one that is missing is left out."""
    listed_references: OneOrMore[ListedReferencesRule] | None = None
    """Such numbers where the record lists them with their kinds."""
    notes: Notes = ()
    requested: ValueSource | None = None
    """The day on which the customer wants the order; without it, or where a record has none, as soon as possible."""
    born_in_erp: BornInErpRule | None = None


class OrderPlacedRule(OrderContentRule):
    """A record that places an order."""

    event: Literal["OrderPlaced"]


class PictureRule(Part):
    """By what a picture is known to be newer than another one of the same order: one of the two."""

    time: ValueSource | None = None
    """When the source changed the order last."""
    number: ValueSource | None = None
    """Rises with each change of the order; at most nine digits."""

    @model_validator(mode="after")
    def _is_one_of_them(self) -> Self:
        if (self.time is None) == (self.number is None):
            raise ValueError("give exactly one of time, number")
        return self


class PicturedLinesRule(PlacedLinesRule):
    """The lines of an order that is shown as it is now."""

    shipped: NumberSource | None = None
    """How much of the line the channel has shipped itself by now, in all; of lines with `fulfilment` CHANNEL only."""


class OrderPicturedRule(OrderContentRule):
    """A record that shows an order as it is now: it places the order, or what differs is asked for.

    A line with a quantity of zero is not wanted any more, as if it were not there. Records are recognised by the number
    of the picture; the correlation id only names them.
    """

    event: Literal["OrderPictured"]
    content_of: Literal["OrderPlaced"] | None = None
    """Each field that this rule does not have is that of the first rule for this event: its content is the same."""
    picture: PictureRule
    lines: OneOrMore[PicturedLinesRule]
    shipped_from: Annotated[str, IN_IDS] | None = None
    """With `shipped` of lines: which of `channel_nodes` the channel ships from."""
    cancelled: ValueSource | None = None
    """Any value: the order is cancelled; without it, or where a record has none, it is not."""
    reason: ValueSource = BLANK
    """Why it is cancelled, or changed."""

    @model_validator(mode="after")
    def _says_from_where_it_ships(self) -> Self:
        if any(rule.shipped for rule in self.lines) != (self.shipped_from is not None):
            raise ValueError("shipped_from goes with `shipped` of lines")
        return self


class CancelledPartsRule(EachRule):
    """The lines of which a part is cancelled."""

    line_id: ValueSource
    quantity: NumberSource
    """How much of the line is not wanted any more."""


class OrderCancelRequestedRule(OrderRule):
    """A record that asks to cancel an order, the named lines, or parts of lines; by a rule that names neither, all."""

    event: Literal["OrderCancelRequested"]
    reason: ValueSource = BLANK
    line_ids: Path | None = None
    """The path of a list of line ids. An empty list names none, and is refused."""
    parts: CancelledPartsRule | None = None
    """Likewise."""
    may_be_empty: StrictBool = False
    """Whether a record that has neither list means the whole order; without it, it is refused: most often a path is
    wrong, and more would be cancelled than was asked for.
    """

    @model_validator(mode="after")
    def _names_lists_that_may_be_empty(self) -> Self:
        if self.may_be_empty and self.line_ids is None and self.parts is None:
            raise ValueError("may_be_empty goes with line_ids or parts: a rule without them is of whole orders")
        return self


class AmendedQuantitiesRule(EachRule):
    """The lines whose quantity changes."""

    line_id: ValueSource
    quantity: NumberSource
    """What is wanted in all; 0 removes the line."""


class AmendedDaysRule(EachRule):
    """The lines that are wanted on another day. A line of the list without a day keeps its own."""

    line_id: ValueSource
    requested: ValueSource


class DescribedLinesRule(EachRule):
    """What a record says of the order's lines beside their quantities.

    What agrees with the line changes nothing; another price is taken or disputed, as `amended_prices` says, and another
    item or unit refuses the whole change.
    """

    line_id: ValueSource
    item_ids: tuple[ItemSource, ...] = ()
    """The numbers by which the record names the item, as for the lines of an order; one that is missing is left out.
    The line is of it when one of them is its item, or one of its `item_numbers`.
    """
    unit: ValueSource | None = None
    unit_price: NumberSource | None = None
    """Where a record has none, the price does not change."""
    price_basis: NumberSource = ValueOrigin(constant="1")
    price_unit: ValueSource | None = None
    """As for the lines of an order: of which unit the price is. A line that states no unit is in this one."""
    price_units: NumberSource | None = None
    """How many of `price_unit` are in one `unit`, where these differ. Without it, or where a line has none, the change
    is refused.
    """


class OrderAmendRequestedRule(OrderRule):
    """A record that asks to change an order; `revision` says which change of it this is, from 1 on."""

    event: Literal["OrderAmendRequested"]
    reason: ValueSource = BLANK
    quantities: AmendedQuantitiesRule | None = None
    added: OneOrMore[PlacedLinesRule] | None = None
    ship_to: AddressRule | None = None
    """The whole new address; a record that has neither name nor street nor city changes none."""
    requested: ValueSource | None = None
    """The day on which the customer now wants all of the order; where a record has none, it does not change."""
    requested_lines: AmendedDaysRule | None = None
    described_lines: OneOrMore[DescribedLinesRule] | None = None
    charges: OneOrMore[ChargesRule] | None = None
    """Charges that the record states: one that the order does not have is disputed, and none is added."""
    notes: Notes = ()
    """What a person is to read: it is added to the notes of the order."""
    currency: ValueSource | None = None
    """Of the prices and charges; by default, or where a record has none, that of the order."""


class HoldRule(OrderRule):
    """The part that records about holds share."""

    hold: ValueSource
    """The kind of hold, as `HoldKind` names it: CREDIT, ADDRESS, FRAUD, TAX, PRICING, COMPLIANCE, MANUAL, DUPLICATE,
    CUSTOMER, PAYMENT.
    """
    requested_by: ValueSource = BLANK
    """The person or program; by default the source."""
    reason: ValueSource = BLANK


class OrderHoldRequestedRule(HoldRule):
    """A record that asks to hold an order, or a decision against it."""

    event: Literal["OrderHoldRequested"]
    until: ValueSource | None = None
    """When the hold ends by itself; without it, or where a record has none, only a release ends it."""


class OrderHoldReleaseRequestedRule(HoldRule):
    """A record that asks to release an order from a hold, or a decision for it."""

    event: Literal["OrderHoldReleaseRequested"]


class MovedLinesRule(EachRule):
    """The lines of a pick or a shipment; without `each` the document itself is the only one."""

    each: EachOrNone = ()
    line_id: ValueSource = BLANK
    """Of a source that does not know it, the order finds the line by its item (docs/domain.md#facts-and-requests)."""
    item_id: ItemSource
    quantity: NumberSource


class OrderPickedRule(OrderRule, NumberedDocument):
    """A record that reports a pick for an order."""

    event: Literal["OrderPicked"]
    node_id: ValueSource
    pick_id: ValueSource | None = None
    """Without it, or where a record has none, a pick is recognised by its message ids alone."""
    lines: MovedLinesRule


class UnpickedLinesRule(MovedLinesRule):
    """The lines of a put-back, or of a reversed shipment: what became of the units."""

    condition: ValueSource = ValueOrigin(constant="RESTOCKED")
    """RESTOCKED (back on the shelf), DAMAGED, MISSING, or INSPECT (on quality hold)."""


class OrderUnpickedRule(OrderRule, NumberedDocument):
    """A record that reports that picked units were put back, damaged or lost before they were shipped."""

    event: Literal["OrderUnpicked"]
    node_id: ValueSource
    unpick_id: ValueSource | None = None
    """Without it, or where a record has none, it is recognised by its message ids alone."""
    reason: ValueSource = BLANK
    lines: UnpickedLinesRule


class OrderShortPickedRule(OrderRule, NumberedDocument):
    """A record that reports that units were not found when they were to be picked; its lines are the missing units.

    They are taken from the stock: a source that also sends an adjustment for them must not be mapped to both.
    """

    event: Literal["OrderShortPicked"]
    node_id: ValueSource
    short_pick_id: ValueSource | None = None
    """Without it, or where a record has none, it is recognised by its message ids alone."""
    reason: ValueSource = BLANK
    lines: MovedLinesRule


class CartonsRule(MovedLinesRule):
    """What is in which carton: an element for each item of each of them, with what names the carton.

    Elements with the same names are of one carton. One without any is of none: its units are loose.
    """

    sscc: ValueSource = BLANK
    """The serial shipping container code on its label, with or without its application identifier 00."""
    tracking_number: ValueSource = BLANK
    """The carrier's number of this carton."""


class OrderShippedRule(OrderRule, NumberedDocument):
    """A record that reports a shipment of an order."""

    event: Literal["OrderShipped"]
    node_id: ValueSource
    shipment_id: ValueSource
    carrier: ValueSource = BLANK
    tracking_number: ValueSource = BLANK
    lines: MovedLinesRule
    cartons: CartonsRule | None = None
    """Without it, the shipment is one pack."""


class OrderShipmentReversedRule(OrderRule, NumberedDocument):
    """A record that reports that units of a shipment did not leave, or came back before they were delivered."""

    event: Literal["OrderShipmentReversed"]
    node_id: ValueSource
    shipment_id: ValueSource
    """The shipment with which the units were reported."""
    reversal_id: ValueSource
    reason: ValueSource = BLANK
    lines: UnpickedLinesRule


class OrderDeliveredRule(OrderRule, NumberedDocument):
    """A record that reports that units were delivered to the customer, or that this was wrong."""

    event: Literal["OrderDelivered"]
    delivery_id: ValueSource
    shipment_id: ValueSource = BLANK
    carrier: ValueSource = BLANK
    is_reversal: StrictBool = False
    """Whether the units are not delivered after all."""
    lines: MovedLinesRule


class InvoicedLinesRule(MovedLinesRule):
    """The lines of an invoice: what it states for their units."""

    line_id: ValueSource

    amount: NumberSource | None = None
    """Net, after what is taken off for the line; without it, or where a line has none, it is not compared."""


class OrderInvoicedRule(OrderRule, NumberedDocument):
    """A record that reports that units were invoiced, or that an invoice was cancelled."""

    event: Literal["OrderInvoiced"]
    invoice_id: ValueSource
    value: NumberSource | None = None
    """Of the whole document; without it, or where a record has none, none is published."""
    currency: ValueSource | None = None
    """Without it, that of the channel."""
    is_reversal: StrictBool = False
    """Whether the units are not invoiced any more."""
    lines: InvoicedLinesRule


class ReportedLinesRule(EachRule):
    """The lines of an order as another system has them."""

    line_id: ValueSource
    ordered: NumberSource
    """Less what is cancelled."""
    shipped: NumberSource | None = None
    """Without it, or where a line has none, it is not compared."""


class OrderReportedRule(OrderRule):
    """A record of what another system has of an order at a time, such as one order of its daily list."""

    event: Literal["OrderReported"]
    reporter: Reporter
    """Whose it is: WMS, ERP or CHANNEL."""
    taken_at: ValueSource
    """With its time of day: the order of this time is compared."""
    in_flight_s: Annotated[StrictInt, Field(ge=0, le=LONGEST_IN_FLIGHT_S)] = 900
    """For so many seconds after a change of the order the two systems need not both know of it."""
    status: ValueSource
    """OPEN, SHIPPED or CANCELLED."""
    document_number: ValueSource = BLANK
    """Of an ERP: one order may have one document there."""
    lines: ReportedLinesRule | None = None
    """Without it, only the status is compared."""


class ReturnedLinesRule(MovedLinesRule):
    """The lines of a return: the credit per unit, and the condition of the units."""

    unit_price: NumberSource | None = None
    """Without it, or where a line has none, the price of the order line."""
    condition: ValueSource = ValueOrigin(constant="RESTOCKED")
    """RESTOCKED, DAMAGED, MISSING, or INSPECT: on hold until an inspection says what they are like."""


class OrderReturnedRule(OrderRule, NumberedDocument):
    """A record that reports a return or a credit."""

    event: Literal["OrderReturned"]
    node_id: ValueSource
    return_id: ValueSource
    reason: ValueSource = BLANK
    lines: ReturnedLinesRule
    charges: OneOrMore[ChargesRule] | None = None


class WarehouseAcceptedRule(OrderRule):
    """A record by which a warehouse confirms a command."""

    event: Literal["WarehouseAccepted"]
    command_id: ValueSource


class WarehouseRefusedRule(OrderRule):
    """A record by which a warehouse refuses a command."""

    event: Literal["WarehouseRefused"]
    command_id: ValueSource
    reason: ValueSource = BLANK


class ItemUnitsRule(EachRule):
    """The other units of an item; the paths of its fields start at the unit."""

    unit: ValueSource
    factor: NumberSource
    """How much of the base unit is in one of it."""


class CustomerDescribedRule(Rule):
    """A record with the master data of a customer. The latest by `occurred_at` is in force."""

    event: Literal["CustomerDescribed"]
    customer_id: ValueSource
    """As the orders of all channels that check their customers name him."""
    status: ValueSource = ACTIVE
    """ACTIVE or BLOCKED."""
    reason: ValueSource = BLANK
    """Why he is blocked."""


class SubstitutesRule(EachRule):
    """What may be offered in the place of an item; the paths of its fields start at the element."""

    item_id: ItemSource


class ItemDescribedRule(Rule):
    """A record with the master data of an item. The latest by `occurred_at` is in force."""

    event: Literal["ItemDescribed"]
    item_id: ItemSource
    unit: ValueSource
    """The base unit, UN/ECE Rec 20."""
    units: ItemUnitsRule
    status: ValueSource = ACTIVE
    """ACTIVE or DISCONTINUED."""
    substitutes: SubstitutesRule | None = None
    """What may be offered in its place, the best first."""


class SafetyStockRule(EachRule):
    """The safety stock of an item by node; the paths of its fields start at the node."""

    node_id: ValueSource
    quantity: NumberSource
    """Zero is none."""


class FencesRule(EachRule):
    """The fences of an item; the paths of its fields start at the fence."""

    node_id: ValueSource
    channel_id: ValueSource
    quantity: NumberSource | None = None
    """Units that are kept for the channel; zero is none."""
    percent: NumberSource | None = None
    """Or a share of the units for sale. A fence has one of the two."""


class StockPolicySetRule(Rule):
    """A record with all of an item's safety stock and fences. The latest by `occurred_at` is in force."""

    event: Literal["StockPolicySet"]
    item_id: ItemSource
    safety_stock: SafetyStockRule
    fences: FencesRule


class CaseActionRule(Rule):
    """A record in which a person decides about an exception case."""

    event: Literal["CaseDismissed", "CaseResolved", "CaseRetried", "CaseReversed"]
    case_id: ValueSource
    home: ValueSource
    """The flow that keeps the case, as `exceptions.state.v1` says."""
    home_key: ValueSource
    """Likewise."""
    who: ValueSource
    """Who decides; required, as is why."""
    why: ValueSource


MappingRule = (
    OrderPlacedRule
    | OrderPicturedRule
    | OrderCancelRequestedRule
    | OrderAmendRequestedRule
    | OrderHoldRequestedRule
    | OrderHoldReleaseRequestedRule
    | OrderDecidedRule
    | OrderPickedRule
    | OrderUnpickedRule
    | OrderShortPickedRule
    | OrderShippedRule
    | OrderReturnRequestedRule
    | OrderReturnAuthorisedRule
    | OrderReturnDeclinedRule
    | OrderShipmentReversedRule
    | OrderDeliveredRule
    | OrderInvoicedRule
    | OrderReportedRule
    | OrderListBegunRule
    | OrderListContinuedRule
    | OrderListEndedRule
    | OrderReturnedRule
    | OrderReturnInspectedRule
    | WarehouseAcceptedRule
    | WarehouseRefusedRule
    | GoodsReceivedRule
    | StockAdjustedRule
    | StockCountedRule
    | StockStatusChangedRule
    | GoodsSentRule
    | StockSnapshotBegunRule
    | StockSnapshotContinuedRule
    | StockSnapshotEndedRule
    | SupplyAnnouncedRule
    | ItemDescribedRule
    | StockPolicySetRule
    | CustomerDescribedRule
    | ParcelReportedRule
    | CaseActionRule
    | DependencyReportedRule
    | FailurePolicySetRule
)
"""The rules that make an event of a document."""

EventRule = Annotated[MappingRule | PassedOverRule | RefusedRule, Field(discriminator="event")]
