"""Maps documents that say what returned goods are like to `OrderReturnInspected`."""

from connectors.formats.channel_ids import document_id_of, named_order_id
from connectors.formats.content import with_content_hash
from connectors.formats.documents import DocumentPlace
from connectors.formats.expressions.lists import require_units, units_at
from connectors.formats.forms import checked_id, checked_text, positive_quantity
from connectors.formats.limits import check_quantities
from connectors.formats.orders.order_events import node_of
from connectors.formats.orders.returned_orders import condition_of
from connectors.formats.origins import Origin
from connectors.formats.outcomes import BrokenForm
from connectors.formats.values import optional_text, required_text
from domain.identifiers import ItemId, LineId, NodeId, ReturnId
from domain.messages.returns.inspections import OrderReturnInspected
from domain.returns import InspectedLine, ReturnCondition
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.orders.return_rules import InspectedLinesRule, OrderReturnInspectedRule

_ANSWERS = {"YES": True, "NO": False}


def inspected_return(
    channel: ChannelFile, rule: OrderReturnInspectedRule, place: DocumentPlace, origin: Origin
) -> OrderReturnInspected:
    """The inspection of a document; `BrokenForm` when it violates the contract."""
    lines = tuple(_line(rule.lines, at) for at in units_at(rule.lines, "lines", place))
    require_units(rule.lines, place, lines)
    check_quantities(channel.limits, lines)
    node_id = node_of(channel, rule.node_id, place)
    return with_content_hash(
        OrderReturnInspected(
            order_id=named_order_id(channel, rule, place),
            provenance=origin.provenance,
            node_id=node_id,
            return_id=ReturnId(checked_id(required_text(rule.return_id, "return_id", place), "return_id")),
            reason=checked_text(required_text(rule.reason, "reason", place), "reason"),
            lines=lines,
            document_id=_document_id(rule, place, node_id),
        )
    )


def _document_id(rule: OrderReturnInspectedRule, place: DocumentPlace, node_id: NodeId) -> str:
    number = optional_text(rule.inspection_id, "inspection_id", place) if rule.inspection_id else None
    return document_id_of(rule, place, node_id, checked_id(number, "inspection_id")) if number else ""


def _line(rule: InspectedLinesRule, place: DocumentPlace) -> InspectedLine:
    """One order line may occur several times, in several conditions."""
    at = f"lines.{place.position}"
    credited = required_text(rule.credited, f"{at}.credited", place)
    if credited not in _ANSWERS:
        raise BrokenForm(f"{at}.credited", f"{credited[:40]!r} is none of {', '.join(_ANSWERS)}")
    condition = condition_of(required_text(rule.condition, f"{at}.condition", place), f"{at}.condition")
    if condition is ReturnCondition.INSPECT:
        raise BrokenForm(f"{at}.condition", "INSPECT says nothing of goods that are inspected")
    return InspectedLine(
        line_id=LineId(checked_id(required_text(rule.line_id, f"{at}.line_id", place), f"{at}.line_id")),
        item_id=ItemId(checked_id(required_text(rule.item_id, f"{at}.item_id", place), f"{at}.item_id")),
        quantity=positive_quantity(required_text(rule.quantity, f"{at}.quantity", place), f"{at}.quantity"),
        condition=condition,
        is_credited=_ANSWERS[credited],
    )
