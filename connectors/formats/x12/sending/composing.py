"""Composes the segments of a transaction set for one partner, each element checked by the dictionary."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final, NamedTuple

from connectors.formats.x12.segments import Delimiters, Segment
from connectors.formats.x12.sending.alphabet import Alphabet
from connectors.formats.x12.sending.dictionary import SEGMENTS
from connectors.formats.x12.sending.elements import Form, Scaled, Value
from connectors.formats.x12.sending.unwritable import Unwritable
from connectors.formats.x12.sending.writing import Participant
from domain.money.amounts import ONE
from domain.money.prices import MOST_BASIS, scaled_price
from domain.quantities import UNIT

OUR_NUMBER: Final = "VP"
"""Data element 235: a vendor's part number."""


class SetText(NamedTuple):
    """A transaction set without its envelope: its kind (ST01), its group's (GS01), and the segments between."""

    kind: str
    functional_id: str
    segments: list[Segment]


class Side(NamedTuple):
    """One side of all envelopes: as ISA names it, and as GS does."""

    participant: Participant
    application: str


@dataclass(frozen=True, slots=True)
class PartnerSyntax:
    """How one partner reads X12, as its partner file says."""

    ours: Side
    theirs: Side
    delimiters: Delimiters
    encoding: str
    """The name of a Python codec."""
    units: Mapping[str, str]
    """UN/ECE Recommendation 20 to X12 data element 355."""
    carriers: Mapping[str, str]
    """What a warehouse calls a carrier, to its SCAC."""
    timezone: tzinfo
    """Where the days and hours of the documents are."""
    marks: str = "GM"
    """How a label is named in MAN01: GM is an SSCC with its application identifier, AA one without."""
    freight_terms: str = "PP"
    """W6601: who pays the carrier."""


class Composer:
    """Segments for one partner in one version of X12."""

    __slots__ = ("_form", "syntax")

    def __init__(self, syntax: PartnerSyntax, version: str) -> None:
        self.syntax = syntax
        self._form = Form(Alphabet(syntax.delimiters, syntax.encoding), version)

    def segment(self, name: str, *values: Value) -> Segment:
        """One segment; `Unwritable` names the element that cannot be written."""
        elements = SEGMENTS[name]
        if len(values) > len(elements):
            raise ValueError(f"{name} has {len(elements)} elements in the dictionary, not {len(values)}")
        filled = (*values, *(None,) * (len(elements) - len(values)))
        return [
            name,
            *(
                element.written(value, self._form, f"{name}{place:02}")
                for place, (element, value) in enumerate(zip(elements, filled, strict=True), start=1)
            ),
        ]

    def fitted(self, text: str) -> str:
        """Text for people in the partner's characters; empty where nothing of it is left."""
        return self._form.alphabet.text(text)

    def unit(self, unit: str) -> str:
        """Data element 355 of a unit of Recommendation 20."""
        found = self.syntax.units.get(unit)
        if found is None:
            raise Unwritable("355", f"the partner file has no X12 code of the unit {unit[:20]!r}")
        return found

    def day(self, at_us: int) -> datetime | None:
        """A moment where the partner's documents are; None of none."""
        return datetime.fromtimestamp(at_us // 1_000_000, self.syntax.timezone) if at_us else None


def calendar_day(midnight_us: int) -> datetime | None:
    """A day that is kept as its midnight in UTC; None of none."""
    return datetime.fromtimestamp(midnight_us // 1_000_000, UTC) if midnight_us else None


def quantity(millionths: int) -> Scaled:
    """A quantity of goods."""
    return Scaled(millionths, UNIT)


def amount(ten_thousandths: int) -> Scaled:
    """An amount of money."""
    return Scaled(ten_thousandths, ONE)


def price(unit_price: int, price_basis: int) -> Scaled:
    """The price of one unit, exactly."""
    return Scaled(scaled_price(unit_price, price_basis), ONE * MOST_BASIS)
