"""Maps documents that ask for a return, or decide about one."""

from collections.abc import Sequence

from connectors.formats.channel_ids import document_id_of, named_order_id
from connectors.formats.content import with_content_hash
from connectors.formats.documents import DocumentPlace
from connectors.formats.expressions.lists import require_units, units_at
from connectors.formats.forms import checked_id, checked_text, positive_quantity, rounded_amount
from connectors.formats.origins import Origin
from connectors.formats.values import optional_text, required_text
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
    places = units_at(rule.lines, "lines", place)
    credit = _credit(rule.lines, places)
    return with_content_hash(
        OrderReturnRequested(
            order_id=named_order_id(channel, rule, place),
            provenance=origin.provenance,
            return_id=return_id,
            reason=_text(rule.reason, "reason", place),
            lines=_lines(rule.lines, place, places),
            document_id=document_id_of(rule, place, return_id),
            unsent_first=rule.unsent_first,
            states_credit=credit is not None,
            credit=credit or 0,
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


def _credit(rule: LinesToReturnRule, places: Sequence[DocumentPlace]) -> int | None:
    """What is paid back for all lines together; None where that is not said of each."""
    if rule.credit is None or not places:
        return None
    amounts = []
    for at in places:
        field = f"lines.{at.position}.credit"
        text = optional_text(rule.credit, field, at)
        if not text:
            return None
        amounts.append(rounded_amount(text, field))
    return sum(amounts)


def _lines(rule: LinesToReturnRule, place: DocumentPlace, places: Sequence[DocumentPlace]) -> tuple[UnitsToReturn, ...]:
    """The lines in the source's order; several entries for one line add up."""
    units: dict[LineId, int] = {}
    for at in places:
        field = f"lines.{at.position}"
        line_id = LineId(checked_id(required_text(rule.line_id, f"{field}.line_id", at), f"{field}.line_id"))
        quantity = positive_quantity(required_text(rule.quantity, f"{field}.quantity", at), f"{field}.quantity")
        units[line_id] = units.get(line_id, 0) + quantity
    require_units(rule, place, units)
    return tuple(UnitsToReturn(line_id, quantity) for line_id, quantity in units.items())
