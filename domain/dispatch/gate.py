"""The gate of one ERP: releases queued commands while breaker, in-flight limit and rate allow it."""

from domain.dispatch import breaker, tokens
from domain.dispatch.breaker import Breaker, GateState
from domain.dispatch.cases import outage_changes
from domain.dispatch.decision import DispatchTimer, DispatchVerdict, TimerKind
from domain.dispatch.policy import DispatchPolicy
from domain.dispatch.rows import CommandState, Gate, QueuedCommand
from domain.dispatch.work import DispatchWork
from domain.identifiers import CorrelationId, SourceId
from domain.messages.dispatch import CommandType, ErpCommand
from domain.messages.failure_policy import Dependency, DependencyReported
from domain.provenance import Provenance
from domain.values import replace


def pump(work: DispatchWork) -> None:
    """Release all that may be sent now; where only tokens are missing, set a timer for the next one.

    An empty queue is not searched: its first key lies behind the deletions of all earlier ones.
    """
    while work.gate.queued and admits(work.gate, work.policy):
        command = _next(work)
        if command is None:
            return
        bucket = tokens.refilled(work.gate.tokens, work.policy, work.now_ms)
        work.gate = replace(work.gate, tokens=bucket)
        if bucket.thousandths < tokens.TOKEN:
            _wait_for_tokens(work)
            return
        _release(work, command)


def admits(gate: Gate, policy: DispatchPolicy) -> bool:
    """Whether one more command may be in flight."""
    if gate.in_flight >= policy.max_in_flight:
        return False
    if gate.breaker.state is GateState.HALF_OPEN:
        return gate.breaker.probe == ""
    return gate.breaker.state is GateState.CLOSED


def change_breaker(work: DispatchWork, changed: Breaker, reason: str) -> DispatchVerdict:
    """Write the breaker with its consequences: the timer that ends OPEN, and the case of the outage."""
    before = work.gate.breaker
    if changed == before:
        return DispatchVerdict.GATE_UNCHANGED
    work.put_breaker(changed)
    if changed.until_ms not in (0, before.until_ms):
        work.timers.append(DispatchTimer(TimerKind.HALF_OPEN, work.policy.erp_id, changed.until_ms))
    work.cases.extend(outage_changes(work.policy.erp_id, before, changed, reason))
    if before.in_outage is not changed.in_outage:
        work.reports.append(_report(work, changed, reason))
    return DispatchVerdict.GATE_CHANGED


def _report(work: DispatchWork, changed: Breaker, reason: str) -> DependencyReported:
    """The orders are told that their ERP is away, or is back."""
    erp_id, now_us = work.policy.erp_id, work.now_ms * 1_000
    correlation_id = CorrelationId(f"{erp_id}/outage {changed.outages}")
    return DependencyReported(
        dependency=Dependency.ERP,
        is_away=changed.in_outage,
        since_us=now_us,
        reason=reason if changed.in_outage else "",
        provenance=Provenance(SourceId("dispatch"), correlation_id, 0, "", now_us, now_us),
        erp_id=erp_id,
    )


def _next(work: DispatchWork) -> QueuedCommand | None:
    if work.gate.breaker.state is GateState.HALF_OPEN:
        fresh = work.queue.first(passing=work.gate.breaker.failed_probes)
        return fresh if fresh is not None else work.queue.first()
    return work.queue.first()


def _release(work: DispatchWork, command: QueuedCommand) -> None:
    due_ms = work.now_ms + work.policy.answer_within_ms
    work.put_command(replace(command, state=CommandState.IN_FLIGHT, due_ms=due_ms))
    work.timers.append(DispatchTimer(TimerKind.ANSWER, command.command_id, due_ms))
    work.gate = replace(work.gate, tokens=tokens.taken(work.gate.tokens))
    if work.gate.breaker.state is GateState.HALF_OPEN:
        work.put_breaker(breaker.probing(work.gate.breaker, command.command_id))
    work.released.append(_attempt_of(command))


def _attempt_of(command: QueuedCommand) -> ErpCommand:
    request = command.request
    return ErpCommand(
        erp_id=request.erp_id,
        command_id=request.command_id,
        command_type=CommandType.QUERY_DOCUMENT if command.asking else request.command_type,
        queried_type=request.command_type,
        attempt=command.attempt,
        document_key=request.document_key,
        document_sequence=command.arrival,
        business_key=request.business_key,
        idempotency_key=request.command_id,
        document=request.document,
    )


def _wait_for_tokens(work: DispatchWork) -> None:
    bucket = work.gate.tokens
    if bucket.due_ms > work.now_ms:
        return
    due_ms = tokens.next_token_ms(bucket, work.policy)
    work.gate = replace(work.gate, tokens=replace(bucket, due_ms=due_ms))
    work.timers.append(DispatchTimer(TimerKind.TOKENS, work.policy.erp_id, due_ms))
