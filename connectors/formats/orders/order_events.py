"""Maps documents about a placed order: cancellations, picks, shipments, warehouse answers."""

from collections.abc import Mapping
from typing import assert_never

from connectors.formats.channel_ids import document_id_of, named_order_id
from connectors.formats.content import with_content_hash
from connectors.formats.documents import DocumentPlace
from connectors.formats.expressions.lists import (
    MOST_LINES,
    is_given,
    lines_at,
    missing_list,
    require_units,
    units_at,
)
from connectors.formats.expressions.nodes import node_at
from connectors.formats.forms import checked_id, checked_text, positive_quantity
from connectors.formats.limits import check_quantities
from connectors.formats.origins import Origin
from connectors.formats.outcomes import BrokenForm
from connectors.formats.values import optional_text, required_text
from domain.identifiers import CommandId, ItemId, LineId, NodeId, OrderId, ShipmentId
from domain.messages.orders import (
    Carton,
    FulfilmentLine,
    OrderCancelRequested,
    OrderPicked,
    OrderShipped,
    PartOfLine,
    WarehouseAccepted,
    WarehouseRefused,
)
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.rules import (
    CancelledPartsRule,
    CartonsRule,
    MovedLinesRule,
    OrderCancelRequestedRule,
    OrderPickedRule,
    OrderShippedRule,
    WarehouseAcceptedRule,
    WarehouseRefusedRule,
)
from schemas.channel_language.sources import ValueOrigin

OrderEventRule = (
    OrderCancelRequestedRule | OrderPickedRule | OrderShippedRule | WarehouseAcceptedRule | WarehouseRefusedRule
)
MappedOrderEvent = OrderCancelRequested | OrderPicked | OrderShipped | WarehouseAccepted | WarehouseRefused


def order_event(channel: ChannelFile, rule: OrderEventRule, place: DocumentPlace, origin: Origin) -> MappedOrderEvent:
    """The event of a document; `BrokenForm` when it violates the contract."""
    order_id = named_order_id(channel, rule, place)
    match rule:
        case OrderCancelRequestedRule():
            return _cancel_requested(rule, place, origin, order_id)
        case OrderPickedRule():
            return _picked(channel, rule, place, origin, order_id)
        case OrderShippedRule():
            return _shipped(channel, rule, place, origin, order_id)
        case WarehouseAcceptedRule():
            command_id = _id(rule.command_id, "command_id", place)
            return with_content_hash(WarehouseAccepted(order_id, origin.provenance, CommandId(command_id)))
        case WarehouseRefusedRule():
            command_id = _id(rule.command_id, "command_id", place)
            reason = _text(rule.reason, "reason", place)
            return with_content_hash(WarehouseRefused(order_id, origin.provenance, CommandId(command_id), reason))
        case _:
            assert_never(rule)


def node_of(channel: ChannelFile, source: ValueOrigin, place: DocumentPlace) -> NodeId:
    """The node that a warehouse names: one of its channel file's."""
    node_id = _id(source, "node_id", place)
    if node_id not in channel.nodes:
        raise BrokenForm("node_id", f"{node_id!r} is not a node of this source")
    return NodeId(node_id)


def node_of_fact(channel: ChannelFile, source: ValueOrigin, place: DocumentPlace) -> NodeId:
    """The node at which goods of an order move: one of those, or one from which the channel ships itself."""
    node_id = NodeId(_id(source, "node_id", place))
    return node_id if node_id in channel.channel_nodes else node_of(channel, source, place)


def _cancel_requested(
    rule: OrderCancelRequestedRule, place: DocumentPlace, origin: Origin, order_id: OrderId
) -> OrderCancelRequested:
    reason = _text(rule.reason, "reason", place)
    line_ids = _line_ids(rule, rule.line_ids, place) if rule.line_ids else ()
    parts = _cancelled_parts(rule, rule.parts, place) if rule.parts else ()
    if not (line_ids or parts or rule.may_be_empty):
        _require_no_list(rule)
    return with_content_hash(OrderCancelRequested(order_id, origin.provenance, reason, line_ids, parts))


def _require_no_list(rule: OrderCancelRequestedRule) -> None:
    """Of a document without lines: where its rule names a list of them, it is not known to mean the whole order."""
    named = (*((rule.line_ids,) if rule.line_ids else ()), *((rule.parts.named,) if rule.parts else ()))
    if named:
        raise missing_list("parts" if rule.parts else "line_ids", " and ".join(named))


def _empty_list(rule: OrderCancelRequestedRule, field: str, named: str) -> BrokenForm:
    """Says what to send instead: a list may be left out only where the rule takes that for the whole order."""
    instead = "leave it out to cancel the whole order" if rule.may_be_empty else "name in it what is to be cancelled"
    return BrokenForm(field, f"{named!r} is an empty list: {instead}")


def _cancelled_parts(
    rule: OrderCancelRequestedRule, listed: CancelledPartsRule, place: DocumentPlace
) -> tuple[PartOfLine, ...]:
    places = lines_at(listed, "parts", place)
    if not places and is_given(listed, place):
        raise _empty_list(rule, "parts", listed.named)
    parts = []
    for at in places:
        field = f"parts.{at.position}"
        line_id = _id(listed.line_id, f"{field}.line_id", at)
        quantity = positive_quantity(required_text(listed.quantity, f"{field}.quantity", at), f"{field}.quantity")
        parts.append(PartOfLine(LineId(line_id), quantity))
    return tuple(parts)


