"""Reads numbers and times in the notation of a source."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Final

from connectors.formats.expressions.decimals import LONGEST_NUMBER, exact_number
from schemas.channel_language.expressions.notations import TIME_WORDS, NumbersRule

_GROUPINGS: Final = {"": "", ".": r"\.", ",": ",", " ": "[ \u00a0\u202f\u2009]", "'": "['\u2019]"}
_LONGEST_GROUPED: Final = LONGEST_NUMBER + 9
_TIME_DIGITS: Final = {"YYYY": "[0-9]{4}", "YY": "[0-9]{2}", "A": "[AaPp][Mm]"}
_NOON: Final = 12
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLIONTHS: Final = {"seconds": 1_000_000, "millis": 1_000}
_EARLIEST_US: Final = 946_684_800_000_000
"""The year 2000: what is before it is most often a count in seconds that is read in milliseconds."""
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
    """The time in ISO 8601 of a count of seconds or milliseconds; None where it is none from 2000 to 2099."""
    number = exact_number(text)
    if number is None or not _EARLIEST_US <= number * _MILLIONTHS[unit] < _LATEST_US:
        return None
    microseconds = int(number * Decimal(_MILLIONTHS[unit]))
    return (_EPOCH + timedelta(microseconds=microseconds)).isoformat().replace("+00:00", "Z")


def time_in_form(text: str, form: str) -> str | None:
    """The time in ISO 8601, without an offset, of one in this form; None for a text that is none, or no time at all."""
    found = _time_pattern(form).fullmatch(" ".join(text.split()))
    if found is None:
        return None
    parts = {name: value for name, value in found.groupdict().items() if value is not None}
    year = parts.get("YYYY") or f"20{parts['YY']}"
    hour = int(parts.get("HH") or parts.get("hh") or 0)
    if "A" in parts:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if parts["A"].upper() == "PM" else 0)
    day = f"{year}-{parts['MM']:0>2}-{parts['DD']:0>2}"
    if "HH" not in parts and "hh" not in parts:
        return day
    return f"{day}T{hour:02}:{parts.get('mm', '0'):0>2}:{parts.get('ss', '0'):0>2}"


@lru_cache(maxsize=64)
def _time_pattern(form: str) -> re.Pattern[str]:
    """Words become digits, brackets what may be missing; blanks are one."""
    pieces: list[str] = []
    position = 0
    while position < len(form):
        word = TIME_WORDS.match(form, position)
        if word is not None:
            digits = _TIME_DIGITS.get(word[0], "[0-9]{1,2}")
            pieces.append(f"(?P<{word[0]}>{digits})")
            position = word.end()
            continue
        character = form[position]
        pieces.append({"[": "(?:", "]": ")?"}.get(character) or re.escape(character))
        position += 1
    return re.compile("".join(pieces))
