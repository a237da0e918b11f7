"""Quantities of goods: whole millionths of a unit, never floats (docs/architecture.md#messages-and-schemas)."""

from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import NewType

Quantity = NewType("Quantity", int)
"""Millionths of the line's unit of measure."""

UNIT = Quantity(1_000_000)
"""One whole unit."""

_LARGEST = 10**18
_FINEST = -60
"""The most decimal places that are parsed: 1e-999999 would be a number of a million digits."""


def parse_quantity(text: str) -> Quantity:
    """Read a decimal number with up to six places; raises `ValueError` with the reason."""
    return Quantity(parse_scaled(text, UNIT))


@lru_cache(maxsize=16_384)
def parse_scaled(text: str, scale: int) -> int:
    """Read a decimal number as a whole number of 1/`scale`; refuses more places than the scale holds."""
    scaled, rest, _ = _scaled(text, scale)
    if rest:
        raise ValueError(_too_fine(text, scale))
    return scaled


def parse_rounded(text: str, scale: int) -> int:
    """Read a decimal number as a whole number of 1/`scale`; half of one is rounded up."""
    scaled, rest, denominator = _scaled(text, scale)
    return scaled + (2 * rest >= denominator)


def _scaled(text: str, scale: int) -> tuple[int, int, int]:
    """The whole number below it, and what is left, as numerator and denominator."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"not a number: {text[:40]!r}") from None
    if not number.is_finite() or abs(number) > _LARGEST // scale:
        raise ValueError(f"out of range: {text[:40]!r}")
    if number.as_tuple().exponent < _FINEST:  # type: ignore[operator]  # a finite number's exponent is an int
        raise ValueError(_too_fine(text, scale))
    numerator, denominator = number.as_integer_ratio()  # exact, where decimal arithmetic would round to 28 digits
    return *divmod(numerator * scale, denominator), denominator


def _too_fine(text: str, scale: int) -> str:
    return f"more than {len(str(scale)) - 1} decimal places: {text[:40]!r}"


def format_quantity(quantity: int) -> str:
    """The shortest decimal text, as a person writes it: `12`, `0.5`."""
    return format_scaled(quantity, UNIT)


def format_units(quantity: int) -> str:
    """Units of no named unit of measure, as in a sentence: `1 unit`, `12 units`, `0.5 units`."""
    return f"{format_quantity(quantity)} {by_number(quantity, 'unit', 'units')}"


def by_number(quantity: int, one: str, many: str) -> str:
    """The word that agrees with a quantity: `was` or `were`."""
    return one if quantity == UNIT else many


def format_scaled(scaled: int, scale: int) -> str:
    """The shortest decimal text of a whole number of 1/`scale`, a power of ten; exact however large it is."""
    whole, rest = divmod(abs(scaled), scale)
    places = f"{rest:0{len(str(scale)) - 1}d}".rstrip("0")
    return f"{'-' if scaled < 0 else ''}{whole}{'.' if places else ''}{places}"
