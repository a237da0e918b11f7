"""Exact decimal numbers of texts: no float is ever made, and no digit is rounded away."""

import re
from collections.abc import Sequence
from decimal import Context, Decimal, Inexact
from typing import Final

LONGEST_NUMBER: Final = 28
"""Digits, signs, point and exponent."""
NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?")


def is_number(text: str) -> bool:
    """Whether a text is a decimal number that we read."""
    return len(text) <= LONGEST_NUMBER and NUMBER.fullmatch(text) is not None


def exact_number(text: str) -> Decimal | None:
    """The number in a text; None where it is none, or too long."""
    return Decimal(text) if is_number(text) else None


_EXACT: Final = Context(prec=300, traps=[Inexact])
"""Room for every digit of two numbers with the largest and the smallest exponent, and of five that are multiplied."""


def total(numbers: Sequence[Decimal]) -> Decimal:
    """The exact sum."""
    found = Decimal(0)
    for number in numbers:
        found = _EXACT.add(found, number)
    return found


def product(numbers: Sequence[Decimal]) -> Decimal:
    """The exact product; five factors of 28 digits have room."""
    found = Decimal(1)
    for number in numbers:
        found = _EXACT.multiply(found, number)
    return found


def turned(number: Decimal) -> Decimal:
    """The number with its sign turned; zero stays zero."""
    return _EXACT.minus(number) if number else Decimal(0)


def written(number: Decimal) -> str:
    """The number without an exponent."""
    return f"{number:f}"
