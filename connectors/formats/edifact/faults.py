"""What can be wrong with an interchange, in the codes of its acknowledgement (CONTRL, data element 0085)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from connectors.formats.outcomes import UnreadableRecord
from connectors.formats.x12.faults import ElementFault, SegmentFault, SetDefect


class SyntaxFault(StrEnum):
    """Of an interchange, a message, a segment or an element."""

    INVALID_VALUE = "12"
    MISSING = "13"
    VALUE_NOT_SUPPORTED = "14"
    NOT_SUPPORTED_HERE = "15"
    TOO_MANY_ELEMENTS = "16"
    UNSPECIFIED = "18"
    REFERENCES_DIFFER = "28"
    WRONG_COUNT = "29"
    NOTHING_INSIDE = "32"
    OUTSIDE_A_MESSAGE = "33"
    TOO_OFTEN = "35"


class MessageDefect(NamedTuple):
    """Why a message is rejected."""

    field: str
    reason: str
    fault: SyntaxFault
    position: int = 0
    """Of the wrong segment in its message, where UNH is 1; 0: it is the message."""
    element: int = 0
    """The wrong element of that segment; 0: the segment itself."""


class BrokenInterchange(UnreadableRecord):
    """An interchange that a CONTRL rejects as a whole."""

    def __init__(self, fault: SyntaxFault, reason: str) -> None:
        super().__init__(reason)
        self.fault = fault


_OF_SEGMENTS: Final[Mapping[SegmentFault, SyntaxFault]] = {
    SegmentFault.UNKNOWN_NAME: SyntaxFault.NOT_SUPPORTED_HERE,
    SegmentFault.TOO_OFTEN: SyntaxFault.TOO_OFTEN,
    SegmentFault.ELEMENT_IN_ERROR: SyntaxFault.INVALID_VALUE,
}
_OF_ELEMENTS: Final[Mapping[ElementFault, SyntaxFault]] = {
    ElementFault.MISSING_BESIDE_ANOTHER: SyntaxFault.MISSING,
    ElementFault.TOO_MANY: SyntaxFault.TOO_MANY_ELEMENTS,
    ElementFault.NOT_ALLOWED: SyntaxFault.INVALID_VALUE,
}


def defect_of_segment(found: SetDefect) -> MessageDefect:
    """A segment that does not fit into its message."""
    wrong = found.segment
    if wrong is None:
        return MessageDefect(found.field, found.reason, SyntaxFault.UNSPECIFIED)
    misfit = wrong.misfit
    fault = _OF_ELEMENTS[misfit.element_fault] if misfit.element_fault else _OF_SEGMENTS[misfit.fault]
    return MessageDefect(found.field, found.reason, fault, wrong.position, misfit.element)
