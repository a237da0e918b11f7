"""The answer to an interchange: a 997 for each functional group, and a TA1 where the envelope is wrong or asks for one.

A 997 says what was read, not what was done: a set is rejected that the reader refuses, and no other. An order that
breaks a rule of its channel file is answered by business documents (855, 824). Acknowledgements are not acknowledged.
The answer is in the delimiters of the interchange, so that its numbers can be repeated as they are.
"""

from dataclasses import dataclass, replace
from typing import Final

from connectors.formats.x12.faults import EnvelopeFault, GroupFault, SetDefect, SetFault, WrongSegment
from connectors.formats.x12.filling import fill_set
from connectors.formats.x12.groups import SEGMENT_ID, Group, TransactionSet
from connectors.formats.x12.interchanges import Interchange, UnreadableInterchange
from connectors.formats.x12.nodes import node_of
from connectors.formats.x12.segments import Delimiters, Segment, element
from connectors.formats.x12.sending.writing import (
    GroupToSend,
    InterchangeToSend,
    Participant,
    SetToSend,
    write_interchange,
)

_ACKNOWLEDGEMENTS: Final = "FA"
_ASKED_FOR: Final = "1"
_NO_FAULT: Final = "000"
_NO_NAME: Final = "ZZZ"


@dataclass(frozen=True, slots=True)
class AnswerNumbers:
    """The control numbers of an answer; its groups are numbered from the first on."""

    interchange: int
    first_group: int


def acknowledge(part: Interchange | UnreadableInterchange, numbers: AnswerNumbers, sent_at_us: int) -> str | None:
    """The interchange that answers one; None where there is nothing to answer, or nobody."""
    if isinstance(part, UnreadableInterchange):
        if part.isa is None or part.fault is None:
            return None
        envelope = _envelope(part.isa.segment, part.isa.delimiters, numbers, sent_at_us)
        return write_interchange(replace(envelope, acknowledgements=[_ta1(part.isa.segment, part.fault)]))
    answered = [group for group in part.groups if element(group.gs, 1) != _ACKNOWLEDGEMENTS]
    groups = [_answer_to(group, number) for number, group in enumerate(answered, start=numbers.first_group)]
    acceptances = [_ta1(part.isa, None)] if element(part.isa, 14) == _ASKED_FOR else []
    if not groups and not acceptances:
        return None
    envelope = _envelope(part.isa, part.delimiters, numbers, sent_at_us)
    return write_interchange(replace(envelope, acknowledgements=acceptances, groups=groups))


def _envelope(isa: Segment, delimiters: Delimiters, numbers: AnswerNumbers, sent_at_us: int) -> InterchangeToSend:
    """Back to who sent it."""
    return InterchangeToSend(
        delimiters=delimiters,
        sender=Participant(element(isa, 7), element(isa, 8)),
        receiver=Participant(element(isa, 5), element(isa, 6)),
        version=element(isa, 12),
        control_number=numbers.interchange,
        usage=element(isa, 15),
        sent_at_us=sent_at_us,
    )


def _ta1(isa: Segment, fault: EnvelopeFault | None) -> Segment:
    return ["TA1", element(isa, 13), element(isa, 9), element(isa, 10), "R" if fault else "A", fault or _NO_FAULT]


def _answer_to(group: Group, control_number: int) -> GroupToSend:
    gs = group.gs
    return GroupToSend(
        functional_id=_ACKNOWLEDGEMENTS,
        sender=element(gs, 3),
        receiver=element(gs, 2),
        control_number=control_number,
        version=element(gs, 8),
        sets=[SetToSend("997", _acknowledged_group(group))],
    )


def _acknowledged_group(group: Group) -> list[Segment]:
    ak1 = ["AK1", element(group.gs, 1), element(group.gs, 6)]
    received = str(len(group.sets))
    stated = element(group.ge, 1) if element(group.ge, 1).isdigit() else received
    if group.defect and isinstance(group.defect.fault, GroupFault):
        return [ak1, ["AK9", "R", stated, received, "0", group.defect.fault]]
    defects = [fill_set({}, one, node_of) for one in group.sets]
    sets = [
        segment for one, defect in zip(group.sets, defects, strict=True) for segment in _acknowledged_set(one, defect)
    ]
    accepted = defects.count(None)
    return [ak1, *sets, ["AK9", _verdict(accepted, len(defects)), stated, received, str(accepted)]]


def _verdict(accepted: int, received: int) -> str:
    """Accepted, partially, or rejected."""
    if accepted == received:
        return "A"
    return "P" if accepted else "R"


def _acknowledged_set(one: TransactionSet, defect: SetDefect | None) -> list[Segment]:
    st = one.segments[0]
    ak2 = ["AK2", element(st, 1), element(st, 2)]
    if defect is None:
        return [ak2, ["AK5", "A"]]
    wrong = _wrong_segment(defect.segment) if defect.segment else []
    return [ak2, *wrong, ["AK5", "R", defect.fault if isinstance(defect.fault, SetFault) else ""]]


def _wrong_segment(wrong: WrongSegment) -> list[Segment]:
    """AK3, and AK4 where one of its elements is what is wrong."""
    name = wrong.name if SEGMENT_ID.fullmatch(wrong.name) else _NO_NAME
    ak3 = ["AK3", name, str(wrong.position), "", wrong.misfit.fault]
    if wrong.misfit.element_fault is None:
        return [ak3]
    return [ak3, ["AK4", str(wrong.misfit.element), "", wrong.misfit.element_fault]]
