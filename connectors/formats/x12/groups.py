"""The functional groups of an interchange and their transaction sets: control numbers, counts, names of segments."""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from connectors.formats.x12.control_numbers import is_number, is_same_number
from connectors.formats.x12.faults import (
    BrokenEnvelope,
    ElementFault,
    EnvelopeFault,
    GroupFault,
    Misfit,
    SegmentFault,
    SetDefect,
    SetFault,
    WrongSegment,
)
from connectors.formats.x12.segments import Segment, element

MOST_ELEMENTS: Final = 99
"""The most elements of a segment: their numbers have two digits. The standard has far fewer."""
SEGMENT_ID: Final = re.compile(r"[A-Z][A-Z0-9]{1,2}")


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
    ge: Segment
    defect: SetDefect | None
    """What is wrong with the group itself, and so with each of its sets."""


def groups_of(segments: list[Segment]) -> tuple[tuple[Segment, ...], tuple[Group, ...]]:
    """The TA1 segments and the functional groups between ISA and IEA; `BrokenEnvelope` where others are among them."""
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
            raise _outside(segment, "a functional group")
    return tuple(acknowledgements), tuple(groups)


def _end_of_group(segments: list[Segment], start: int) -> int:
    for index in range(start + 1, len(segments)):
        if segments[index][0] == "GE":
            return index
        if segments[index][0] == "GS":
            break
    unended = f"the functional group {element(segments[start], 6)[:20]} ends without GE"
    raise BrokenEnvelope(EnvelopeFault.WRONG_STRUCTURE, unended)


def _group(gs: Segment, body: list[Segment], ge: Segment) -> Group:
    starts = [index for index, segment in enumerate(body) if segment[0] == "ST"]
    if body and (not starts or starts[0]):
        raise _outside(body[0], "a transaction set")
    defect = _group_defect(gs, ge, len(starts))
    sets = [body[start:end] for start, end in pairwise((*starts, len(body)))]
    return Group(gs, tuple(TransactionSet(one, _set_defect(one, defect)) for one in sets), ge, defect)


def _group_defect(gs: Segment, ge: Segment, sets: int) -> SetDefect | None:
    if not is_same_number(element(ge, 2), element(gs, 6)):
        differ = f"control number {element(gs, 6)[:20]} in GS06 and {element(ge, 2)[:20]} in GE02"
        return SetDefect("GE.02", differ, GroupFault.CONTROL_NUMBERS_DIFFER)
    if not is_number(element(ge, 1), sets):
        counted = f"GE01 counts {element(ge, 1)[:20]} transaction sets, {sets} were found"
        return SetDefect("GE.01", counted, GroupFault.WRONG_COUNT)
    return None


def _set_defect(segments: list[Segment], of_group: SetDefect | None) -> SetDefect | None:
    names = [segment[0] for segment in segments]
    if "SE" in names and names.index("SE") != len(names) - 1:
        raise _outside(segments[names.index("SE") + 1], "a transaction set")
    return of_group or _defect_of_end(segments) or _defect_of_segments(segments, names)


def _outside(segment: Segment, envelope: str) -> BrokenEnvelope:
    return BrokenEnvelope(EnvelopeFault.WRONG_STRUCTURE, f"segment {segment[0][:20]!r} is outside {envelope}")


def _defect_of_end(segments: list[Segment]) -> SetDefect | None:
    st, se = segments[0], segments[-1]
    if se[0] != "SE":
        return SetDefect("SE", "the transaction set ends without SE", SetFault.WITHOUT_END)
    if element(se, 2) != element(st, 2):
        differ = f"control number {element(st, 2)[:20]} in ST02 and {element(se, 2)[:20]} in SE02"
        return SetDefect("SE.02", differ, SetFault.CONTROL_NUMBERS_DIFFER)
    if not is_number(element(se, 1), len(segments)):
        counted = f"SE01 counts {element(se, 1)[:20]} segments, {len(segments)} were found"
        return SetDefect("SE.01", counted, SetFault.WRONG_COUNT)
    return None


def _defect_of_segments(segments: list[Segment], names: list[str]) -> SetDefect | None:
    strange = {name for name in set(names) if not SEGMENT_ID.fullmatch(name)}
    if strange:
        first = next(index for index, name in enumerate(names) if name in strange)
        name = names[first][:20]
        return _in_error(name, first, Misfit(f"{name!r} is not a segment id", SegmentFault.UNKNOWN_NAME))
    longest = max(map(len, segments))
    if longest > MOST_ELEMENTS + 1:
        first = next(index for index, segment in enumerate(segments) if len(segment) == longest)
        reason = f"{names[first]} has {longest - 1} elements, at most {MOST_ELEMENTS} are read"
        misfit = Misfit(reason, SegmentFault.ELEMENT_IN_ERROR, MOST_ELEMENTS + 1, ElementFault.TOO_MANY)
        return _in_error(names[first], first, misfit)
    return None


def _in_error(name: str, index: int, misfit: Misfit) -> SetDefect:
    return SetDefect(name, misfit.reason, SetFault.SEGMENT_IN_ERROR, WrongSegment(name, index + 1, misfit))
