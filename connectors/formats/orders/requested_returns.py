"""Maps documents that ask for a return, or decide about one."""

from connectors.formats.channel_ids import document_id_of, named_order_id
from connectors.formats.content import with_content_hash
from connectors.formats.documents import DocumentPlace
from connectors.formats.expressions.lists import require_units, units_at
from connectors.formats.forms import checked_id, checked_text, positive_quantity
from connectors.formats.origins import Origin
from connectors.formats.values import required_text
from domain.identifiers import LineId, ReturnId
from domain.messages.returns.requests import (
    OrderReturnAuthorised,
    OrderReturnDeclined,
    OrderReturnRequested,
    ReturnDecision,
    UnitsToReturn,
)
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.orders.return_rules import (
    LinesToReturnRule,
    OrderReturnAuthorisedRule,
    OrderReturnDeclinedRule,
    OrderReturnRequestedRule,
)
from schemas.channel_language.sources import ValueOrigin


def requested_return(
    channel: ChannelFile, rule: OrderReturnRequestedRule, place: DocumentPlace, origin: Origin
) -> OrderReturnRequested:
    """The request of a document; `BrokenForm` when it violates the contract."""
    return_id = _return_id(rule.return_id, place)
    return with_content_hash(
        OrderReturnRequested(
            order_id=named_order_id(channel, rule, place),
            provenance=origin.provenance,
            return_id=return_id,
            reason=_text(rule.reason, "reason", place),
            lines=_lines(rule.lines, place),
            document_id=document_id_of(rule, place, return_id),
            unsent_first=rule.unsent_first,
        )
    )


def return_decision(
    channel: ChannelFile,
    rule: OrderReturnAuthorisedRule | OrderReturnDeclinedRule,
    place: DocumentPlace,
    origin: Origin,
) -> ReturnDecision:
    """The decision of a document; `BrokenForm` when it violates the contract."""
    order_id, return_id = named_order_id(channel, rule, place), _return_id(rule.return_id, place)
    by, reason = _text(rule.decided_by, "decided_by", place), _text(rule.reason, "reason", place)
    if isinstance(rule, OrderReturnAuthorisedRule):
        return with_content_hash(OrderReturnAuthorised(order_id, origin.provenance, return_id, by, reason))
    return with_content_hash(OrderReturnDeclined(order_id, origin.provenance, return_id, by, reason))


def _return_id(source: ValueOrigin, place: DocumentPlace) -> ReturnId:
    return ReturnId(checked_id(required_text(source, "return_id", place), "return_id"))


def _text(source: ValueOrigin, field: str, place: DocumentPlace) -> str:
    return checked_text(required_text(source, field, place), field)


def _lines(rule: LinesToReturnRule, place: DocumentPlace) -> tuple[UnitsToReturn, ...]:
    """The lines in the source's order; several entries for one line add up."""
    units: dict[LineId, int] = {}
    for at in units_at(rule, "lines", place):
        field = f"lines.{at.position}"
        line_id = LineId(checked_id(required_text(rule.line_id, f"{field}.line_id", at), f"{field}.line_id"))
        quantity = positive_quantity(required_text(rule.quantity, f"{field}.quantity", at), f"{field}.quantity")
        units[line_id] = units.get(line_id, 0) + quantity
    require_units(rule, place, units)
    return tuple(UnitsToReturn(line_id, quantity) for line_id, quantity in units.items())
