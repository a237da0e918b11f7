"""The form checks of values before they become part of a canonical message.

Each takes the text and the field's name and returns the value in our units, or raises `BrokenForm` with a reason that
says what the source has to change.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from connectors.formats.expressions.decimals import LONGEST_NUMBER, is_number
from connectors.formats.outcomes import BrokenForm
from domain.money.amounts import ONE, parse_amount, parse_rounded_amount
from domain.money.prices import Price, parse_price
from domain.quantities import UNIT, parse_quantity, parse_rounded
from schemas.iso_codes import COUNTRIES, CURRENCIES, UNITS

LONGEST_ID: Final = 200
LONGEST_TEXT: Final = 1000
_MOST: Final = 1_000_000_000
"""The exclusive bound of a quantity in units and of a price; a channel file may set less, and bounds their sums."""

Number = TypeVar("Number", int, Price)

_BASES: Final = {"1": 1, "10": 10, "100": 100, "1000": 1000}
_WHOLE_NUMBER: Final = re.compile(r"[0-9]{1,9}")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_CONTROL_IN_TEXTS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ISO_8601: Final = re.compile(
    r"(?:19[7-9]|20[0-9])[0-9]-[0-9]{2}-[0-9]{2}"
    r"(?:[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?(?:[Zz]|[+-](?:0[0-9]|1[0-4]):?[0-5][0-9])?)?"
)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{6}|[0-9]{8}")
_X12_TIME: Final = re.compile(r"(?P<day>[0-9]{8})(?:(?P<minute>[0-9]{4})(?P<second>[0-9]{2})?[0-9]{0,2})?")
_X12_SHORT_TIME: Final = re.compile(r"(?P<day>[0-9]{6})(?P<minute>[0-9]{4})?")


def checked_id(text: str, field: str) -> str:
    """An id: printable, at most 200 characters."""
    if not text:
        raise BrokenForm(field, "is empty")
    if len(text) > LONGEST_ID:
        raise BrokenForm(field, f"is {len(text)} characters long; at most {LONGEST_ID} are allowed")
    if _CONTROL.search(text):
        raise BrokenForm(field, "holds a control character")
    return text


def checked_text(text: str, field: str) -> str:
    """A text for people: at most 1,000 characters, and no control character but tabs and line ends."""
    if _CONTROL_IN_TEXTS.search(text):
        raise BrokenForm(field, "holds a control character")
    if len(text) > LONGEST_TEXT:
        raise BrokenForm(field, f"is {len(text)} characters long; at most {LONGEST_TEXT} are allowed")
    return text


def positive_quantity(text: str, field: str) -> int:
    """Millionths of a unit, above zero and below 10^9 units."""
    return _above_zero(text, field, _scaled(text, field, parse_quantity, UNIT))


def quantity_from_zero(text: str, field: str) -> int:
    """Millionths of a unit, zero or more and below 10^9 units."""
    quantity = _scaled(text, field, parse_quantity, UNIT)
    if quantity < 0:
        raise BrokenForm(field, f"{text} is below zero")
    return quantity


def any_quantity(text: str, field: str) -> int:
    """Millionths of a unit, of either sign, below 10^9 units; zero is refused as meaningless."""
    quantity = _scaled(text, field, parse_quantity, UNIT)
    if quantity == 0:
        raise BrokenForm(field, "is zero")
    return quantity


def total_quantity(text: str, field: str) -> int:
    """Millionths of a unit, above zero: the total of a document's lines."""
    return _above_zero(text, field, _scaled(text, field, parse_quantity))


def price(text: str, field: str) -> int:
    """Ten-thousandths of the currency, zero or more and below 10^9."""
    amount = any_amount(text, field)
    if amount < 0:
        raise BrokenForm(field, f"{text} is below zero")
    return amount


def any_amount(text: str, field: str) -> int:
    """Ten-thousandths of the currency, of either sign, below 10^9."""
    return _scaled(text, field, parse_amount, ONE)


def total_amount(text: str, field: str) -> int:
    """Ten-thousandths of the currency, of either sign: the value of a document."""
    return _scaled(text, field, parse_amount)


def unit_price(text: str, basis: str, field: str) -> Price:
    """The price of so many units (1, 10, 100 or 1000), zero or more and below 10^9."""
    if basis not in _BASES:
        raise BrokenForm(f"{field.rpartition('.')[0]}.price_basis", f"{basis[:40]!r} is none of {', '.join(_BASES)}")
    found = _read(text, field, lambda number: parse_price(number, _BASES[basis]))
    if found.unit_price < 0:
        raise BrokenForm(field, f"{text} is below zero")
    if found.unit_price * _BASES[basis] >= _MOST * ONE * found.price_basis:
        raise BrokenForm(field, f"{text} is not below {_MOST}: is it an article number?")
    return found


