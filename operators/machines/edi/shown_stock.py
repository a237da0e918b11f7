"""From `inventory.availability.v1` to the inbox of dispatch: what the shop of a channel may show of an item.

Each number is whole and replaces the one before; dispatch drops what still waits of the same item. The command's id
derives from the record, so a record that is read again asks for the same command.
"""

from collections.abc import Mapping

from connectors.log.port import Record
from domain.identifiers import (
    ChannelId,
    CustomerId,
    DocumentKey,
    EventId,
    LineId,
    OrderId,
    ShipmentId,
    command_id_of,
    joined,
)
from domain.messages.dispatch import CommandType, Document, DocumentLine, ErpRequested
from domain.messages.inventory import ChannelAvailability
from schemas.contracts.registry import INVENTORY_AVAILABILITY
from schemas.shops import ShownBy

_ONLY_LINE = LineId("1")


def concerns_shops(record: Record, shops: Mapping[ChannelId, ShownBy]) -> bool:
    """Whether a record is about what a shop may show, by its key."""
    return record.topic == INVENTORY_AVAILABILITY and _channel_of(record.key or "") in shops


def shown(message: object, event_id: EventId, shops: Mapping[ChannelId, ShownBy]) -> tuple[ErpRequested, ...]:
    """What the shop of the channel is to be told of a message of a public topic, if anything."""
    shop = shops.get(message.channel_id) if isinstance(message, ChannelAvailability) else None
    if shop is None or not isinstance(message, ChannelAvailability):
        return ()
    business_key = joined(("availability", message.channel_id, message.item_id), "/")
    command_type = CommandType.REPORT_AVAILABILITY
    return (
        ErpRequested(
            erp_id=shop.erp_id,
            command_id=command_id_of(shop.erp_id, business_key, command_type, event_id),
            command_type=command_type,
            document_key=DocumentKey(business_key),
            business_key=business_key,
            priority_class=shop.priority_class,
            document=_document(message),
        ),
    )


def _channel_of(key: str) -> ChannelId:
    """No channel's id has a colon."""
    return ChannelId(key.partition(":")[0])


def _document(message: ChannelAvailability) -> Document:
    return Document(
        order_id=OrderId(""),
        channel_id=message.channel_id,
        customer_id=CustomerId(""),
        currency="",
        shipment_id=ShipmentId(""),
        carrier="",
        tracking_number="",
        reason="",
        lines=(DocumentLine(_ONLY_LINE, message.item_id, message.quantity, message.unit, unit_price=0),),
    )
