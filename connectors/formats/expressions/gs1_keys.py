"""Reads GS1 keys from EPCs: from URNs (EPC Tag Data Standard 2.0, section 6) and from GS1 Digital Links.

    urn:epc:id:sgtin:4012345.011111.987     the item 04012345111118 with the serial number 987
    urn:epc:class:lgtin:4012345.012345.L1   the item, of a lot
    urn:epc:idpat:sgtin:4012345.011111.*    any unit of the item
    urn:epc:id:sscc:4012345.0111111111      a parcel
    urn:epc:id:sgln:4012345.11111.0         a place
    https://id.gs1.org/01/04012345111118/21/987
    https://example.com/414/4012345111118   likewise, at any host

A URN leaves out the check digit, which is computed; a link has it, and it must be right. Lengths are bounded by the
keys themselves, and nothing is searched for: both are read from their beginning in one pass.
"""

from collections.abc import Sequence
from itertools import cycle
from typing import Final, NamedTuple
from urllib.parse import unquote

LONGEST_EPC: Final = 500


class _Key(NamedTuple):
    """A GS1 key: its length with the check digit, its application identifier, the URNs that say it."""

    length: int
    identifier: str
    schemes: frozenset[str]


_KEYS: Final = {
    "gtin": _Key(14, "01", frozenset({"sgtin", "lgtin"})),
    "sscc": _Key(18, "00", frozenset({"sscc"})),
    "gln": _Key(13, "414", frozenset({"sgln", "pgln"})),
}
_SERIAL: Final = "21"
_PRIMARY: Final = frozenset(key.identifier for key in _KEYS.values())
_URN: Final = 5
"""Parts of a URN: urn, epc, id or class or idpat, its scheme, and what it says."""
_LONGEST_SERIAL: Final = 20


def gs1_key(text: str, wanted: str) -> str | None:
    """The key (gtin, sscc, gln) or the serial number of an EPC; None where it does not say it."""
    if len(text) > LONGEST_EPC:
        return None
    if text.startswith("urn:epc:"):
        parts = text.split(":", _URN - 1)
        return _of_urn(parts[3], parts[4].split("."), wanted) if len(parts) == _URN else None
    if text.startswith(("https://", "http://")):
        return _of_link(text.partition("?")[0].split("/")[3:], wanted)
    return None


def _of_urn(scheme: str, fields: Sequence[str], wanted: str) -> str | None:
    if wanted == "serial":
        has_serial = scheme == "sgtin" and len(fields) == 3 and fields[2] != "*"  # noqa: PLR2004  prefix, item, serial
        return _serial(fields[2]) if has_serial else None
    key = _KEYS[wanted]
    if scheme not in key.schemes or len(fields) < 2:  # noqa: PLR2004  a prefix, and what it numbers
        return None
    prefix, number = fields[:2]
    # The indicator of an item, and the extension digit of a parcel, stand before the prefix in the key.
    digits = prefix + number if wanted == "gln" else number[:1] + prefix + number[1:]
    if not (digits.isascii() and digits.isdigit() and len(digits) == key.length - 1):
        return None
    return digits + check_digit(digits)


def _of_link(steps: Sequence[str], wanted: str) -> str | None:
    identifier = _SERIAL if wanted == "serial" else _KEYS[wanted].identifier
    # A host may put a path of its own before the pairs of identifier and value.
    begin = next((number for number, step in enumerate(steps) if step in _PRIMARY), len(steps))
    pairs = dict(zip(steps[begin::2], steps[begin + 1 :: 2], strict=False))
    if identifier not in pairs:
        return None
    value = unquote(pairs[identifier])
    if wanted == "serial":
        return _serial(value)
    length = _KEYS[wanted].length
    digits = value.zfill(length) if wanted == "gtin" else value
    is_right = digits.isascii() and digits.isdigit() and len(digits) == length
    return digits if is_right and digits[-1] == check_digit(digits[:-1]) else None


def _serial(text: str) -> str | None:
    serial = unquote(text)
    return serial if 0 < len(serial) <= _LONGEST_SERIAL else None


def check_digit(digits: str) -> str:
    """The check digit of a GS1 key without it (GS1 General Specifications, section 7.9)."""
    weighted = sum(int(digit) * weight for digit, weight in zip(reversed(digits), cycle((3, 1)), strict=False))
    return str(-weighted % 10)
