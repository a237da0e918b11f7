"""Events about an order: the records of `orders.inbox.v1`, keyed by order_id.

Those about a purchase order number are keyed by that, so that all of them meet in one partition.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.addresses import Address
from domain.fulfilment import Fulfilment
from domain.identifiers import (
    NO_PURCHASE_ORDER,
    ChannelId,
    CommandId,
    CustomerId,
    DeliveryId,
    ErpId,
    InvoiceId,
    ItemId,
    LineId,
    NodeId,
    OrderId,
    ParcelId,
    PurchaseOrderId,
    ReservationId,
    ReturnId,
    ReversalId,
    ShipmentId,
)
from domain.messages.decisions.events import OrderDecided
from domain.messages.dispatch import CommandType, Document, Outcome
from domain.messages.parcels import ParcelReported, parcel_home
from domain.messages.returns.inspections import OrderReturnInspected
from domain.messages.returns.policy import STANDARD_RETURNS, ReturnPolicy
from domain.messages.returns.requests import OrderReturnRequested, ReturnDecision
from domain.messages.snapshots.stock import Reporter
from domain.money.adjustments import Discount, Tax, Tender
from domain.money.charges import Charge
from domain.papers import ItemNumber, Note, Reference, RequestedDay
from domain.provenance import Provenance
from domain.returns import ReturnCondition, ReturnedLine
from domain.values import quickly_built
from domain.working_days import DailyDue


class PromisePolicy(StrEnum):
    """The channel's policy for an order that cannot be filled completely (docs/domain.md#orders)."""

    SHIP_COMPLETE = "SHIP_COMPLETE"
    SHIP_AVAILABLE = "SHIP_AVAILABLE"
    FILL_OR_KILL = "FILL_OR_KILL"


class ReleaseGate(StrEnum):
    """When the order is released to the warehouse: after the ERP booked it, or as soon as it is accepted."""

    BOOKED = "BOOKED"
    ACCEPTED = "ACCEPTED"


class HoldKind(StrEnum):
    """Why an order may not go on (docs/domain.md#holds)."""

    CREDIT = "CREDIT"
    ADDRESS = "ADDRESS"
    FRAUD = "FRAUD"
    TAX = "TAX"
    PRICING = "PRICING"
    COMPLIANCE = "COMPLIANCE"
    MANUAL = "MANUAL"
    DUPLICATE = "DUPLICATE"
    CUSTOMER = "CUSTOMER"
    PAYMENT = "PAYMENT"


class BudgetStage(StrEnum):
    """What an order should have reached within some time (docs/domain.md#budgets)."""

    ACCEPTANCE = "ACCEPTANCE"
    BOOKING = "BOOKING"
    RELEASE = "RELEASE"
    SHIPMENT = "SHIPMENT"
    DELIVERY = "DELIVERY"
    INVOICE = "INVOICE"


@dataclass(frozen=True, slots=True)
class StageBudget:
    """How long an order may take until it reaches a stage.

    From its receipt (`ingested_at_us`); DELIVERY and INVOICE from its last shipment (`last_shipped_us`).
    """

    stage: BudgetStage
    within_ms: int
    """0 where `daily` says it."""
    opens_case: bool
    """Whether a breach is a case, which is resolved when the stage is reached."""
    daily: tuple[DailyDue, ...] = ()
    """At most one, and only for DELIVERY and INVOICE: by when the last shipment is to have reached it."""


@dataclass(frozen=True, slots=True)
class FallbackNodes:
    """The nodes that stand in for a warehouse while it is away, the preferred one first; at least one."""

    node_id: NodeId
    instead: tuple[NodeId, ...]


