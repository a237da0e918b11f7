"""Maps a document that asks to change an order to `OrderAmendRequested`."""

from connectors.formats.channel_ids import named_order_id
from connectors.formats.content import with_content_hash
from connectors.formats.documents import DocumentPlace
from connectors.formats.expressions.lists import lines_at, lines_of, some_of
from connectors.formats.forms import checked_id, checked_text, quantity_from_zero
from connectors.formats.limits import check_quantities, check_worth
from connectors.formats.order_content.addresses import address, names_address
from connectors.formats.orders.placed_orders import placed_lines
from connectors.formats.orders.requested_days import day_of_order, days_of_lines
from connectors.formats.origins import Origin
from connectors.formats.outcomes import BrokenForm
from connectors.formats.values import required_text
from domain.identifiers import LineId
from domain.messages.orders import OrderAmendRequested, PartOfLine
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.rules import AmendedQuantitiesRule, OrderAmendRequestedRule


def amended_order(
    channel: ChannelFile, rule: OrderAmendRequestedRule, place: DocumentPlace, origin: Origin
) -> OrderAmendRequested:
    """The request of a document; `BrokenForm` when it violates the contract."""
    order_id = named_order_id(channel, rule, place)
    quantities = _quantities(rule.quantities, place) if rule.quantities else ()
    taken = some_of(lines_of(rule.added or (), "lines", place), "lines")
    added = placed_lines(taken)
    ship_to = (address(rule.ship_to, "ship_to", place),) if rule.ship_to and names_address(rule.ship_to, place) else ()
    requested = (
        *day_of_order(channel, rule.requested, place),
        *days_of_lines(channel, taken, "added"),
        *days_of_lines(
            channel,
            lines_of((rule.requested_lines,) if rule.requested_lines else (), "requested_lines", place),
            "requested_lines",
        ),
    )
    if not (quantities or added or ship_to or requested):
        raise BrokenForm("quantities", "nothing is changed")
    check_quantities(channel.limits, added)
    check_worth(channel.limits, added, ())
    reason = checked_text(required_text(rule.reason, "reason", place), "reason")
    return with_content_hash(
        OrderAmendRequested(order_id, origin.provenance, reason, quantities, added, ship_to, requested)
    )


def _quantities(rule: AmendedQuantitiesRule, place: DocumentPlace) -> tuple[PartOfLine, ...]:
    wanted: dict[LineId, int] = {}
    for at in lines_at(rule, "quantities", place):
        field = f"quantities.{at.position}"
        line_id = LineId(checked_id(required_text(rule.line_id, f"{field}.line_id", at), f"{field}.line_id"))
        if line_id in wanted:
            raise BrokenForm(field, f"the line id {line_id!r} is used twice")
        text = required_text(rule.quantity, f"{field}.quantity", at)
        wanted[line_id] = quantity_from_zero(text, f"{field}.quantity")
    return tuple(PartOfLine(line_id, quantity) for line_id, quantity in wanted.items())
