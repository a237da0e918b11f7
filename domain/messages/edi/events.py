"""What reaches the EDI flow: the records of `edi.inbox.v1`, keyed by partner_id; and what leaves it, `edi.outbound.v1`.

Intake says what partners sent. What happened to their orders, their stock and their warehouse orders is relayed from
the public topics, so that all that concerns one partner is in one partition, in one order.
"""

from dataclasses import dataclass
from enum import StrEnum

from domain.identifiers import ItemId, LineId, NodeId, OrderId, PartnerId, ShipmentId, SourceId
from domain.messages.edi.documents import PartnerLine, PartnerOrder, WarehouseOrder
from domain.messages.orders import Carton
from domain.messages.status import RepricedLine


@dataclass(frozen=True, slots=True)
class ReceivedSet:
    """A transaction set or message as it was read; empty codes and zeros: nothing is wrong.

    Its codes are those of a 997 or, of EDIFACT, of a CONTRL (data element 0085).
    """

    kind: str
    """ST01, or the identifier of a message with its components: `ORDERS:D:96A:UN`."""
    control_number: str
    fault: str = ""
    """Data element 718."""
    segment: str = ""
    """The name of the wrong segment."""
    position: int = 0
    """Its place in the set, where ST is 1."""
    segment_fault: str = ""
    """Data element 720."""
    element: int = 0
    """The wrong element; 0: the segment itself."""
    element_fault: str = ""
    """Data element 723."""


@dataclass(frozen=True, slots=True)
class ReceivedGroup:
    """A functional group as it was read: GS01, GS02, GS03, GS06, GS08.

    The messages of EDIFACT are one group without these.
    """

    functional_id: str
    sender: str
    receiver: str
    control_number: str
    version: str
    stated_sets: int
    """How many sets GE01 counts."""
    received_sets: int
    accepted_sets: int
    fault: str = ""
    """Data element 716: the whole group is rejected."""
    sets: tuple[ReceivedSet, ...] = ()
    """All of them; of a group with very many, those that are rejected."""


@dataclass(frozen=True, slots=True)
class InterchangeReceived:
    """A partner sent an interchange: it is owed a 997, and a TA1 where its envelope is wrong or asks for one.

    Of EDIFACT it is a CONTRL.

    Groups of acknowledgements are not in it, since nobody acknowledges those. Of EDIFACT, each field is what UNB has in
    its place.
    """

    partner_id: PartnerId
    source_id: SourceId
    sender_qualifier: str
    sender_id: str
    receiver_qualifier: str
    receiver_id: str
    control_number: str
    sent_day: str
    """ISA09, as it is written."""
    sent_minute: str
    """ISA10."""
    version: str
    """ISA12; of EDIFACT the syntax: `UNOC:3`."""
    usage: str
    """ISA15; of EDIFACT T or P."""
    fault: str
    """Data element I18, or 0085; empty: the envelope is right."""
    asks_for_ta1: bool
    content_hash: str
    """Tells a repetition from other content under the same control number."""
    groups: tuple[ReceivedGroup, ...]


class AcknowledgedAs(StrEnum):
    """What a partner says of a document of ours."""

    ACCEPTED = "ACCEPTED"
    ACCEPTED_WITH_ERRORS = "ACCEPTED_WITH_ERRORS"
    REJECTED = "REJECTED"


@dataclass(frozen=True, slots=True)
class AcknowledgementReceived:
    """A partner says that it has something of ours, or rejects it.

    It is a 997 for one of our groups, a TA1 that rejects one of our interchanges, a CONTRL for an interchange, or the
    APERAK of the partner's application for a document.
    """

    partner_id: PartnerId
    functional_id: str
    """Of the group (AK101); empty: it is not about a group."""
    control_number: str
    """Of the group or interchange; empty: it names a document."""
    acknowledged_as: AcknowledgedAs
    reason: str
    """The codes of what is wrong, as they were sent."""
    document_number: str = ""
    """Of an APERAK: the document's number, or the reference of its interchange."""


@dataclass(frozen=True, slots=True)
class PartnerOrderPlaced:
    """A partner's order went to the orders flow: its numbers, lines and parties, for the documents about it."""

    partner_id: PartnerId
    order: PartnerOrder
    lines: tuple[PartnerLine, ...]


@dataclass(frozen=True, slots=True)
class PartnerLinesAdded:
    """A change that adds lines to a partner's order went to the orders flow."""

    partner_id: PartnerId
    order_id: OrderId
    lines: tuple[PartnerLine, ...]