@dataclass(frozen=True, slots=True)
class OrderPolicy:
    """The channel file's rules for this order, joined by intake so that the order decides from its inbox alone."""

    promise: PromisePolicy
    release_gate: ReleaseGate
    erp_id: ErpId
    priority_class: int
    """0 is the most urgent."""
    nodes: tuple[NodeId, ...]
    """Where the order may be sourced from, the preferred node first."""
    answer_duplicates: bool
    channel_file_version: int
    split: bool = True
    """Whether several nodes may serve one line when no node has all of it."""
    holds: tuple[HoldKind, ...] = ()
    """Every order of the channel begins with these; decisions release them."""
    budgets: tuple[StageBudget, ...] = ()
    """Of this order, at most one a stage."""
    budgets_paused_by: tuple[HoldKind, ...] = ()
    """While the order has such a hold, the time stands still of those budgets that run from its receipt."""
    known_items_only: bool = False
    """Whether lines wait for the master data of their items (docs/domain.md#master-data)."""
    known_customers_only: bool = False
    """Whether orders wait for the master data of their customers."""
    master_data_max_age_ms: int = 0
    """Older master data counts, and the order says so; 0: there is no limit."""
    returns: ReturnPolicy = STANDARD_RETURNS
    fallbacks: tuple[FallbackNodes, ...] = ()
    """At most one a node of `nodes`."""
    release_window_ms: int = 0
    """How long what is ready to be released waits for more of the order; 0: not at all (docs/domain.md#orders)."""

    @property
    def all_nodes(self) -> tuple[NodeId, ...]:
        """Those where the order may be sourced from now or another time."""
        fallbacks = (node for each in self.fallbacks for node in each.instead)
        return tuple(dict.fromkeys((*self.nodes, *fallbacks)))


@quickly_built
@dataclass(frozen=True, slots=True)
class PlacedLine:
    """One line as the channel placed it; quantity in millionths, the price in ten-thousandths."""

    line_id: LineId
    item_id: ItemId
    quantity: int
    unit: str
    unit_price: int
    description: str
    fulfilment: Fulfilment = Fulfilment.STOCK
    price_basis: int = 1
    """For so many units is the price: one of `domain.money.prices.BASES`."""


class TotalKind(StrEnum):
    """Which total of an order."""

    GOODS = "GOODS"
    DISCOUNT = "DISCOUNT"
    CHARGE = "CHARGE"
    TAX = "TAX"
    GRAND = "GRAND"


@dataclass(frozen=True, slots=True)
class DisputedTotal:
    """A total as the channel states it, and as its parts add up; in ten-thousandths."""

    kind: TotalKind
    stated: int
    computed: int


@dataclass(frozen=True, slots=True)
class DisputedPrice:
    """What the price list of a channel says of a line that costs something else; as in `PlacedLine`."""

    line_id: LineId
    unit_price: int
    price_basis: int = 1


@quickly_built
@dataclass(frozen=True, slots=True)
class OrderPlaced:
    """A channel placed an order."""

    order_id: OrderId
    channel_id: ChannelId
    channel_order_id: str
    """The channel's own number, for people: unique only in its scope. A release of a blanket order: NUMBER/RELEASE."""
    region: str
    provenance: Provenance
    customer_id: CustomerId
    currency: str
    ship_to: Address
    lines: tuple[PlacedLine, ...]
    policy: OrderPolicy
    extensions: dict[str, str]
    charges: tuple[Charge, ...] = ()
    """An order may consist of charges only: it is accepted and booked like any other."""
    purchase_order_id: PurchaseOrderId = NO_PURCHASE_ORDER
    """The customer's own number of what he orders, with the customer; empty: the channel does not say it.

    Two orders with the same one are the same purchase, whatever their order ids (docs/domain.md#purchase-orders).
    """
    requested: tuple[RequestedDay, ...] = ()
    """When it is wanted: at most one day for the order, and one a line. None: as soon as possible."""
    erp_document_number: str = ""
    """Of an order that was entered in its ERP, or that the ERP reports back: its number there. It is booked already."""
    discounts: tuple[Discount, ...] = ()
    taxes: tuple[Tax, ...] = ()
    tenders: tuple[Tender, ...] = ()
    rounding: int = 0
    """What the channel states more than the parts add up to, or less: no more than rounding explains."""
    disputed_totals: tuple[DisputedTotal, ...] = ()
    """Totals that the channel states, and that its parts do not add up to: a person decides (docs/domain.md#money)."""
    buyer: tuple[Address, ...] = ()
    """Who has ordered, at most one."""
    bill_to: tuple[Address, ...] = ()
    """Who gets the invoice, at most one."""
    terms: str = ""
    """Of payment and delivery, as the channel says them."""
    references: tuple[Reference, ...] = ()
    notes: tuple[Note, ...] = ()
    item_numbers: tuple[ItemNumber, ...] = ()
    disputed_prices: tuple[DisputedPrice, ...] = ()
    """Lines at another price than that of the list, beyond its tolerance: a person decides likewise."""


