"""Prices with their basis: 8.40 for 100 is the price of a unit, without rounding it (docs/domain.md#money).

A price is kept as an amount for `price_basis` units, a power of ten. So a unit may cost less than the last place of an
amount, and quantity times price is exact: it is added up in `WORTH`, and rounded once.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Final, NamedTuple, Protocol

from domain.money.amounts import ONE, format_amount, smallest_coin
from domain.quantities import UNIT, parse_rounded, parse_scaled

BASES: Final = (1, 10, 100, 1_000, 10_000, 100_000)
"""A price may be for so many units."""
MOST_BASIS: Final = BASES[-1]
WORTH: Final = UNIT * MOST_BASIS
"""What quantity times scaled price has to be divided by to be an amount."""
_NEGLIGIBLE: Final = 5
"""Ten-thousandths of the currency that a line may be off by for a price of few places."""


class Price(NamedTuple):
    """An amount in ten-thousandths, for so many units."""

    unit_price: int
    price_basis: int = 1

    @property
    def scaled(self) -> int:
        """What a unit costs, exactly: times a quantity, it is worth in `WORTH`."""
        return scaled_price(self.unit_price, self.price_basis)


def price_in_words(price: Price, currency: str) -> str:
    """As people read it: `8.4 EUR for 100`."""
    basis = "" if price.price_basis == 1 else f" for {price.price_basis}"
    return f"{format_amount(price.unit_price)} {currency}{basis}"


class Priced(Protocol):
    """Something of which so many millionths of a unit cost so much each."""

    @property
    def quantity(self) -> int:
        """In millionths."""
        ...

    @property
    def unit_price(self) -> int:
        """In ten-thousandths, for `price_basis` units."""
        ...

    @property
    def price_basis(self) -> int:
        """One of `BASES`."""
        ...


def parse_price(text: str, price_basis: int) -> Price:
    """Read the price of so many units; raises `ValueError` with the reason.

    It has its own basis where that says it exactly, otherwise the next one that does. Beyond nine places of a unit's
    price it is rounded.
    """
    for basis in BASES[BASES.index(price_basis) :]:
        with suppress(ValueError):
            return Price(parse_scaled(text, ONE * basis // price_basis), basis)
    return Price(parse_rounded(text, ONE * MOST_BASIS // price_basis), MOST_BASIS)


def scaled_price(unit_price: int, price_basis: int) -> int:
    """What a unit costs, exactly: times a quantity, it is worth in `WORTH`."""
    return unit_price * (MOST_BASIS // price_basis)


def scaled_sum(lines: Iterable[Priced]) -> int:
    """What they are worth together, in `WORTH`."""
    return sum(line.quantity * scaled_price(line.unit_price, line.price_basis) for line in lines)


def amount_of(worth: int) -> int:
    """In ten-thousandths, half of one rounded up."""
    return (2 * worth + WORTH) // (2 * WORTH)


def coins_of(worth: int, currency: str) -> int:
    """What a document says that it comes to: rounded once, half of the smallest coin up; in ten-thousandths."""
    coin = smallest_coin(currency)
    return (2 * worth + coin * WORTH) // (2 * coin * WORTH) * coin


def price_of(worth: int, quantity: int, negligible: int = _NEGLIGIBLE) -> Price:
    """What a unit costs of which `quantity` is worth so much: with as few places as they need.

    Where no basis says it exactly, quantity times the price is off by `negligible` ten-thousandths at most, or the
    price has all the places that there are.
    """
    for basis in BASES:
        price = Price((2 * worth * basis + MOST_BASIS * quantity) // (2 * MOST_BASIS * quantity), basis)
        if abs(price.scaled * quantity - worth) <= negligible * WORTH:
            return price
    return price
