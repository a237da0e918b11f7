"""Published events and state of an order: the records of `orders.events.v1` and `orders.state.v1`, keyed by order_id.

Each carries the whole summary of the order with its `version` (+1 a record), so a late subscriber needs no history.
"""

from dataclasses import dataclass
from enum import StrEnum

from domain.fulfilment import Fulfilment
from domain.identifiers import (
    ChannelId,
    CommandId,
    CorrelationId,
    DeliveryId,
    ErpId,
    EventId,
    InvoiceId,
    ItemId,
    LineId,
    NodeId,
    OrderId,
    ParcelId,
    ReturnId,
    ReversalId,
    ShipmentId,
)
from domain.messages.decisions.events import Check, CheckOutcome
from domain.messages.dispatch import CommandType
from domain.messages.failure_policy import Dependency, FailureAction, Workflow
from domain.messages.orders import (
    BudgetStage,
    Carton,
    FulfilmentLine,
    HoldKind,
    LineAmount,
    PromiseReason,
    UnpickedLine,
)
from domain.messages.parcels import ParcelStatus
from domain.messages.returns.requests import UnitsToReturn
from domain.money.charges import Charge
from domain.returns import InspectedLine, ReturnedLine
from domain.values import quickly_built


class OrderStatus(StrEnum):
    """The derived status, in the order of an order's life cycle (docs/domain.md#status)."""

    RECEIVED = "RECEIVED"
    ACCEPTED = "ACCEPTED"
    ALLOCATED = "ALLOCATED"
    PARTIALLY_ALLOCATED = "PARTIALLY_ALLOCATED"
    BACKORDERED = "BACKORDERED"
    BOOKED = "BOOKED"
    RELEASED = "RELEASED"
    PARTIALLY_SHIPPED = "PARTIALLY_SHIPPED"
    SHIPPED = "SHIPPED"
    DELIVERED = "DELIVERED"
    CLOSED = "CLOSED"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"
    CANCEL_PENDING = "CANCEL_PENDING"
    AMEND_PENDING = "AMEND_PENDING"


class ErpStatus(StrEnum):
    """The status of the order's document in its ERP."""

    NOT_SENT = "NOT_SENT"
    QUEUED = "QUEUED"
    SENT = "SENT"
    BOOKED = "BOOKED"
    REJECTED = "REJECTED"
    UNKNOWN = "UNKNOWN"


class ReturnStatus(StrEnum):
    """How far the returns of the order are, and how much came back; independent of `OrderStatus`."""

    NONE = "NONE"
    PARTIAL = "PARTIAL"
    FULL = "FULL"
    REQUESTED = "REQUESTED"
    """A return waits for a decision."""
    AUTHORISED = "AUTHORISED"
    """The goods of a return are expected, and none waits for a decision."""
    INSPECTING = "INSPECTING"
    """Returned goods are to be inspected, and nothing else of a return is awaited."""


class InvoiceStatus(StrEnum):
    """How much of the order is invoiced; independent of `OrderStatus`."""

    NONE = "NONE"
    PARTIAL = "PARTIAL"
    INVOICED = "INVOICED"
    """All that was shipped, and nothing is left to ship."""


class PaymentStatus(StrEnum):
    """What is known of the payments of the order; independent of `OrderStatus`."""

    NONE = "NONE"
    """Nobody has said anything of them."""
    AUTHORISED = "AUTHORISED"
    PARTIALLY_PAID = "PARTIALLY_PAID"
    PAID = "PAID"
    """As much as is due, or a payment of which no amount is stated."""
    FAILED = "FAILED"
    VOIDED = "VOIDED"
    CHARGED_BACK = "CHARGED_BACK"
    """And what is left does not cover what is due."""


