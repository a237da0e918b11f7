"""Writes X12: transaction sets in their envelopes, in the delimiters of a partner.

Control numbers and times are arguments: who writes keeps them. X12 has no way to write a delimiter in an element, so
such a character becomes a blank; so does a line end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from connectors.formats.x12.segments import FIRST_VERSION_WITH_REPETITION, Delimiters, Segment


class Participant(NamedTuple):
    """Who sends or receives an interchange: ISA05 and ISA06, or ISA07 and ISA08."""

    qualifier: str
    id: str


@dataclass(frozen=True, slots=True)
class SetToSend:
    """A transaction set: its kind (ST01), and its segments without ST and SE."""

    kind: str
    segments: Sequence[Segment]


@dataclass(frozen=True, slots=True)
class GroupToSend:
    """A functional group: GS01, GS02, GS03, GS06, GS08."""

    functional_id: str
    sender: str
    receiver: str
    control_number: int
    version: str
    sets: Sequence[SetToSend]


@dataclass(frozen=True, slots=True)
class InterchangeToSend:
    """An envelope with its content."""

    delimiters: Delimiters
    sender: Participant
    receiver: Participant
    version: str
    """ISA12."""
    control_number: int
    usage: str
    """ISA15: P, T or I."""
    sent_at_us: int
    acknowledgements: Sequence[Segment] = ()
    """TA1 segments."""
    groups: Sequence[GroupToSend] = ()


def write_interchange(interchange: InterchangeToSend) -> str:
    """The text of an interchange, its ISA padded or cut as the standard wants it, times in UTC."""
    body = [
        *interchange.acknowledgements,
        *(segment for group in interchange.groups for segment in _group(group, interchange.sent_at_us)),
        ["IEA", str(len(interchange.groups)), f"{interchange.control_number:09}"],
    ]
    return _isa(interchange) + "".join(_text(segment, interchange.delimiters) for segment in body)


def _isa(interchange: InterchangeToSend) -> str:
    sent, delimiters = _moment(interchange.sent_at_us), interchange.delimiters
    elements = ["00", " " * 10, "00", " " * 10]
    for participant in (interchange.sender, interchange.receiver):
        elements += [f"{_clean(participant.qualifier, delimiters):2.2}", f"{_clean(participant.id, delimiters):15.15}"]
    elements += [f"{sent:%y%m%d}", f"{sent:%H%M}", _standard_or_repetition(interchange), interchange.version]
    elements += [f"{interchange.control_number:09}", "0", interchange.usage, delimiters.component]
    return delimiters.element.join(("ISA", *elements)) + delimiters.terminator


def _standard_or_repetition(interchange: InterchangeToSend) -> str:
    """ISA11 was the standard's identifier before it became a delimiter."""
    has_repetition = interchange.version >= FIRST_VERSION_WITH_REPETITION
    return interchange.delimiters.repetition if has_repetition and interchange.delimiters.repetition else "U"


def _group(group: GroupToSend, sent_at_us: int) -> list[Segment]:
    sent, number = _moment(sent_at_us), str(group.control_number)
    head = ["GS", group.functional_id, group.sender, group.receiver, f"{sent:%Y%m%d}", f"{sent:%H%M}", number, "X"]
    sets = [segment for position, one in enumerate(group.sets, start=1) for segment in _set(one, f"{position:04}")]
    return [[*head, group.version], *sets, ["GE", str(len(group.sets)), number]]


def _set(one: SetToSend, number: str) -> list[Segment]:
    return [["ST", one.kind, number], *one.segments, ["SE", str(len(one.segments) + 2), number]]


def _text(segment: Segment, delimiters: Delimiters) -> str:
    """Without empty elements at its end."""
    elements = [_clean(one, delimiters) for one in segment]
    while not elements[-1]:
        elements.pop()
    return delimiters.element.join(elements) + delimiters.terminator


def _clean(text: str, delimiters: Delimiters) -> str:
    for forbidden in (*delimiters, "\r", "\n"):
        if forbidden:
            text = text.replace(forbidden, " ")
    return text.strip()


def _moment(at_us: int) -> datetime:
    return datetime.fromtimestamp(at_us // 1_000_000, UTC)