def _line_ids(rule: OrderCancelRequestedRule, path: str, place: DocumentPlace) -> tuple[LineId, ...]:
    nodes = node_at(path, place)
    if nodes is None:
        return ()
    if nodes == []:
        raise _empty_list(rule, "line_ids", path)
    if not isinstance(nodes, list) or not all(isinstance(node, str) for node in nodes):
        raise BrokenForm("line_ids", f"{path!r} is not a list of line ids")
    if len(nodes) > MOST_LINES:
        raise BrokenForm("line_ids", f"are {len(nodes)}; at most {MOST_LINES} are allowed in one document")
    return tuple(LineId(checked_id(str(node), f"line_ids.{number}")) for number, node in enumerate(nodes, start=1))


def _picked(
    channel: ChannelFile, rule: OrderPickedRule, place: DocumentPlace, origin: Origin, order_id: OrderId
) -> OrderPicked:
    node_id = node_of(channel, rule.node_id, place)
    return with_content_hash(
        OrderPicked(
            order_id=order_id,
            provenance=origin.provenance,
            node_id=node_id,
            lines=moved_lines(channel, rule.lines, place),
            document_id=_pick_document_id(rule, place, node_id),
        )
    )


def _pick_document_id(rule: OrderPickedRule, place: DocumentPlace, node_id: NodeId) -> str:
    pick_id = optional_text(rule.pick_id, "pick_id", place) if rule.pick_id else None
    return document_id_of(rule, place, node_id, checked_id(pick_id, "pick_id")) if pick_id else ""


def _shipped(
    channel: ChannelFile, rule: OrderShippedRule, place: DocumentPlace, origin: Origin, order_id: OrderId
) -> OrderShipped:
    node_id = node_of_fact(channel, rule.node_id, place)
    shipment_id = ShipmentId(_id(rule.shipment_id, "shipment_id", place))
    return with_content_hash(
        OrderShipped(
            order_id=order_id,
            provenance=origin.provenance,
            node_id=node_id,
            shipment_id=shipment_id,
            carrier=_text(rule.carrier, "carrier", place),
            tracking_number=_text(rule.tracking_number, "tracking_number", place),
            lines=moved_lines(channel, rule.lines, place),
            document_id=document_id_of(rule, place, node_id, shipment_id),
            by_channel=node_id in channel.channel_nodes,
            cartons=_cartons(channel, rule.cartons, place) if rule.cartons else (),
        )
    )


def _cartons(channel: ChannelFile, rule: CartonsRule, place: DocumentPlace) -> tuple[Carton, ...]:
    """What is in which carton, in the source's order; what is in none is left out."""
    packed: dict[tuple[str, str], dict[tuple[str, str], int]] = {}
    for at in units_at(rule, "cartons", place):
        field = f"cartons.{at.position}"
        names = (_text(rule.sscc, f"{field}.sscc", at), _text(rule.tracking_number, f"{field}.tracking_number", at))
        if any(names):
            _add_units(packed.setdefault(names, {}), rule, field, at)
    cartons = tuple(Carton(*names, _lines_of(units)) for names, units in packed.items())
    for carton in cartons:
        check_quantities(channel.limits, carton.lines)
    return cartons


def moved_lines(channel: ChannelFile, rule: MovedLinesRule, place: DocumentPlace) -> tuple[FulfilmentLine, ...]:
    """The lines in the source's order; several lots of one order line are added up."""
    moved: dict[tuple[str, str], int] = {}
    for at in units_at(rule, "lines", place):
        _add_units(moved, rule, f"lines.{at.position}", at)
    require_units(rule, place, moved)
    lines = _lines_of(moved)
    check_quantities(channel.limits, lines)
    return lines


def _add_units(moved: dict[tuple[str, str], int], rule: MovedLinesRule, field: str, place: DocumentPlace) -> None:
    """Add those of one element to what was found before of its line and item."""
    line_id = line_of_fact(rule, field, place)
    item_id = _id(rule.item_id, f"{field}.item_id", place)
    quantity = positive_quantity(required_text(rule.quantity, f"{field}.quantity", place), f"{field}.quantity")
    moved[line_id, item_id] = moved.get((line_id, item_id), 0) + quantity


def _lines_of(moved: Mapping[tuple[str, str], int]) -> tuple[FulfilmentLine, ...]:
    return tuple(
        FulfilmentLine(LineId(line_id), ItemId(item_id), quantity) for (line_id, item_id), quantity in moved.items()
    )


def line_of_fact(rule: MovedLinesRule, field: str, place: DocumentPlace) -> str:
    """The id of the line that moved; empty where the source does not know it, and the order finds it by its item."""
    text = required_text(rule.line_id, f"{field}.line_id", place)
    return checked_id(text, f"{field}.line_id") if text else text


def _id(source: ValueOrigin, field: str, place: DocumentPlace) -> str:
    return checked_id(required_text(source, field, place), field)


def _text(source: ValueOrigin, field: str, place: DocumentPlace) -> str:
    return checked_text(required_text(source, field, place), field)