@quickly_built
@dataclass(frozen=True, slots=True)
class LineSummary:
    """The counters of one order line, in millionths."""

    line_id: LineId
    item_id: ItemId
    ordered: int
    cancelled: int
    reserved: int
    allocated: int
    backordered: int
    released: int
    picked: int
    packed: int
    shipped: int
    delivered: int
    invoiced: int
    returned: int
    promised_us: int = 0
    """The day on which supply covers what is backordered, by its midnight in UTC; 0: none does, or nothing is."""
    fulfilment: Fulfilment = Fulfilment.STOCK


@quickly_built
@dataclass(frozen=True, slots=True)
class LineTotals:
    """The counters of an order over all its lines, in millionths."""

    ordered: int = 0
    cancelled: int = 0
    reserved: int = 0
    allocated: int = 0
    backordered: int = 0
    released: int = 0
    picked: int = 0
    packed: int = 0
    shipped: int = 0
    delivered: int = 0
    invoiced: int = 0
    returned: int = 0
    due: int = 0
    """Units that the customer has to pay: not cancelled, or shipped in spite of that, up to what was ordered."""


@quickly_built
@dataclass(frozen=True, slots=True)
class OrderSummary:
    """The published state of the order: in a view with all lines, in an event with those that changed."""

    order_id: OrderId
    channel_id: ChannelId
    region: str
    version: int
    revision: int
    status: OrderStatus
    erp_status: ErpStatus
    erp_id: ErpId
    erp_document_number: str
    currency: str
    value: int
    """What the customer has to pay for all that is due, in ten-thousandths: the same as `grand_total`.

    Due is what is not cancelled, or was shipped in spite of that, up to what was ordered.
    """
    placed_at_us: int
    ingested_at_us: int
    lines: tuple[LineSummary, ...]
    """In an event those that changed since the event before; all in `WHOLE` events and in the view."""
    charges: tuple[Charge, ...] = ()
    return_status: ReturnStatus = ReturnStatus.NONE
    channel_order_id: str = ""
    """As in `OrderPlaced`."""
    line_count: int = 0
    """How many lines the order has."""
    totals: LineTotals = LineTotals()
    holds: tuple[HoldKind, ...] = ()
    """What keeps the order from being released, in the order in which it was set."""
    validated_on_cache: bool = False
    """Master data was used that is older than the channel allows."""
    promised_us: int = 0
    """The latest day of its lines; 0 where nothing is backordered, or a backordered line has no day."""
    invoice_status: InvoiceStatus = InvoiceStatus.NONE
    goods_total: int = 0
    """Quantity times price over all lines, of what is due."""
    discount_total: int = 0
    """What is taken off."""
    charge_total: int = 0
    tax_total: int = 0
    """Also where prices have it in them."""
    grand_total: int = 0
    """What the customer has to pay: goods and charges, less discounts, plus taxes that prices do not have in them."""
    payment_status: PaymentStatus = PaymentStatus.NONE
    paid_total: int = 0
    """What payment services, and the customer, say that he has paid, less what was charged back."""


@dataclass(frozen=True, slots=True)
class OrderReceived:
    """The order was received; it is not accepted yet."""

    order: OrderSummary
    cause_event_id: EventId


@dataclass(frozen=True, slots=True)
class OrderDuplicateReceived:
    """The source sent the same message again; the event carries the current state of the order, with all lines."""

    order: OrderSummary
    cause_event_id: EventId
    correlation_id: CorrelationId


class ReferenceKind(StrEnum):
    """What master data is about."""

    CUSTOMER = "CUSTOMER"
    ITEM = "ITEM"


@dataclass(frozen=True, slots=True)
class CheckedReference:
    """The customer, or the item of a line, as master data had it when it was checked."""

    kind: ReferenceKind
    reference_id: str
    """The id of the customer or of the item."""
    is_valid: bool
    """False: the order, or the line, is held; its case says why."""
    as_of_us: int
    """The time of the master data by its source's clock, which is its version; 0: there is none."""
    is_stale: bool
    """Older than the channel allows."""


@dataclass(frozen=True, slots=True)
class OrderValidated:
    """The order was checked against master data, again when that has changed for what was held."""

    order: OrderSummary
    cause_event_id: EventId
    references: tuple[CheckedReference, ...]


