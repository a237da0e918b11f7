"""The answer to an interchange: a 997 for each group, and a TA1 where the envelope is wrong or asks for one."""

import re
from dataclasses import dataclass
from typing import Final

from connectors.formats.x12.segments import Delimiters, Segment
from connectors.formats.x12.sending.receipts import ACKNOWLEDGEMENTS
from connectors.formats.x12.sending.writing import (
    GroupToSend,
    InterchangeToSend,
    Participant,
    SetToSend,
    write_interchange,
)
from domain.messages.edi.events import InterchangeReceived, ReceivedGroup, ReceivedSet

_NO_FAULT: Final = "000"
_VERSION: Final = re.compile(r"00[2-8][0-9]{2}")
_OLDEST: Final = "00401"
_USAGES: Final = frozenset("IPT")


@dataclass(frozen=True, slots=True)
class AnswerNumbers:
    """The control numbers of an answer; its groups are numbered from the first on."""

    interchange: int
    first_group: int


def answer_to(receipt: InterchangeReceived, delimiters: Delimiters, numbers: AnswerNumbers, sent_at_us: int) -> str:
    """The interchange that answers one, back to who sent it, with the usage that it had: a test answers a test."""
    return write_interchange(
        InterchangeToSend(
            delimiters=delimiters,
            sender=Participant(receipt.receiver_qualifier, receipt.receiver_id),
            receiver=Participant(receipt.sender_qualifier, receipt.sender_id),
            version=receipt.version if _VERSION.fullmatch(receipt.version) else _OLDEST,
            control_number=numbers.interchange,
            usage=receipt.usage if receipt.usage in _USAGES else "P",
            sent_at_us=sent_at_us,
            acknowledgements=_interchange_answer(receipt),
            groups=[_answer_to(group, number) for number, group in enumerate(receipt.groups, numbers.first_group)],
        )
    )


def _interchange_answer(receipt: InterchangeReceived) -> list[Segment]:
    """TA1, if there has to be one."""
    if not receipt.fault and not receipt.asks_for_ta1:
        return []
    verdict = "R" if receipt.fault else "A"
    sent = [receipt.control_number, receipt.sent_day, receipt.sent_minute]
    return [["TA1", *sent, verdict, receipt.fault or _NO_FAULT]]


def _answer_to(group: ReceivedGroup, control_number: int) -> GroupToSend:
    return GroupToSend(
        functional_id=ACKNOWLEDGEMENTS,
        sender=group.receiver,
        receiver=group.sender,
        control_number=control_number,
        version=group.version,
        sets=[SetToSend("997", _acknowledged_group(group))],
    )


def _acknowledged_group(group: ReceivedGroup) -> list[Segment]:
    ak1 = ["AK1", group.functional_id, group.control_number]
    counted = [str(group.stated_sets), str(group.received_sets)]
    if group.fault:
        return [ak1, ["AK9", "R", *counted, "0", group.fault]]
    sets = [segment for one in group.sets for segment in _acknowledged_set(one)]
    return [ak1, *sets, ["AK9", _verdict(group.accepted_sets, group.received_sets), *counted, str(group.accepted_sets)]]


def _verdict(accepted: int, received: int) -> str:
    """Accepted, partially, or rejected."""
    if accepted == received:
        return "A"
    return "P" if accepted else "R"


def _acknowledged_set(one: ReceivedSet) -> list[Segment]:
    ak2 = ["AK2", one.kind, one.control_number]
    if not (one.fault or one.segment):
        return [ak2, ["AK5", "A"]]
    return [ak2, *_wrong_segment(one), ["AK5", "R", one.fault]]


def _wrong_segment(one: ReceivedSet) -> list[Segment]:
    """AK3, and AK4 where one of its elements is what is wrong."""
    if not one.segment:
        return []
    ak3 = ["AK3", one.segment, str(one.position), "", one.segment_fault]
    return [ak3, ["AK4", str(one.element), "", one.element_fault]] if one.element_fault else [ak3]
