"""Requests to an ERP and its answers: `dispatch.inbox.v1`, `erp.commands.*`, `erp.responses.v1`."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.addresses import Address
from domain.fulfilment import Fulfilment
from domain.identifiers import (
    ChannelId,
    CommandId,
    CustomerId,
    DocumentKey,
    ErpId,
    ItemId,
    LineId,
    OrderId,
    ReturnId,
    ShipmentId,
)
from domain.money.adjustments import Discount, Tax, Tender
from domain.money.charges import Charge
from domain.papers import ItemNumber, Note, Reference, RequestedDay
from domain.values import quickly_built


class CommandType(StrEnum):
    """The kinds of command; the ERP file's table maps events to them (docs/domain.md#erp-dispatch)."""

    CREATE_SALES_ORDER = "CREATE_SALES_ORDER"
    CANCEL_SALES_ORDER = "CANCEL_SALES_ORDER"
    POST_SHIPMENT = "POST_SHIPMENT"
    POST_CREDIT_MEMO = "POST_CREDIT_MEMO"
    QUERY_DOCUMENT = "QUERY_DOCUMENT"
    AMEND_SALES_ORDER = "AMEND_SALES_ORDER"
    """Its document has all the lines as they are to be."""
    CREATE_RETURN_AUTHORIZATION = "CREATE_RETURN_AUTHORIZATION"
    REVERSE_SHIPMENT = "REVERSE_SHIPMENT"
    """Its document has the units of a posted shipment that did not leave."""
    REPORT_SHIPMENT = "REPORT_SHIPMENT"
    """To a channel: its document has what has left of one of its orders, with carrier and tracking number."""
    REPORT_AVAILABILITY = "REPORT_AVAILABILITY"
    """To a channel: its document has one line, how much of an item the channel may show now; it is of no order."""


REPORTS: Final = frozenset({CommandType.REPORT_SHIPMENT, CommandType.REPORT_AVAILABILITY})
"""What a channel is told: no order waits for the outcome."""


class Outcome(StrEnum):
    """The outcome of one attempt. Only the first three are final."""

    APPLIED = "APPLIED"
    DUPLICATE = "DUPLICATE"
    REJECTED_BUSINESS = "REJECTED_BUSINESS"
    REJECTED_TRANSIENT = "REJECTED_TRANSIENT"
    UNKNOWN = "UNKNOWN"
    NOT_FOUND = "NOT_FOUND"
    """Only to a query: the ERP is sure that no such document exists."""


BOOKED: Final = frozenset({Outcome.APPLIED, Outcome.DUPLICATE})
"""The outcomes that say that the ERP has the document."""


@quickly_built
@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A line of a document; quantity in millionths, unit_price in ten-thousandths of the document's currency."""

    line_id: LineId
    item_id: ItemId
    quantity: int
    unit: str
    unit_price: int
    price_basis: int = 1
    """For so many units is the price: one of `domain.money.prices.BASES`."""
    fulfilment: Fulfilment = Fulfilment.STOCK


@quickly_built
@dataclass(frozen=True, slots=True)
class Document:
    """The business content of a command.

    A sales order has no shipment id; the cancellation of a whole order carries no lines.
    """

    order_id: OrderId
    channel_id: ChannelId
    customer_id: CustomerId
    currency: str
    shipment_id: ShipmentId
    carrier: str
    tracking_number: str
    reason: str
    lines: tuple[DocumentLine, ...]
    charges: tuple[Charge, ...] = ()
    return_id: ReturnId = ReturnId("")
    """The return that a credit memo is for; empty for other documents."""
    channel_order_id: str = ""
    """The customer's own number of the order, as in `OrderPlaced`: for people and papers, not for look-ups."""
    sales_order_number: str = ""
    """The ERP's number of an order that was born there, which it does not know by our id; else empty."""
    discounts: tuple[Discount, ...] = ()
    """Of a sales order, as far as its lines have them; so are the taxes.

    Of a credit memo the part of its units in those of the whole order: what is taken off a line is in its price.
    """
    taxes: tuple[Tax, ...] = ()
    tenders: tuple[Tender, ...] = ()
    grand_total: int = 0
    """Of a sales order what the customer has to pay, of a credit memo what he gets, in ten-thousandths."""
    ship_to: tuple[Address, ...] = ()
    """Of a sales order, at most one; so are the other two."""
    buyer: tuple[Address, ...] = ()
    bill_to: tuple[Address, ...] = ()
    terms: str = ""
    references: tuple[Reference, ...] = ()
    notes: tuple[Note, ...] = ()
    item_numbers: tuple[ItemNumber, ...] = ()
    requested: tuple[RequestedDay, ...] = ()
    """Of a sales order: as in `OrderPlaced`."""


