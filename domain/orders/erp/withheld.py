"""What the ERP is not told, or not yet: it needs what the ERP has refused, or it follows what waits."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from domain.document_order import WaitingLines, is_needed, needs
from domain.identifiers import LineId
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
    return before.hold_back(command_type, document) or any(
        needs(command_type, document, *refused) for refused in _refused(decision.order, document)
    )


def lines_before(order: Order) -> WaitingLines:
    """Of the shipments that wait, of what reverses them, and of cancellations after these."""
    return WaitingLines(each.document for each in order.unposted)


def without_refused_lines(order: Order, document: Document) -> Document:
    """The document without lines that the ERP has refused: it is told nothing about them."""
    if not order.refused_lines:
        return document
    return replace(document, lines=tuple(line for line in document.lines if line.line_id not in order.refused_lines))


def _refused(order: Order, about: Document) -> Iterator[tuple[CommandType, Document]]:
    """Of a refusal that is kept without its document nothing is known: it may be of what this is about."""
    for refusal in order.refusals:
        if refusal.command_type is not None and is_needed(refusal.command_type):
            yield refusal.command_type, refusal.document or about


def coming_back(order: Order) -> Mapping[LineId, int]:
    """Units by line that the ERP has, or is to get, as shipped, and that it is still to be told of as taken back."""
    waiting = [each.document for each in order.unposted if each.posted_as is PostedEvent.SHIPMENT_REVERSED]
    refused = [each.document for each in order.refusals if each.command_type is CommandType.REVERSE_SHIPMENT]
    units: Counter[LineId] = Counter()
    for document in filter(None, (*waiting, *refused)):
        units.update({line.line_id: line.quantity for line in document.lines})
    return units