@dataclass(frozen=True, slots=True)
class OrderAccepted:
    """The order was accepted: its stock is allocated or backordered."""

    order: OrderSummary
    cause_event_id: EventId


@dataclass(frozen=True, slots=True)
class OrderRejected:
    """The order was refused, with the reason."""

    order: OrderSummary
    cause_event_id: EventId
    reason: str


@dataclass(frozen=True, slots=True)
class InventoryAllocated:
    """Units were allocated to the order: at acceptance, or when stock came."""

    order: OrderSummary
    cause_event_id: EventId


@dataclass(frozen=True, slots=True)
class InventoryBackordered:
    """Some units of the order wait for stock."""

    order: OrderSummary
    cause_event_id: EventId


@dataclass(frozen=True, slots=True)
class RepromisedLine:
    """A line whose promise date has moved; 0 for no date."""

    line_id: LineId
    before_us: int
    promised_us: int


@dataclass(frozen=True, slots=True)
class OrderRepromised:
    """Supply or earlier demand has moved, and with it the days on which backordered lines of the order are expected.

    Also a first day, where there was none at acceptance.
    """

    order: OrderSummary
    cause_event_id: EventId
    reason: PromiseReason
    lines: tuple[RepromisedLine, ...]


@dataclass(frozen=True, slots=True)
class OrderBooked:
    """The ERP has the order under its own number."""

    order: OrderSummary
    cause_event_id: EventId
    document_number: str


@dataclass(frozen=True, slots=True)
class ErpCommandRefused:
    """The ERP refused a command of the order for a business reason; an exception case says who must act."""

    order: OrderSummary
    cause_event_id: EventId
    command_type: CommandType
    reason: str


@dataclass(frozen=True, slots=True)
class ErpCommandRetried:
    """A person has mended what the ERP had refused: it is asked again, by a new command with the same business key."""

    order: OrderSummary
    cause_event_id: EventId
    command_type: CommandType


@dataclass(frozen=True, slots=True)
class LinesDone:
    """The order is released, and with that these units are done: nothing of their lines leaves a warehouse."""

    order: OrderSummary
    cause_event_id: EventId
    lines: tuple[FulfilmentLine, ...]


@dataclass(frozen=True, slots=True)
class PickReleased:
    """The warehouse was instructed to pick and ship."""

    order: OrderSummary
    cause_event_id: EventId
    command_id: CommandId


@dataclass(frozen=True, slots=True)
class CancelRequested:
    """A cancellation waits for the warehouse."""

    order: OrderSummary
    cause_event_id: EventId
    reason: str


@dataclass(frozen=True, slots=True)
class CancelRefused:
    """The warehouse could not cancel; the order continues."""

    order: OrderSummary
    cause_event_id: EventId
    reason: str


@dataclass(frozen=True, slots=True)
class OrderCancelled:
    """The units that were not picked or shipped are cancelled."""

    order: OrderSummary
    cause_event_id: EventId
    reason: str


@dataclass(frozen=True, slots=True)
class OrderAmendmentRequested:
    """An amendment was taken; the order is AMEND_PENDING until it is carried out or refused."""

    order: OrderSummary
    cause_event_id: EventId
    requested_revision: int
    reason: str
    by_decision: bool = False
    """A service has decided it (docs/domain.md#decisions); its revision is that of the channel before it."""


@dataclass(frozen=True, slots=True)
class RepricedLine:
    """A line at its new price: in ten-thousandths of the order's currency, for `price_basis` units."""

    line_id: LineId
    unit_price: int
    price_basis: int


@dataclass(frozen=True, slots=True)
class OrderAmended:
    """An amendment was carried out, as far as goods were not picked or shipped: the order has its revision."""

    order: OrderSummary
    cause_event_id: EventId
    reason: str
    repriced: tuple[RepricedLine, ...] = ()
    disputed_lines: tuple[LineId, ...] = ()
    """Lines of which it states another price, and that keep theirs until a person decides."""
    by_decision: bool = False
    """As in `OrderAmendmentRequested`."""


