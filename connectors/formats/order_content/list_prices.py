"""Compares the prices of an order's lines with the price list of its channel (docs/reference/channel-files.md)."""

from collections.abc import Sequence

from connectors.formats.origins import Origin
from connectors.formats.outcomes import BrokenForm
from domain.identifiers import CustomerId
from domain.messages.orders import DisputedPrice, PlacedLine
from domain.money.prices import Price, price_in_words
from schemas.channel_language.channel_file import ChannelFile, DisputedTotals


def disputed_prices(
    channel: ChannelFile, customer_id: CustomerId, currency: str, origin: Origin, lines: Sequence[PlacedLine]
) -> tuple[DisputedPrice, ...]:
    """The lines at other prices, on the day of the order; `BrokenForm` where the file refuses such an order."""
    prices = channel.prices
    if prices is None:
        return ()
    found = []
    for position, line in enumerate(lines, start=1):
        listed = prices.price_of(customer_id, line, currency, origin.provenance.occurred_at_us)
        price = Price(line.unit_price, line.price_basis)
        if listed is None or prices.agrees(price, listed):
            continue
        if channel.disputed_totals is DisputedTotals.REFUSE:
            stated, due = price_in_words(price, currency), price_in_words(listed, currency)
            raise BrokenForm(f"lines.{position}.unit_price", f"{stated} is stated, the price list says {due}")
        found.append(DisputedPrice(line.line_id, *listed))
    return tuple(found)
