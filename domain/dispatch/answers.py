"""The effects of a response: its command is done, refused, retried later, looked up, or sent again.

What the ERP says of a command that has left is in `domain.dispatch.settled`.
"""

from dataclasses import replace
from typing import Final

from domain.dispatch import breaker, documents
from domain.dispatch.cases import still_tried, tried_at_last
from domain.dispatch.channels import reports
from domain.dispatch.decision import DispatchTimer, DispatchVerdict, TimerKind
from domain.dispatch.foreign_documents import is_foreign
from domain.dispatch.gate import change_breaker
from domain.dispatch.left_behind import refuse, take_those_behind
from domain.dispatch.outcomes import Reaction, is_failure, reaction_to, was_asked
from domain.dispatch.rows import CommandState, QueuedCommand
from domain.dispatch.settled.contradictions import compare_with_refusal, note_refusal
from domain.dispatch.settled.remembering import remember
from domain.dispatch.work import DispatchWork
from domain.durations import duration_text
from domain.messages.dispatch import BOOKED, CommandType, ErpResponse, Outcome

_ATTEMPTS_IN_SILENCE: Final = 20
"""How often a command is tried, queries included, before a person is asked to look."""
_FOLLOWED: Final = {
    CommandType.POST_SHIPMENT: "the shipment that it follows",
    CommandType.REVERSE_SHIPMENT: "the reversal that it follows",
}


def take_answer(work: DispatchWork, command: QueuedCommand, response: ErpResponse) -> DispatchVerdict:
    """React to one response; the breaker counts it unless it is ignored."""
    if not was_asked(command, response):
        return DispatchVerdict.NEVER_ASKED
    reaction = reaction_to(command, response)
    if reaction is Reaction.IGNORE:
        return note_refusal(work, command, response)
    verdict = _react(work, command, response, reaction)
    _update_breaker(work, response)
    return verdict


def miss_answer(work: DispatchWork, command: QueuedCommand) -> DispatchVerdict:
    """The connector has not answered in time: the outcome of the attempt is unknown, as after a lost answer."""
    request = command.request
    missed = ErpResponse(
        erp_id=request.erp_id,
        command_id=command.command_id,
        command_type=CommandType.QUERY_DOCUMENT if command.asking else request.command_type,
        attempt=command.attempt,
        outcome=Outcome.UNKNOWN,
        document_number="",
        reason=f"no answer within {duration_text(work.policy.answer_within_ms)}",
        retry_after_ms=0,
    )
    return take_answer(work, command, missed)


def _react(work: DispatchWork, command: QueuedCommand, response: ErpResponse, reaction: Reaction) -> DispatchVerdict:
    match reaction:
        case Reaction.DONE:
            return _done(work, command, response)
        case Reaction.REFUSED:
            return _refused(work, command, response)
        case Reaction.RETRY:
            return _retry(work, command, response)
        case Reaction.SETTLE:
            return _settle(work, command, response)
        case Reaction.RESEND:
            return _resend(work, command, response)
        case Reaction.IGNORE:
            return DispatchVerdict.OTHER_ATTEMPT


def _done(work: DispatchWork, command: QueuedCommand, response: ErpResponse) -> DispatchVerdict:
    if is_foreign(command, response):
        behind = take_those_behind(work, command)
        _leave(work, command, response, response.outcome, is_foreign=True)
        number = response.document_number or "under this key"
        refuse(work, behind, f"the ERP's document {number} is not this order's", is_foreign=True)
        return DispatchVerdict.FOREIGN_DOCUMENT
    is_found = response.command_type is CommandType.QUERY_DOCUMENT and response.outcome in BOOKED
    _leave(work, command, response, Outcome.DUPLICATE if is_found else response.outcome)
    return DispatchVerdict.DONE_AFTER_UNKNOWN if command.had_unknown else DispatchVerdict.DONE