@dataclass(frozen=True, slots=True)
class OrderAmendmentRefused:
    """An amendment cannot be carried out, and nothing of it stays."""

    order: OrderSummary
    cause_event_id: EventId
    refused_revision: int
    reason: str
    by_decision: bool = False
    """As in `OrderAmendmentRequested`."""


@dataclass(frozen=True, slots=True)
class OrderHeld:
    """The order is held, or for another reason or time than before; or its hold falls asleep, or wakes."""

    order: OrderSummary
    cause_event_id: EventId
    hold: HoldKind
    held_by: str
    """Who asked for it: a person or program, or the source."""
    reason: str
    until_us: int
    """When the hold ends by itself; 0: only by a release."""
    sleeps: bool = False
    """Everything has left: it keeps nothing back until units are open again, and is not named in `order.holds`."""


@dataclass(frozen=True, slots=True)
class OrderHoldReleased:
    """A hold has ended; the order goes on if it was the last one."""

    order: OrderSummary
    cause_event_id: EventId
    hold: HoldKind
    released_by: str
    """Who asked for it; empty: it ended by itself."""
    reason: str


@dataclass(frozen=True, slots=True)
class OrderHoldRefused:
    """A hold came too late: all of the order is cancelled."""

    order: OrderSummary
    cause_event_id: EventId
    hold: HoldKind
    reason: str


@dataclass(frozen=True, slots=True)
class DecisionRecorded:
    """A service has decided about the order, or reports a payment; holds and amendments that follow are told apart."""

    order: OrderSummary
    cause_event_id: EventId
    check: Check
    outcome: CheckOutcome
    decided_by: str
    """The person or program, or the source."""
    reference: str
    """By what the service knows it; empty where it says none."""
    reason: str
    value: int = 0
    """Of a payment; 0: it is not stated."""
    currency: str = ""
    """Of the value; empty where none is stated."""


@dataclass(frozen=True, slots=True)
class PickConfirmed:
    """A warehouse picked goods; `lines` is what was picked, even if it is not what was ordered."""

    order: OrderSummary
    cause_event_id: EventId
    node_id: NodeId
    lines: tuple[FulfilmentLine, ...]


@dataclass(frozen=True, slots=True)
class PickReversed:
    """Picked goods were put back, damaged or lost; `lines` says which, and what is left of them."""

    order: OrderSummary
    cause_event_id: EventId
    node_id: NodeId
    reason: str
    lines: tuple[UnpickedLine, ...]


@dataclass(frozen=True, slots=True)
class PickFellShort:
    """A warehouse did not find goods that it was asked to pick; `lines` is what is missing."""

    order: OrderSummary
    cause_event_id: EventId
    node_id: NodeId
    reason: str
    lines: tuple[FulfilmentLine, ...]


@dataclass(frozen=True, slots=True)
class ShipmentConfirmed:
    """A shipment left the warehouse; `lines` is what left, even if it is not what was ordered."""

    order: OrderSummary
    cause_event_id: EventId
    shipment_id: ShipmentId
    node_id: NodeId
    carrier: str
    tracking_number: str
    lines: tuple[FulfilmentLine, ...] = ()
    cartons: tuple[Carton, ...] = ()
    """What of it is in which carton, where the warehouse says so; the labels are checked."""


@dataclass(frozen=True, slots=True)
class ShipmentTracked:
    """A carrier has reported a parcel of a shipment: where it is, when it is expected, who has taken it."""

    order: OrderSummary
    cause_event_id: EventId
    shipment_id: ShipmentId
    tracking_number: ParcelId
    """Without blanks and hyphens, in upper case."""
    carrier: str
    status: ParcelStatus
    occurred_at_us: int
    """By the carrier's clock."""
    estimated_us: int
    """When it is expected to be delivered; 0 where the carrier does not say it."""
    place: str
    signed_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReturnRequested:
    """Somebody asks to send goods back; `ReturnAuthorised`, `ReturnDeclined` or `ReturnClosed` follows."""

    order: OrderSummary
    cause_event_id: EventId
    return_id: ReturnId
    reason: str
    lines: tuple[UnitsToReturn, ...]


