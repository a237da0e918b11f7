"""The business documents about an order: shipments, their reversals, returns, picks, put-backs, requests to change it.

One document has one effect, whatever messages carry it. Its content is what it says, in any order of lines; message ids
and times are not part of it. The number of an amendment is its revision. A request to cancel parts of lines has no
number: it is known by its content and the time that its source states, unless that is in the future: such times are
cut to one, and would make one request of two.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import MISSING, fields
from hashlib import blake2b
from json import dumps
from typing import assert_never

from domain.addresses import Address
from domain.deduplication import BusinessDocument, SeenDocument
from domain.messages.cases import Case, CaseClass, CaseOrigin
from domain.messages.orders import (
    ChangeRequest,
    FulfilmentLine,
    Numbered,
    OrderAmendRequested,
    OrderCancelRequested,
    OrderDelivered,
    OrderInvoiced,
    OrderPicked,
    OrderReturned,
    OrderShipmentReversed,
    OrderShipped,
    OrderShortPicked,
    OrderUnpicked,
    PlacedLine,
    UnpickedLine,
)
from domain.messages.returns.inspections import OrderReturnInspected
from domain.messages.returns.requests import OrderReturnRequested

_HASH_BYTES = 16
_NOUNS = {
    "OrderPicked": "pick",
    "OrderUnpicked": "put-back",
    "OrderShortPicked": "short pick",
    "OrderShipped": "shipment",
    "OrderShipmentReversed": "reversal",
    "OrderDelivered": "delivery",
    "OrderInvoiced": "invoice",
    "OrderReturned": "return",
    "OrderReturnInspected": "inspection",
    "OrderReturnRequested": "return request",
    "OrderAmendRequested": "revision",
    "OrderCancelRequested": "cancellation",
    "OrderDecided": "decision",
}


def document_in(event: Numbered | ChangeRequest) -> BusinessDocument | None:
    """The document that an event tells of; None when its source recognises it by message ids alone."""
    number = _number_of(event)
    if not number:
        return None
    content = _wanted(event) if isinstance(event, ChangeRequest) else _content_of(event)
    return BusinessDocument(type(event).__name__, number, _hash_of(content), _earlier_number_of(event))


def _earlier_number_of(event: Numbered | ChangeRequest) -> str:
    """The number of a return did not name its node: what came under it then is known by it, whatever node it is of.

    Where a number has special characters they are escaped in it, and so are those of the node.
    """
    if not isinstance(event, OrderReturned):
        return ""
    node_id, _, number = event.document_id.partition("/")
    return number if node_id == event.node_id or "%" in node_id else ""


def _number_of(event: Numbered | ChangeRequest) -> str:
    match event:
        case OrderCancelRequested():
            said = event.provenance
            is_known = bool(event.parts) and said.occurred_at_us <= said.ingested_at_us
            return _hash_of([said.occurred_at_us, *_wanted(event)]) if is_known else ""
        case OrderAmendRequested():
            return str(event.provenance.revision)
        case _:
            return event.document_id


def conflicting_document(event: Numbered | ChangeRequest, first: SeenDocument) -> Case:
    """The same number with other content: nobody but the source knows which of the two is right."""
    second = event.provenance
    noun = _NOUNS[type(event).__name__]
    return Case(
        CaseClass.CONFLICTING_DUPLICATE,
        CaseOrigin.CHANNEL_MAPPING,
        subject=event.order_id,
        source_id=second.source_id,
        reason=f"{noun} {_number_of(event)} came from {first.source_id} as message {first.correlation_id!r}, and with "
        f"other content from {second.source_id} as message {second.correlation_id!r}; the first one stays in force",
        suggested_action=f"ask the source which {noun} is right",
    )


def noun_of(event: object) -> str:
    """What people call the document that an event tells of; empty for an event that tells of none."""
    return _NOUNS.get(type(event).__name__, "")


def _content_of(event: Numbered) -> list[object]:  # noqa: PLR0911  one return an event
    match event:
        case OrderPicked() | OrderShortPicked():
            return [event.node_id, _moved(event.lines)]
        case OrderUnpicked():
            return [event.node_id, _with_conditions(event.lines)]
        case OrderShipmentReversed():
            return [event.node_id, event.shipment_id, _with_conditions(event.lines)]
        case OrderDelivered():
            return [event.shipment_id, event.carrier, event.is_reversal, _moved(event.lines)]
        case OrderInvoiced():
            stated = [(each.line_id, each.item_id, each.value) for each in event.amounts]
            return [event.value, event.currency, event.is_reversal, _moved(event.lines), *sorted(stated)]
        case OrderShipped():
            cartons = [[each.sscc, each.tracking_number, _moved(each.lines)] for each in event.cartons]
            return [event.node_id, event.carrier, event.tracking_number, _moved(event.lines), *sorted(cartons)]
        case OrderReturnRequested():
            credit = [event.credit] if event.states_credit else []
            return [event.reason, _lines((line.line_id, line.quantity) for line in event.lines), *credit]
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


def _wanted(event: ChangeRequest) -> list[object]:
    """The reason is not part of it. An amendment names each line once, so nothing adds up there."""
    if isinstance(event, OrderCancelRequested):
        return [sorted(event.line_ids), _lines((part.line_id, part.quantity) for part in event.parts)]
    return [
        sorted((line.line_id, line.quantity) for line in event.quantities),
        sorted(_said(line) for line in event.added),
        [_said(address) for address in event.ship_to],
        sorted((day.line_id, day.requested_us) for day in event.requested),
    ]


def _said(part: PlacedLine | Address) -> list[object]:
    """What it says; a field that later releases have added counts only where it says something."""
    values = [(field, getattr(part, field.name)) for field in fields(part)]
    required = [value for field, value in values if field.default is MISSING]
    return [*required, *([field.name, value] for field, value in values if value != field.default is not MISSING)]


def _moved(lines: Iterable[FulfilmentLine]) -> list[tuple[object, ...]]:
    return _lines((line.line_id, line.item_id, line.quantity) for line in lines)


def _with_conditions(lines: Iterable[UnpickedLine]) -> list[tuple[object, ...]]:
    return _lines((line.line_id, line.item_id, line.condition, line.quantity) for line in lines)


def _lines(lines: Iterable[tuple[str | int, ...]]) -> list[tuple[object, ...]]:
    """The lines in one order, however a source sorts and splits them; the last field is the quantity."""
    quantities: Counter[tuple[str | int, ...]] = Counter()
    for *what, quantity in lines:
        quantities[tuple(what)] += int(quantity)
    return sorted((*what, quantity) for what, quantity in quantities.items())


def _hash_of(content: list[object]) -> str:
    return blake2b(dumps(content).encode(), digest_size=_HASH_BYTES).hexdigest()
