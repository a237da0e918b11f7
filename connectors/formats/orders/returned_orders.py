"""Maps a document to `OrderReturned`."""

from connectors.formats.channel_ids import document_id_of, named_order_id
from connectors.formats.charges import charges_of
from connectors.formats.content import with_content_hash
from connectors.formats.documents import DocumentPlace
from connectors.formats.expressions.lists import units_at
from connectors.formats.forms import checked_id, checked_text, positive_quantity, price
from connectors.formats.limits import check_quantities, check_worth
from connectors.formats.orders.order_events import line_of_fact, node_of_fact
from connectors.formats.origins import Origin
from connectors.formats.outcomes import BrokenForm
from connectors.formats.values import optional_text, required_text
from domain.identifiers import ItemId, LineId, ReturnId
from domain.messages.orders import OrderReturned
from domain.returns import ReturnCondition, ReturnedLine
from schemas.channel_language.channel_file import ChannelFile, ChannelKind
from schemas.channel_language.rules import OrderReturnedRule, ReturnedLinesRule


def returned_order(
    channel: ChannelFile, rule: OrderReturnedRule, place: DocumentPlace, origin: Origin
) -> OrderReturned:
    """The return of a document; `BrokenForm` when it violates the contract."""
    lines = _returned_lines(rule.lines, place)
    charges = charges_of(rule.charges, place)
    if not (lines or charges):
        raise BrokenForm("lines", f"the return has no line ({rule.lines.named})")
    check_quantities(channel.limits, lines)
    check_worth(channel.limits, lines, charges)
    return_id = ReturnId(checked_id(required_text(rule.return_id, "return_id", place), "return_id"))
    node_id = node_of_fact(channel, rule.node_id, place)
    return with_content_hash(
        OrderReturned(
            order_id=named_order_id(channel, rule, place),
            provenance=origin.provenance,
            node_id=node_id,
            return_id=return_id,
            reason=checked_text(required_text(rule.reason, "reason", place), "reason"),
            lines=lines,
            charges=charges,
            document_id=document_id_of(rule, place, node_id, return_id),
            by_channel=node_id in channel.channel_nodes,
            by_document=channel.kind is ChannelKind.ORDERS,
        )
    )


def _returned_lines(rule: ReturnedLinesRule, place: DocumentPlace) -> tuple[ReturnedLine, ...]:
    """The lines in the source's order; one order line may occur several times, in several conditions."""
    return tuple(_returned_line(rule, at) for at in units_at(rule, "lines", place))


def _returned_line(rule: ReturnedLinesRule, place: DocumentPlace) -> ReturnedLine:
    at = f"lines.{place.position}"
    credit = optional_text(rule.unit_price, f"{at}.unit_price", place) if rule.unit_price else None
    return ReturnedLine(
        line_id=LineId(line_of_fact(rule, at, place)),
        item_id=ItemId(checked_id(required_text(rule.item_id, f"{at}.item_id", place), f"{at}.item_id")),
        quantity=positive_quantity(required_text(rule.quantity, f"{at}.quantity", place), f"{at}.quantity"),
        unit_price=price(credit, f"{at}.unit_price") if credit else 0,
        condition=condition_of(required_text(rule.condition, f"{at}.condition", place), f"{at}.condition"),
        at_order_price=not credit,
    )


def condition_of(text: str, field: str) -> ReturnCondition:
    """What became of units; `BrokenForm` when it is not one of the words for it."""
    if text not in list(ReturnCondition):
        raise BrokenForm(field, f"{text[:40]!r} is none of {', '.join(ReturnCondition)}")
    return ReturnCondition(text)