def rounded_amount(text: str, field: str) -> int:
    """Ten-thousandths of the currency, of either sign: a computed tax, or the total of a document; rounded."""
    return _scaled(text, field, parse_rounded_amount)


def fraction(text: str, field: str, hundredths: int) -> int:
    """Millionths: of a rate that is written as a fraction with 100 `hundredths`, or in percent with 1."""
    return _scaled(text, field, lambda number: parse_rounded(number, UNIT // 100 * hundredths))


def whole_number(text: str, field: str) -> int:
    """A number from 0, of at most nine digits."""
    if not _WHOLE_NUMBER.fullmatch(text):
        raise BrokenForm(field, f"{text[:40]!r} is not a whole number from 0 to 999999999")
    return int(text)


def known_currency(text: str, field: str) -> str:
    """A currency of ISO 4217, in upper case."""
    return _known(text, field, CURRENCIES, "currency of ISO 4217")


def known_country(text: str, field: str) -> str:
    """A country of ISO 3166 in upper case, or empty where the source gave no address."""
    return _known(text, field, COUNTRIES, "country of ISO 3166") if text else text


def known_unit(text: str, field: str) -> str:
    """A unit of measure of UN/ECE Recommendation 20, in upper case."""
    return _known(text, field, UNITS, "unit of UN/ECE Recommendation 20")


def microseconds(text: str, field: str, timezone: str) -> int:
    """Microseconds since 1970 in UTC, of an ISO 8601 time or date, or of X12's digits.

    The digits are CCYYMMDD[HHMM[SS]] or YYMMDD[HHMM]; a two-digit year is in 2000 to 2069 or 1970 to 1999. Without an
    offset the time is in `timezone`.
    """
    try:
        moment = _moment(text)
    except ValueError as error:
        raise BrokenForm(field, f"{text[:40]!r} is not a time: {error}") from None
    if moment is None:
        raise BrokenForm(field, f"{text[:40]!r} is not a time from 1970 to 2099 in ISO 8601 or X12 digits")
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=_zone(timezone))
    distance = moment - _EPOCH
    return max(0, (distance.days * 86_400 + distance.seconds) * 1_000_000 + distance.microseconds)


def microseconds_of_day(text: str, field: str, timezone: str) -> int:
    """The same of a text that has a time of day."""
    if _DATE.fullmatch(text):
        raise BrokenForm(field, f"{text} is a date without a time of day")
    return microseconds(text, field, timezone)


def day(text: str, field: str, timezone: str) -> int:
    """The day of a time or date in the time zone, by its midnight in UTC, in microseconds."""
    moment = _EPOCH + timedelta(microseconds=microseconds(text, field, timezone))
    midnight = datetime.combine(moment.astimezone(_zone(timezone)).date(), time(), UTC)
    return (midnight - _EPOCH) // timedelta(microseconds=1)


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def _moment(text: str) -> datetime | None:
    if _ISO_8601.fullmatch(text):
        return datetime.fromisoformat(text.upper())
    short = _X12_SHORT_TIME.fullmatch(text)
    if short is not None:
        century = "20" if text < "70" else "19"
        return datetime.fromisoformat(f"{century}{short['day']}T{short['minute'] or '0000'}")
    digits = _X12_TIME.fullmatch(text)
    if digits is None or not "1970" <= text < "2100":
        return None
    minute, second = digits["minute"] or "0000", digits["second"] or "00"
    return datetime.fromisoformat(f"{digits['day']}T{minute}{second}")


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _scaled(text: str, field: str, parse: Callable[[str], int], scale: int = 0) -> int:
    """The number in its scale; below 10^9 where the scale is given."""
    number = _read(text, field, parse)
    if scale and abs(number) >= _MOST * scale:
        raise BrokenForm(field, f"{text} is not below {_MOST}: is it an article number?")
    return number


def _read(text: str, field: str, parse: Callable[[str], Number]) -> Number:
    if not is_number(text):
        raise BrokenForm(field, f"{text[:40]!r} is not a decimal number of at most {LONGEST_NUMBER} characters")
    try:
        return parse(text)
    except ValueError as error:
        raise BrokenForm(field, str(error)) from None


def _above_zero(text: str, field: str, number: int) -> int:
    if number <= 0:
        raise BrokenForm(field, f"{text} is not above zero")
    return number


def _known(text: str, field: str, codes: frozenset[str], what: str) -> str:
    """Codes of the standard lists are told apart by their letters alone, not by their case."""
    code = text.upper()
    if code not in codes:
        raise BrokenForm(field, f"{text[:40]!r} is not a {what}")
    return code