@dataclass(frozen=True, slots=True)
class ReturnAuthorised:
    """A return may come; published again when the ERP has given it a number."""

    order: OrderSummary
    cause_event_id: EventId
    return_id: ReturnId
    authorisation_number: str
    """Our own, for the parcel."""
    document_number: str
    """The ERP's; empty: it has none yet, or is not told."""
    authorised_by: str
    """The person or program; the source that asked, when the channel's policy decides."""
    reason: str
    lines: tuple[UnitsToReturn, ...]
    """What is still to come; none where only the number is new."""
    until_us: int
    """When the goods should have come; 0 where only the number is new."""


@dataclass(frozen=True, slots=True)
class ReturnDeclined:
    """A return may not come. Goods that come all the same are received like any others."""

    order: OrderSummary
    cause_event_id: EventId
    return_id: ReturnId
    declined_by: str
    """The person or program; empty: the order itself, because it asks for what cannot come back."""
    reason: str


@dataclass(frozen=True, slots=True)
class ReturnClosed:
    """Nothing more of a return is expected: all of it has come, or its time is over."""

    order: OrderSummary
    cause_event_id: EventId
    return_id: ReturnId
    reason: str


@dataclass(frozen=True, slots=True)
class ShipmentReversed:
    """Shipped goods did not leave, or came back before they were delivered; `lines` says what became of which.

    What is reversed before its shipment is reported comes with this event after the shipment.
    """

    order: OrderSummary
    cause_event_id: EventId
    shipment_id: ShipmentId
    reversal_id: ReversalId
    node_id: NodeId
    reason: str
    lines: tuple[UnpickedLine, ...]


@dataclass(frozen=True, slots=True)
class ShipmentDelivered:
    """A carrier reports that goods were delivered, or takes it back."""

    order: OrderSummary
    cause_event_id: EventId
    delivery_id: DeliveryId
    shipment_id: ShipmentId
    carrier: str
    is_reversal: bool
    lines: tuple[FulfilmentLine, ...]


@dataclass(frozen=True, slots=True)
class InvoicePosted:
    """Goods were invoiced, or an invoice was cancelled; `value` in ten-thousandths, 0 where it was not stated."""

    order: OrderSummary
    cause_event_id: EventId
    invoice_id: InvoiceId
    value: int
    currency: str
    is_reversal: bool
    lines: tuple[FulfilmentLine, ...]
    amounts: tuple[LineAmount, ...] = ()
    """As in `OrderInvoiced`."""


@dataclass(frozen=True, slots=True)
class ReturnReceived:
    """Goods were returned or credited; `credit` is what the ERP is asked to credit now, in ten-thousandths.

    Lines that no shipment covers yet are credited later (`ReturnCredited`), those that are to be inspected after that
    (`ReturnInspected`), lines of another item by a person.
    """

    order: OrderSummary
    cause_event_id: EventId
    return_id: ReturnId
    node_id: NodeId
    reason: str
    lines: tuple[ReturnedLine, ...]
    charges: tuple[Charge, ...]
    credit: int


@dataclass(frozen=True, slots=True)
class ReturnInspected:
    """Returned goods were inspected; `credit` is what the ERP is asked to credit now, in ten-thousandths."""

    order: OrderSummary
    cause_event_id: EventId
    return_id: ReturnId
    node_id: NodeId
    reason: str
    lines: tuple[InspectedLine, ...]
    credit: int


@dataclass(frozen=True, slots=True)
class ReturnCredited:
    """The shipment of returned units came after their return: now the ERP is asked to credit these lines."""

    order: OrderSummary
    cause_event_id: EventId
    return_id: ReturnId
    lines: tuple[ReturnedLine, ...]
    credit: int


