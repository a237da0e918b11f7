"""Names of things, and how new names follow from their causes.

Every id that Orderline gives is a UUID of version 5 (RFC 9562) over the id of its cause, so a replay gives the
same ids and consumers drop repeats by one rule (design: domain, section 3).
"""

from typing import NewType
from uuid import NAMESPACE_URL, UUID, uuid5

SourceId = NewType("SourceId", str)
ChannelId = NewType("ChannelId", str)
OrderId = NewType("OrderId", str)
LineId = NewType("LineId", str)
ItemId = NewType("ItemId", str)
NodeId = NewType("NodeId", str)
ErpId = NewType("ErpId", str)
EventId = NewType("EventId", str)
CommandId = NewType("CommandId", str)
ReservationId = NewType("ReservationId", str)
CaseId = NewType("CaseId", str)

_ORDERLINE = uuid5(NAMESPACE_URL, "https://orderline.example/events")


def order_id_of(channel_id: str, channel_order_id: str) -> OrderId:
    """The order's id over all channels; the channel's own number stays readable in it."""
    return OrderId(f"{channel_id}:{channel_order_id}")


def event_id_of_record(topic: str, partition: int, offset: int) -> EventId:
    """The id of a record from outside: it is where it lies in the log."""
    return EventId(str(uuid5(_ORDERLINE, f"{topic}/{partition}/{offset}")))


def event_id_of_effect(cause: str, kind: str, index: int) -> EventId:
    """The id of the `index`-th effect of `cause`; equal on every replay."""
    return EventId(str(uuid5(UUID(cause), f"{kind}/{index}")))


def reservation_id_of(order_id: str, line_id: str, revision: int, attempt: int) -> ReservationId:
    """The id of one try to reserve one order line (design: architecture, section 8)."""
    return ReservationId(str(uuid5(_ORDERLINE, f"{order_id}/{line_id}/{revision}/{attempt}")))


def command_id_of(erp_id: str, document_key: str, command_type: str, cause: str) -> CommandId:
    """Equal on every retry and replay, different when the same thing is truly asked twice."""
    return CommandId(str(uuid5(_ORDERLINE, f"{erp_id}/{document_key}/{command_type}/{cause}")))


def case_id_of(case_class: str, subject: str, cause: str) -> CaseId:
    """The id of an exception case: one case for one class, subject and cause."""
    return CaseId(str(uuid5(_ORDERLINE, f"{case_class}/{subject}/{cause}")))
