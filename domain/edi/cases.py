"""The cases of the EDI flow: what a partner does not acknowledge, what cannot be written, what is late."""

from typing import NamedTuple

from domain.edi.policy import PartnerPolicy
from domain.identifiers import OrderId
from domain.messages.cases import Case, CaseClass, CaseOrigin, CaseState
from domain.messages.edi.documents import EdiDocumentKind


def unacknowledged(policy: PartnerPolicy, kind: EdiDocumentKind, number: str, interchange: int) -> Case:
    """The partner's acknowledgement is overdue; the case ends when it comes."""
    return _of_acknowledgement(
        policy,
        interchange,
        CaseState.OPEN,
        f"{policy.partner_id} has not acknowledged {policy.name_of(kind)} {number} (interchange {interchange}) in time",
        "ask the partner, or the network that carries the documents, whether it arrived; the case ends when it is"
        " acknowledged",
    )


def acknowledged_late(policy: PartnerPolicy, interchange: int) -> Case:
    """It came after all."""
    return _of_acknowledgement(policy, interchange, CaseState.RESOLVED, "the partner has acknowledged it", "")


def _of_acknowledgement(policy: PartnerPolicy, interchange: int, state: CaseState, reason: str, action: str) -> Case:
    return Case(
        CaseClass.PARTNER_OUTAGE,
        CaseOrigin.PLATFORM,
        subject=policy.partner_id,
        reason=reason,
        suggested_action=action,
        state=state,
        key=f"{policy.partner_id}/{interchange}/unacknowledged",
    )


def rejected(policy: PartnerPolicy, what: str, interchange: str, reason: str) -> Case:
    """The partner's system cannot take what we sent."""
    return _of_rejection(
        policy,
        interchange,
        CaseState.OPEN,
        f"{policy.partner_id} rejects {what} (interchange {interchange}): {reason or 'no reason given'}",
        "correct the partner file, or agree with the partner what it takes; then send the document by hand",
    )


def rejected_later(policy: PartnerPolicy, number: str, reason: str) -> Case:
    """Its application rejects a document of ours that its system has accepted, or that we do not know."""
    return _of_rejection(
        policy,
        number,
        CaseState.OPEN,
        f"{policy.partner_id} rejects document {number}: {reason or 'no reason given'}",
        "ask the partner what is wrong with it; then send the document, or what corrects it, by hand",
    )


def accepted_after_all(policy: PartnerPolicy, interchange: str) -> Case:
    """A later acknowledgement accepts what an earlier one rejected."""
    return _of_rejection(policy, interchange, CaseState.RESOLVED, "the partner has accepted it after all", "")


def _of_rejection(policy: PartnerPolicy, interchange: str, state: CaseState, reason: str, action: str) -> Case:
    return Case(
        CaseClass.TRANSFORMATION_FAILED,
        CaseOrigin.CHANNEL_MAPPING,
        subject=policy.partner_id,
        reason=reason,
        suggested_action=action,
        state=state,
        key=f"{policy.partner_id}/{interchange}/rejected",
    )


class NamedDocument(NamedTuple):
    """A document of ours, as people find it."""

    kind: EdiDocumentKind
    order_id: OrderId
    """Empty where it is about no single order."""
    number: str


def unwritable(policy: PartnerPolicy, document: NamedDocument, reason: str) -> Case:
    """A document says something that its syntax, or what is agreed with the partner, has no room for."""
    what = f"{policy.name_of(document.kind)} {document.number} for {policy.partner_id} cannot be written: {reason}"
    action = "complete the partner file (units, labels, delimiters), restart the EDI flow with it, and retry the case"
    return _of_writing(policy, document, CaseState.OPEN, what, action)


def by_hand(policy: PartnerPolicy, document: NamedDocument, reason: str) -> Case:
    """Something that the partner has to be told, and that no document of ours says."""
    what = f"{policy.name_of(document.kind)} {document.number} for {policy.partner_id} is to be corrected: {reason}"
    return _of_writing(policy, document, CaseState.OPEN, what, "tell the partner by hand, then close the case")


def written_at_last(policy: PartnerPolicy, document: NamedDocument) -> Case:
    """It is written and sent."""
    return _of_writing(policy, document, CaseState.RESOLVED, "it is written and sent", "")


def _of_writing(policy: PartnerPolicy, document: NamedDocument, state: CaseState, reason: str, action: str) -> Case:
    return Case(
        CaseClass.TRANSFORMATION_FAILED,
        CaseOrigin.CHANNEL_MAPPING,
        subject=document.order_id or policy.partner_id,
        reason=reason,
        suggested_action=action,
        state=state,
        key=f"{policy.partner_id}/{document.kind}/{document.order_id}/{document.number}/written",
    )


def overdue(policy: PartnerPolicy, kind: EdiDocumentKind, order_id: OrderId) -> Case:
    """A document of ours is late: the partner was promised it, and what it says is not known yet."""
    cause = "is not answered" if kind is EdiDocumentKind.ORDER_ANSWER else "has left and is not invoiced"
    reason = f"{order_id} {cause}: {policy.name_of(kind)} to {policy.partner_id} is overdue"
    action = "see what the order waits for; the document is sent, and the case ended, when it goes on"
    return _of_time(policy, kind, order_id, (CaseState.OPEN, reason, action))


def sent_late(policy: PartnerPolicy, kind: EdiDocumentKind, order_id: OrderId) -> Case:
    """It is sent."""
    return _of_time(policy, kind, order_id, (CaseState.RESOLVED, "the document is sent", ""))


def _of_time(policy: PartnerPolicy, kind: EdiDocumentKind, order_id: OrderId, said: tuple[CaseState, str, str]) -> Case:
    state, reason, action = said
    return Case(
        CaseClass.DEPENDENCY_TIMEOUT,
        CaseOrigin.ORDER,
        subject=order_id,
        reason=reason,
        suggested_action=action,
        state=state,
        key=f"{policy.partner_id}/{kind}/{order_id}/overdue",
    )
