"""Ids, and how new ids are derived from their causes.

Every id that Orderline gives is a UUID of version 5 (RFC 9562) over the id of its cause, so a replay gives the
same ids and consumers drop repeats by one rule (docs/domain.md#deduplication).
"""

from collections.abc import Iterable, Sequence
from hashlib import sha1
from typing import NewType
from uuid import NAMESPACE_URL, uuid5

SourceId = NewType("SourceId", str)
ChannelId = NewType("ChannelId", str)
CustomerId = NewType("CustomerId", str)
OrderId = NewType("OrderId", str)
LineId = NewType("LineId", str)
ItemId = NewType("ItemId", str)
NodeId = NewType("NodeId", str)
ErpId = NewType("ErpId", str)
PartnerId = NewType("PartnerId", str)
"""An EDI partner: the name of its partner file."""
EventId = NewType("EventId", str)
CorrelationId = NewType("CorrelationId", str)
CommandId = NewType("CommandId", str)
DocumentKey = NewType("DocumentKey", str)
ReservationId = NewType("ReservationId", str)
ParcelId = NewType("ParcelId", str)
ShipmentId = NewType("ShipmentId", str)
ReturnId = NewType("ReturnId", str)
ReversalId = NewType("ReversalId", str)
DeliveryId = NewType("DeliveryId", str)
InvoiceId = NewType("InvoiceId", str)
ReceiptId = NewType("ReceiptId", str)
AdjustmentId = NewType("AdjustmentId", str)
CountId = NewType("CountId", str)
StatusChangeId = NewType("StatusChangeId", str)
TransferOrderId = NewType("TransferOrderId", str)
SupplyId = NewType("SupplyId", str)
"""The number of what is on its way to a node: a purchase order or its shipping notice."""
PartId = NewType("PartId", str)
SnapshotId = NewType("SnapshotId", str)
PurchaseOrderId = NewType("PurchaseOrderId", str)
"""CUSTOMER/NUMBER: what a customer calls his order, unique for the customer."""
CaseId = NewType("CaseId", str)
ViolationId = NewType("ViolationId", str)

NO_RESERVATION = ReservationId("")
"""Of units that no reservation claims."""
NO_COMMAND = CommandId("")
"""Where none is sent."""
NO_PURCHASE_ORDER = PurchaseOrderId("")
"""Of an order whose channel does not say what its customer calls it."""
NO_ITEM = ItemId("")
"""Of what has items only in its lines."""
NO_SOURCE = SourceId("")
"""Of what our own flows say."""
NO_NODE = NodeId("")
"""Of what concerns one node only."""
NO_TRANSFER_ORDER = TransferOrderId("")
"""Of units that no other node has sent."""
NO_SUPPLY = SupplyId("")
"""Of units that came unannounced."""
WHOLE = PartId("")
"""Of a document that does not come in parts."""

_ORDERLINE = uuid5(NAMESPACE_URL, "https://orderline.example/events").bytes
_VARIANTS = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
"""The two highest bits of this digit say which kind of UUID it is (RFC 9562, section 4.1)."""


def _derived(namespace: bytes, name: str) -> str:
    """Equal to `str(uuid.uuid5(...))` in a fifth of its time: every record that we write needs one."""
    digits = sha1(namespace + name.encode(), usedforsecurity=False).hexdigest()
    variant = _VARIANTS[digits[16]]
    return f"{digits[:8]}-{digits[8:12]}-5{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:32]}"


def order_id_of(channel_id: ChannelId, channel_order_id: str) -> OrderId:
    """The order's id across all channels; it contains the channel's own order number."""
    return OrderId(f"{channel_id}:{channel_order_id}")


def channel_of(order_id: OrderId) -> ChannelId:
    """The channel of an order: what stands before the first colon of its id, as no channel's id has one."""
    return ChannelId(order_id.partition(":")[0])


def scoped_order_id_of(channel_id: ChannelId, scope: Sequence[str], number: str, release: str) -> OrderId:
    """The id of an order whose number is unique only in a scope: CHANNEL:SCOPE:…:NUMBER, or …:NUMBER:RELEASE.

    Behind the channel each part is escaped, so two scopes of one length never make the same id. `release` is empty
    unless the order is a release of a blanket order.
    """
    parts = (*scope, number, release) if release else (*scope, number)
    return OrderId(f"{channel_id}:{joined(parts, ':')}")


def joined(parts: Iterable[str], separator: str) -> str:
    """A name composed of parts: different parts make different names."""
    return separator.join(escaped(part, separator) for part in parts)


def escaped(part: str, separator: str) -> str:
    """A part of a composed name in which the separator does not occur; different parts stay different."""
    if separator not in part and "%" not in part:
        return part
    return part.replace("%", "%25").replace(separator, f"%{ord(separator):02X}")


def purchase_order_id_of(customer: str, number: str) -> PurchaseOrderId:
    """The same for a customer's number in whatever channel it comes: upper and lower case are one."""
    return PurchaseOrderId(joined((customer.upper(), number.upper()), "/"))


def event_id_of_record(topic: str, partition: int, offset: int) -> EventId:
    """The id of a record from outside, derived from its topic, partition and offset."""
    return EventId(_derived(_ORDERLINE, f"{topic}/{partition}/{offset}"))


def event_id_of_effect(cause: EventId, kind: str, index: int) -> EventId:
    """The id of the `index`-th effect of `cause`; equal on every replay."""
    return EventId(_derived(bytes.fromhex(cause.replace("-", "")), f"{kind}/{index}"))


def reservation_id_of(order_id: OrderId, line_id: LineId, revision: int, attempt: int, life: int = 1) -> ReservationId:
    """The id of one attempt to reserve one order line (docs/architecture.md#order-and-inventory)."""
    name = in_life(f"{order_id}/{escaped(line_id, '/')}/{revision}/{attempt}", life)
    return ReservationId(_derived(_ORDERLINE, name))


def in_life(name: str, life: int) -> str:
    """The name of something in one life of its order: an order that comes again after it was forgotten needs others."""
    return name if life == 1 else f"{name}/life-{life}"


def first_life_of(name: str) -> str:
    """The name without its life: the key of an order is its id in its first life."""
    before, separator, number = name.rpartition("/life-")
    return before if separator and number.isdecimal() else name


def command_id_of(receiver: ErpId | NodeId, business_key: str, command_type: str, cause: str) -> CommandId:
    """Equal on every retry and replay, different for two separate requests with the same content.

    The receiver is an ERP or a warehouse.
    """
    return CommandId(_derived(_ORDERLINE, f"{receiver}/{business_key}/{command_type}/{cause}"))


def authorisation_number_of(order_id: OrderId, return_id: ReturnId) -> str:
    """Our own number of an authorised return (RMA), for the parcel and the papers; equal on every replay."""
    derived = _derived(_ORDERLINE, f"authorisation/{escaped(order_id, '/')}/{return_id}")
    return f"RMA-{derived[-12:].upper()}"


def case_id_of(case_class: str, subject: str, cause: str) -> CaseId:
    """The id of an exception case: one case per class, subject and cause."""
    return CaseId(_derived(_ORDERLINE, f"{case_class}/{subject}/{cause}"))
