"""Maps a document to `OrderPlaced`."""

from collections import Counter

from connectors.formats.channel_ids import NamedOrder, named_order, purchase_order_id
from connectors.formats.charges import charges_of
from connectors.formats.content import CLAIMED_TIME, extensions_of, with_content_hash
from connectors.formats.documents import DocumentPlace
from connectors.formats.forms import (
    checked_id,
    checked_text,
    known_country,
    known_currency,
    known_unit,
    positive_quantity,
    price,
    quantity_from_zero,
    total_amount,
    total_quantity,
    whole_number,
)
from connectors.formats.limits import check_quantities, check_worth
from connectors.formats.orders.requested_days import day_of_order, days_of_lines
from connectors.formats.origins import Origin
from connectors.formats.outcomes import BrokenForm
from connectors.formats.values import lines_at, optional_text, required_text
from domain.charges import Charge, scaled_worth
from domain.fulfilment import Fulfilment
from domain.identifiers import CustomerId, ItemId, LineId, OrderId, channel_of, first_life_of
from domain.messages.orders import Address, OrderPlaced, PlacedLine
from domain.quantities import UNIT, format_quantity
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.rules import AddressRule, OrderContentRule, OrderPlacedRule, PlacedLinesRule, TotalsRule
from schemas.channel_language.sources import ValueOrigin


def placed_order(channel: ChannelFile, rule: OrderPlacedRule, place: DocumentPlace, origin: Origin) -> OrderPlaced:
    """The order of a document; `BrokenForm` when it violates the contract."""
    lines, charges = placed_lines(rule.lines, place), charges_of(rule.charges, place)
    if not (lines or charges):
        raise BrokenForm("lines", f"the order has no line ({rule.lines.each})")
    return whole_order(channel, rule, place, origin, (lines, charges))


def whole_order(
    channel: ChannelFile,
    rule: OrderContentRule,
    place: DocumentPlace,
    origin: Origin,
    content: tuple[tuple[PlacedLine, ...], tuple[Charge, ...]],
) -> OrderPlaced:
    """The order of a document with these lines and charges; there may be none."""
    named = _named(channel, rule, place)
    lines, charges = content
    check_quantities(channel.limits, lines)
    check_worth(channel.limits, lines, charges)
    _check_totals(rule.totals, place, lines, charges)
    order = with_content_hash(
        OrderPlaced(
            order_id=named.order_id,
            channel_id=named.channel_id,
            channel_order_id=named.number,
            region=_region(channel, rule.region, place),
            provenance=origin.provenance,
            customer_id=CustomerId(checked_id(required_text(rule.customer_id, "customer_id", place), "customer_id")),
            currency=currency_of(channel, rule.currency, place),
            ship_to=address(rule.ship_to, place),
            lines=lines,
            policy=channel.order_policy(origin.provenance.ingested_at_us),
            extensions=extensions_of(place.root, channel.named_fields, channel.extensions.leave_out),
            charges=charges,
            purchase_order_id=purchase_order_id(channel, rule, place),
            requested=(
                *day_of_order(channel, rule.requested, place),
                *days_of_lines(channel, rule.lines, "lines", place),
            ),
            erp_document_number=_erp_document_number(rule, place),
        )
    )
    if origin.is_clamped:
        order.extensions[CLAIMED_TIME] = str(origin.claimed_at_us)
    return order


def _named(channel: ChannelFile, rule: OrderContentRule, place: DocumentPlace) -> NamedOrder:
    """An order that the ERP reports back is named by the key under which it was booked there."""
    named = named_order(channel, rule, rule.channel_order_id, place)
    born = rule.born_in_erp
    key = optional_text(born.external_id, "born_in_erp.external_id", place) if born and born.external_id else None
    if not key:
        return named
    order_id = OrderId(checked_id(first_life_of(key), "born_in_erp.external_id"))
    return named._replace(order_id=order_id, channel_id=channel_of(order_id))


def _erp_document_number(rule: OrderContentRule, place: DocumentPlace) -> str:
    born = rule.born_in_erp
    field = "born_in_erp.number"
    return checked_id(required_text(born.number, field, place), field) if born else ""


def _region(channel: ChannelFile, source: ValueOrigin | None, place: DocumentPlace) -> str:
    return channel.region if source is None else checked_id(required_text(source, "region", place), "region")


