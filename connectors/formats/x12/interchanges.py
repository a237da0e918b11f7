"""Reads X12 interchanges: envelopes, control numbers, counts.

A text may contain several interchanges, each with delimiters of its own. An error in an interchange (IEA) makes that
interchange unreadable (TA1 would reject it), an error in a group (GE) is a defect of each of its sets, and an error in
a set (SE) is a defect of that set (997 would reject only that one). What is beside it goes on.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

from connectors.formats.outcomes import UnreadableRecord
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

MOST_ELEMENTS: Final = 99
"""The most elements of a segment: their numbers have two digits. The standard has far fewer."""
SEGMENT_ID: Final = re.compile(r"[A-Z][A-Z0-9]{1,2}")
_NEXT_LINE: Final = re.compile(r"[\r\n]ISA[^A-Za-z0-9\s]")
_LONGEST_IEA: Final = 80
_MOST_OTHERS: Final = 100
"""The most parts of a text that are no interchange; the last goes up to the end."""


class SetDefect(NamedTuple):
    """Why a 997 would reject a set."""

    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class TransactionSet:
    """The segments from ST to SE."""

    segments: list[Segment]
    defect: SetDefect | None


@dataclass(frozen=True, slots=True)
class Group:
    """A functional group."""

    gs: Segment
    sets: tuple[TransactionSet, ...]


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

    isa: Segment | None
    reason: str


def read_x12(text: str) -> tuple[Interchange | UnreadableInterchange, ...]:
    """All interchanges of a text, in its order; `UnreadableRecord` when not one of them can be read."""
    parts = _read_parts(text)
    if _is_broken(parts) and (unwrapped := without_line_ends(text)) != text:
        in_one_line = _read_parts(unwrapped)
        parts = parts if _is_broken(in_one_line) else in_one_line
    if not any(isinstance(part, Interchange) for part in parts):
        raise UnreadableRecord(_first_reason(parts))
    return parts


def _read_parts(text: str) -> tuple[Interchange | UnreadableInterchange, ...]:
    return tuple(found for part in _parts(text) for found in _read_part(part))


def _is_broken(parts: tuple[Interchange | UnreadableInterchange, ...]) -> bool:
    return any(isinstance(part, UnreadableInterchange) for part in parts)


def _first_reason(parts: tuple[Interchange | UnreadableInterchange, ...]) -> str:
    return next((part.reason for part in parts if isinstance(part, UnreadableInterchange)), "contains no interchange")


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
    except UnreadableRecord as unreadable:
        yield UnreadableInterchange(isa.segment if isa else None, unreadable.reason)
        return
    if behind := segments[end + 1 :]:
        yield UnreadableInterchange(None, f"{behind[0][0][:20]!r} after IEA does not begin with an ISA segment")


def _end_of_interchange(segments: list[Segment]) -> int:
    """Where its IEA is, which is mostly the last segment."""
    if segments and segments[-1][0] == "IEA":
        return len(segments) - 1
    end = next((index for index, segment in enumerate(segments) if segment[0] == "IEA"), None)
    if end is None:
        raise UnreadableRecord("the interchange ends without IEA")
    return end


def _interchange(isa: IsaSegment, segments: list[Segment], iea: Segment, has_composites: bool) -> Interchange:  # noqa: FBT001
    acknowledgements, groups = _groups(segments)
    if not _is_same_number(element(iea, 2), element(isa.segment, 13)):
        sent = f"control number {element(isa.segment, 13)[:20]} in ISA13"
        raise UnreadableRecord(f"{sent} and {element(iea, 2)[:20]} in IEA02")
    if not _is_number(element(iea, 1), len(groups)):
        raise UnreadableRecord(f"IEA01 counts {element(iea, 1)[:20]} groups, {len(groups)} were found")
    return Interchange(isa.delimiters, isa.segment, acknowledgements, groups, has_composites)


def _groups(segments: list[Segment]) -> tuple[tuple[Segment, ...], tuple[Group, ...]]:
    acknowledgements: list[Segment] = []
    groups: list[Group] = []
    index = 0
    while index < len(segments):
        segment = segments[index]
        if segment[0] == "TA1":
            acknowledgements.append(segment)
            index += 1
        elif segment[0] == "GS":
            end = _end_of_group(segments, index)
            groups.append(_group(segment, segments[index + 1 : end], segments[end]))
            index = end + 1
        else:
            raise UnreadableRecord(f"segment {segment[0][:20]!r} is outside a functional group")
    return tuple(acknowledgements), tuple(groups)


def _end_of_group(segments: list[Segment], start: int) -> int:
    for index in range(start + 1, len(segments)):
        if segments[index][0] == "GE":
            return index
        if segments[index][0] == "GS":
            break
    raise UnreadableRecord(f"the functional group {element(segments[start], 6)[:20]} ends without GE")


def _group(gs: Segment, body: list[Segment], ge: Segment) -> Group:
    starts = [index for index, segment in enumerate(body) if segment[0] == "ST"]
    if body and (not starts or starts[0]):
        raise UnreadableRecord(f"segment {body[0][0][:20]!r} is outside a transaction set")
    defect = _group_defect(gs, ge, len(starts))
    sets = [body[start:end] for start, end in pairwise((*starts, len(body)))]
    return Group(gs, tuple(TransactionSet(one, _set_defect(one, defect)) for one in sets))


def _group_defect(gs: Segment, ge: Segment, sets: int) -> SetDefect | None:
    if not _is_same_number(element(ge, 2), element(gs, 6)):
        return SetDefect("GE.02", f"control number {element(gs, 6)[:20]} in GS06 and {element(ge, 2)[:20]} in GE02")
    if not _is_number(element(ge, 1), sets):
        return SetDefect("GE.01", f"GE01 counts {element(ge, 1)[:20]} transaction sets, {sets} were found")
    return None


def _set_defect(segments: list[Segment], of_group: SetDefect | None) -> SetDefect | None:
    names = [segment[0] for segment in segments]
    if "SE" in names and names.index("SE") != len(names) - 1:
        outside = names[names.index("SE") + 1]
        raise UnreadableRecord(f"segment {outside[:20]!r} is outside a transaction set")
    st, se = segments[0], segments[-1]
    if of_group is not None:
        return of_group
    if se[0] != "SE":
        return SetDefect("SE", "the transaction set ends without SE")
    if element(se, 2) != element(st, 2):
        return SetDefect("SE.02", f"control number {element(st, 2)[:20]} in ST02 and {element(se, 2)[:20]} in SE02")
    if not _is_number(element(se, 1), len(segments)):
        return SetDefect("SE.01", f"SE01 counts {element(se, 1)[:20]} segments, {len(segments)} were found")
    return _defect_of_segments(segments, names)


def _defect_of_segments(segments: list[Segment], names: list[str]) -> SetDefect | None:
    strange = {name for name in set(names) if not SEGMENT_ID.fullmatch(name)}
    if strange:
        first = next(name for name in names if name in strange)[:20]
        return SetDefect(first, f"{first!r} is not a segment id")
    longest = max(segments, key=len)
    if len(longest) > MOST_ELEMENTS + 1:
        return SetDefect(longest[0], f"{longest[0]} has {len(longest) - 1} elements, at most {MOST_ELEMENTS} are read")
    return None


def _is_same_number(one: str, other: str) -> bool:
    """Control numbers of ISA and GS are numeric, so leading zeros are ignored; those of ST are texts."""
    return one == other or (one.isascii() and one.isdigit() and one.lstrip("0") == other.lstrip("0"))


def _is_number(text: str, number: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 10 and int(text) == number  # noqa: PLR2004
