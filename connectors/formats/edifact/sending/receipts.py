"""What we owe the sender of an interchange: what was read of it, message by message, in the codes of a CONTRL.

It has the form of what an X12 sender is owed, with the messages as one group without a number. A CONTRL says what was
read, not what was done. Acknowledgements are not acknowledged.
"""

from collections.abc import Collection
from dataclasses import replace
from hashlib import blake2b
from typing import Final

from connectors.formats.edifact.documents import fill_message
from connectors.formats.edifact.faults import MessageDefect, SyntaxFault
from connectors.formats.edifact.interchanges import EdifactInterchange, EdifactMessage, EdifactPart, UnreadableEdifact
from connectors.formats.edifact.segments import EdifactSegment
from connectors.formats.x12.segments import element
from domain.identifiers import PartnerId, SourceId
from domain.messages.edi.events import InterchangeReceived, ReceivedGroup, ReceivedSet

ACKNOWLEDGEMENTS: Final = frozenset({"CONTRL", "APERAK"})
_SENDER, _RECEIVER, _SENT, _REFERENCE, _ASKS, _TEST = 2, 3, 4, 5, 9, 11
"""Elements of UNB."""
_ASKED_FOR: Final = "1"
_NO_TEST: Final = frozenset({"", "0"})
_KIND_IN_UNH: Final = 2
_MOST_MESSAGES: Final = 1_000
"""Of an interchange with more messages, those that are accepted are not named."""
_LONGEST: Final = 40
"""Characters of a component that are repeated."""


def receipt_of(
    part: EdifactPart, partner_id: PartnerId, source_id: SourceId, kinds: Collection[str] | None = None
) -> InterchangeReceived | None:
    """What has to be answered; None where there is nothing to answer, or nobody who could be answered.

    `kinds`: the kinds of messages that are read of this source; None where all are.
    """
    if part.unb is None:
        return None
    receipt = _receipt(part.unb, partner_id, source_id)
    if isinstance(part, UnreadableEdifact):
        return None if part.fault is None else replace(receipt, fault=part.fault.value)
    answered = [each for each in part.messages if _kind(each) not in ACKNOWLEDGEMENTS]
    if part.messages and not answered:
        return None
    fault = "" if part.messages else SyntaxFault.NOTHING_INSIDE.value
    return replace(receipt, fault=fault, content_hash=_content_hash(part), groups=(_group(answered, kinds),))


def _receipt(unb: EdifactSegment, partner_id: PartnerId, source_id: SourceId) -> InterchangeReceived:
    """With nothing in it, and nothing wrong."""
    return InterchangeReceived(
        partner_id=partner_id,
        source_id=source_id,
        sender_qualifier=component(unb, _SENDER, 2),
        sender_id=component(unb, _SENDER, 1),
        receiver_qualifier=component(unb, _RECEIVER, 2),
        receiver_id=component(unb, _RECEIVER, 1),
        control_number=component(unb, _REFERENCE, 1),
        sent_day=component(unb, _SENT, 1),
        sent_minute=component(unb, _SENT, 2),
        version=f"{component(unb, 1, 1)}:{component(unb, 1, 2)}",
        usage="P" if component(unb, _TEST, 1) in _NO_TEST else "T",
        fault="",
        asks_for_ta1=component(unb, _ASKS, 1) == _ASKED_FOR,
        content_hash="",
        groups=(),
    )


def component(segment: EdifactSegment, number: int, place: int) -> str:
    """A component of an element, empty where it is not there; cut."""
    elements = segment.elements
    parts = elements[number - 1] if number <= len(elements) else ()
    return parts[place - 1][:_LONGEST] if place <= len(parts) else ""


def _content_hash(interchange: EdifactInterchange) -> str:
    found = blake2b(digest_size=16)
    for message in interchange.messages:
        for segment in message.segments:
            parts = (segment[0], *("\x1e".join(each) for each in segment.elements))
            found.update("\x1f".join(parts).encode())
            found.update(b"\x1d")
    return found.hexdigest()


def _group(messages: list[EdifactMessage], kinds: Collection[str] | None) -> ReceivedGroup:
    read = [(one, _defect(one, kinds)) for one in messages]
    accepted = sum(defect is None for _, defect in read)
    named = read if len(read) <= _MOST_MESSAGES else [each for each in read if each[1] is not None][:_MOST_MESSAGES]
    return ReceivedGroup(
        functional_id="",
        sender="",
        receiver="",
        control_number="",
        version="",
        stated_sets=len(messages),
        received_sets=len(messages),
        accepted_sets=accepted,
        sets=tuple(_received(*each) for each in named),
    )


def _kind(message: EdifactMessage) -> str:
    return element(message.segments[0], _KIND_IN_UNH)


def _defect(message: EdifactMessage, kinds: Collection[str] | None) -> MessageDefect | None:
    if kinds is not None and _kind(message) not in kinds:
        reason = "no rule reads messages of this kind"
        return MessageDefect("UNH.02", reason, SyntaxFault.VALUE_NOT_SUPPORTED, 1, _KIND_IN_UNH)
    return fill_message({}, message)


def _received(message: EdifactMessage, defect: MessageDefect | None) -> ReceivedSet:
    unh = message.segments[0]
    identifier = ":".join(component(unh, _KIND_IN_UNH, place) for place in range(1, 6)).rstrip(":")
    found = ReceivedSet(identifier, component(unh, 1, 1))
    if defect is None:
        return found
    if not defect.position:
        return replace(found, fault=defect.fault.value)
    return replace(
        found,
        segment=message.segments[defect.position - 1][0][:_LONGEST],
        position=defect.position,
        segment_fault="" if defect.element else defect.fault.value,
        element=defect.element,
        element_fault=defect.fault.value if defect.element else "",
    )