@dataclass(frozen=True, slots=True)
class PartOfLine:
    """So many units of one line, in millionths."""

    line_id: LineId
    quantity: int


MOST_PICTURE_NUMBER: Final = 999_999_999
"""A source's own number of a picture has at most nine digits; what is above that is a time."""


@dataclass(frozen=True, slots=True)
class OrderPictured:
    """A channel shows an order as it is now: all of it, again and again (docs/domain.md#pictures).

    `provenance.content_hash` is of what an order can be changed in: a new tag is no other content.
    """

    order_id: OrderId
    provenance: Provenance
    number: int
    """Of two pictures of an order the one with the higher number is newer: the source's number, or its time in
    microseconds.
    """
    is_cancelled: bool
    reason: str
    """Why it is cancelled, or changed, where the channel says it."""
    placed: OrderPlaced
    """What would be placed now. Lines of which nothing is wanted any more are left out; there may be none at all."""
    shipped_from: NodeId = NodeId("")
    """The node of the channel's own from which it has shipped; empty where it does not say what is shipped."""
    shipped: tuple[PartOfLine, ...] = ()
    """How much has left there by now, in all, of lines that the channel ships itself."""

    @property
    def shown_at_us(self) -> int:
        """When the channel showed it so; when it occurred, where the channel numbers what it shows."""
        return self.number if self.number > MOST_PICTURE_NUMBER else self.provenance.occurred_at_us


@dataclass(frozen=True, slots=True)
class OrderCancelRequested:
    """A request to cancel an order, some lines of it, or parts of lines (neither is named: the whole order)."""

    order_id: OrderId
    provenance: Provenance
    reason: str
    line_ids: tuple[LineId, ...]
    """All of these lines that can be cancelled."""
    parts: tuple[PartOfLine, ...] = ()
    """So many units more of these lines; several for one line add up."""


@dataclass(frozen=True, slots=True)
class DescribedLine:
    """What a request to change an order says of a line beside its quantity and day."""

    line_id: LineId
    item_ids: tuple[ItemId, ...] = ()
    """The numbers by which it names the line's item; none: it does not say it."""
    unit: str = ""
    """In which it counts the line; empty likewise."""
    states_price: bool = False
    unit_price: int = 0
    """In ten-thousandths, for `price_basis` units; it counts where `states_price`."""
    price_basis: int = 1


@dataclass(frozen=True, slots=True)
class OrderAmendRequested:
    """A request to change an order: the next revision of it, whose number is in `provenance`."""

    order_id: OrderId
    provenance: Provenance
    reason: str
    quantities: tuple[PartOfLine, ...]
    """What is now wanted of these lines in all, not counting what is cancelled; 0: nothing, the line is removed."""
    added: tuple[PlacedLine, ...] = ()
    ship_to: tuple[Address, ...] = ()
    """The new delivery address; empty: it does not change."""
    requested: tuple[RequestedDay, ...] = ()
    """The new days. One for the order replaces those of all its lines; lines that are not named keep theirs."""
    described_lines: tuple[DescribedLine, ...] = ()
    """At most one a line of the order; what agrees with the line changes nothing."""
    charges: tuple[Charge, ...] = ()
    """Charges that it states. None is carried out: one that the order does not have is a dispute."""
    notes: tuple[Note, ...] = ()
    """What a person is to read: it is kept with the order, and reaches its ERP."""
    currency: str = ""
    """Of its prices and charges; empty: that of the order."""
    prices_are_agreed: bool = False
    """Whether its source may change prices: then the lines get those that it states. Otherwise they are a dispute."""


@dataclass(frozen=True, slots=True)
class OrderHoldRequested:
    """A request to hold an order: nothing more of it is released to a warehouse."""

    order_id: OrderId
    provenance: Provenance
    hold: HoldKind
    requested_by: str
    """The person or program; empty: the source."""
    reason: str
    until_us: int = 0
    """When the hold ends by itself; 0: only by a release."""


