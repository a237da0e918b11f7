"""Maps documents that undo picks: units put back, damaged or lost, and units that were not found."""

from connectors.formats.channel_ids import document_id_of, named_order_id
from connectors.formats.content import with_content_hash
from connectors.formats.documents import DocumentPlace
from connectors.formats.expressions.lists import require_units, units_at
from connectors.formats.forms import checked_id, checked_text, positive_quantity
from connectors.formats.limits import check_quantities
from connectors.formats.orders.order_events import line_of_fact, moved_lines, node_of
from connectors.formats.orders.returned_orders import condition_of
from connectors.formats.origins import Origin
from connectors.formats.values import optional_text, required_text
from domain.identifiers import ItemId, LineId, NodeId
from domain.messages.orders import OrderShortPicked, OrderUnpicked, UnpickedLine
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.rules import OrderShortPickedRule, OrderUnpickedRule, UnpickedLinesRule
from schemas.channel_language.sources import ValueOrigin


def undone_pick(
    channel: ChannelFile, rule: OrderUnpickedRule | OrderShortPickedRule, place: DocumentPlace, origin: Origin
) -> OrderUnpicked | OrderShortPicked:
    """The put-back or the short pick of a document; `BrokenForm` when it violates the contract."""
    order_id = named_order_id(channel, rule, place)
    node_id = node_of(channel, rule.node_id, place)
    reason = checked_text(required_text(rule.reason, "reason", place), "reason")
    if isinstance(rule, OrderShortPickedRule):
        missing = moved_lines(channel, rule.lines, place)
        number = _document_id(rule, rule.short_pick_id, "short_pick_id", place, node_id)
        return with_content_hash(OrderShortPicked(order_id, origin.provenance, node_id, reason, missing, number))
    lines = unpicked_lines(channel, rule.lines, place)
    number = _document_id(rule, rule.unpick_id, "unpick_id", place, node_id)
    return with_content_hash(OrderUnpicked(order_id, origin.provenance, node_id, reason, lines, number))


def _document_id(
    rule: OrderUnpickedRule | OrderShortPickedRule,
    source: ValueOrigin | None,
    field: str,
    place: DocumentPlace,
    node_id: NodeId,
) -> str:
    number = optional_text(source, field, place) if source else None
    return document_id_of(rule, place, node_id, checked_id(number, field)) if number else ""


def unpicked_lines(channel: ChannelFile, rule: UnpickedLinesRule, place: DocumentPlace) -> tuple[UnpickedLine, ...]:
    """The lines in the source's order; one order line may occur several times, in several conditions."""
    lines = tuple(_unpicked_line(rule, at) for at in units_at(rule, "lines", place))
    require_units(rule, place, lines)
    check_quantities(channel.limits, lines)
    return lines


def _unpicked_line(rule: UnpickedLinesRule, place: DocumentPlace) -> UnpickedLine:
    at = f"lines.{place.position}"
    return UnpickedLine(
        line_id=LineId(line_of_fact(rule, at, place)),
        item_id=ItemId(checked_id(required_text(rule.item_id, f"{at}.item_id", place), f"{at}.item_id")),
        quantity=positive_quantity(required_text(rule.quantity, f"{at}.quantity", place), f"{at}.quantity"),
        condition=condition_of(required_text(rule.condition, f"{at}.condition", place), f"{at}.condition"),
    )
