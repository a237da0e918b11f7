"""Writes EDIFACT (ISO 9735, syntax versions 3 and 4): messages in their interchange, in the separators of a partner.

References and times are arguments: who writes keeps them. A separator within an element is released.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, NamedTuple

from connectors.formats.edifact.segments import Separators

WrittenSegment = tuple[str, Sequence[Sequence[str]]]
"""Its name, and its elements, each a list of components."""

_VERSION_WITH_CENTURY: Final = 4
"""From this syntax version on a day in UNB has its century, and repetitions have a separator."""
_STANDARD: Final = Separators()
_REPETITION: Final = "*"
_NO_REPETITION: Final = " "


class Correspondent(NamedTuple):
    """Who sends or receives an interchange: data elements 0004, 0007 and 0008, or 0010, 0007 and 0014."""

    id: str
    qualifier: str = ""
    address: str = ""
    """For routing within its organisation."""


@dataclass(frozen=True, slots=True)
class MessageToSend:
    """A message: its type, version and agency as in UNH, and its segments without UNH and UNT."""

    identifier: tuple[str, ...]
    segments: Sequence[WrittenSegment]


@dataclass(frozen=True, slots=True)
class Notation:
    """In which syntax an interchange is written."""

    separators: Separators = _STANDARD
    decimal: str = "."
    character_set: str = "UNOC"
    """Data element 0001."""
    version: int = 3
    """Data element 0002."""
    has_advice: bool = True
    """Whether UNA says which separators are used."""

    @property
    def repetition(self) -> str:
        """The separator of repetitions, of which we write none; empty before syntax version 4."""
        return _REPETITION if self.version >= _VERSION_WITH_CENTURY else ""


@dataclass(frozen=True, slots=True)
class EdifactToSend:
    """An envelope with its content."""

    notation: Notation
    sender: Correspondent
    receiver: Correspondent
    reference: str
    """Data element 0020, which UNZ repeats."""
    sent_at_us: int
    messages: Sequence[MessageToSend]
    asks_for_acknowledgement: bool = False
    is_test: bool = False


def write_interchange(interchange: EdifactToSend) -> str:
    """The text of an interchange, its times in UTC. Messages are numbered from 1 on."""
    segments = [
        _unb(interchange),
        *(
            segment
            for number, message in enumerate(interchange.messages, start=1)
            for segment in _message(message, str(number))
        ),
        ("UNZ", ((str(len(interchange.messages)),), (interchange.reference,))),
    ]
    return _advice(interchange.notation) + "".join(segment_text(each, interchange.notation) for each in segments)


def _advice(notation: Notation) -> str:
    if not notation.has_advice:
        return ""
    component, element, release, terminator = notation.separators
    return f"UNA{component}{element}{notation.decimal}{release}{notation.repetition or _NO_REPETITION}{terminator}"


def _unb(interchange: EdifactToSend) -> WrittenSegment:
    notation = interchange.notation
    sent = datetime.fromtimestamp(interchange.sent_at_us // 1_000_000, UTC)
    day = f"{sent:%Y%m%d}" if notation.version >= _VERSION_WITH_CENTURY else f"{sent:%y%m%d}"
    flag = "1" if interchange.asks_for_acknowledgement else ""
    elements = (
        (notation.character_set, str(notation.version)),
        tuple(interchange.sender),
        tuple(interchange.receiver),
        (day, f"{sent:%H%M}"),
        (interchange.reference,),
        *(("",),) * 3,
        (flag,),
        ("",),
        ("1" if interchange.is_test else "",),
    )
    return "UNB", elements


def _message(message: MessageToSend, number: str) -> list[WrittenSegment]:
    unh: WrittenSegment = ("UNH", ((number,), message.identifier))
    return [unh, *message.segments, ("UNT", ((str(len(message.segments) + 2),), (number,)))]


def segment_text(segment: WrittenSegment, notation: Notation) -> str:
    """With its terminator; without empty components and elements at the end."""
    name, elements = segment
    separators = notation.separators
    texts = [_joined([_released(part, notation) for part in parts], separators.component) for parts in elements]
    return _joined([name, *texts], separators.element) + separators.terminator


def _joined(parts: list[str], separator: str) -> str:
    while parts and not parts[-1]:
        parts.pop()
    return separator.join(parts)


def _released(text: str, notation: Notation) -> str:
    release = notation.separators.release
    special = {*notation.separators, *notation.repetition}
    return "".join(release + letter if letter in special else letter for letter in text)