@dataclass(frozen=True, slots=True)
class OrderHoldReleaseRequested:
    """A request to release an order from a hold."""

    order_id: OrderId
    provenance: Provenance
    hold: HoldKind
    requested_by: str
    """As in `OrderHoldRequested`."""
    reason: str


@dataclass(frozen=True, slots=True)
class FulfilmentLine:
    """Units of one order line that were moved, delivered or invoiced; quantity in millionths."""

    line_id: LineId
    """Empty where the source names the item alone: the order finds its line."""
    item_id: ItemId
    quantity: int


@dataclass(frozen=True, slots=True)
class OrderPicked:
    """A warehouse picked units for an order: a fact."""

    order_id: OrderId
    provenance: Provenance
    node_id: NodeId
    lines: tuple[FulfilmentLine, ...]
    document_id: str = ""
    """The number of the business document in its scope, the number of its part included, as the channel file says.

    Under another message id it has no second effect. Empty: it is recognised by its message ids alone.
    """


@dataclass(frozen=True, slots=True)
class UnpickedLine:
    """Units of one order line that do not reach the customer, picked or shipped; quantity in millionths."""

    line_id: LineId
    item_id: ItemId
    quantity: int
    condition: ReturnCondition
    """RESTOCKED: back on the shelf."""


@dataclass(frozen=True, slots=True)
class OrderUnpicked:
    """A warehouse put picked units back, or they got damaged or lost before they were shipped: a fact."""

    order_id: OrderId
    provenance: Provenance
    node_id: NodeId
    reason: str
    lines: tuple[UnpickedLine, ...]
    document_id: str = ""
    """As in `OrderPicked`."""


@dataclass(frozen=True, slots=True)
class OrderShortPicked:
    """A warehouse was asked to pick units and did not find them: a fact. `lines` are the missing units."""

    order_id: OrderId
    provenance: Provenance
    node_id: NodeId
    reason: str
    lines: tuple[FulfilmentLine, ...]
    document_id: str = ""
    """As in `OrderPicked`."""


@dataclass(frozen=True, slots=True)
class Carton:
    """One pack of a shipment, as its warehouse has labelled it."""

    sscc: str
    """The serial shipping container code on its label: 18 digits, or in a fact what the source has; empty: none."""
    tracking_number: str
    """The carrier's number of this pack; empty: none of its own."""
    lines: tuple[FulfilmentLine, ...]


@dataclass(frozen=True, slots=True)
class OrderShipped:
    """A warehouse handed units to a carrier: a fact."""

    order_id: OrderId
    provenance: Provenance
    node_id: NodeId
    shipment_id: ShipmentId
    carrier: str
    tracking_number: str
    lines: tuple[FulfilmentLine, ...]
    document_id: str = ""
    """As in `OrderPicked`."""
    by_channel: bool = False
    """It is reported of a node of the channel's own: nothing that lies there is ours."""
    cartons: tuple[Carton, ...] = ()
    """What of it is in which carton; units that are in none are loose. Empty: the source does not say."""


@dataclass(frozen=True, slots=True)
class OrderShipmentReversed:
    """Units that were reported as shipped did not leave, or came back before they were delivered: a fact."""

    order_id: OrderId
    provenance: Provenance
    node_id: NodeId
    shipment_id: ShipmentId
    """The shipment that they were reported with."""
    reversal_id: ReversalId
    reason: str
    lines: tuple[UnpickedLine, ...]
    document_id: str = ""
    """As in `OrderPicked`."""
    by_channel: bool = False
    """It is reported of a node of the channel's own: nothing that lies there is ours."""


@dataclass(frozen=True, slots=True)
class OrderDelivered:
    """A carrier handed units to the customer, or takes back that it did: a fact."""

    order_id: OrderId
    provenance: Provenance
    delivery_id: DeliveryId
    shipment_id: ShipmentId
    """The shipment that was delivered; empty where the carrier does not say it."""
    carrier: str
    is_reversal: bool
    """What was reported before is wrong: these units are not delivered after all."""
    lines: tuple[FulfilmentLine, ...]
    document_id: str = ""
    """As in `OrderPicked`."""


@dataclass(frozen=True, slots=True)
class LineAmount:
    """What an invoice states for the units of one line: net, in ten-thousandths of its currency."""

    line_id: LineId
    item_id: ItemId
    value: int


