"""What an ERP is asked to do, and what it answered: `dispatch.inbox.v1`, `erp.commands.*`, `erp.responses.v1`."""

from dataclasses import dataclass
from enum import StrEnum

from domain.charges import Charge


class CommandType(StrEnum):
    """The kinds of command; the table in the ERP file says which event asks for which (design: domain, section 6)."""

    CREATE_SALES_ORDER = "CREATE_SALES_ORDER"
    CANCEL_SALES_ORDER = "CANCEL_SALES_ORDER"
    POST_SHIPMENT = "POST_SHIPMENT"
    POST_CREDIT_MEMO = "POST_CREDIT_MEMO"
    QUERY_DOCUMENT = "QUERY_DOCUMENT"


class Outcome(StrEnum):
    """What became of one attempt. Only the first three are final."""

    APPLIED = "APPLIED"
    DUPLICATE = "DUPLICATE"
    REJECTED_BUSINESS = "REJECTED_BUSINESS"
    REJECTED_TRANSIENT = "REJECTED_TRANSIENT"
    UNKNOWN = "UNKNOWN"
    NOT_FOUND = "NOT_FOUND"
    """Only to a query: the ERP is sure that no such document exists."""


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A line of a document; quantity in millionths, unit_price in ten-thousandths of the document's currency."""

    line_id: str
    item_id: str
    quantity: int
    unit: str
    unit_price: int


@dataclass(frozen=True, slots=True)
class Document:
    """The business content of a command.

    A sales order has no shipment id; the cancellation of a whole order carries no lines.
    """

    order_id: str
    channel_id: str
    customer_id: str
    currency: str
    shipment_id: str
    carrier: str
    tracking_number: str
    reason: str
    lines: tuple[DocumentLine, ...]
    charges: tuple[Charge, ...] = ()
    return_id: str = ""
    """The return that a credit memo is for; empty for all else."""


@dataclass(frozen=True, slots=True)
class ErpRequested:
    """An order asks that something be done in its ERP.

    `document_key` names the document whose commands stay in sequence; `business_key` is what the ERP is asked for
    when it must be known whether the effect is there already (an order id, a shipment id).
    `priority_class` 0 is the most urgent: P0 cancel, P1 shipment posting, P2 order booking.
    """

    erp_id: str
    command_id: str
    command_type: CommandType
    document_key: str
    business_key: str
    priority_class: int
    document: Document


@dataclass(frozen=True, slots=True)
class ErpCommand:
    """One attempt of a command, released by the gate to the connector.

    For QUERY_DOCUMENT, `command_id` is the command asked about and `command_type` is QUERY_DOCUMENT;
    `idempotency_key` is equal for every attempt of one command.
    """

    erp_id: str
    command_id: str
    command_type: CommandType
    queried_type: CommandType
    """What kind of document is looked for; equal to `command_type` but for a query."""
    attempt: int
    document_key: str
    document_sequence: int
    business_key: str
    idempotency_key: str
    document: Document


@dataclass(frozen=True, slots=True)
class ErpResponse:
    """What a connector saw of one attempt; written at least once to `erp.responses.v1`, routed on to dispatch."""

    erp_id: str
    command_id: str
    command_type: CommandType
    attempt: int
    outcome: Outcome
    document_number: str
    reason: str
    retry_after_ms: int


@dataclass(frozen=True, slots=True)
class ErpAvailability:
    """A connector's word that the ERP cannot be reached at all, or can be again."""

    erp_id: str
    available: bool
    reason: str


class PostedEvent(StrEnum):
    """The steps of an order that may be posted to its ERP: the names of the status events that announce them."""

    ORDER_ACCEPTED = "OrderAccepted"
    ORDER_CANCELLED = "OrderCancelled"
    SHIPMENT_CONFIRMED = "ShipmentConfirmed"
    RETURN_RECEIVED = "ReturnReceived"


@dataclass(frozen=True, slots=True)
class Posting:
    """What a step of an order asks of the ERP: a row of the posting table in `schemas/erps/<erp_id>.yaml`."""

    command_type: CommandType
    priority_class: int
    """0 is the most urgent."""


ConnectorReport = ErpResponse | ErpAvailability
"""The events of `erp.responses.v1`; intake passes them on to dispatch."""
DispatchEvent = ErpRequested | ConnectorReport
"""The events of `dispatch.inbox.v1`."""
