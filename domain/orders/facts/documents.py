"""The business documents about an order: shipments, returns, picks and put-backs that carry a number.

One document has one effect, whatever messages carry it. Its content is what it says, in any order of lines; message ids
and times are not part of it.
"""

from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b
from json import dumps
from typing import assert_never

from domain.deduplication import BusinessDocument, SeenDocument
from domain.messages.cases import Case, CaseClass, CaseOrigin
from domain.messages.orders import Numbered, OrderPicked, OrderReturned, OrderShipped, OrderShortPicked, OrderUnpicked
from domain.messages.returns.inspections import OrderReturnInspected
from domain.messages.returns.requests import OrderReturnRequested

_HASH_BYTES = 16
_NOUNS = {
    "OrderPicked": "pick",
    "OrderUnpicked": "put-back",
    "OrderShortPicked": "short pick",
    "OrderShipped": "shipment",
    "OrderReturned": "return",
    "OrderReturnInspected": "inspection",
    "OrderReturnRequested": "return request",
}


def document_in(event: Numbered) -> BusinessDocument | None:
    """The document that an event tells of; None when its source recognises it by message ids alone."""
    if not event.document_id:
        return None
    return BusinessDocument(type(event).__name__, event.document_id, _hash_of(_content_of(event)))


def conflicting_document(event: Numbered, first: SeenDocument) -> Case:
    """The same number with other content: nobody but the source knows which of the two is right."""
    second = event.provenance
    noun = _NOUNS[type(event).__name__]
    return Case(
        CaseClass.CONFLICTING_DUPLICATE,
        CaseOrigin.CHANNEL_MAPPING,
        subject=event.order_id,
        source_id=second.source_id,
        reason=f"{noun} {event.document_id} came from {first.source_id} as message {first.correlation_id!r}, and with "
        f"other content from {second.source_id} as message {second.correlation_id!r}; the first one stays in force",
        suggested_action=f"ask the source which {noun} is right",
    )


def _content_of(event: Numbered) -> list[object]:
    match event:
        case OrderPicked() | OrderShortPicked():
            return [event.node_id, _lines((line.line_id, line.item_id, line.quantity) for line in event.lines)]
        case OrderUnpicked():
            lines = _lines((line.line_id, line.item_id, line.condition, line.quantity) for line in event.lines)
            return [event.node_id, lines]
        case OrderShipped():
            lines = _lines((line.line_id, line.item_id, line.quantity) for line in event.lines)
            return [event.node_id, event.carrier, event.tracking_number, lines]
        case OrderReturnRequested():
            return [event.reason, _lines((line.line_id, line.quantity) for line in event.lines)]
        case OrderReturned():
            lines = _lines(
                (line.line_id, line.item_id, line.condition, line.unit_price, line.quantity) for line in event.lines
            )
            charges = _lines(
                (charge.line_id, charge.code, charge.description, charge.unit_price, charge.quantity)
                for charge in event.charges
            )
            return [event.node_id, event.reason, lines, charges]
        case OrderReturnInspected():
            inspected = _lines(
                (line.line_id, line.item_id, line.condition, line.is_credited, line.quantity) for line in event.lines
            )
            return [event.node_id, event.reason, inspected]
        case _:
            assert_never(event)


def _lines(lines: Iterable[tuple[str | int, ...]]) -> list[tuple[object, ...]]:
    """The lines in one order, however a source sorts and splits them; the last field is the quantity."""
    quantities: Counter[tuple[str | int, ...]] = Counter()
    for *what, quantity in lines:
        quantities[tuple(what)] += int(quantity)
    return sorted((*what, quantity) for what, quantity in quantities.items())


def _hash_of(content: list[object]) -> str:
    return blake2b(dumps(content).encode(), digest_size=_HASH_BYTES).hexdigest()