@dataclass(frozen=True, slots=True)
class OrderInvoiced:
    """Units were invoiced to the customer, or an invoice was cancelled: a fact."""

    order_id: OrderId
    provenance: Provenance
    invoice_id: InvoiceId
    value: int
    """Of the whole document, in ten-thousandths; 0 where it is not stated. It is published, and not compared.

    It has taxes and charges in it, which no line of an order has.
    """
    currency: str
    is_reversal: bool
    """An invoice is cancelled: these units are not invoiced any more."""
    lines: tuple[FulfilmentLine, ...]
    document_id: str = ""
    """As in `OrderPicked`."""
    amounts: tuple[LineAmount, ...] = ()
    """What it states for lines, at most one for each of `lines`; what it does not state is not compared."""


@dataclass(frozen=True, slots=True)
class OrderReturned:
    """Goods came back from the customer, or are credited although they did not come back: a fact.

    Credited charges are negative; a return may consist of charges only.
    """

    order_id: OrderId
    provenance: Provenance
    node_id: NodeId
    return_id: ReturnId
    reason: str
    lines: tuple[ReturnedLine, ...]
    charges: tuple[Charge, ...]
    document_id: str = ""
    """As in `OrderPicked`."""
    by_channel: bool = False
    """It is reported of a node of the channel's own: nothing that lies there is ours."""
    by_document: bool = False
    """A source that keeps no goods reports it (a shop, an office): its time is not when they came back."""


@dataclass(frozen=True, slots=True)
class WarehouseAccepted:
    """The warehouse did what a command asked (here: a cancellation after release)."""

    order_id: OrderId
    provenance: Provenance
    command_id: CommandId


@dataclass(frozen=True, slots=True)
class WarehouseRefused:
    """The warehouse could not do what a command asked, usually because it is already picked."""

    order_id: OrderId
    provenance: Provenance
    command_id: CommandId
    reason: str


class ClaimedAs(StrEnum):
    """What units of a claim are to the ledger."""

    WAITING = "WAITING"
    """In the item's queue, at no node."""
    PENDING = "PENDING"
    ALLOCATED = "ALLOCATED"
    PICKED = "PICKED"


@quickly_built
@dataclass(frozen=True, slots=True)
class ClaimedUnits:
    """Units of one claim, in millionths; `node_id` is empty for those that wait."""

    node_id: NodeId
    claimed_as: ClaimedAs
    quantity: int
    promised_us: int = 0
    """Of those that wait: the day on which supply covers all of them (docs/domain.md#promise-dates); 0: none does."""


@quickly_built
@dataclass(frozen=True, slots=True)
class AnsweredLine:
    """The ledger's decision on one reservation: granted + backordered + denied = requested."""

    reservation_id: ReservationId
    line_id: LineId
    node_id: NodeId
    granted: int
    backordered: int
    denied: int
    said: int = 0
    """How many messages the ledger has sent about this claim, with this one; 0 in a record of an earlier release."""
    heard: int = 0
    """The number of the order's last message about the claim that the ledger had read."""
    units: tuple[ClaimedUnits, ...] = ()
    """All of the claim, as the ledger keeps it then (docs/adr/0023-the-ledger-states-what-a-claim-holds.md)."""
    is_held: bool = False
    """It gets nothing until its item's master data, or its unit, is settled."""
    described_at_us: int = 0
    """The time of the item's master data that was used, by its source's clock; 0: there is none."""
    kept_unit: str = ""
    """Of a line that is held because it is ordered in another unit: that in which its item is kept; else empty."""


@dataclass(frozen=True, slots=True)
class ReservationsAnswered:
    """The ledger decided on the reservations of an order that live in one inventory partition."""

    order_id: OrderId
    lines: tuple[AnsweredLine, ...]


@quickly_built
@dataclass(frozen=True, slots=True)
class FilledLine:
    """Backordered units of one reservation that are now allocated, or pending until the order confirms."""

    reservation_id: ReservationId
    line_id: LineId
    node_id: NodeId
    quantity: int
    said: int = 0
    """As in `AnsweredLine`, like the two that follow."""
    heard: int = 0
    units: tuple[ClaimedUnits, ...] = ()


