"""Exact decimal numbers of texts: no float is ever made, and no digit is rounded away."""

import re
from decimal import Decimal
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