@dataclass(frozen=True, slots=True)
class ErpRequested:
    """An order requests a posting in its ERP.

    `document_key` names the document whose commands stay in sequence; `business_key` is the key by which the ERP is
    queried whether the effect exists already (an order id, a shipment id).
    `priority_class` 0 is the most urgent: P0 cancel, P1 shipment posting, P2 order booking.
    """

    erp_id: ErpId
    command_id: CommandId
    command_type: CommandType
    document_key: DocumentKey
    business_key: str
    priority_class: int
    document: Document
    only_look_up: bool = False
    """It is only asked whether there is a document of `command_type` under the business key; none is made."""


@dataclass(frozen=True, slots=True)
class ErpCommand:
    """One attempt of a command, released by the gate to the connector.

    For QUERY_DOCUMENT, `command_id` is the command asked about and `command_type` is QUERY_DOCUMENT;
    `idempotency_key` is equal for every attempt of one command.
    """

    erp_id: ErpId
    command_id: CommandId
    command_type: CommandType
    queried_type: CommandType
    """The kind of document; equal to `command_type` except for a query."""
    attempt: int
    document_key: DocumentKey
    document_sequence: int
    business_key: str
    idempotency_key: str
    document: Document


@dataclass(frozen=True, slots=True)
class ErpResponse:
    """A connector's result of one attempt; written at least once to `erp.responses.v1`, forwarded to dispatch."""

    erp_id: ErpId
    command_id: CommandId
    command_type: CommandType
    attempt: int
    outcome: Outcome
    document_number: str
    reason: str
    retry_after_ms: int
    sent_now: bool = False
    """The connector called the ERP to execute this attempt, and had never sent it before.

    So a DUPLICATE is not the effect of this attempt. False also where a connector does not say it.
    """


@dataclass(frozen=True, slots=True)
class ErpAvailability:
    """A connector reports that the ERP is unreachable, or reachable again."""

    erp_id: ErpId
    available: bool
    reason: str


class PostedEvent(StrEnum):
    """What may be posted to an ERP, or reported to a shop: the names of the events that announce it."""

    ORDER_ACCEPTED = "OrderAccepted"
    ORDER_AMENDED = "OrderAmended"
    ORDER_CANCELLED = "OrderCancelled"
    SHIPMENT_CONFIRMED = "ShipmentConfirmed"
    RETURN_AUTHORISED = "ReturnAuthorised"
    SHIPMENT_REVERSED = "ShipmentReversed"
    RETURN_RECEIVED = "ReturnReceived"
    AVAILABILITY_CHANGED = "ChannelAvailability"
    """Only to a shop: how much of an item it may show."""


@dataclass(frozen=True, slots=True)
class Posting:
    """The command for a step of an order: a row of the posting table in `schemas/erps/<erp_id>.yaml`."""

    command_type: CommandType
    priority_class: int
    """0 is the most urgent."""


ConnectorReport = ErpResponse | ErpAvailability
"""The events of `erp.responses.v1`; intake forwards them to dispatch."""
DispatchEvent = ErpRequested | ConnectorReport
"""The events of `dispatch.inbox.v1`."""
