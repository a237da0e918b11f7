"""The EDIFACT message of any document for a partner."""

from typing import Final

from connectors.formats.edifact.sending.composing import EdifactSyntax, MessageComposer
from connectors.formats.edifact.sending.documents.despatch_advices import despatch_advice
from connectors.formats.edifact.sending.documents.invoices import invoice
from connectors.formats.edifact.sending.documents.order_responses import change_answer, order_answer
from connectors.formats.edifact.sending.writing import MessageToSend
from connectors.formats.x12.sending.unwritable import Unwritable
from domain.messages.edi.documents import ChangeAnswer, OrderAnswer, PartnerDocument, PartnerInvoice, ShipNotice

_AGENCY: Final = "UN"


def message_of(document: PartnerDocument, syntax: EdifactSyntax, version: str, number: str) -> MessageToSend:
    """The document in the partner's words; `Unwritable` when EDIFACT, or we, cannot say it.

    `version` is the directory, and behind a colon the code of a subset such as EANCOM: `D96A`, `D01B:EAN010`. `number`
    becomes that of a document that has none of its own.
    """
    composer = MessageComposer(syntax, number)
    match document:
        case OrderAnswer():
            kind, segments = "ORDRSP", order_answer(document, composer)
        case ChangeAnswer():
            kind, segments = "ORDRSP", change_answer(document, composer)
        case ShipNotice():
            kind, segments = "DESADV", despatch_advice(document, composer)
        case PartnerInvoice():
            kind, segments = "INVOIC", invoice(document, composer)
        case _:
            raise Unwritable("UNH", f"a {type(document).__name__} has no message of EDIFACT here")
    directory, _, subset = version.partition(":")
    return MessageToSend((kind, directory[:1], directory[1:], _AGENCY, subset), segments)