class PartnerStep(StrEnum):
    """What happened to a partner's order, as far as a document depends on it."""

    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"
    CANCEL_REFUSED = "CANCEL_REFUSED"
    AMENDED = "AMENDED"
    AMENDMENT_REFUSED = "AMENDMENT_REFUSED"
    REPROMISED = "REPROMISED"
    SHIPPED = "SHIPPED"
    INVOICED = "INVOICED"
    CLOSED = "CLOSED"
    COUNTED = "COUNTED"
    """Counters moved, and no document says so."""
    REVERSED = "REVERSED"
    """Units of a shipment were taken back."""


@dataclass(frozen=True, slots=True)
class StepLine:
    """The counters of a line that changed, as in `LineSummary`; in millionths."""

    line_id: LineId
    item_id: ItemId
    ordered: int
    cancelled: int
    allocated: int
    backordered: int
    shipped: int
    promised_us: int


@dataclass(frozen=True, slots=True)
class StepUnits:
    """Units of a line that were shipped, taken back or invoiced; `value`: what an invoice has for them, 0: nothing."""

    line_id: LineId
    item_id: ItemId
    quantity: int
    value: int = 0


@dataclass(frozen=True, slots=True)
class PartnerOrderMoved:
    """Something happened to a partner's order: relayed from `orders.events.v1`."""

    partner_id: PartnerId
    order_id: OrderId
    step: PartnerStep
    version: int
    """Of the order: +1 an event."""
    revision: int
    occurred_us: int
    lines: tuple[StepLine, ...]
    moved: tuple[StepUnits, ...] = ()
    document_number: str = ""
    """Of a shipment or an invoice."""
    node_id: NodeId = NodeId("")
    carrier: str = ""
    tracking_number: str = ""
    value: int = 0
    """Of a whole invoice, in ten-thousandths; 0: not stated."""
    is_reversal: bool = False
    reason: str = ""
    repriced: tuple[RepricedLine, ...] = ()
    """Of an amendment: the lines that have another price than before."""
    disputed_lines: tuple[LineId, ...] = ()
    """Lines of which it states another price, and that keep theirs until a person decides."""
    cartons: tuple[Carton, ...] = ()
    """Of a shipment: what of it is in which carton."""

    @property
    def shipment_id(self) -> ShipmentId:
        """Of a shipment."""
        return ShipmentId(self.document_number)


@dataclass(frozen=True, slots=True)
class PartnerStockChanged:
    """What a partner's channel may show of an item: relayed from `inventory.availability.v1`."""

    partner_id: PartnerId
    item_id: ItemId
    available: int
    unit: str
    version: int
    as_of_ms: int


@dataclass(frozen=True, slots=True)
class PartnerWarehouseOrdered:
    """A warehouse that is an EDI partner is to ship, or not to ship: relayed from `warehouse.commands.v1`."""

    partner_id: PartnerId
    order: WarehouseOrder


EdiEvent = (
    InterchangeReceived
    | AcknowledgementReceived
    | PartnerOrderPlaced
    | PartnerLinesAdded
    | PartnerOrderMoved
    | PartnerStockChanged
    | PartnerWarehouseOrdered
)
"""The events of `edi.inbox.v1`."""


@dataclass(frozen=True, slots=True)
class EdiDocumentSent:
    """A document for a partner, written: `content` goes out as it is.

    Whoever carries it delivers the records of a partner in their order, each once: `interchange_number` is +1 a record.
    """

    partner_id: PartnerId
    kind: str
    """As the partner calls it: an X12 transaction set such as 855, an EDIFACT message such as ORDRSP."""
    order_id: OrderId
    """Empty where it is about no single order."""
    number: str
    """Of the business document: a purchase order, shipment, invoice; for a 997 or CONTRL the interchange that it
    answers."""
    interchange_number: int
    """ISA13, or the reference in UNB."""
    group_number: int
    """GS06 of its group, or of its first one; 0: it has none."""
    version: str
    """GS08, or the directory of a message; empty: it has no group, or one a group that it answers."""
    is_test: bool
    acknowledge_by_ms: int
    """When the partner's acknowledgement is overdue; 0: none is expected."""
    is_late: bool
    """It leaves after the time that the partner allows."""
    encoding: str
    """In which character encoding the content goes out: ascii, latin-1, utf-8."""
    content: str
    """The interchange."""
