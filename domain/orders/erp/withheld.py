"""What the ERP is not told yet: it needs a shipment that the ERP has refused, or it follows what waits."""

from collections.abc import Iterator

from domain.document_order import WaitingLines, needs_shipment
from domain.messages.dispatch import CommandType, Document, PostedEvent
from domain.orders.decision import OrderDecision
from domain.orders.state import Order


def is_withheld(decision: OrderDecision, posted: PostedEvent, document: Document, before: WaitingLines) -> bool:
    """Whether it waits until a person has mended what the ERP refuses; what the ERP is never told waits for nothing.

    `before`: what waits, and is posted before it.
    """
    command_type = decision.command_type_of(posted)
    if command_type is None:
        return False
    refused = _refused_shipments(decision, document)
    return before.hold_back(command_type, document) or any(
        needs_shipment(command_type, document, shipment) for shipment in refused
    )


def lines_before(order: Order) -> WaitingLines:
    """Of the shipments that wait, of what reverses them, and of cancellations after these."""
    return WaitingLines(each.document for each in order.unposted)


def _refused_shipments(decision: OrderDecision, about: Document) -> Iterator[Document]:
    """Of a refusal that is kept without its document nothing is known: it may be the shipment that this is about."""
    for refusal in decision.order.refusals:
        if refusal.command_type is CommandType.POST_SHIPMENT:
            yield refusal.document or about
