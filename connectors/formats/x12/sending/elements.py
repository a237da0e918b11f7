"""The kinds of X12 data elements, and how a value becomes one: its type, its length, its list of codes.

Lengths are those of the standard's versions 004010 and 005010. Text for people is cut; what names something, counts
or is worth something never is: `Unwritable`.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, NamedTuple

from connectors.formats.x12.sending.alphabet import Alphabet
from connectors.formats.x12.sending.unwritable import Unwritable
from domain.quantities import format_scaled

WIDER_FROM: Final = "004030"
"""From this version on reference numbers have 50 characters instead of 30."""


class Scaled(NamedTuple):
    """A decimal number: so many 1/`scale`, a power of ten."""

    value: int
    scale: int


Value = str | int | Scaled | datetime | None
"""What an element is made of; None and an empty text leave it out."""


class Form(NamedTuple):
    """What decides how an element is written, besides its value."""

    alphabet: Alphabet
    version: str
    """GS08."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a segment; kinds below say how a value becomes its text."""

    shortest: int
    longest: int
    required: bool = False

    def written(self, value: Value, form: Form, place: str) -> str:
        """The text of a value; empty where nothing is written."""
        text = "" if value is None or value == "" else self._text(value, form, place)
        if self.required and not text:
            raise Unwritable(place, "must not be empty")
        return text

    def _text(self, value: Value, form: Form, place: str) -> str:
        raise NotImplementedError

    def _longest(self, form: Form) -> int:  # noqa: ARG002
        return self.longest


@dataclass(frozen=True, slots=True)
class Code(Element):
    """ID: one of a list."""

    codes: frozenset[str] = frozenset()
    """Empty: any of that length."""

    def _text(self, value: Value, form: Form, place: str) -> str:
        text = str(value)
        if self.codes and text not in self.codes:
            raise Unwritable(place, f"{text[:20]!r} is not one of {', '.join(sorted(self.codes))}")
        if not self.shortest <= len(text) <= self.longest or form.alphabet.name(text) != text:
            raise Unwritable(place, f"{text[:20]!r} is no code of {_characters(self.shortest, self.longest)}")
        return text


@dataclass(frozen=True, slots=True)
class Name(Element):
    """AN that names something: a number of an order, an item, a place. It is written whole or not at all."""

    wider: int = 0
    """The longest from `WIDER_FROM` on; 0: no other."""

    def _text(self, value: Value, form: Form, place: str) -> str:
        text = form.alphabet.name(str(value))
        longest = self._longest(form)
        if text is None:
            raise Unwritable(place, f"{str(value)[:40]!r} has characters that the partner cannot take")
        if text and not self.shortest <= len(text) <= longest:
            raise Unwritable(place, f"{text[:40]!r} is not of {_characters(self.shortest, longest)}")
        return text

    def _longest(self, form: Form) -> int:
        return self.wider if self.wider and form.version[:6] >= WIDER_FROM else self.longest


@dataclass(frozen=True, slots=True)
class FittedText(Element):
    """AN for people to read: fitted to the partner's characters, and cut."""

    def _text(self, value: Value, form: Form, place: str) -> str:  # noqa: ARG002
        text = form.alphabet.text(str(value))[: self.longest].rstrip()
        return text if len(text) >= self.shortest else ""


@dataclass(frozen=True, slots=True)
class Number(Element):
    """R: a decimal number. Sign and point are not counted."""

    rounds: bool = False
    """A price of too many places is rounded, half of one up; a quantity is written whole or not at all."""

    def _text(self, value: Value, form: Form, place: str) -> str:  # noqa: ARG002
        if not isinstance(value, Scaled):
            raise TypeError(f"{place} takes a scaled number")
        text = format_scaled(*value)
        places = len(str(value.scale)) - 1 if self.rounds else 0
        while _digits(text) > self.longest:
            places -= 1
            if places < 0:
                raise Unwritable(place, f"{format_scaled(*value)} has more than {self.longest} digits")
            text = format_scaled(_rounded(value, 10**places), 10**places)
        return text


@dataclass(frozen=True, slots=True)
class WholeNumber(Element):
    """N0: a whole number."""

    def _text(self, value: Value, form: Form, place: str) -> str:  # noqa: ARG002
        text = str(value)
        if len(text.lstrip("-")) > self.longest:
            raise Unwritable(place, f"{text[:40]} has more than {self.longest} digits")
        return text


@dataclass(frozen=True, slots=True)
class Cents(Element):
    """N2: an amount without its point, two places implied; half a cent is rounded up."""

    def _text(self, value: Value, form: Form, place: str) -> str:  # noqa: ARG002
        if not isinstance(value, Scaled):
            raise TypeError(f"{place} takes a scaled number")
        cents = _rounded(value, 100)
        if len(str(abs(cents))) > self.longest:
            raise Unwritable(place, f"{cents} cents have more than {self.longest} digits")
        return str(cents)


@dataclass(frozen=True, slots=True)
class Day(Element):
    """DT: CCYYMMDD."""

    def _text(self, value: Value, form: Form, place: str) -> str:  # noqa: ARG002
        if not isinstance(value, datetime):
            raise TypeError(f"{place} takes a moment")
        return f"{value:%Y%m%d}"


@dataclass(frozen=True, slots=True)
class Minute(Element):
    """TM: HHMM."""

    def _text(self, value: Value, form: Form, place: str) -> str:  # noqa: ARG002
        if not isinstance(value, datetime):
            raise TypeError(f"{place} takes a moment")
        return f"{value:%H%M}"


def code(*codes: str, length: tuple[int, int] = (0, 0)) -> Code:
    """One of these codes, or any of a length."""
    shortest, longest = length if not codes else (min(map(len, codes)), max(map(len, codes)))
    return Code(shortest, longest, codes=frozenset(codes))


def name(longest: int, *, shortest: int = 1, wider: int = 0) -> Name:
    """What names something."""
    return Name(shortest, longest, wider=wider)


def text(longest: int, *, shortest: int = 1) -> FittedText:
    """What people read."""
    return FittedText(shortest, longest)


def must(element: Element) -> Element:
    """The same element, which a segment has to have."""
    return replace(element, required=True)


def _rounded(value: Scaled, scale: int) -> int:
    """In another scale; half of one is rounded up, once."""
    return (2 * value.value * scale + value.scale) // (2 * value.scale)


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text))


def _characters(shortest: int, longest: int) -> str:
    return f"{longest} characters" if shortest == longest else f"{shortest} to {longest} characters"
