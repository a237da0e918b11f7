"""The answer to an interchange: a CONTRL that accepts or rejects it, message by message."""

from collections.abc import Iterator
from typing import Final

from connectors.formats.edifact.sending.writing import (
    Correspondent,
    EdifactToSend,
    MessageToSend,
    Notation,
    WrittenSegment,
    write_interchange,
)
from domain.messages.edi.events import InterchangeReceived, ReceivedSet

_REJECTED, _ACKNOWLEDGED = "4", "7"
"""Data element 0083: this level and all below; this level, and what is below unless it is rejected."""
_IDENTIFIER: Final = ("CONTRL", "D", "3", "UN")
_OF_SYNTAX_4: Final = ("CONTRL", "4", "1", "UN")
_SYNTAX_4: Final = 4
_TEST: Final = "T"


def answer_to(receipt: InterchangeReceived, notation: Notation, reference: str, sent_at_us: int) -> str:
    """The interchange that answers one, back to who sent it: a test answers a test."""
    identifier = _OF_SYNTAX_4 if notation.version >= _SYNTAX_4 else _IDENTIFIER
    return write_interchange(
        EdifactToSend(
            notation=notation,
            sender=Correspondent(receipt.receiver_id, receipt.receiver_qualifier),
            receiver=Correspondent(receipt.sender_id, receipt.sender_qualifier),
            reference=reference,
            sent_at_us=sent_at_us,
            messages=[MessageToSend(identifier, list(_segments(receipt)))],
            is_test=receipt.usage == _TEST,
        )
    )


def _segments(receipt: InterchangeReceived) -> Iterator[WrittenSegment]:
    verdict = _REJECTED if receipt.fault else _ACKNOWLEDGED
    sender, receiver = (
        _named(receipt.sender_id, receipt.sender_qualifier),
        _named(receipt.receiver_id, receipt.receiver_qualifier),
    )
    yield "UCI", ((receipt.control_number,), sender, receiver, (verdict,), (receipt.fault,))
    if receipt.fault:
        return
    for group in receipt.groups:
        for one in group.sets:
            yield from _message(one)


def _named(number: str, qualifier: str) -> tuple[str, str]:
    return number, qualifier


def _message(one: ReceivedSet) -> Iterator[WrittenSegment]:
    """UCM; with UCS where one of its segments is what is wrong, and UCD where it is an element of that."""
    is_rejected = bool(one.fault or one.segment)
    verdict = _REJECTED if is_rejected else _ACKNOWLEDGED
    yield "UCM", ((one.control_number,), tuple(one.kind.split(":")), (verdict,), (one.fault,))
    if one.segment:
        yield "UCS", ((str(one.position),), (one.segment_fault,))
        if one.element_fault:
            yield "UCD", ((one.element_fault,), (str(one.element + 1),))
