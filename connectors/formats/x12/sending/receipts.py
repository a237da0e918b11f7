"""What we owe the sender of an interchange: what was read of it, group by group and set by set, in the codes of a 997.

A 997 says what was read, not what was done: a set is rejected that the reader refuses, or whose kind no rule of the
channel file reads, and no other. An order that breaks a rule of its channel file is answered by business documents
(855). Acknowledgements are not acknowledged.
"""

from collections.abc import Collection
from dataclasses import replace
from hashlib import blake2b
from typing import Final

from connectors.formats.x12.faults import GroupFault, SetDefect, SetFault
from connectors.formats.x12.filling import fill_set
from connectors.formats.x12.groups import SEGMENT_ID, Group, TransactionSet
from connectors.formats.x12.interchanges import Interchange, UnreadableInterchange
from connectors.formats.x12.nodes import SegmentNode
from connectors.formats.x12.segments import Segment, element
from domain.identifiers import PartnerId, SourceId
from domain.messages.edi.events import InterchangeReceived, ReceivedGroup, ReceivedSet

ACKNOWLEDGEMENTS: Final = "FA"
_ASKED_FOR: Final = "1"
_NO_NAME: Final = "ZZZ"
_MOST_SETS: Final = 1_000
"""Of a group with more sets, those that are accepted are not named: AK9 counts them."""
_LONGEST: Final = 40
"""Characters of an element that are repeated."""


def receipt_of(
    part: Interchange | UnreadableInterchange,
    partner_id: PartnerId,
    source_id: SourceId,
    kinds: Collection[str] | None = None,
) -> InterchangeReceived | None:
    """What has to be answered; None where there is nothing to answer, or nobody who could be answered.

    `kinds`: the kinds of sets (ST01) that are read of this source; None where all are.
    """
    if isinstance(part, UnreadableInterchange):
        if part.isa is None or part.fault is None:
            return None
        return replace(_receipt(part.isa.segment, partner_id, source_id), fault=part.fault.value)
    answered = [group for group in part.groups if element(group.gs, 1) != ACKNOWLEDGEMENTS]
    asks_for_ta1 = element(part.isa, 14) == _ASKED_FOR
    if not answered and not asks_for_ta1:
        return None
    receipt = _receipt(part.isa, partner_id, source_id)
    return replace(
        receipt,
        asks_for_ta1=asks_for_ta1,
        content_hash=_content_hash(part),
        groups=tuple(_received_group(group, kinds) for group in answered),
    )


def _receipt(isa: Segment, partner_id: PartnerId, source_id: SourceId) -> InterchangeReceived:
    """With nothing in it, and nothing wrong."""
    return InterchangeReceived(
        partner_id=partner_id,
        source_id=source_id,
        sender_qualifier=_said(isa, 5),
        sender_id=_said(isa, 6),
        receiver_qualifier=_said(isa, 7),
        receiver_id=_said(isa, 8),
        control_number=_said(isa, 13),
        sent_day=_said(isa, 9),
        sent_minute=_said(isa, 10),
        version=_said(isa, 12),
        usage=_said(isa, 15),
        fault="",
        asks_for_ta1=False,
        content_hash="",
        groups=(),
    )


def _said(segment: Segment, number: int) -> str:
    return element(segment, number)[:_LONGEST]


def _content_hash(interchange: Interchange) -> str:
    found = blake2b(digest_size=16)
    for group in interchange.groups:
        for segment in (group.gs, *(one for each in group.sets for one in each.segments), group.ge):
            found.update("\x1f".join(segment).encode())
            found.update(b"\x1e")
    return found.hexdigest()


def _received_group(group: Group, kinds: Collection[str] | None) -> ReceivedGroup:
    gs, count = group.gs, len(group.sets)
    found = ReceivedGroup(
        functional_id=_said(gs, 1),
        sender=_said(gs, 2),
        receiver=_said(gs, 3),
        control_number=_said(gs, 6),
        version=_said(gs, 8),
        stated_sets=int(element(group.ge, 1)) if _is_count(element(group.ge, 1)) else count,
        received_sets=count,
        accepted_sets=0,
    )
    if group.defect and isinstance(group.defect.fault, GroupFault):
        return replace(found, fault=group.defect.fault.value)
    read = [(one, _defect(one, kinds)) for one in group.sets]
    accepted = sum(defect is None for _, defect in read)
    named = read if count <= _MOST_SETS else [each for each in read if each[1] is not None][:_MOST_SETS]
    return replace(found, accepted_sets=accepted, sets=tuple(_received_set(*each) for each in named))


def _defect(one: TransactionSet, kinds: Collection[str] | None) -> SetDefect | None:
    if kinds is not None and element(one.segments[0], 1) not in kinds:
        return SetDefect("ST.01", "no rule reads sets of this kind", SetFault.NOT_SUPPORTED)
    return fill_set({}, one, SegmentNode)


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 6  # noqa: PLR2004  data element 97


def _received_set(one: TransactionSet, defect: SetDefect | None) -> ReceivedSet:
    st = one.segments[0]
    found = ReceivedSet(_said(st, 1), _said(st, 2))
    if defect is None:
        return found
    found = replace(found, fault=defect.fault.value if isinstance(defect.fault, SetFault) else "")
    wrong = defect.segment
    if wrong is None:
        return found
    return replace(
        found,
        segment=wrong.name if SEGMENT_ID.fullmatch(wrong.name) else _NO_NAME,
        position=wrong.position,
        segment_fault=wrong.misfit.fault.value,
        element=wrong.misfit.element,
        element_fault=wrong.misfit.element_fault or "",
    )
