"""Amounts of money: whole numbers of ten-thousandths, kept with an ISO 4217 code."""

from collections.abc import Mapping
from typing import Final, NewType

from domain.quantities import format_scaled, parse_rounded, parse_scaled

Amount = NewType("Amount", int)
"""Ten-thousandths of the currency's unit."""

ONE = Amount(10_000)
_PLACES: Final[Mapping[str, int]] = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV"), 0
    ),
    **dict.fromkeys(("XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
"""Decimal places of the amounts of a currency where they are not two: the minor units of ISO 4217."""


def smallest_coin(currency: str) -> Amount:
    """To what documents round: the minor unit of ISO 4217, such as a cent; a hundredth of a currency unknown to it."""
    return Amount(ONE // 10 ** _PLACES.get(currency, 2))


def in_coins(amount: int, currency: str) -> int:
    """What a document says of an amount: half of the smallest coin is rounded up."""
    coin = smallest_coin(currency)
    return (2 * amount + coin) // (2 * coin) * coin


def parse_amount(text: str) -> Amount:
    """Read a decimal number with up to four places; raises `ValueError` with the reason."""
    return Amount(parse_scaled(text, ONE))


def parse_rounded_amount(text: str) -> Amount:
    """The same of one that may have more places, such as a computed tax: half of the last one is rounded up."""
    return Amount(parse_rounded(text, ONE))


def format_amount(amount: int) -> str:
    """The shortest decimal text, such as `12.5`."""
    return format_scaled(amount, ONE)
