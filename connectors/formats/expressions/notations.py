"""Reads numbers and times in the notation of a source."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Final

from connectors.formats.expressions.decimals import LONGEST_NUMBER, exact_number
from schemas.channel_language.expressions.notations import NumbersRule

_GROUPINGS: Final = {"": "", ".": r"\.", ",": ",", " ": "[ \u00a0\u202f\u2009]", "'": "['\u2019]"}
_LONGEST_GROUPED: Final = LONGEST_NUMBER + 9
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLIONTHS: Final = {"seconds": 1_000_000, "millis": 1_000}
_LATEST_US: Final = 4_102_444_800_000_000
"""The year 2100."""


def plain_number(text: str, notation: NumbersRule) -> str | None:
    """The number with a point and without groups; None for a text that is no number in this notation."""
    if len(text) > _LONGEST_GROUPED:
        return None
    found = _pattern(notation.decimal, notation.grouping).fullmatch(text)
    if found is None:
        return None
    whole = "".join(character for character in found["whole"] if character in "0123456789")
    return f"{found['sign']}{whole}.{found['decimals']}" if found["decimals"] else f"{found['sign']}{whole}"


@lru_cache(maxsize=32)
def _pattern(decimal: str, grouping: str) -> re.Pattern[str]:
    """Groups have three digits, or two above the last one, as in India."""
    groups = (
        rf"|[0-9]{{1,3}}(?:{_GROUPINGS[grouping]}[0-9]{{2,3}})*{_GROUPINGS[grouping]}[0-9]{{3}}" if grouping else ""
    )
    return re.compile(rf"(?P<sign>[+-]?)(?P<whole>[0-9]+{groups})(?:{re.escape(decimal)}(?P<decimals>[0-9]*))?")


def time_since_1970(text: str, unit: str) -> str | None:
    """The time in ISO 8601 of a count of seconds or milliseconds; None where it is none from 1970 to 2099."""
    number = exact_number(text)
    if number is None or not 0 <= number * _MILLIONTHS[unit] < _LATEST_US:
        return None
    microseconds = int(number * Decimal(_MILLIONTHS[unit]))
    return (_EPOCH + timedelta(microseconds=microseconds)).isoformat().replace("+00:00", "Z")
