"""A document in its envelope, in the words and the syntax of its partner: one interchange with one document."""

from typing import NamedTuple

from connectors.formats.edifact.sending import acknowledgements as edifact_acknowledgements
from connectors.formats.edifact.sending import writing as edifact
from connectors.formats.edifact.sending.composing import EdifactSyntax
from connectors.formats.edifact.sending.messages import message_of
from connectors.formats.x12.sending import acknowledgements as x12_acknowledgements
from connectors.formats.x12.sending import writing as x12
from connectors.formats.x12.sending.composing import PartnerSyntax
from connectors.formats.x12.sending.document_sets import set_of
from domain.edi.rows import PartnerNumbers
from domain.messages.edi.documents import PartnerDocument, PartnerInvoice, ShipNotice
from domain.messages.edi.events import InterchangeReceived
from operators.machines.edi.partners import EdiPartner
from schemas.partner_files.agreed import Usage


class Written(NamedTuple):
    """A text that can go out, and the numbers that it has used."""

    content: str
    functional_id: str
    numbers: PartnerNumbers
    own_number: str = ""
    """By what the partner's application names it (BGM); empty: by its group alone."""


def written(
    partner: EdiPartner, document: PartnerDocument, version: str, before: PartnerNumbers, now_us: int
) -> Written:
    """A business document; `Unwritable` where it cannot be."""
    numbers = before.next_interchange(groups=1)
    if isinstance(partner.syntax, EdifactSyntax):
        return _in_edifact(partner, partner.syntax, document, version, (numbers, now_us))
    return _in_x12(partner, partner.syntax, document, version, (numbers, now_us))


def _in_x12(
    partner: EdiPartner,
    syntax: PartnerSyntax,
    document: PartnerDocument,
    version: str,
    sent: tuple[PartnerNumbers, int],
) -> Written:
    numbers, now_us = sent
    text = set_of(document, syntax, version)
    group = x12.GroupToSend(
        functional_id=text.functional_id,
        sender=syntax.ours.application,
        receiver=syntax.theirs.application,
        control_number=numbers.group,
        version=version,
        sets=[x12.SetToSend(text.kind, text.segments)],
    )
    envelope = x12.InterchangeToSend(
        delimiters=syntax.delimiters,
        sender=syntax.ours.participant,
        receiver=syntax.theirs.participant,
        version=version[:5],
        control_number=numbers.interchange,
        usage="T" if is_test(partner) else "P",
        sent_at_us=now_us,
        groups=[group],
    )
    return Written(x12.write_interchange(envelope), text.functional_id, numbers)


def _in_edifact(
    partner: EdiPartner,
    syntax: EdifactSyntax,
    document: PartnerDocument,
    version: str,
    sent: tuple[PartnerNumbers, int],
) -> Written:
    numbers, now_us = sent
    number = _own_number(document, numbers.interchange)
    envelope = edifact.EdifactToSend(
        notation=syntax.notation,
        sender=syntax.ours.correspondent,
        receiver=syntax.theirs.correspondent,
        reference=str(numbers.interchange),
        sent_at_us=now_us,
        messages=[message_of(document, syntax, version, number)],
        asks_for_acknowledgement=partner.policy.acknowledged_within_ms > 0,
        is_test=is_test(partner),
    )
    return Written(edifact.write_interchange(envelope), "", numbers, number)


def _own_number(document: PartnerDocument, interchange: int) -> str:
    """An answer has no number of its own, and gets one: no other document of the partner has it."""
    match document:
        case ShipNotice():
            return document.shipment_id
        case PartnerInvoice():
            return document.invoice_id
        case _:
            return f"ORDRSP{interchange}"


def acknowledged(partner: EdiPartner, receipt: InterchangeReceived, before: PartnerNumbers, now_us: int) -> Written:
    """The answer to an interchange."""
    if isinstance(partner.syntax, EdifactSyntax):
        numbers = before.next_interchange(groups=0)
        text = edifact_acknowledgements.answer_to(receipt, partner.syntax.notation, str(numbers.interchange), now_us)
        return Written(text, "", numbers)
    numbers = before.next_interchange(groups=len(receipt.groups))
    first = numbers.group - len(receipt.groups) + 1 if receipt.groups else 0
    used = x12_acknowledgements.AnswerNumbers(numbers.interchange, first)
    return Written(x12_acknowledgements.answer_to(receipt, partner.syntax.delimiters, used, now_us), "FA", numbers)


def group_of(partner: EdiPartner, numbers: PartnerNumbers, groups: int = 1) -> int:
    """The number of the first group of an interchange; 0 where it has none, as in EDIFACT."""
    if isinstance(partner.syntax, EdifactSyntax) or not groups:
        return 0
    return numbers.group - groups + 1


def is_test(partner: EdiPartner) -> bool:
    """Whether everything for the partner is marked as a test."""
    return partner.file.usage is Usage.TEST
