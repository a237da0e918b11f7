"""What a SAC segment charges or allows, by names: its amount is written in hundredths, and its sign in a letter."""

import re
from typing import Final

from connectors.formats.documents import SourceDocument
from connectors.formats.x12.segments import Segment, element

ALLOWANCE: Final = "A"
CHARGE: Final = "C"
_NEITHER: Final = "N"
_IN_HUNDREDTHS: Final = re.compile(r"-?[0-9]{1,30}")
_NAMES: Final = {"indicator": 1, "code": 2, "percent": 7, "rate": 8, "quantity": 10, "description": 15}


def charge_parts(sac: Segment) -> SourceDocument:
    """`amount` as the segment has it, `signed_amount` as it changes what is to be paid, and the other parts by name.

    What is neither an allowance nor a charge is zero; what is another thing (a promotion, a request) has no signed
    amount, so that a rule that asks for one does not take it for a charge.
    """
    parts: SourceDocument = {name: text for name, number in _NAMES.items() if (text := element(sac, number))}
    indicator, amount = element(sac, 1), from_hundredths(element(sac, 5))
    if amount:
        parts["amount"] = amount
    if indicator == _NEITHER:
        parts["signed_amount"] = "0"
    elif amount and indicator in {ALLOWANCE, CHARGE}:
        parts["signed_amount"] = amount if indicator == CHARGE else _turned(amount)
    return parts


def from_hundredths(text: str) -> str:
    """A number of type N2 with its point: 1500 is 15.00. One that has a point already, or is none, stays as it is."""
    if not _IN_HUNDREDTHS.fullmatch(text):
        return text
    digits = text.removeprefix("-").rjust(3, "0")
    return f"{'-' if text.startswith('-') else ''}{digits[:-2]}.{digits[-2:]}"


def _turned(amount: str) -> str:
    return amount.removeprefix("-") if amount.startswith("-") else f"-{amount}"
