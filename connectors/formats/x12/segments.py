"""Cuts the text of one X12 interchange into segments.

The delimiters are taken from the ISA segment, whose elements need not be padded: the character after `ISA`, the one in
ISA16, the one after it, and from version 00402 on ISA11. Line ends mean nothing unless they are the terminator: a text
that was wrapped at 80 columns is read as if it were not. White space around an element, and delimiters of components
at its end, are dropped.
"""

from typing import Final, NamedTuple

from connectors.formats.outcomes import UnreadableRecord

Segment = list[str]
"""Its name, then its elements: `segment[3]` is element 03. Raw texts, composites and repetitions are not parsed."""

WHITE: Final = "\ufeff\u00a0 \t\r\n\x00"
"""Line ends, indentation, padding, byte order mark."""

FIRST_VERSION_WITH_REPETITION: Final = "00402"
"""ISA12: before it, ISA11 is no delimiter."""
_LINE_ENDS: Final = "\r\n"
_ISA_ELEMENTS: Final = 16
_LONGEST_ISA: Final = 400


class Delimiters(NamedTuple):
    """The delimiters of one interchange; `repetition` is empty before version 00402."""

    element: str
    component: str
    repetition: str
    terminator: str


class IsaSegment(NamedTuple):
    """The first segment of an interchange, and what follows from it."""

    segment: Segment
    delimiters: Delimiters
    end: int
    """Where the next segment begins in the text."""


def element(segment: Segment, number: int) -> str:
    """The element of that number, from 1; empty when it is missing."""
    return segment[number] if number < len(segment) else ""


def read_isa(text: str, start: int = 0) -> IsaSegment:
    """The ISA segment at a place of a text; `UnreadableRecord` when there is none, or its delimiters are of no use."""
    separator = text[start + 3 : start + 4]
    head = text[start : start + _LONGEST_ISA]
    parts = head.split(separator, _ISA_ELEMENTS) if separator else []
    if len(parts) <= _ISA_ELEMENTS or parts[0] != "ISA":
        raise UnreadableRecord("does not begin with an ISA segment of 16 elements")
    elements = [without_line_ends(part).strip(WHITE) for part in parts[1:_ISA_ELEMENTS]]
    component, terminator, behind = _component_and_terminator(parts[-1])
    has_repetition = elements[11] >= FIRST_VERSION_WITH_REPETITION and not elements[10].isalnum()
    delimiters = Delimiters(separator, component, elements[10] if has_repetition else "", terminator)
    _check_delimiters(delimiters)
    return IsaSegment(["ISA", *elements, component], delimiters, start + len(head) - len(behind))


def segments_of(text: str, delimiters: Delimiters) -> list[Segment]:
    """The segments of a text; those without content are left out."""
    if delimiters.terminator not in _LINE_ENDS:
        text = without_line_ends(text)
    text = text.strip(WHITE)
    contents = text.split(delimiters.terminator)
    separator, component = delimiters.element, delimiters.component
    if _is_tidy(text, delimiters):
        return [content.split(separator) for content in contents if content]
    return [
        [part.strip(WHITE).rstrip(component) for part in stripped.split(separator)]
        for content in contents
        if (stripped := content.strip(WHITE))
    ]


def _component_and_terminator(last: str) -> tuple[str, str, str]:
    """Both delimiters after the last separator of an ISA segment, and the text behind them.

    A terminator may be followed by a line end, and it may be one, alone or as CR LF.
    """
    last = last.lstrip(_LINE_ENDS)
    component, rest = last[:1], last[1:]
    behind = rest.lstrip(_LINE_ENDS)
    line_ends = rest[: len(rest) - len(behind)]
    if line_ends and (not behind or behind[0].isalnum() or behind[0] in WHITE):
        return component, "\n" if "\n" in line_ends else "\r", behind
    return component, behind[:1], behind[1:]


def _check_delimiters(delimiters: Delimiters) -> None:
    used = [delimiters.element, delimiters.component, delimiters.terminator, delimiters.repetition]
    if not used[-1]:
        used.pop()
    is_of_use = all(len(one) == 1 and not one.isalnum() and one not in " \ufeff" for one in used)
    if not is_of_use or len(set(used)) != len(used) or delimiters.element in _LINE_ENDS:
        raise UnreadableRecord(f"the ISA segment gives no usable delimiters: {''.join(used)!r}")


def _is_tidy(text: str, delimiters: Delimiters) -> bool:
    """Whether nothing has to be stripped, asked of the whole text: that costs much less than to strip each element."""
    ends = delimiters.element, delimiters.terminator
    if any(f"{delimiters.component}{end}" in text for end in ends) or text.endswith(delimiters.component):
        return False
    blanks = [white for white in WHITE if white in text and white != delimiters.terminator]
    return not any(f"{blank}{end}" in text or f"{end}{blank}" in text for blank in blanks for end in ends)


def without_line_ends(text: str) -> str:
    """The text in one line."""
    return text.replace("\r", "").replace("\n", "")
