"""Charges: lines of an order or a credit that are not goods, such as postage, a discount, a manual correction."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.identifiers import LineId
from domain.money.prices import MOST_BASIS


@dataclass(frozen=True, slots=True)
class Charge:
    """One charge; quantity in millionths, unit_price in ten-thousandths of the order's currency.

    Either may be negative: a discount takes off, a credited charge gives back. Nothing of it is reserved or shipped.
    """

    line_id: LineId
    code: str
    """What the channel calls this kind of charge, such as POST."""
    description: str
    quantity: int
    unit_price: int


def is_allowance(charge: Charge) -> bool:
    """Whether it takes off what the customer pays."""
    return charge.quantity * charge.unit_price < 0


def scaled_worth(charges: Iterable[Charge]) -> int:
    """The sum, in `domain.money.prices.WORTH`; not rounded, because only the caller has the complete sum."""
    return sum(charge.quantity * charge.unit_price for charge in charges) * MOST_BASIS
