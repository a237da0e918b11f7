"""A document in its envelope: one interchange with one group with one set, in the words of its partner."""

from typing import NamedTuple

from connectors.formats.x12.sending.acknowledgements import AnswerNumbers, answer_to
from connectors.formats.x12.sending.document_sets import set_of
from connectors.formats.x12.sending.writing import (
    GroupToSend,
    InterchangeToSend,
    Participant,
    SetToSend,
    write_interchange,
)
from domain.edi.rows import PartnerNumbers
from domain.messages.edi.documents import PartnerDocument
from domain.messages.edi.events import InterchangeReceived
from operators.machines.edi.partners import EdiPartner
from schemas.partner_file import Usage


class Written(NamedTuple):
    """A text that can go out, and the numbers that it has used."""

    content: str
    functional_id: str
    numbers: PartnerNumbers


def written(
    partner: EdiPartner, document: PartnerDocument, version: str, before: PartnerNumbers, now_us: int
) -> Written:
    """A business document; `Unwritable` where it cannot be."""
    numbers = before.next_interchange(groups=1)
    text = set_of(document, partner.syntax, version)
    ours, theirs = partner.file.ours, partner.file.theirs
    group = GroupToSend(
        functional_id=text.functional_id,
        sender=ours.application,
        receiver=theirs.application,
        control_number=numbers.group,
        version=version,
        sets=[SetToSend(text.kind, text.segments)],
    )
    envelope = InterchangeToSend(
        delimiters=partner.syntax.delimiters,
        sender=Participant(ours.qualifier, ours.id),
        receiver=Participant(theirs.qualifier, theirs.id),
        version=version[:5],
        control_number=numbers.interchange,
        usage="T" if is_test(partner) else "P",
        sent_at_us=now_us,
        groups=[group],
    )
    return Written(write_interchange(envelope), text.functional_id, numbers)


def acknowledged(partner: EdiPartner, receipt: InterchangeReceived, before: PartnerNumbers, now_us: int) -> Written:
    """The answer to an interchange."""
    numbers = before.next_interchange(groups=len(receipt.groups))
    first = numbers.group - len(receipt.groups) + 1 if receipt.groups else 0
    used = AnswerNumbers(numbers.interchange, first)
    return Written(answer_to(receipt, partner.syntax.delimiters, used, now_us), "FA", numbers)


def is_test(partner: EdiPartner) -> bool:
    """Whether everything for the partner is marked as a test."""
    return partner.file.usage is Usage.TEST
