"""What can be wrong with an interchange, in the codes of its acknowledgements (TA1 and 997)."""

from enum import StrEnum
from typing import NamedTuple

from connectors.formats.outcomes import UnreadableRecord


class EnvelopeFault(StrEnum):
    """Of an interchange: data element I18, in TA105."""

    CONTROL_NUMBERS_DIFFER = "001"
    WRONG_COUNT = "021"
    WRONG_STRUCTURE = "022"
    ENDS_EARLY = "023"


class GroupFault(StrEnum):
    """Of a functional group: data element 716, in AK905."""

    CONTROL_NUMBERS_DIFFER = "4"
    WRONG_COUNT = "5"


class SetFault(StrEnum):
    """Of a transaction set: data element 718, in AK502."""

    NOT_SUPPORTED = "1"
    WITHOUT_END = "2"
    CONTROL_NUMBERS_DIFFER = "3"
    WRONG_COUNT = "4"
    SEGMENT_IN_ERROR = "5"


class SegmentFault(StrEnum):
    """Of a segment: data element 720, in AK304."""

    UNKNOWN_NAME = "1"
    TOO_OFTEN = "5"
    ELEMENT_IN_ERROR = "8"


class ElementFault(StrEnum):
    """Of an element: data element 723, in AK403."""

    MISSING_BESIDE_ANOTHER = "2"
    TOO_MANY = "3"
    NOT_ALLOWED = "7"


class Misfit(NamedTuple):
    """Why a segment cannot be taken; `element` is its wrong element, 0 where it is the segment itself."""

    reason: str
    fault: SegmentFault
    element: int = 0
    element_fault: ElementFault | None = None


class WrongSegment(NamedTuple):
    """A misfit with its place."""

    name: str
    position: int
    """In its set, where ST is 1."""
    misfit: Misfit


class SetDefect(NamedTuple):
    """Why a 997 rejects a set, or the whole group."""

    field: str
    reason: str
    fault: SetFault | GroupFault
    segment: WrongSegment | None = None


class BrokenEnvelope(UnreadableRecord):
    """An interchange that a TA1 rejects."""

    def __init__(self, fault: EnvelopeFault, reason: str) -> None:
        super().__init__(reason)
        self.fault = fault