@dataclass(frozen=True, slots=True)
class BackorderFilled:
    """The ledger filled backordered lines of an order from new stock."""

    order_id: OrderId
    lines: tuple[FilledLine, ...]


@dataclass(frozen=True, slots=True)
class RecalledLine:
    """Units of one reservation that a fact took from under it at one node; quantity in millionths."""

    reservation_id: ReservationId
    line_id: LineId
    quantity: int
    node_id: NodeId = NodeId("")
    """Empty in a record of an earlier release, whose claims held units at one node."""
    said: int = 0
    """As in `AnsweredLine`, like the two that follow."""
    heard: int = 0
    units: tuple[ClaimedUnits, ...] = ()


@dataclass(frozen=True, slots=True)
class ReservationsRecalled:
    """The ledger asks for units back, because goods left, or were lost, that it had promised.

    The order gives back what no warehouse knows of (`ReservationsGivenBack`); only the order ends its reservations.
    """

    order_id: OrderId
    for_earlier: bool
    """Nothing is lost: an order that is earlier in the global order waits for them. An accepted order keeps its own."""
    lines: tuple[RecalledLine, ...]


class PromiseReason(StrEnum):
    """Why a promise date has moved."""

    UNMOVED = "UNMOVED"
    """It has not: messages had crossed."""
    SUPPLY = "SUPPLY"
    """Supply was announced, moved, cut, cancelled or received."""
    OVERDUE = "OVERDUE"
    """Supply did not come on its day: it does not count until it has another one."""
    DEMAND = "DEMAND"
    """Earlier claims want more or less than before, or the stock has changed."""


@dataclass(frozen=True, slots=True)
class StatedLine:
    """All of one claim, as the ledger keeps it; the fields are those of `AnsweredLine`."""

    reservation_id: ReservationId
    line_id: LineId
    said: int
    heard: int
    units: tuple[ClaimedUnits, ...]
    is_held: bool = False
    described_at_us: int = 0
    kept_unit: str = ""


@dataclass(frozen=True, slots=True)
class ReservationsStated:
    """The ledger states what it keeps for an order: messages had crossed, or a line that was held is not any more.

    Or promise dates have moved, for the `reason`.
    """

    order_id: OrderId
    lines: tuple[StatedLine, ...]
    reason: PromiseReason = PromiseReason.UNMOVED


@dataclass(frozen=True, slots=True)
class ErpOutcomeReceived:
    """The final outcome of one ERP command of this order; never UNKNOWN or transient.

    Each command has one; a refused one may have a second, that it is booked after all.
    NOT_FOUND only to a look-up, whose command_type is QUERY_DOCUMENT.
    """

    order_id: OrderId
    erp_id: ErpId
    command_id: CommandId
    command_type: CommandType
    outcome: Outcome
    document_number: str
    reason: str
    is_foreign: bool = False
    """The document was there before the order was sent; or the command was not sent because of such a document."""
    business_key: str = ""
    """Of a refused command, also if it is booked after all: the key under which it can be asked for again."""
    refused: tuple[Document, ...] = ()
    """The content of a refused command; none of a sales order, which is asked for again as the order is then."""
    was_refused: bool = False
    """The ERP has booked it after all: its first outcome was REJECTED_BUSINESS, and `reason` is that of the refusal."""


@dataclass(frozen=True, slots=True)
class PurchaseOrderClaimed:
    """An order carries this purchase order number, and asks the number's home whether another order does."""

    purchase_order_id: PurchaseOrderId
    order_id: OrderId
    is_cut_short: bool = False
    """The rest of it is cancelled after parts of it have shipped: a person has to know."""

    @property
    def home_key(self) -> str:
        """The record's key: all that is about one number is in one partition."""
        return _home_key(self)


@dataclass(frozen=True, slots=True)
class PurchaseOrderGivenUp:
    """An order ended and nothing of it was shipped: another order may carry its number."""

    purchase_order_id: PurchaseOrderId
    order_id: OrderId

    @property
    def home_key(self) -> str:
        """Likewise."""
        return _home_key(self)


PurchaseOrderEvent = PurchaseOrderClaimed | PurchaseOrderGivenUp
"""The events of `orders.inbox.v1` that are about a purchase order number; from orders, so exactly once."""


