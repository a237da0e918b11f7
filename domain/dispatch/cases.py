"""The exception cases of dispatch: an ERP outage, a command that is tried for ever, and one with two answers.

A refusal is a case of the order (`domain.orders.refusals`).
"""

from domain.dispatch.breaker import Breaker
from domain.dispatch.rows import QueuedCommand, SettledCommand
from domain.identifiers import CommandId, ErpId
from domain.messages.cases import Case, CaseClass, CaseOrigin, CaseState
from domain.messages.dispatch import ErpRequested, Outcome


def outage_changes(erp_id: ErpId, before: Breaker, after: Breaker, reason: str) -> tuple[Case, ...]:
    """The case of an outage opens with the first OPEN and is resolved with CLOSED; it is the same case both times."""
    if before.in_outage == after.in_outage:
        return ()
    is_away = after.in_outage
    action = "see that the ERP and its connector run; queued commands are then sent automatically" if is_away else ""
    return (
        Case(
            CaseClass.ERP_OUTAGE,
            CaseOrigin.ERP,
            subject=erp_id,
            reason=(reason or "the ERP does not answer, or only with failures") if is_away else "the ERP answers again",
            suggested_action=action,
            state=CaseState.OPEN if is_away else CaseState.RESOLVED,
            key=str(after.outages),
        ),
    )


def still_tried(command: QueuedCommand, reason: str) -> Case:
    """A command has been tried very often: its document is locked, or the ERP does not say what became of it."""
    doubt = " and it is not known whether the ERP has it" if command.had_unknown else ""
    return _of_tries(
        command,
        CaseState.OPEN,
        f"has been tried at least {command.attempt} times{doubt}: {reason or 'no reason given'}",
        "look in the ERP for what keeps it from answering; the command is tried again automatically",
    )


def tried_at_last(command: QueuedCommand, outcome: Outcome) -> Case:
    """It has an outcome."""
    is_refused = outcome is Outcome.REJECTED_BUSINESS
    return _of_tries(command, CaseState.RESOLVED, "is refused by the ERP" if is_refused else "is done")


def _of_tries(command: QueuedCommand, state: CaseState, what: str, suggested_action: str = "") -> Case:
    request = command.request
    return Case(
        CaseClass.DEPENDENCY_TIMEOUT,
        CaseOrigin.ERP,
        subject=subject_of(request),
        reason=f"{request.command_type} {request.business_key} {what}",
        suggested_action=suggested_action,
        state=state,
        key=f"{command.command_id}/tried",
    )


def subject_of(request: ErpRequested) -> str:
    """Of what a command is: its order, or the item whose stock is reported."""
    document = request.document
    return document.lines[0].item_id if document.lines and not document.order_id else document.order_id


def second_document(command_id: CommandId, settled: SettledCommand, document_number: str) -> Case:
    """The ERP reports a document of a command for which it had reported another one."""
    return _of_settled(
        CaseClass.DUPLICATE_DOCUMENT,
        settled,
        f"{command_id}/{document_number}",
        f"was {_booked(settled.document_number)}, and is reported as booked again: {document_number}",
        "keep one document and cancel the other in the ERP; then find out which system answered late",
    )


def booked_and_refused(command_id: CommandId, settled: SettledCommand, refusal: str) -> Case:
    """The ERP reports one attempt both as booked and as refused; `refusal` is its reason."""
    return _of_settled(
        CaseClass.CONFLICTING_DUPLICATE,
        settled,
        f"{command_id}/booked and refused",
        f"is reported as {_booked(settled.document_number)}, and as refused: {refusal or 'no reason given'}",
        "see whether the ERP has the document: if not, enter it there by hand, since all goes on as if it were booked",
    )


def _booked(document_number: str) -> str:
    return f"booked as {document_number}" if document_number else "booked without a number"


def _of_settled(case_class: CaseClass, settled: SettledCommand, key: str, what: str, action: str) -> Case:
    reason = f"{settled.command_type} {settled.business_key} {what}"
    return Case(case_class, CaseOrigin.ERP, settled.order_id, reason, suggested_action=action, key=key)