def _refused(work: DispatchWork, command: QueuedCommand, response: ErpResponse) -> DispatchVerdict:
    """Nothing is posted against an order, a shipment or a reversal that the ERP has refused."""
    behind = take_those_behind(work, command)
    _leave(work, command, response, response.outcome)
    what = _FOLLOWED.get(command.request.command_type, "the order itself")
    refuse(work, behind, f"the ERP has refused {what}", is_foreign=False)
    return DispatchVerdict.REFUSED


def _retry(work: DispatchWork, command: QueuedCommand, response: ErpResponse) -> DispatchVerdict:
    due_ms = work.now_ms + work.policy.retry_after_ms(command.attempt, response.retry_after_ms)
    _report(work, command, response)
    waiting = replace(command, state=CommandState.WAITING_RETRY, attempt=command.attempt + 1, due_ms=due_ms)
    _wait(work, waiting, TimerKind.RETRY)
    return DispatchVerdict.RETRY_LATER


def _settle(work: DispatchWork, command: QueuedCommand, response: ErpResponse) -> DispatchVerdict:
    """Ask when it is settled; an ERP that does not answer the question is asked less and less often."""
    _report(work, command, response)
    pause_ms = work.policy.retry_after_ms(command.attempt, 0) if command.asking else 0
    is_first_doubt = not (command.asking or command.had_unknown)
    doubted_attempt = command.attempt if is_first_doubt else 0
    settling = replace(
        command,
        state=CommandState.SETTLING,
        doubted_attempt=command.doubted_attempt if command.asking else doubted_attempt,
        attempt=command.attempt + 1,
        due_ms=work.now_ms + max(work.policy.settle_after_ms, pause_ms),
        asking=True,
        had_unknown=True,
    )
    _wait(work, settling, TimerKind.SETTLE)
    return DispatchVerdict.SETTLING


def _resend(work: DispatchWork, command: QueuedCommand, response: ErpResponse) -> DispatchVerdict:
    _report(work, command, response)
    work.put_command(replace(command, state=CommandState.QUEUED, attempt=command.attempt + 1, asking=False, due_ms=0))
    return DispatchVerdict.SURELY_NOT_THERE


def _report(work: DispatchWork, command: QueuedCommand, response: ErpResponse) -> None:
    """After many attempts a person has to look; the command is tried all the same."""
    if command.attempt == _ATTEMPTS_IN_SILENCE:
        work.cases.append(still_tried(command, response.reason))


def _wait(work: DispatchWork, command: QueuedCommand, kind: TimerKind) -> None:
    work.put_command(command)
    work.timers.append(DispatchTimer(kind, command.command_id, command.due_ms))


def _leave(
    work: DispatchWork, command: QueuedCommand, response: ErpResponse, outcome: Outcome, *, is_foreign: bool = False
) -> None:
    work.drop_command(command.command_id)
    _queue_next(work, command)
    if command.attempt > _ATTEMPTS_IN_SILENCE:
        work.cases.append(tried_at_last(command, outcome))
    remember(work, command, outcome, response)
    if outcome in BOOKED:
        compare_with_refusal(work, command, response)
    number, reason = response.document_number, response.reason
    if reports.is_report(command.request):
        reports.ended(work, command, outcome, reason)
    else:
        work.report(command, outcome, document_number=number, reason=reason, is_foreign=is_foreign)


def _queue_next(work: DispatchWork, left: QueuedCommand) -> None:
    document_key = left.request.document_key
    document = work.document(document_key)
    if document is None:
        raise AssertionError(f"command {left.command_id} is open but its document {document_key} has no row")
    rest = documents.without(document, left.command_id)
    work.put_document(document_key, rest)
    head_id = documents.head_of(rest)
    head = work.command(head_id) if head_id is not None else None
    if head is not None and head.state is CommandState.BEHIND:
        work.put_command(replace(head, state=CommandState.QUEUED))


def _update_breaker(work: DispatchWork, response: ErpResponse) -> None:
    changed = breaker.answered(
        work.gate.breaker,
        work.policy,
        response.command_id,
        failed=is_failure(response.outcome),
        now_ms=work.now_ms,
    )
    change_breaker(work, changed, ": ".join(filter(None, (response.outcome.value, response.reason))))
