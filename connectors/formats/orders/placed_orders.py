"""Maps a document to `OrderPlaced`."""

from collections import Counter
from decimal import Decimal

from connectors.formats.channel_ids import NamedOrder, named_order, purchase_order_id
from connectors.formats.charges import charges_of
from connectors.formats.content import CLAIMED_TIME, extensions_of, with_content_hash
from connectors.formats.documents import DocumentPlace
from connectors.formats.expressions.decimals import exact_number, product, written
from connectors.formats.expressions.lists import Places, lines_of, require_elements, some_of
from connectors.formats.forms import (
    checked_id,
    checked_text,
    known_currency,
    known_unit,
    positive_quantity,
    rounded_amount,
    unit_price,
)
from connectors.formats.limits import check_quantities, check_worth
from connectors.formats.order_content.addresses import address
from connectors.formats.order_content.adjustments import adjustments_of
from connectors.formats.order_content.list_prices import disputed_prices
from connectors.formats.order_content.ordered import OrderContent
from connectors.formats.order_content.papers import papers_of
from connectors.formats.order_content.stated_lines import goods_as_lines_state
from connectors.formats.order_content.totals import check_counts, check_totals
from connectors.formats.orders.requested_days import day_of_order, days_of_lines
from connectors.formats.origins import Origin
from connectors.formats.outcomes import BrokenForm
from connectors.formats.values import optional_text, required_text
from domain.fulfilment import Fulfilment
from domain.identifiers import CustomerId, ItemId, LineId, OrderId, channel_of, first_life_of
from domain.messages.orders import OrderPlaced, PlacedLine
from domain.money.prices import WORTH, Price, price_of
from domain.quantities import UNIT
from domain.units import plain_unit
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.rules import DescribedLinesRule, OrderContentRule, OrderPlacedRule, PlacedLinesRule
from schemas.channel_language.sources import ValueOrigin


def placed_order(channel: ChannelFile, rule: OrderPlacedRule, place: DocumentPlace, origin: Origin) -> OrderPlaced:
    """The order of a document; `BrokenForm` when it violates the contract."""
    require_elements(rule.lines, "lines", place)
    content = content_of(rule, place)
    if not (content.lines or content.charges):
        raise BrokenForm("lines", f"the order has no line ({' and '.join(each.named for each in rule.lines)})")
    return whole_order(channel, rule, place, origin, content)


def content_of(rule: OrderContentRule, place: DocumentPlace) -> OrderContent:
    """What a document orders; there may be nothing."""
    places = lines_of(rule.lines, "lines", place)
    taken = some_of(places, "lines")
    return OrderContent(places, taken, placed_lines(taken), charges_of(rule.charges, place))


