"""What a document orders, before it is an order: the lines where they stand, and what was made of them."""

from typing import NamedTuple

from connectors.formats.expressions.lists import Places
from domain.messages.orders import PlacedLine
from domain.money.charges import Charge
from schemas.channel_language.rules import PlacedLinesRule


class OrderContent(NamedTuple):
    """Lines and charges; what else belongs to a line is read where it was found, without looking for it again."""

    places: Places[PlacedLinesRule]
    """Of all lines, those with a quantity of zero as well."""
    taken: Places[PlacedLinesRule]
    """Of `lines`: a line with a quantity of zero says nothing."""
    lines: tuple[PlacedLine, ...]
    charges: tuple[Charge, ...]
