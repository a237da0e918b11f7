"""Maps documents about goods that have left: deliveries and invoices."""

from connectors.formats.channel_ids import document_id_of, named_order_id
from connectors.formats.content import with_content_hash
from connectors.formats.documents import DocumentPlace
from connectors.formats.expressions.lists import lines_at
from connectors.formats.forms import any_amount, checked_id, checked_text, total_amount
from connectors.formats.orders.order_events import moved_lines
from connectors.formats.orders.placed_orders import currency_of
from connectors.formats.origins import Origin
from connectors.formats.values import optional_text, required_text
from domain.identifiers import DeliveryId, InvoiceId, ItemId, LineId, ShipmentId
from domain.messages.orders import LineAmount, OrderDelivered, OrderInvoiced
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.rules import InvoicedLinesRule, OrderDeliveredRule, OrderInvoicedRule


def delivery(channel: ChannelFile, rule: OrderDeliveredRule, place: DocumentPlace, origin: Origin) -> OrderDelivered:
    """The delivery of a document; `BrokenForm` when it violates the contract."""
    delivery_id = DeliveryId(checked_id(required_text(rule.delivery_id, "delivery_id", place), "delivery_id"))
    return with_content_hash(
        OrderDelivered(
            order_id=named_order_id(channel, rule, place),
            provenance=origin.provenance,
            delivery_id=delivery_id,
            shipment_id=ShipmentId(checked_text(required_text(rule.shipment_id, "shipment_id", place), "shipment_id")),
            carrier=checked_text(required_text(rule.carrier, "carrier", place), "carrier"),
            is_reversal=rule.is_reversal,
            lines=moved_lines(channel, rule.lines, place),
            document_id=document_id_of(rule, place, channel.source_id, *_kind(rule), delivery_id),
        )
    )


def invoice(channel: ChannelFile, rule: OrderInvoicedRule, place: DocumentPlace, origin: Origin) -> OrderInvoiced:
    """The invoice of a document; `BrokenForm` when it violates the contract."""
    invoice_id = InvoiceId(checked_id(required_text(rule.invoice_id, "invoice_id", place), "invoice_id"))
    value = optional_text(rule.value, "value", place) if rule.value else None
    return with_content_hash(
        OrderInvoiced(
            order_id=named_order_id(channel, rule, place),
            provenance=origin.provenance,
            invoice_id=invoice_id,
            value=total_amount(value, "value") if value else 0,
            currency=currency_of(channel, rule.currency, place),
            is_reversal=rule.is_reversal,
            lines=moved_lines(channel, rule.lines, place),
            document_id=document_id_of(rule, place, channel.source_id, *_kind(rule), invoice_id),
            amounts=_amounts(rule.lines, place),
        )
    )


def _amounts(rule: InvoicedLinesRule, place: DocumentPlace) -> tuple[LineAmount, ...]:
    """What is stated for each line and item; nothing for one of which a lot has no amount."""
    stated: dict[tuple[str, str], int | None] = {}
    for at in lines_at(rule, "lines", place) if rule.amount else ():
        field = f"lines.{at.position}"
        line = (
            required_text(rule.line_id, f"{field}.line_id", at),
            required_text(rule.item_id, f"{field}.item_id", at),
        )
        text = optional_text(rule.amount, f"{field}.amount", at) if rule.amount else None
        before = stated.get(line, 0)
        stated[line] = None if before is None or not text else before + any_amount(text, f"{field}.amount")
    return tuple(
        LineAmount(LineId(line_id), ItemId(item_id), amount)
        for (line_id, item_id), amount in stated.items()
        if amount is not None
    )


def _kind(rule: OrderDeliveredRule | OrderInvoicedRule) -> tuple[str, ...]:
    """What takes a document back may carry its number."""
    return ("reversal",) if rule.is_reversal else ()