def whole_order(
    channel: ChannelFile,
    rule: OrderContentRule,
    place: DocumentPlace,
    origin: Origin,
    content: OrderContent,
) -> OrderPlaced:
    """The order of a document with what it orders."""
    named = _named(channel, rule, place)
    lines, charges = content.lines, content.charges
    check_quantities(channel.limits, lines)
    check_worth(channel.limits, lines, charges)
    check_counts(rule, place, lines)
    currency = currency_of(channel, rule.currency, place)
    adjustments = adjustments_of(rule, place, content)
    by_lines = goods_as_lines_state(content, adjustments, currency)
    totals = check_totals(channel, rule.totals, place, currency, (lines, charges, adjustments, by_lines))
    papers = papers_of(rule, place, content.places)
    customer_id = CustomerId(checked_id(required_text(rule.customer_id, "customer_id", place), "customer_id"))
    order = with_content_hash(
        OrderPlaced(
            order_id=named.order_id,
            channel_id=named.channel_id,
            channel_order_id=named.number,
            region=_region(channel, rule.region, place),
            provenance=origin.provenance,
            customer_id=customer_id,
            currency=currency,
            ship_to=address(rule.ship_to, "ship_to", place),
            lines=lines,
            policy=channel.order_policy(origin.provenance.ingested_at_us),
            extensions=extensions_of(place.root, channel.named_fields, channel.extensions.leave_out),
            charges=charges,
            purchase_order_id=purchase_order_id(channel, rule, place),
            requested=(
                *day_of_order(channel, rule.requested, place),
                *days_of_lines(channel, content.taken, "lines"),
            ),
            erp_document_number=_erp_document_number(rule, place),
            discounts=adjustments.discounts,
            taxes=adjustments.taxes,
            tenders=adjustments.tenders,
            rounding=totals.rounding,
            disputed_totals=totals.disputed,
            buyer=papers.buyer,
            bill_to=papers.bill_to,
            terms=papers.terms,
            references=papers.references,
            notes=papers.notes,
            item_numbers=papers.item_numbers,
            disputed_prices=disputed_prices(channel, customer_id, currency, origin, lines),
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


def placed_lines(places: Places[PlacedLinesRule]) -> tuple[PlacedLine, ...]:
    """The lines at these positions, each with an id of its own."""
    lines = tuple(_placed_line(rule, at) for rule, at in places)
    repeated = [line_id for line_id, times in Counter(line.line_id for line in lines).items() if times > 1]
    if repeated:
        raise BrokenForm("lines", f"the line id {repeated[0]!r} is used twice")
    return lines


def _placed_line(rule: PlacedLinesRule, place: DocumentPlace) -> PlacedLine:
    line = f"lines.{place.position}"

    def text(source: ValueOrigin, name: str) -> tuple[str, str]:
        field = f"{line}.{name}"
        return required_text(source, field, place), field

    line_id = LineId(checked_id(*text(rule.line_id, "line_id")))
    item_id = ItemId(checked_id(*text(rule.item_id, "item_id")))
    quantity = positive_quantity(*text(rule.quantity, "quantity"))
    unit = known_unit(*text(rule.unit, "unit"))
    cost = _price(rule, quantity, unit, place)
    return PlacedLine(
        line_id=line_id,
        item_id=item_id,
        quantity=quantity,
        unit=unit,
        unit_price=cost.unit_price,
        description=checked_text(*text(rule.description, "description")),
        fulfilment=_fulfilment(rule, place),
        price_basis=cost.price_basis,
    )


def _price(rule: PlacedLinesRule, quantity: int, unit: str, place: DocumentPlace) -> Price:
    """As the source states it, or as the amount of all units has it, to the last place that there is."""
    field = f"lines.{place.position}"
    if rule.unit_price is not None:
        basis = required_text(rule.price_basis, f"{field}.price_basis", place)
        price = required_text(rule.unit_price, f"{field}.unit_price", place)
        return unit_price(price_of_unit(rule, price, unit, field, place), basis, f"{field}.unit_price")
    if rule.amount is None:
        raise BrokenForm(field, "the channel file names neither unit_price nor amount")
    amount = rounded_amount(required_text(rule.amount, f"{field}.amount", place), f"{field}.amount")
    if amount < 0:
        raise BrokenForm(f"{field}.amount", "is below zero")
    return price_of(amount * WORTH, quantity, negligible=0)


def price_of_unit(
    rule: PlacedLinesRule | DescribedLinesRule, price: str, unit: str, field: str, place: DocumentPlace
) -> str:
    """The price of the line's unit, of one that is for another unit."""
    priced = optional_text(rule.price_unit, f"{field}.price_unit", place) if rule.price_unit else None
    if priced is None or plain_unit(known_unit(priced, f"{field}.price_unit")) == plain_unit(unit):
        return price
    text = optional_text(rule.price_units, f"{field}.price_units", place) if rule.price_units else None
    if text is None:
        words = f"the price is for a unit {priced}, the line is in {unit}, and nothing says how many of it that is"
        raise BrokenForm(f"{field}.price_unit", words)
    units, number = Decimal(positive_quantity(text, f"{field}.price_units")) / UNIT, exact_number(price)
    return price if number is None else written(product((number, units)))


def _fulfilment(rule: PlacedLinesRule, place: DocumentPlace) -> Fulfilment:
    if rule.fulfilment is None:
        return Fulfilment.STOCK
    field = f"lines.{place.position}.fulfilment"
    said = optional_text(rule.fulfilment, field, place)
    if said is not None and said not in Fulfilment.__members__:
        raise BrokenForm(field, f"{said[:40]!r} is none of {', '.join(Fulfilment)}")
    return Fulfilment[said] if said else Fulfilment.STOCK


def currency_of(channel: ChannelFile, source: ValueOrigin | None, place: DocumentPlace) -> str:
    """What a document states, or that of its channel; `BrokenForm` when it is not one of ISO 4217."""
    return channel.currency if source is None else known_currency(required_text(source, "currency", place), "currency")
