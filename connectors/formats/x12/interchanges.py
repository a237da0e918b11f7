"""Reads X12 interchanges: envelopes, control numbers, counts.

A text may contain several interchanges, each with delimiters of its own. An error in an interchange (IEA) makes that
interchange unreadable (TA1 would reject it), an error in a group (GE) is a defect of each of its sets, and an error in
a set (SE) is a defect of that set (997 would reject only that one). What is beside it goes on.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from connectors.formats.outcomes import UnreadableRecord
from connectors.formats.x12.control_numbers import is_number, is_same_number
from connectors.formats.x12.faults import BrokenEnvelope, EnvelopeFault
from connectors.formats.x12.groups import Group, groups_of
from connectors.formats.x12.segments import (
    WHITE,
    Delimiters,
    IsaSegment,
    Segment,
    element,
    read_isa,
    segments_of,
    without_line_ends,
)

_NEXT_LINE: Final = re.compile(r"[\r\n]ISA[^A-Za-z0-9\s]")
_LONGEST_IEA: Final = 80
_MOST_OTHERS: Final = 100
"""The most parts of a text that are no interchange; the last goes up to the end."""


@dataclass(frozen=True, slots=True)
class Interchange:
    """One envelope, from ISA to IEA."""

    delimiters: Delimiters
    isa: Segment
    acknowledgements: tuple[Segment, ...]
    """TA1 segments."""
    groups: tuple[Group, ...]
    has_composites: bool
    """Whether the delimiter of components occurs anywhere in it."""


@dataclass(frozen=True, slots=True)
class UnreadableInterchange:
    """A part of a text that is no interchange, or one with an error in its envelope."""

    isa: IsaSegment | None
    reason: str
    fault: EnvelopeFault | None = None
    """What a TA1 says of it; None where there is no envelope that could be answered."""


class NoInterchange(UnreadableRecord):
    """A text of which no interchange can be read; who sent one with a wrong envelope is answered all the same."""

    def __init__(self, parts: tuple[UnreadableInterchange, ...]) -> None:
        super().__init__(parts[0].reason if parts else "contains no interchange")
        self.parts = parts


def read_x12(text: str) -> tuple[Interchange | UnreadableInterchange, ...]:
    """All interchanges of a text, in its order; `NoInterchange` when not one of them can be read."""
    parts = _read_parts(text)
    if _is_broken(parts) and (unwrapped := without_line_ends(text)) != text:
        in_one_line = _read_parts(unwrapped)
        parts = parts if _is_broken(in_one_line) else in_one_line
    unreadable = tuple(part for part in parts if isinstance(part, UnreadableInterchange))
    if len(unreadable) == len(parts):
        raise NoInterchange(unreadable)
    return parts


def _read_parts(text: str) -> tuple[Interchange | UnreadableInterchange, ...]:
    return tuple(found for part in _parts(text) for found in _read_part(part))


def _is_broken(parts: tuple[Interchange | UnreadableInterchange, ...]) -> bool:
    return any(isinstance(part, UnreadableInterchange) for part in parts)


def _parts(text: str) -> Iterator[str]:
    """The text of each interchange; what is none goes up to the next line that begins one."""
    start = _skip_white(text, 0)
    others = 0
    while start < len(text):
        try:
            end = _next_isa(text, read_isa(text, start))
        except UnreadableRecord:
            others += 1
            next_line = _NEXT_LINE.search(text, start) if others < _MOST_OTHERS else None
            end = next_line.start() if next_line else len(text)
        yield text[start:end]
        start = _skip_white(text, end)


def _next_isa(text: str, isa: IsaSegment) -> int:
    """Where a segment begins that is called ISA: after a terminator, or after the line of an IEA without one."""
    found = text.find("ISA", isa.end)
    while found >= 0:
        before = text[max(isa.end, found - _LONGEST_IEA) : found]
        tail = before.rstrip(WHITE.replace(isa.delimiters.terminator, ""))
        last = tail.rsplit(isa.delimiters.terminator, 1)[-1]
        if not last.strip(WHITE) or (len(tail) < len(before) and last.lstrip(WHITE).startswith("IEA")):
            return found
        found = text.find("ISA", found + 1)
    return len(text)


def _skip_white(text: str, start: int) -> int:
    while start < len(text) and text[start] in WHITE:
        start += 1
    return start


def _read_part(text: str) -> Iterator[Interchange | UnreadableInterchange]:
    isa = None
    try:
        isa = read_isa(text)
        segments = segments_of(text[isa.end :], isa.delimiters)
        end = _end_of_interchange(segments)
        yield _interchange(isa, segments[:end], segments[end], isa.delimiters.component in text[isa.end :])
    except BrokenEnvelope as broken:
        yield UnreadableInterchange(isa, broken.reason, broken.fault)
        return
    except UnreadableRecord as unreadable:
        yield UnreadableInterchange(None, unreadable.reason)
        return
    if behind := segments[end + 1 :]:
        yield UnreadableInterchange(None, f"{behind[0][0][:20]!r} after IEA does not begin with an ISA segment")


def _end_of_interchange(segments: list[Segment]) -> int:
    """Where its IEA is, which is mostly the last segment."""
    if segments and segments[-1][0] == "IEA":
        return len(segments) - 1
    end = next((index for index, segment in enumerate(segments) if segment[0] == "IEA"), None)
    if end is None:
        raise BrokenEnvelope(EnvelopeFault.ENDS_EARLY, "the interchange ends without IEA")
    return end


def _interchange(isa: IsaSegment, segments: list[Segment], iea: Segment, has_composites: bool) -> Interchange:  # noqa: FBT001
    acknowledgements, groups = groups_of(segments)
    if not is_same_number(element(iea, 2), element(isa.segment, 13)):
        sent = f"control number {element(isa.segment, 13)[:20]} in ISA13"
        received = f"{element(iea, 2)[:20]} in IEA02"
        raise BrokenEnvelope(EnvelopeFault.CONTROL_NUMBERS_DIFFER, f"{sent} and {received}")
    if not is_number(element(iea, 1), len(groups)):
        counted = f"IEA01 counts {element(iea, 1)[:20]} groups, {len(groups)} were found"
        raise BrokenEnvelope(EnvelopeFault.WRONG_COUNT, counted)
    return Interchange(isa.delimiters, isa.segment, acknowledgements, groups, has_composites)
