"""An ERP says two things about one command: that is one case for a person.

| it has said | and says later | |
|---|---|---|
| booked as A | booked as B | case DUPLICATE_DOCUMENT: a call that was thought lost was booked late |
| booked by an attempt | that attempt is refused | case CONFLICTING_DUPLICATE: nobody knows whether it has it |
| refused | booked as A | the order is told, and has the case (`domain.orders.erp.booked_after_all`) |
| booked | another attempt is refused | nothing: it has it once, and says so |
| either | it is unknown, not there, or refused for the moment | nothing: that proves nothing |

What was said before is not said again: a connector may answer as often as it likes. A report that a channel has
refused and takes after all has no case any more.
"""

from dataclasses import replace
from typing import Final

from domain.dispatch.cases import booked_and_refused, second_document
from domain.dispatch.channels import reports
from domain.dispatch.decision import DispatchVerdict
from domain.dispatch.rows import QueuedCommand, SettledCommand
from domain.dispatch.settled.remembering import executed_attempt
from domain.dispatch.work import DispatchWork
from domain.identifiers import DocumentKey
from domain.messages.dispatch import BOOKED, REPORTS, CommandType, ErpResponse, Outcome
from domain.messages.orders import ErpOutcomeReceived

MOST_CONTRADICTIONS: Final = 20
"""Other things that are remembered of one command; an ERP that says more than that is known to be broken."""


def take_late_answer(work: DispatchWork, response: ErpResponse) -> DispatchVerdict:
    """The answer to a command that is not open: repeated, unless it contradicts what is known."""
    command_id = response.command_id
    settled = work.settled(command_id)
    if settled is None or not _was_asked(settled, response):
        return DispatchVerdict.NO_SUCH_COMMAND
    said = _said_otherwise(settled, response)
    known = settled.contradicted_by
    if not said or said in known or len(known) >= MOST_CONTRADICTIONS:
        return DispatchVerdict.NO_SUCH_COMMAND
    settled = replace(settled, contradicted_by=(*known, said))
    if settled.outcome is Outcome.REJECTED_BUSINESS:
        return _booked_after_all(work, settled, response)
    work.put_settled(command_id, settled)
    if response.outcome is Outcome.REJECTED_BUSINESS:
        work.cases.append(booked_and_refused(command_id, settled, response.reason))
        return DispatchVerdict.BOOKED_AND_REFUSED
    work.cases.append(second_document(command_id, settled, response.document_number))
    return DispatchVerdict.SECOND_DOCUMENT


def _booked_after_all(work: DispatchWork, settled: SettledCommand, response: ErpResponse) -> DispatchVerdict:
    """What was refused is booked from now on: that it was refused has been said."""
    command_id, outcome, number = response.command_id, response.outcome, response.document_number
    if settled.command_type in REPORTS:
        work.put_settled(command_id, None)
        reports.taken_after_all(work, command_id, settled.business_key)
        return DispatchVerdict.BOOKED_AFTER_ALL
    booked = replace(
        settled,
        outcome=outcome,
        document_number=number,
        executed_attempt=response.attempt,
        contradicted_by=(*settled.contradicted_by[:-1], Outcome.REJECTED_BUSINESS),
    )
    work.put_settled(command_id, booked)
    _expect_own_document(work, settled)
    work.outcomes.append(
        ErpOutcomeReceived(
            order_id=settled.order_id,
            erp_id=response.erp_id,
            command_id=command_id,
            command_type=settled.command_type,
            outcome=outcome,
            document_number=number,
            reason=settled.refusal,
            business_key=settled.business_key,
            was_refused=True,
        )
    )
    return DispatchVerdict.BOOKED_AFTER_ALL


def _expect_own_document(work: DispatchWork, settled: SettledCommand) -> None:
    """A person may have retried the booking: if the ERP has it already, that document is the order's own."""
    document = work.document(DocumentKey(settled.order_id))
    commands = () if document is None else map(work.command, document.command_ids)
    for command in filter(None, commands):
        if (command.request.command_type, command.request.business_key) == (
            settled.command_type,
            settled.business_key,
        ) and not command.request.only_look_up:
            work.put_command(replace(command, had_unknown=True))


def note_refusal(work: DispatchWork, command: QueuedCommand, response: ErpResponse) -> DispatchVerdict:
    """An answer that decides nothing; a refusal of what was sent counts when another answer says that it is booked."""
    is_sent = response.attempt < command.attempt and response.command_type is command.request.command_type
    if response.outcome is not Outcome.REJECTED_BUSINESS or not is_sent:
        return DispatchVerdict.OTHER_ATTEMPT
    work.put_command(replace(command, refused_attempt=response.attempt, refusal=response.reason))
    return DispatchVerdict.REFUSAL_NOTED


def compare_with_refusal(work: DispatchWork, command: QueuedCommand, response: ErpResponse) -> None:
    """The command leaves as booked: that attempt may have been refused before."""
    settled = work.settled(command.command_id)
    refused = command.refused_attempt
    if settled is None or not refused or refused != executed_attempt(command, response):
        return
    said = Outcome.REJECTED_BUSINESS
    work.put_settled(command.command_id, replace(settled, contradicted_by=(said,)))
    work.cases.append(booked_and_refused(command.command_id, settled, command.refusal))


def _was_asked(settled: SettledCommand, response: ErpResponse) -> bool:
    """Whether dispatch may have asked the ERP what this answers, as for an open command."""
    is_query = response.command_type is CommandType.QUERY_DOCUMENT
    first = 2 if is_query else 1
    return first <= response.attempt <= settled.attempts and (is_query or response.command_type is settled.command_type)


def _said_otherwise(settled: SettledCommand, response: ErpResponse) -> str:
    """What contradicts the outcome that is known; empty: nothing does."""
    number, was_booked = response.document_number, settled.outcome in BOOKED
    is_same_attempt = response.attempt == settled.executed_attempt
    if response.outcome is Outcome.REJECTED_BUSINESS:
        is_refused = was_booked and is_same_attempt and response.command_type is settled.command_type
        return Outcome.REJECTED_BUSINESS if is_refused else ""
    if response.outcome not in BOOKED:
        return ""
    if was_booked and (number in {"", settled.document_number} or (is_same_attempt and not settled.document_number)):
        return ""
    return number or response.outcome
