"""What a record says about an EDI partner's order, in one sentence."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from domain.messages.edi.events import (
    EdiDocumentSent,
    PartnerLinesAdded,
    PartnerOrderMoved,
    PartnerOrderPlaced,
    PartnerWarehouseOrdered,
)
from domain.quantities import format_quantity

_MOST_LINES: Final = 4


def _placed(placed: PartnerOrderPlaced) -> str:
    lines = _first([f"{format_quantity(line.ordered)} x {line.item_id}" for line in placed.lines])
    return f"{placed.partner_id} is to be answered about its order {placed.order.number}: {lines}"


def _added(added: PartnerLinesAdded) -> str:
    return f"{added.partner_id} adds {_first([f'line {line.line_id}, {line.item_id}' for line in added.lines])}"


def _moved(moved: PartnerOrderMoved) -> str:
    units = _first([f"{format_quantity(each.quantity)} x {each.item_id}" for each in moved.moved])
    what = " ".join(filter(None, (moved.step.value, moved.document_number)))
    return f"{moved.partner_id} is to know of version {moved.version}: {what}{f' with {units}' if units else ''}"


def _ordered(ordered: PartnerWarehouseOrdered) -> str:
    order = ordered.order
    lines = _first([f"{format_quantity(line.quantity)} x {line.item_id}" for line in order.lines])
    asked = "no longer ship" if order.is_cancelled else f"ship {lines}"
    return f"{ordered.partner_id} is to {asked} at {order.node_id}"


def _sent(sent: EdiDocumentSent) -> str:
    late = ", late" if sent.is_late else ""
    return f"{sent.kind} {sent.number} goes to {sent.partner_id} in interchange {sent.interchange_number}{late}"


def _first(parts: list[str]) -> str:
    more = len(parts) - _MOST_LINES
    return ", ".join(parts[:_MOST_LINES]) + (f" and {more} more" if more > 0 else "")


PARTNER_WORDS: Final[Mapping[type, Callable[[Any], str]]] = {
    PartnerOrderPlaced: _placed,
    PartnerLinesAdded: _added,
    PartnerOrderMoved: _moved,
    PartnerWarehouseOrdered: _ordered,
    EdiDocumentSent: _sent,
}