def address(rule: AddressRule, place: DocumentPlace) -> Address:
    """A delivery address."""

    def text(source: ValueOrigin, name: str) -> str:
        field = f"ship_to.{name}"
        return checked_text(required_text(source, field, place), field)

    return Address(
        name=text(rule.name, "name"),
        street=text(rule.street, "street"),
        city=text(rule.city, "city"),
        postal_code=text(rule.postal_code, "postal_code"),
        state=text(rule.state, "state"),
        country=known_country(text(rule.country, "country"), "ship_to.country"),
    )


def placed_lines(rule: PlacedLinesRule, place: DocumentPlace, *, skips_empty: bool = False) -> tuple[PlacedLine, ...]:
    """The lines of a list, each with an id of its own; those with a quantity of zero may be left out."""
    places = [at for at in lines_at(rule.each, "lines", place) if not (skips_empty and _is_empty(rule, at))]
    lines = tuple(_placed_line(rule, at) for at in places)
    repeated = [line_id for line_id, times in Counter(line.line_id for line in lines).items() if times > 1]
    if repeated:
        raise BrokenForm("lines", f"the line id {repeated[0]!r} is used twice")
    return lines


def _is_empty(rule: PlacedLinesRule, place: DocumentPlace) -> bool:
    field = f"lines.{place.position}.quantity"
    return quantity_from_zero(required_text(rule.quantity, field, place), field) == 0


def _placed_line(rule: PlacedLinesRule, place: DocumentPlace) -> PlacedLine:
    def text(source: ValueOrigin, name: str) -> tuple[str, str]:
        field = f"lines.{place.position}.{name}"
        return required_text(source, field, place), field

    return PlacedLine(
        line_id=LineId(checked_id(*text(rule.line_id, "line_id"))),
        item_id=ItemId(checked_id(*text(rule.item_id, "item_id"))),
        quantity=positive_quantity(*text(rule.quantity, "quantity")),
        unit=known_unit(*text(rule.unit, "unit")),
        unit_price=price(*text(rule.unit_price, "unit_price")),
        description=checked_text(*text(rule.description, "description")),
        fulfilment=_fulfilment(rule, place),
    )


def _fulfilment(rule: PlacedLinesRule, place: DocumentPlace) -> Fulfilment:
    if rule.fulfilment is None:
        return Fulfilment.STOCK
    field = f"lines.{place.position}.fulfilment"
    said = optional_text(rule.fulfilment, field, place)
    if said is not None and said not in Fulfilment.__members__:
        raise BrokenForm(field, f"{said[:40]!r} is none of {', '.join(Fulfilment)}")
    return Fulfilment[said] if said else Fulfilment.STOCK


def _check_totals(
    rule: TotalsRule, place: DocumentPlace, lines: tuple[PlacedLine, ...], charges: tuple[Charge, ...]
) -> None:
    stated = optional_text(rule.line_count, "totals.line_count", place) if rule.line_count else None
    if stated and whole_number(stated, "totals.line_count") != len(lines):
        raise BrokenForm("totals.line_count", f"{stated} lines are stated, {len(lines)} were found")
    stated = optional_text(rule.quantity, "totals.quantity", place) if rule.quantity else None
    quantity = sum(line.quantity for line in lines)
    if stated and total_quantity(stated, "totals.quantity") != quantity:
        raise BrokenForm("totals.quantity", f"{stated} is stated, the lines add up to {format_quantity(quantity)}")
    stated = optional_text(rule.amount, "totals.amount", place) if rule.amount else None
    amount_scaled = sum(line.quantity * line.unit_price for line in lines) + scaled_worth(charges)
    if stated and not _is_about(total_amount(stated, "totals.amount"), amount_scaled, len(lines) + len(charges)):
        raise BrokenForm("totals.amount", f"{stated} is stated, the lines add up to another amount")


def _is_about(stated: int, amount_scaled: int, lines: int) -> bool:
    """Equal except for rounding: half a hundredth per line. `amount_scaled` is in ten-thousandths of millionths."""
    return abs(stated * UNIT - amount_scaled) <= lines * 50 * UNIT


def currency_of(channel: ChannelFile, source: ValueOrigin | None, place: DocumentPlace) -> str:
    """What a document states, or that of its channel; `BrokenForm` when it is not one of ISO 4217."""
    return channel.currency if source is None else known_currency(required_text(source, "currency", place), "currency")
