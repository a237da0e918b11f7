"""Reads X12 interchanges: delimiters, envelopes, control numbers, counts.

The delimiters are taken from the ISA segment: the character after `ISA`, the one in ISA16, the one after it, and
from version 00402 on ISA11. ISA elements need not be padded. White space before a segment (line ends, indentation) is
ignored. A record may contain several interchanges, each with delimiters of its own.

An error in an interchange makes the whole record unreadable (TA1 would reject it), an error in a group (GE) is a defect
of each of its sets, and an error in a set (SE) is a defect of that set (997 would reject only that one).
"""

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from connectors.formats.outcomes import UnreadableRecord

_ISA_ELEMENTS: Final = 16
_LONGEST_ISA: Final = 400
_FIRST_VERSION_WITH_REPETITION: Final = "00402"
_SEGMENT_ID: Final = re.compile(r"[A-Z][A-Z0-9]{1,2}")
_WHITE: Final = "\ufeff\u00a0 \t\r\n\x00"
"""Line ends, indentation, padding, byte order mark."""


class Segment(NamedTuple):
    """One segment; its elements are raw texts, composites and repetitions are not parsed."""

    id: str
    elements: tuple[str, ...]

    def element(self, number: int) -> str:
        """The element of that number, from 1; empty when it is missing."""
        return self.elements[number - 1] if number <= len(self.elements) else ""


class Delimiters(NamedTuple):
    """The delimiters of one interchange; `repetition` is empty before version 00402."""

    element: str
    component: str
    repetition: str
    terminator: str


@dataclass(frozen=True, slots=True)
class TransactionSet:
    """The segments from ST to SE; `defect` (field, reason) says why a 997 would reject it."""

    segments: tuple[Segment, ...]
    defect: tuple[str, str] | None


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


def read_x12(value: bytes, encoding: str = "utf-8") -> tuple[Interchange, ...]:
    """All interchanges of a record; `UnreadableRecord` when an envelope cannot be read."""
    try:
        text = value.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableRecord(f"not {encoding}: byte {error.start} cannot be decoded") from None
    interchanges: list[Interchange] = []
    start = _skip_white(text, 0)
    while start < len(text):
        interchange, end = _read_interchange(text, start)
        interchanges.append(interchange)
        start = _skip_white(text, end)
    if not interchanges:
        raise UnreadableRecord("contains no interchange")
    return tuple(interchanges)


def _skip_white(text: str, start: int) -> int:
    while start < len(text) and text[start] in _WHITE:
        start += 1
    return start


def _read_interchange(text: str, start: int) -> tuple[Interchange, int]:
    isa, delimiters, body = _read_isa(text, start)
    segments, end = _segments_to_iea(text, body, delimiters)
    iea = segments.pop()
    acknowledgements, groups = _groups(segments)
    if not _is_same_number(iea.element(2), isa.element(13)):
        raise UnreadableRecord(f"control number {isa.element(13)} in ISA13 and {iea.element(2)[:20]} in IEA02")
    if not _is_number(iea.element(1), len(groups)):
        raise UnreadableRecord(f"IEA01 counts {iea.element(1)[:20]} groups, {len(groups)} were found")
    return Interchange(delimiters, isa, acknowledgements, groups), end


def _read_isa(text: str, start: int) -> tuple[Segment, Delimiters, int]:
    separator = text[start + 3 : start + 4]
    head = text[start : start + _LONGEST_ISA]
    parts = head.split(separator, _ISA_ELEMENTS) if separator else []
    if len(parts) <= _ISA_ELEMENTS or parts[0] != "ISA" or len(parts[-1]) < 2:  # noqa: PLR2004
        raise UnreadableRecord("does not begin with an ISA segment of 16 elements")
    elements = tuple(part.strip(_WHITE) for part in parts[1:_ISA_ELEMENTS])
    component, terminator = parts[-1][0], parts[-1][1]
    has_repetition = elements[11] >= _FIRST_VERSION_WITH_REPETITION and not elements[10].isalnum()
    delimiters = Delimiters(separator, component, elements[10] if has_repetition else "", terminator)
    used = [delimiter for delimiter in delimiters if delimiter]
    if len(set(used)) != len(used) or any(delimiter.isalnum() or delimiter == " " for delimiter in used):
        raise UnreadableRecord(f"the ISA segment gives no usable delimiters: {''.join(used)!r}")
    body = start + len("ISA") + sum(1 + len(part) for part in parts[1:_ISA_ELEMENTS]) + 3
    return Segment("ISA", (*elements, component)), delimiters, body


