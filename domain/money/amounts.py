"""Amounts of money: whole numbers of ten-thousandths, kept with an ISO 4217 code."""

from typing import Final, NewType

from domain.quantities import format_scaled, parse_rounded, parse_scaled

Amount = NewType("Amount", int)
"""Ten-thousandths of the currency's unit."""

ONE = Amount(10_000)
_WITHOUT_CENTS: Final = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF")
)
"""Currencies whose amounts are whole numbers, by ISO 4217."""


def smallest_coin(currency: str) -> Amount:
    """To what documents round: a unit of the currency where it has no smaller one, otherwise a hundredth."""
    return ONE if currency in _WITHOUT_CENTS else Amount(ONE // 100)


def parse_amount(text: str) -> Amount:
    """Read a decimal number with up to four places; raises `ValueError` with the reason."""
    return Amount(parse_scaled(text, ONE))


def parse_rounded_amount(text: str) -> Amount:
    """The same of one that may have more places, such as a computed tax: half of the last one is rounded up."""
    return Amount(parse_rounded(text, ONE))


def format_amount(amount: int) -> str:
    """The shortest decimal text, such as `12.5`."""
    return format_scaled(amount, ONE)
