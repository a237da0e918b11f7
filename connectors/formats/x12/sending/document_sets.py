"""The transaction set of any document for a partner."""

from typing import assert_never

from connectors.formats.x12.sending.composing import Composer, PartnerSyntax, SetText
from connectors.formats.x12.sending.documents.invoices import invoice
from connectors.formats.x12.sending.documents.order_answers import change_answer, order_answer
from connectors.formats.x12.sending.documents.order_statuses import order_status
from connectors.formats.x12.sending.documents.ship_notices import ship_notice
from connectors.formats.x12.sending.documents.stock import inventory_advice
from connectors.formats.x12.sending.documents.warehouse_orders import warehouse_order
from domain.messages.edi.documents import (
    ChangeAnswer,
    InventoryAdvice,
    OrderAnswer,
    OrderStatusReport,
    PartnerDocument,
    PartnerInvoice,
    ShipNotice,
    WarehouseOrder,
)


def set_of(document: PartnerDocument, syntax: PartnerSyntax, version: str) -> SetText:  # noqa: PLR0911  one a document
    """The document in the partner's words; `Unwritable` when X12 cannot say it."""
    composer = Composer(syntax, version)
    match document:
        case OrderAnswer():
            return order_answer(document, composer)
        case ChangeAnswer():
            return change_answer(document, composer)
        case ShipNotice():
            return ship_notice(document, composer)
        case PartnerInvoice():
            return invoice(document, composer)
        case InventoryAdvice():
            return inventory_advice(document, composer)
        case WarehouseOrder():
            return warehouse_order(document, composer)
        case OrderStatusReport():
            return order_status(document, composer)
        case _:
            assert_never(document)
