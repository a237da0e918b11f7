"""Serial shipping container codes (SSCC): 18 digits that name one pack in the world.

An extension digit, the company's GS1 prefix and a serial number fill 17 digits; the last one checks them
(GS1 General Specifications, application identifier 00 and section 7.9, check digit calculations).
"""

from typing import Final

_DIGITS: Final = 18
_APPLICATION_IDENTIFIER: Final = "00"


def check_digit(digits: str) -> str:
    """Of any GS1 number without its last digit: weights 3 and 1, beginning at the right with 3."""
    weighted = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-weighted % 10)


def sscc_of(extension: int, company_prefix: str, serial: int) -> str:
    """The code of a serial number; `ValueError` when all numbers of the prefix are used up."""
    free = _DIGITS - 2 - len(company_prefix)
    if serial >= 10**free:
        raise ValueError(f"the prefix {company_prefix} has no SSCC {serial}: {free} digits are left for serial numbers")
    digits = f"{extension}{company_prefix}{serial:0{free}}"
    return digits + check_digit(digits)


def read_sscc(text: str) -> str | None:
    """The code in a text, with or without its application identifier; None where it is none, or its check fails."""
    digits = text.removeprefix(_APPLICATION_IDENTIFIER) if len(text) == _DIGITS + 2 else text
    is_one = len(digits) == _DIGITS and digits.isascii() and digits.isdigit()
    return digits if is_one and check_digit(digits[:-1]) == digits[-1] else None