def _home_key(event: PurchaseOrderEvent) -> str:
    return f"purchase_order/{event.purchase_order_id}"


@dataclass(frozen=True, slots=True)
class PurchaseOrderAnswered:
    """What an order is told that has claimed a number, or that is behind another one, when that changes."""

    order_id: OrderId
    duplicate_of: OrderId
    """The order that carries the number first; empty if it is this order."""
    is_cut_short: bool = False
    """As in the claim of that order."""


@dataclass(frozen=True, slots=True)
class CustomerAnswered:
    """What the customer's home knows: the answer to an order that has asked, or a change for one that waits."""

    order_id: OrderId
    customer_id: CustomerId
    is_known: bool
    is_blocked: bool
    reason: str
    """Why he is blocked."""
    described_at_us: int
    """The time of the master data that was used, by its source's clock; 0: there is none."""


@dataclass(frozen=True, slots=True)
class ParcelSent:
    """An order has units in a parcel: it is told what carriers have reported of it, and what they will."""

    parcel_id: ParcelId
    order_id: OrderId
    shipment_id: ShipmentId
    lines: tuple[FulfilmentLine, ...]

    @property
    def home_key(self) -> str:
        """The record's key: that of the carriers' reports."""
        return parcel_home(self.parcel_id)


@dataclass(frozen=True, slots=True)
class ParcelTold:
    """The home of a parcel tells an order what a carrier has reported of it."""

    order_id: OrderId
    report: ParcelReported
    shipment_id: ShipmentId
    lines: tuple[FulfilmentLine, ...]
    """What of the order is in it."""


class ReportedStatus(StrEnum):
    """What an order is in another system."""

    OPEN = "OPEN"
    """Something of it is still to be shipped."""
    SHIPPED = "SHIPPED"
    """Nothing is left to ship, and something was shipped."""
    CANCELLED = "CANCELLED"
    """Nothing is left to ship, and nothing was shipped."""


@dataclass(frozen=True, slots=True)
class ReportedLine:
    """One line of an order in another system; quantities in millionths."""

    line_id: LineId
    ordered: int
    """Less what is cancelled."""
    shipped: int
    says_shipped: bool
    """False: it does not say what is shipped."""


@dataclass(frozen=True, slots=True)
class OrderReported:
    """What another system has of an order at a time: a fact about that system, and not about the order."""

    order_id: OrderId
    provenance: Provenance
    reporter: Reporter
    taken_at_us: int
    in_flight_s: int
    """For so long after a change of the order one of the two systems may not know of it yet."""
    status: ReportedStatus
    document_number: str
    """Of the order in an ERP; empty: it does not say."""
    lines: tuple[ReportedLine, ...]
    """Each line at most once; lines that it does not name are not compared."""


HoldRequest = OrderHoldRequested | OrderHoldReleaseRequested
"""The requests about an order's holds."""
Numbered = (
    OrderPicked
    | OrderUnpicked
    | OrderShortPicked
    | OrderShipped
    | OrderShipmentReversed
    | OrderDelivered
    | OrderInvoiced
    | OrderReturned
    | OrderReturnRequested
    | OrderReturnInspected
)
"""What a source reports in business documents with numbers of their own."""
ChangeRequest = OrderCancelRequested | OrderAmendRequested
"""What a source asks to change of an order."""
Parkable = ChangeRequest | HoldRequest | OrderDecided | ReturnDecision | Numbered | OrderReported
"""The events that may arrive before their order."""
FromSource = OrderPlaced | OrderPictured | Parkable | WarehouseAccepted | WarehouseRefused
"""The events from sources, possibly delivered more than once."""
FromLedger = ReservationsAnswered | BackorderFilled | ReservationsRecalled | ReservationsStated
"""What the ledger sends."""
FromFlow = FromLedger | ErpOutcomeReceived | PurchaseOrderAnswered | CustomerAnswered | ParcelTold
"""The events from our own flows, delivered exactly once."""
OrderEvent = FromSource | FromFlow
"""The events of `orders.inbox.v1` that are about one order."""
ParcelEvent = ParcelReported | ParcelSent
"""The events of `orders.inbox.v1` that are about one parcel: from carriers the first, the other from orders."""
