"""Reads EDIFACT interchanges: service segments, references, counts.

A text may contain several interchanges, each with separators of its own. An error in an interchange (UNZ) makes that
interchange unreadable, an error in a message (UNT) is a defect of that message. What is beside it goes on.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from connectors.formats.edifact.faults import BrokenInterchange, MessageDefect, SyntaxFault
from connectors.formats.edifact.segments import Advice, EdifactSegment, Separators, read_advice, segments_of
from connectors.formats.outcomes import UnreadableRecord
from connectors.formats.x12.control_numbers import is_number
from connectors.formats.x12.segments import WHITE, element

MOST_ELEMENTS: Final = 99
_NAME: Final = re.compile(r"[A-Z][A-Z0-9]{2}")
_INTERCHANGE_REFERENCE: Final = 5
"""The element of UNB that UNZ repeats."""


@dataclass(frozen=True, slots=True)
class EdifactMessage:
    """The segments from UNH to UNT."""

    group: EdifactSegment | None
    """UNG, where messages are in groups."""
    segments: list[EdifactSegment]
    defect: MessageDefect | None
    """What is wrong with its envelope, or with the form of its segments."""


@dataclass(frozen=True, slots=True)
class EdifactInterchange:
    """One envelope, from UNB to UNZ."""

    unb: EdifactSegment
    messages: tuple[EdifactMessage, ...]


@dataclass(frozen=True, slots=True)
class UnreadableEdifact:
    """A part of a text that is no interchange, or one with an error in its envelope."""

    unb: EdifactSegment | None
    reason: str
    fault: SyntaxFault | None = None
    """What a CONTRL says of it; None where there is no envelope that could be answered."""


class NoEdifact(UnreadableRecord):
    """A text of which no interchange can be read; who sent one with a wrong envelope is answered all the same."""

    def __init__(self, parts: tuple[UnreadableEdifact, ...]) -> None:
        super().__init__(parts[0].reason if parts else "contains no interchange")
        self.parts = parts


EdifactPart = EdifactInterchange | UnreadableEdifact


def read_edifact(text: str) -> tuple[EdifactPart, ...]:
    """All interchanges of a text, in its order; `NoEdifact` when not one of them can be read."""
    parts = tuple(_read_part(part) for part in _parts(text))
    unreadable = tuple(part for part in parts if isinstance(part, UnreadableEdifact))
    if len(unreadable) == len(parts):
        raise NoEdifact(unreadable)
    return parts


def _parts(text: str) -> Iterator[str]:
    """The text of each interchange: up to behind its UNZ, or to the next one that begins."""
    start = _skip_white(text, 0)
    while start < len(text):
        try:
            advice = read_advice(text, start)
        except UnreadableRecord:
            advice = Advice(Separators(), start)
        end = _next_begin(text, advice)
        yield text[start:end]
        start = _skip_white(text, end)


def _next_begin(text: str, advice: Advice) -> int:
    """Where UNA or UNB stands behind a terminator that is one, and not a text that was released."""
    terminator, release = advice.separators.terminator, advice.separators.release
    begin = re.compile(rf"{re.escape(terminator)}[\s\x00]*(?=UN[AB][^A-Za-z0-9\s])")
    for found in begin.finditer(text, advice.end):
        if not _is_released(text, found.start(), release):
            return found.end()
    return len(text)


def _is_released(text: str, at: int, release: str) -> bool:
    released = False
    while release and at > 0 and text[at - 1] == release:
        released, at = not released, at - 1
    return released


def _skip_white(text: str, start: int) -> int:
    while start < len(text) and text[start] in WHITE:
        start += 1
    return start


def _read_part(text: str) -> EdifactPart:
    unb = None
    try:
        advice = read_advice(text)
        segments = segments_of(text[advice.end :], advice.separators)
        if not segments or segments[0][0] != "UNB":
            return UnreadableEdifact(None, "does not begin with UNB")
        unb = segments[0]
        return EdifactInterchange(unb, tuple(_messages(segments)))
    except BrokenInterchange as broken:
        return UnreadableEdifact(unb, broken.reason, broken.fault)
    except UnreadableRecord as unreadable:
        return UnreadableEdifact(unb, unreadable.reason)


def _messages(segments: list[EdifactSegment]) -> Iterator[EdifactMessage]:
    names = [segment[0] for segment in segments]
    if "UNZ" not in names:
        raise BrokenInterchange(SyntaxFault.MISSING, "the interchange ends without UNZ")
    end = names.index("UNZ")
    if end != len(segments) - 1:
        raise BrokenInterchange(
            SyntaxFault.OUTSIDE_A_MESSAGE, f"{names[end + 1][:20]!r} after UNZ does not begin an interchange"
        )
    messages = list(_within(segments[1:end]))
    _check_end(segments[0], segments[end], messages)
    return iter(messages)


def _check_end(unb: EdifactSegment, unz: EdifactSegment, messages: list[EdifactMessage]) -> None:
    reference = element(unb, _INTERCHANGE_REFERENCE)
    if element(unz, 2) != reference:
        raise BrokenInterchange(
            SyntaxFault.REFERENCES_DIFFER, f"reference {reference[:20]} in UNB and {element(unz, 2)[:20]} in UNZ"
        )
    groups = [message.group for message in messages if message.group is not None]
    found = len({id(group) for group in groups}) if groups else len(messages)
    if not is_number(element(unz, 1), found):
        what = "groups" if groups else "messages"
        raise BrokenInterchange(
            SyntaxFault.WRONG_COUNT, f"UNZ counts {element(unz, 1)[:20]} {what}, {found} were found"
        )


def _within(segments: list[EdifactSegment]) -> Iterator[EdifactMessage]:
    """The messages between UNB and UNZ, in groups or without."""
    starts = [index for index, segment in enumerate(segments) if segment[0] in {"UNG", "UNE", "UNH"}]
    if segments and (not starts or starts[0]):
        raise _outside(segments[0])
    group: EdifactSegment | None = None
    for start, end in pairwise((*starts, len(segments))):
        first, *inside = segments[start:end]
        if first[0] == "UNH":
            yield _message(group, [first, *inside])
            continue
        if inside:
            raise _outside(inside[0])
        group = first if first[0] == "UNG" else None


def _outside(segment: EdifactSegment) -> BrokenInterchange:
    return BrokenInterchange(SyntaxFault.OUTSIDE_A_MESSAGE, f"segment {segment[0][:20]!r} is outside a message")


def _message(group: EdifactSegment | None, segments: list[EdifactSegment]) -> EdifactMessage:
    names = [segment[0] for segment in segments]
    if "UNT" in names and names.index("UNT") != len(names) - 1:
        raise _outside(segments[names.index("UNT") + 1])
    return EdifactMessage(group, segments, _defect_of_end(segments) or _defect_of_segments(segments))


def _defect_of_end(segments: list[EdifactSegment]) -> MessageDefect | None:
    unh, unt = segments[0], segments[-1]
    if unt[0] != "UNT":
        return MessageDefect("UNT", "the message ends without UNT", SyntaxFault.MISSING)
    if element(unt, 2) != element(unh, 1):
        reason = f"reference {element(unh, 1)[:20]} in UNH and {element(unt, 2)[:20]} in UNT"
        return MessageDefect("UNT.02", reason, SyntaxFault.REFERENCES_DIFFER)
    if not is_number(element(unt, 1), len(segments)):
        reason = f"UNT counts {element(unt, 1)[:20]} segments, {len(segments)} were found"
        return MessageDefect("UNT.01", reason, SyntaxFault.WRONG_COUNT)
    return None


def _defect_of_segments(segments: list[EdifactSegment]) -> MessageDefect | None:
    for position, segment in enumerate(segments, start=1):
        name = segment[0]
        if not _NAME.fullmatch(name):
            reason = f"{name[:20]!r} is not a segment name"
            return MessageDefect(name[:20], reason, SyntaxFault.NOT_SUPPORTED_HERE, position)
        if max(len(segment.elements), *map(len, segment.elements), 0) > MOST_ELEMENTS:
            reason = f"more than {MOST_ELEMENTS} elements or components"
            return MessageDefect(name, reason, SyntaxFault.TOO_MANY_ELEMENTS, position)
    return None
