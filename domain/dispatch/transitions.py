"""What happens to one ERP's queue and gate: one function for each kind of event, each total over the rows.

Every function reads the rows, decides, pumps the gate, and returns a `DispatchDecision`; nothing changes in place.
Rows are those of one ERP; `now_ms` is the append time of the event, or of the
record that brought a timer its time.
A released command that is not answered within `answer_within_ms` counts as one of unknown outcome: it is asked about.
A command asked for again after it left is sent again; its idempotency key makes it a DUPLICATE in the ERP.
"""

from domain.dispatch import breaker, documents
from domain.dispatch.answers import miss_answer, take_answer
from domain.dispatch.channels import reports
from domain.dispatch.decision import DispatchDecision, DispatchTimer, DispatchVerdict, TimerKind
from domain.dispatch.gate import change_breaker, pump
from domain.dispatch.policy import DispatchPolicy
from domain.dispatch.queue import rank_ms
from domain.dispatch.rows import CommandState, DispatchRows, QueuedCommand
from domain.dispatch.settled.contradictions import take_late_answer
from domain.dispatch.work import DispatchWork
from domain.identifiers import CommandId, EventId
from domain.messages.dispatch import ErpAvailability, ErpRequested, ErpResponse
from domain.values import replace


def requested(rows: DispatchRows, policy: DispatchPolicy, request: ErpRequested, now_ms: int) -> DispatchDecision:
    """An order asks for a command; one that is known has no effect."""
    work = DispatchWork(rows, policy, now_ms)
    known = work.command(request.command_id)
    if known is None:
        supersedes = reports.supersede(work, request)
        verdict = _enqueue(work, request)
        verdict = DispatchVerdict.SUPERSEDES if supersedes else verdict
    else:
        verdict = DispatchVerdict.ALREADY_KNOWN if known.request == request else DispatchVerdict.SAME_ID_OTHER_CONTENT
    return _pumped(work, verdict)


def answered(rows: DispatchRows, policy: DispatchPolicy, response: ErpResponse, now_ms: int) -> DispatchDecision:
    """The connector says what became of an attempt."""
    work = DispatchWork(rows, policy, now_ms)
    command = work.command(response.command_id)
    verdict = take_late_answer(work, response) if command is None else take_answer(work, command, response)
    return _pumped(work, verdict)


def retried(
    rows: DispatchRows, policy: DispatchPolicy, business_key: str, event_id: EventId, now_ms: int
) -> DispatchDecision | str:
    """A person asks for a refused report again; why not, if it cannot be."""
    work = DispatchWork(rows, policy, now_ms)
    request = reports.retried(work, business_key, event_id)
    return request if isinstance(request, str) else _pumped(work, _enqueue(work, request))


def let_go(rows: DispatchRows, policy: DispatchPolicy, business_key: str, now_ms: int) -> DispatchDecision:
    """A person closes the case of a refused report: it is not made."""
    work = DispatchWork(rows, policy, now_ms)
    return work.decision(reports.let_go(work, business_key))


def availability(rows: DispatchRows, policy: DispatchPolicy, word: ErpAvailability, now_ms: int) -> DispatchDecision:
    """The connector says that the ERP cannot be reached at all, or can be again."""
    work = DispatchWork(rows, policy, now_ms)
    changed = breaker.availability(work.gate.breaker, policy, available=word.available, now_ms=now_ms)
    return _pumped(work, change_breaker(work, changed, word.reason))


def timer(rows: DispatchRows, policy: DispatchPolicy, fired: DispatchTimer, now_ms: int) -> DispatchDecision:
    """A timer that an earlier decision asked for fired."""
    work = DispatchWork(rows, policy, now_ms)
    match fired.kind:
        case TimerKind.ANSWER:
            verdict = _unanswered(work, fired)
        case TimerKind.RETRY:
            verdict = _requeue(work, fired, CommandState.WAITING_RETRY)
        case TimerKind.SETTLE:
            verdict = _requeue(work, fired, CommandState.SETTLING)
        case TimerKind.FORGET:
            verdict = _forget(work, fired)
        case TimerKind.HALF_OPEN:
            verdict = _half_open(work, fired)
        case TimerKind.TOKENS:
            verdict = _tokens_came(work, fired)
    if verdict is DispatchVerdict.STALE_TIMER:
        return work.decision(verdict)  # most are: each answered command leaves one, and it changes nothing
    return _pumped(work, verdict)


def _pumped(work: DispatchWork, verdict: DispatchVerdict) -> DispatchDecision:
    pump(work)
    return work.decision(verdict)


def _enqueue(work: DispatchWork, request: ErpRequested) -> DispatchVerdict:
    arrival = work.gate.arrivals + 1
    work.gate = replace(work.gate, arrivals=arrival)
    document = documents.joined(work.document(request.document_key), request.document_key, request.command_id)
    work.put_document(request.document_key, document)
    is_head = documents.head_of(document) == request.command_id
    work.put_command(
        QueuedCommand(
            request=request,
            attempt=1,
            state=CommandState.QUEUED if is_head else CommandState.BEHIND,
            arrival=arrival,
            enqueued_at_ms=work.now_ms,
            rank_ms=rank_ms(work.now_ms, request.priority_class, work.policy.ageing_ms),
            due_ms=0,
            asking=request.only_look_up,
            had_unknown=False,
        )
    )
    return DispatchVerdict.QUEUED if is_head else DispatchVerdict.BEHIND


def _unanswered(work: DispatchWork, fired: DispatchTimer) -> DispatchVerdict:
    command = work.command(CommandId(fired.subject))
    if command is None or command.state is not CommandState.IN_FLIGHT or command.due_ms != fired.due_ms:
        return DispatchVerdict.STALE_TIMER
    return miss_answer(work, command)


def _requeue(work: DispatchWork, fired: DispatchTimer, waited: CommandState) -> DispatchVerdict:
    command = work.command(CommandId(fired.subject))
    if command is None or command.state is not waited or command.due_ms != fired.due_ms:
        return DispatchVerdict.STALE_TIMER
    work.put_command(replace(command, state=CommandState.QUEUED, due_ms=0))
    return DispatchVerdict.REQUEUED


def _forget(work: DispatchWork, fired: DispatchTimer) -> DispatchVerdict:
    command_id = CommandId(fired.subject)
    settled = work.settled(command_id)
    if settled is None or settled.forgotten_at_ms != fired.due_ms:
        return DispatchVerdict.STALE_TIMER
    work.put_settled(command_id, None)
    return DispatchVerdict.FORGOTTEN


def _half_open(work: DispatchWork, fired: DispatchTimer) -> DispatchVerdict:
    changed = breaker.time_is_up(work.gate.breaker, fired.due_ms)
    if changed == work.gate.breaker:
        return DispatchVerdict.STALE_TIMER
    return change_breaker(work, changed, "")


def _tokens_came(work: DispatchWork, fired: DispatchTimer) -> DispatchVerdict:
    if work.gate.tokens.due_ms != fired.due_ms:
        return DispatchVerdict.STALE_TIMER
    work.gate = replace(work.gate, tokens=replace(work.gate.tokens, due_ms=0))
    return DispatchVerdict.TOKENS_CAME
