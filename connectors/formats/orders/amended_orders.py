"""Maps a document that asks to change an order to `OrderAmendRequested`."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from connectors.formats.channel_ids import named_order_id
from connectors.formats.charges import charges_of
from connectors.formats.content import with_content_hash
from connectors.formats.documents import DocumentPlace
from connectors.formats.expressions.lists import lines_at, lines_of, some_of
from connectors.formats.forms import (
    checked_id,
    checked_text,
    known_currency,
    known_unit,
    quantity_from_zero,
    unit_price,
)
from connectors.formats.limits import check_quantities, check_worth
from connectors.formats.order_content.addresses import address, names_address
from connectors.formats.order_content.papers import notes_of
from connectors.formats.orders.placed_orders import placed_lines, price_of_unit
from connectors.formats.orders.requested_days import day_of_order, days_of_lines
from connectors.formats.origins import Origin
from connectors.formats.outcomes import BrokenForm
from connectors.formats.values import optional_text, required_text
from domain.identifiers import ItemId, LineId
from domain.messages.orders import DescribedLine, OrderAmendRequested, PartOfLine
from schemas.channel_language.channel_file import AmendedPrices, ChannelFile
from schemas.channel_language.rules import AmendedQuantitiesRule, DescribedLinesRule, OrderAmendRequestedRule


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
    described_lines = tuple(_described_lines(rule.described_lines or (), place))
    charges = charges_of(rule.charges, place)
    notes = notes_of(rule.notes, place)
    if not (
        quantities
        or added
        or ship_to
        or requested
        or charges
        or notes
        or any(each.states_price for each in described_lines)
    ):
        raise BrokenForm("quantities", "nothing is changed")
    check_quantities(channel.limits, added)
    check_worth(channel.limits, added, ())
    reason = checked_text(required_text(rule.reason, "reason", place), "reason")
    return with_content_hash(
        OrderAmendRequested(
            order_id,
            origin.provenance,
            reason,
            quantities,
            added,
            ship_to,
            requested,
            described_lines=described_lines,
            charges=charges,
            notes=notes,
            currency=_currency(rule, place),
            prices_are_agreed=channel.amended_prices is AmendedPrices.TAKE,
        )
    )


def _currency(rule: OrderAmendRequestedRule, place: DocumentPlace) -> str:
    text = optional_text(rule.currency, "currency", place) if rule.currency else None
    return known_currency(text, "currency") if text else ""


def _described_lines(rules: Sequence[DescribedLinesRule], place: DocumentPlace) -> Iterator[DescribedLine]:
    known: set[LineId] = set()
    for rule, at in lines_of(rules, "described_lines", place):
        field = f"described_lines.{at.position}"
        stated = _described_line(rule, field, at)
        if stated.line_id in known:
            raise BrokenForm(field, f"the line id {stated.line_id!r} is used twice")
        known.add(stated.line_id)
        yield stated


def _described_line(rule: DescribedLinesRule, field: str, at: DocumentPlace) -> DescribedLine:
    line_id = LineId(checked_id(required_text(rule.line_id, f"{field}.line_id", at), f"{field}.line_id"))
    numbers = (optional_text(source, f"{field}.item_ids", at) for source in rule.item_ids)
    item_ids = dict.fromkeys(ItemId(checked_id(number, f"{field}.item_ids")) for number in numbers if number)
    unit = optional_text(rule.unit, f"{field}.unit", at) if rule.unit else None
    if unit is None and rule.price_unit:
        unit = optional_text(rule.price_unit, f"{field}.price_unit", at)
    stated = DescribedLine(line_id, tuple(item_ids), known_unit(unit, f"{field}.unit") if unit else "")
    price = optional_text(rule.unit_price, f"{field}.unit_price", at) if rule.unit_price else None
    if not price:
        return stated
    basis = required_text(rule.price_basis, f"{field}.price_basis", at)
    price_of_units = unit_price(price_of_unit(rule, price, stated.unit, field, at), basis, f"{field}.unit_price")
    return replace(
        stated, states_price=True, unit_price=price_of_units.unit_price, price_basis=price_of_units.price_basis
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