def _segments_to_iea(text: str, start: int, delimiters: Delimiters) -> tuple[list[Segment], int]:
    segments: list[Segment] = []
    while start < len(text):
        end = text.find(delimiters.terminator, start)
        end = len(text) if end < 0 else end
        content = text[start:end].strip(_WHITE)
        start = end + 1
        if not content:
            continue
        segment = _segment(content, delimiters)
        segments.append(segment)
        if segment.id == "IEA":
            return segments, start
        if segment.id == "ISA":
            break
    raise UnreadableRecord("the interchange ends without IEA")


def _segment(content: str, delimiters: Delimiters) -> Segment:
    name, *elements = content.split(delimiters.element)
    return Segment(name, tuple(element.strip(_WHITE).rstrip(delimiters.component) for element in elements))


def _groups(segments: list[Segment]) -> tuple[tuple[Segment, ...], tuple[Group, ...]]:
    acknowledgements: list[Segment] = []
    groups: list[Group] = []
    index = 0
    while index < len(segments):
        segment = segments[index]
        if segment.id == "TA1" and not groups:
            acknowledgements.append(segment)
            index += 1
        elif segment.id == "GS":
            end = _index_of("GE", segments, index)
            groups.append(_group(segment, segments[index + 1 : end], segments[end]))
            index = end + 1
        else:
            raise UnreadableRecord(f"segment {segment.id[:20]!r} is outside a functional group")
    return tuple(acknowledgements), tuple(groups)


def _index_of(name: str, segments: list[Segment], start: int) -> int:
    for index in range(start + 1, len(segments)):
        if segments[index].id == name:
            return index
        if segments[index].id == "GS":
            break
    raise UnreadableRecord(f"the functional group {segments[start].element(6)[:20]} ends without {name}")


def _group(gs: Segment, body: list[Segment], ge: Segment) -> Group:
    sets: list[list[Segment]] = []
    for segment in body:
        if segment.id == "ST":
            sets.append([segment])
        elif not sets or sets[-1][-1].id == "SE":
            raise UnreadableRecord(f"segment {segment.id[:20]!r} is outside a transaction set")
        else:
            sets[-1].append(segment)
    defect = _group_defect(gs, ge, len(sets))
    return Group(gs, tuple(TransactionSet(tuple(segments), defect or _set_defect(segments)) for segments in sets))


def _group_defect(gs: Segment, ge: Segment, sets: int) -> tuple[str, str] | None:
    if not _is_same_number(ge.element(2), gs.element(6)):
        return "GE.02", f"control number {gs.element(6)[:20]} in GS06 and {ge.element(2)[:20]} in GE02"
    if not _is_number(ge.element(1), sets):
        return "GE.01", f"GE01 counts {ge.element(1)[:20]} transaction sets, {sets} were found"
    return None


def _set_defect(segments: list[Segment]) -> tuple[str, str] | None:
    st, se = segments[0], segments[-1]
    if se.id != "SE":
        return "SE", "the transaction set ends without SE"
    if se.element(2) != st.element(2):
        return "SE.02", f"control number {st.element(2)[:20]} in ST02 and {se.element(2)[:20]} in SE02"
    if not _is_number(se.element(1), len(segments)):
        return "SE.01", f"SE01 counts {se.element(1)[:20]} segments, {len(segments)} were found"
    strange = next((segment.id for segment in segments if not _SEGMENT_ID.fullmatch(segment.id)), None)
    return None if strange is None else (strange[:20], f"{strange[:20]!r} is not a segment id")


def _is_same_number(one: str, other: str) -> bool:
    """Control numbers of ISA and GS are numeric, so leading zeros are ignored; those of ST are texts."""
    return one == other or (one.isascii() and one.isdigit() and one.lstrip("0") == other.lstrip("0"))


def _is_number(text: str, number: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 10 and int(text) == number  # noqa: PLR2004
