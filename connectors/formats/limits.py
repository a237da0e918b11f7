"""Limits on combinations of numbers: an article number in a price field multiplies to trillions.

Each quantity and each price is bounded where it is read (`connectors/formats/forms.py`). Here the limits of the channel
file are applied, which may be lower, and the sums: an item's quantity over the lines of
a document, and the document's value.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final, Protocol

from connectors.formats.outcomes import BrokenForm
from domain.money.amounts import ONE, format_amount
from domain.money.charges import Charge
from domain.quantities import UNIT, format_quantity
from schemas.channel_language.channel_file import LimitsRule

_SCALE: Final = ONE * UNIT


class MovedLine(Protocol):
    """A line that moves units."""

    @property
    def item_id(self) -> str:
        """The item that moves."""
        ...

    @property
    def quantity(self) -> int:
        """In millionths, of either sign."""
        ...


class PricedLine(MovedLine, Protocol):
    """A line with a price."""

    @property
    def unit_price(self) -> int:
        """In ten-thousandths, for `price_basis` units."""
        ...

    @property
    def price_basis(self) -> int:
        """One of `domain.money.prices.BASES`."""
        ...


def check_quantities(limits: LimitsRule, lines: Sequence[MovedLine], first: int = 1) -> None:
    """`BrokenForm` where the quantity of an item over all lines reaches the limit; `first`: the first line's number."""
    most = limits.quantity * UNIT
    by_item: Counter[str] = Counter()
    for position, line in enumerate(lines, start=first):
        by_item[line.item_id] += abs(line.quantity)
        if by_item[line.item_id] >= most:
            reached = f"{format_quantity(by_item[line.item_id])} of item {line.item_id!r} in this document"
            raise BrokenForm(f"lines.{position}.quantity", f"{reached} is not below {limits.quantity}")


def check_worth(limits: LimitsRule, lines: Sequence[PricedLine], charges: Sequence[Charge]) -> None:
    """`BrokenForm` where a price, or quantity times price over all lines and charges, reaches the limit.

    What a discount takes off counts like a price, so that two numbers out of range do not hide each other.
    """
    most = limits.unit_price * ONE
    everything: tuple[tuple[str, Sequence[PricedLine | Charge]], ...] = (("lines", lines), ("charges", charges))
    for name, priced in everything:
        for position, line in enumerate(priced, start=1):
            if abs(line.unit_price) >= most * _basis_of(line):
                raise BrokenForm(f"{name}.{position}.unit_price", f"is not below {limits.unit_price}")
    worth = sum(abs(line.quantity * line.unit_price) // _basis_of(line) for _, priced in everything for line in priced)
    if worth >= limits.document * _SCALE:
        raise BrokenForm(
            "lines", f"quantity times price comes to {worth // _SCALE}, which is not below {limits.document}"
        )


def check_amount(limits: LimitsRule, amount: int, field: str) -> None:
    """`BrokenForm` where an amount, in ten-thousandths, reaches what a document may come to."""
    if abs(amount) >= limits.document * ONE:
        raise BrokenForm(field, f"{format_amount(amount)} is not below {limits.document}")


def _basis_of(line: PricedLine | Charge) -> int:
    return 1 if isinstance(line, Charge) else line.price_basis
