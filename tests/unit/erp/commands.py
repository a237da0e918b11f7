"""Commands as dispatch would release them."""

from dataclasses import replace
from math import inf

from connectors.erp.lease import Permit, since_boot_s
from domain.identifiers import ChannelId, CommandId, CustomerId, DocumentKey, ErpId, ItemId, LineId, OrderId, ShipmentId
from domain.messages.dispatch import CommandType, Document, DocumentLine, ErpCommand

PERMIT = Permit(inf, since_boot_s)
"""One that never ends."""

DOCUMENT = Document(
    order_id=OrderId("portal:P-1"),
    channel_id=ChannelId("portal"),
    customer_id=CustomerId("C-1"),
    currency="EUR",
    shipment_id=ShipmentId(""),
    carrier="",
    tracking_number="",
    reason="",
    lines=(DocumentLine(LineId("1"), ItemId("ITEM-1"), 2_500_000, "C62", 19_900),),
)


def create(order_id: str = "portal:P-1", attempt: int = 1, document: Document = DOCUMENT) -> ErpCommand:
    """Book an order."""
    return command(CommandType.CREATE_SALES_ORDER, order_id, order_id, attempt, document)


def post_shipment(order_id: str, shipment_id: str) -> ErpCommand:
    """Post a shipment of an order."""
    document = replace(DOCUMENT, shipment_id=ShipmentId(shipment_id))
    return command(CommandType.POST_SHIPMENT, order_id, shipment_id, 1, document)


def cancel(order_id: str) -> ErpCommand:
    """Cancel an order."""
    return command(CommandType.CANCEL_SALES_ORDER, order_id, order_id, 1, replace(DOCUMENT, lines=()))


def query(asked: ErpCommand) -> ErpCommand:
    """Ask whether a command's document exists."""
    return replace(asked, command_type=CommandType.QUERY_DOCUMENT, queried_type=asked.command_type)


def command(
    command_type: CommandType, order_id: str, business_key: str, attempt: int, document: Document
) -> ErpCommand:
    """Any command to the ERP `main` about an order."""
    return ErpCommand(
        erp_id=ErpId("main"),
        command_id=CommandId(f"{command_type}/{business_key}"),
        command_type=command_type,
        queried_type=command_type,
        attempt=attempt,
        document_key=DocumentKey(order_id),
        document_sequence=attempt,
        business_key=business_key,
        idempotency_key=f"main/{command_type}/{business_key}",
        document=replace(document, order_id=OrderId(order_id)),
    )