@dataclass(frozen=True, slots=True)
class FailurePolicyApplied:
    """A dependency is away, and the failure policy says what happens to the order."""

    order: OrderSummary
    cause_event_id: EventId
    dependency: Dependency
    workflow: Workflow
    action: FailureAction
    policy_version: str
    away_since_us: int
    """Since when the dependency is away: the age of what is known of it."""
    validated_on_cache: bool
    """The order went on with that; False also if it was too old."""
    node_id: NodeId = NodeId("")
    """The warehouse that is away; empty: another dependency, or all warehouses."""


@dataclass(frozen=True, slots=True)
class FallbackNodesAsked:
    """The order asked for stock elsewhere than its channel's orders do, because warehouses are away."""

    order: OrderSummary
    cause_event_id: EventId
    away: tuple[NodeId, ...]
    """The warehouses that others stand in for."""
    nodes: tuple[NodeId, ...]
    """Where it asked, the preferred node first."""


@dataclass(frozen=True, slots=True)
class SlaBreached:
    """The order did not reach a stage within the time that its channel allows; published once an order and stage."""

    order: OrderSummary
    cause_event_id: EventId
    stage: BudgetStage
    budget_ms: int
    """How long the channel allows, from `since_us` on."""
    since_us: int
    """When the order was received; for DELIVERY and INVOICE, when goods left last."""
    due_us: int
    """When the budget passed: later than `since_us` and the budget by the time for which holds paused it."""


@dataclass(frozen=True, slots=True)
class OrderClosed:
    """The order had no open work for the closing delay; returns still find it until it is purged."""

    order: OrderSummary
    cause_event_id: EventId


@dataclass(frozen=True, slots=True)
class OrderSnapshot:
    """A record of the compacted topic `orders.state.v1`."""

    order: OrderSummary


@dataclass(frozen=True, slots=True)
class OrderPurged:
    """The order was purged: its snapshots end with a record without value (a tombstone)."""

    order_id: OrderId


OrderView = OrderSnapshot | OrderPurged
"""The records of `orders.state.v1`."""


@dataclass(frozen=True, slots=True)
class OrderArchived:
    """A record of `orders.archive.v1`: how an order ended, for whoever asks after it is purged."""

    order: OrderSummary
    """The whole order, as it was purged."""
    life: int
    """1, or higher when the id was used by orders that were purged before."""


StatusEvent = (
    OrderReceived
    | OrderDuplicateReceived
    | OrderValidated
    | OrderAccepted
    | OrderRejected
    | InventoryAllocated
    | InventoryBackordered
    | OrderRepromised
    | OrderBooked
    | ErpCommandRefused
    | ErpCommandRetried
    | LinesDone
    | PickReleased
    | PickConfirmed
    | PickReversed
    | PickFellShort
    | CancelRequested
    | CancelRefused
    | OrderCancelled
    | OrderAmendmentRequested
    | OrderAmended
    | OrderAmendmentRefused
    | OrderHeld
    | OrderHoldReleased
    | OrderHoldRefused
    | DecisionRecorded
    | ShipmentConfirmed
    | ShipmentReversed
    | ShipmentDelivered
    | ShipmentTracked
    | InvoicePosted
    | ReturnRequested
    | ReturnAuthorised
    | ReturnDeclined
    | ReturnReceived
    | ReturnInspected
    | ReturnCredited
    | ReturnClosed
    | FailurePolicyApplied
    | FallbackNodesAsked
    | SlaBreached
    | OrderClosed
)
"""The events of `orders.events.v1`: each with the order's head as it is then, and the lines that changed."""
WHOLE: frozenset[type[StatusEvent]] = frozenset({OrderReceived, OrderDuplicateReceived, OrderClosed})
"""These carry all lines: the first and the last event of an order, and the answer to a source that sent it again."""
