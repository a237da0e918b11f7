"""Composes the segments of a message for one partner, each component checked by the dictionary."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final

from connectors.formats.edifact.sending.character_sets import CHARACTER_SETS
from connectors.formats.edifact.sending.dictionary import SEGMENTS, Composite
from connectors.formats.edifact.sending.writing import Correspondent, Notation, WrittenSegment
from connectors.formats.x12.sending.alphabet import Alphabet
from connectors.formats.x12.sending.elements import Element, Form, Number, Scaled, Value
from connectors.formats.x12.sending.unwritable import Unwritable
from domain.messages.edi.documents import AnswerVerdict
from domain.money.amounts import ONE, in_coins

DAY: Final = "102"
MINUTE: Final = "203"
"""Data element 2379: CCYYMMDD, CCYYMMDDHHMM."""
_GLN_DIGITS: Final = 13
_REQUIRED: Final = frozenset(
    f"{name}{place:02}"
    for name, composites in SEGMENTS.items()
    for place, composite in enumerate(composites, start=1)
    if any(element.required for element in composite)
)
"""The elements that a segment has to have."""
BY_GS1: Final = "9"
BY_THE_SELLER: Final = "91"
BY_THE_BUYER: Final = "92"
"""Data element 3055: who has assigned a number."""


@dataclass(frozen=True, slots=True)
class DocumentParty:
    """One side of all documents: how NAD names it, and its envelope."""

    correspondent: Correspondent
    number: str
    """Data element 3039."""
    tax_number: str = ""


@dataclass(frozen=True, slots=True)
class EdifactSyntax:
    """How one partner reads EDIFACT, as its partner file says."""

    notation: Notation
    ours: DocumentParty
    theirs: DocumentParty
    units: Mapping[str, str]
    """UN/ECE Recommendation 20 to data element 6411, where the partner has another code."""
    carriers: Mapping[str, str]
    """What a warehouse calls a carrier, to the partner's code of it."""
    timezone: tzinfo
    """Where the days and hours of the documents are."""
    verdicts: Mapping[AnswerVerdict, str]
    """What an answer says of the whole order: data element 1225 of BGM."""
    package: str = ""
    """What the packs of a shipment are: data element 7065; empty: not said."""

    @property
    def encoding(self) -> str:
        """The name of a Python codec."""
        return CHARACTER_SETS[self.notation.character_set].encoding


class MessageComposer:
    """Segments for one partner; `number` is the number of its next document."""

    __slots__ = ("_form", "number", "syntax")

    def __init__(self, syntax: EdifactSyntax, number: str) -> None:
        self.syntax = syntax
        self.number = number
        characters = CHARACTER_SETS[syntax.notation.character_set]
        self._form = Form(Alphabet((), characters.encoding, characters.only), "")

    def segment(self, name: str, *elements: Value | Sequence[Value]) -> WrittenSegment:
        """One segment, each element a value or a list of components; `Unwritable` names what cannot be written."""
        composites = SEGMENTS[name]
        if len(elements) > len(composites):
            raise ValueError(f"{name} has {len(composites)} elements in the dictionary, not {len(elements)}")
        filled = (*elements, *(None,) * (len(composites) - len(elements)))
        return name, [
            self._composite(parts, composite, f"{name}{place:02}")
            for place, (composite, parts) in enumerate(zip(composites, filled, strict=True), start=1)
        ]

    def _composite(self, parts: Value | Sequence[Value], composite: Composite, place: str) -> Sequence[str]:
        values = parts if isinstance(parts, list) else [parts]
        if len(values) > len(composite):
            raise ValueError(f"{place} has {len(composite)} components in the dictionary, not {len(values)}")
        if all(value in {None, ""} for value in values) and place not in _REQUIRED:
            return ()
        filled = [*values, *(None,) * (len(composite) - len(values))]
        return [
            self._written(element, value, f"{place}-{number}" if len(composite) > 1 else place)
            for number, (element, value) in enumerate(zip(composite, filled, strict=True), start=1)
        ]

    def _written(self, element: Element, value: Value, place: str) -> str:
        text = element.written(value, self._form, place)
        return text.replace(".", self.syntax.notation.decimal) if isinstance(element, Number) else text

    def fitted(self, text: str) -> str:
        """Text for people in the partner's characters; empty where nothing of it is left."""
        return self._form.alphabet.text(text)

    def unit(self, unit: str) -> str:
        """Data element 6411 of a unit: Recommendation 20, where the partner has no code of its own."""
        if not unit:
            raise Unwritable("6411", "the unit of the line is not known")
        return self.syntax.units.get(unit, unit)

    def moment(self, meaning: str, at_us: int, form: str = DAY) -> WrittenSegment:
        """DTM of a moment, where the partner's documents are."""
        at = datetime.fromtimestamp(at_us // 1_000_000, self.syntax.timezone)
        return self.segment("DTM", [meaning, f"{at:%Y%m%d}" if form == DAY else f"{at:%Y%m%d%H%M}", form])

    def calendar_day(self, meaning: str, midnight_us: int) -> WrittenSegment:
        """DTM of a day that is kept as its midnight in UTC."""
        at = datetime.fromtimestamp(midnight_us // 1_000_000, UTC)
        return self.segment("DTM", [meaning, f"{at:%Y%m%d}", DAY])


def agency(number: str, otherwise: str) -> str:
    """Data element 3055: who has assigned a number of a place; a GLN is of GS1."""
    return BY_GS1 if len(number) == _GLN_DIGITS and number.isdigit() else otherwise


def money(ten_thousandths: int, currency: str) -> Scaled:
    """An amount in coins of its currency."""
    return Scaled(in_coins(ten_thousandths, currency), ONE)
