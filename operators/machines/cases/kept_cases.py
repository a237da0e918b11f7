"""The cases of a flow: whatever its machine says of them passes here, and what people decide about them.

Rows: each case, and each decision about it, for as long as the case is kept. So a decision that comes twice is known
again, and one about a case that has ended is refused.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from domain.cases import keeping
from domain.cases.keeping import KeptCase, StatedCase
from domain.cases.policy import CasePolicy
from domain.identifiers import CaseId, EventId, OrderId
from domain.messages.case_actions import CaseAction, CaseActionRefused, CaseRetried, CaseReversed
from domain.messages.cases import (
    NOBODY,
    Act,
    Case,
    CaseChange,
    CaseHome,
    CaseReported,
    ExceptionForgotten,
    ExceptionSnapshot,
)
from domain.messages.status import OrderPurged
from operators.engine.event import Event
from operators.engine.keyed_state import Machine
from operators.engine.partition import Partition
from operators.engine.tables import Table
from operators.engine.timers import Timer
from operators.machines.cases import cases_of_orders
from operators.steps.routes import CaseEffect

CASES: Table[KeptCase] = Table("case", KeptCase)
ACTIONS: Table[str] = Table("case action", str, ordered=True)
"""What people decided, by case; the row is the hash of the decision's content."""

CASE_DUE: Final = "case"
"""The timer at which an open case is given up, or one that has ended is forgotten."""


class CaseReaction(NamedTuple):
    """What the rules of a flow do when a person decides about one of its cases."""

    messages: Sequence[Any] = ()
    refused: str = ""
    """Why the decision is refused; empty: it is carried out."""


React = Callable[[Partition, Case, CaseAction, Event, int], CaseReaction]


def retries_nothing(partition: Partition, case: Case, action: CaseAction, event: Event, now_ms: int) -> CaseReaction:  # noqa: ARG001
    """Of a flow whose cases can only be closed."""
    if isinstance(action, CaseRetried):
        return CaseReaction(
            refused=f"a case {case.case_class} cannot be retried: {case.suggested_action or 'close it'}"
        )
    if isinstance(action, CaseReversed):
        return CaseReaction(refused=f"no adjustment is in force for this case {case.case_class}")
    return CaseReaction()


class CaseKeeper:
    """A machine with cases: the same machine, but that its cases are kept."""

    def __init__(
        self, home: CaseHome, machine: Machine[Any], policy: CasePolicy, react: React = retries_nothing
    ) -> None:
        self._home = home
        self._machine = machine
        self._policy = policy
        self._react = react

    def apply(self, partition: Partition, event: Event, now_ms: int) -> Sequence[Any]:
        """The effect of one event of the flow's inbox."""
        message = event.message
        if isinstance(message, CaseAction):
            return self._acted(partition, message, event, now_ms)
        if isinstance(message, CaseReported):
            return self._reported(partition, message)
        messages = self._machine.apply(partition, event, now_ms)
        return self._kept(partition, messages, event.record.key or "", event.event_id, now_ms)

    def fire(self, partition: Partition, timer: Timer, cause_event_id: EventId) -> Sequence[Any]:
        """A timer of a case, or of the machine."""
        if timer.kind == CASE_DUE:
            return self._due(partition, CaseId(timer.subject), timer.due_at_ms)
        messages = self._machine.fire(partition, timer, cause_event_id)
        home_key = timer.subject.partition("\0")[0]
        return self._kept(partition, messages, home_key, cause_event_id, timer.due_at_ms)

    def _kept(
        self, partition: Partition, messages: Sequence[Any], home_key: str, cause: EventId, now_ms: int
    ) -> Sequence[Any]:
        if not any(isinstance(said, Case | OrderPurged) for said in messages):
            return messages
        kept: list[Any] = []
        for said in messages:
            if isinstance(said, Case):
                kept.extend(self._stated(partition, said, home_key, cause, now_ms))
            else:
                kept.append(said)
            if isinstance(said, OrderPurged):
                kept.extend(self._ended_with(partition, said.order_id, now_ms))
        return kept

    def _ended_with(self, partition: Partition, order_id: OrderId, now_ms: int) -> Sequence[CaseEffect]:
        """What is still open of an order that is purged."""
        ended: list[CaseEffect] = []
        for case_id in cases_of_orders.of_order(partition.state, order_id):
            known = partition.state.get(CASES, case_id)
            if known is not None:
                now = keeping.ended_with_order(known, now_ms, self._policy)
                ended.append(self._changed(partition, known, now, now.case))
        return ended

    def _stated(
        self, partition: Partition, case: Case, home_key: str, cause: EventId, now_ms: int
    ) -> Sequence[CaseEffect]:
        case_id = keeping.id_of(case, cause)
        before = partition.state.get(CASES, case_id)
        now = keeping.stated(before, StatedCase(case_id, case, home_key), now_ms, self._policy)
        if now is None:
            partition.count("end of a case that has ended")
            return ()
        return (self._changed(partition, before, now, case),)

    def _reported(self, partition: Partition, report: CaseReported) -> Sequence[CaseEffect]:
        """The flow that raised it has written that: only the view is missing."""
        raised = report.case
        case = Case(
            raised.case_class,
            raised.origin,
            raised.subject,
            raised.reason,
            raised.suggested_action,
            raised.source_id,
            raised.state,
            impact=raised.impact,
        )
        before = partition.state.get(CASES, raised.case_id)
        said = StatedCase(raised.case_id, case, report.home_key, is_reported=True)
        now = keeping.stated(before, said, raised.raised_at_ms, self._policy)
        if now is None:
            partition.count("end of a case that has ended")
            return ()
        self._store(partition, now)
        return (ExceptionSnapshot(replace(raised, first_seen_ms=now.first_seen_ms)),)

    def _acted(self, partition: Partition, action: CaseAction, event: Event, now_ms: int) -> Sequence[Any]:
        known = partition.state.get(CASES, action.case_id)
        if known is None:
            return (_refused(action, keeping.UNKNOWN, now_ms),)
        is_repeated = self._is_repeated(partition, action)
        if is_repeated is not None:
            partition.count("duplicate")
            return () if is_repeated else (_refused(action, keeping.OTHER_CONTENT, now_ms),)
        now = keeping.acted(known, action, now_ms, self._policy)
        if isinstance(now, str):
            return (_refused(action, now, now_ms),)
        react = retries_nothing if known.is_reported else self._react
        reaction = react(partition, known.case, action, event, now_ms)
        if reaction.refused:
            return (_refused(action, reaction.refused, now_ms),)
        change = self._changed(partition, known, now, now.case, Act(action.who, action.why))
        return (change, *self._kept(partition, reaction.messages, known.home_key, event.event_id, now_ms))

    def _is_repeated(self, partition: Partition, action: CaseAction) -> bool | None:
        """Whether the same decision came before; None for a first one, False for other content under its id."""
        said = action.provenance
        key = f"{action.case_id}\0{type(action).__name__}\0{said.source_id}\0{said.correlation_id}"
        content_hash = partition.state.get(ACTIONS, key)
        if content_hash is None:
            partition.state.put(ACTIONS, key, said.content_hash)
            return None
        return content_hash == said.content_hash

    def _due(self, partition: Partition, case_id: CaseId, due_at_ms: int) -> Sequence[CaseEffect]:
        known = partition.state.get(CASES, case_id)
        if known is None or known.leaves_at_ms != due_at_ms:
            return ()
        if known.has_ended:
            _forget(partition, case_id)
            return (ExceptionForgotten(case_id),)
        now = keeping.given_up(known, due_at_ms, self._policy)
        return (self._changed(partition, known, now, now.case),)

    def _changed(
        self, partition: Partition, before: KeptCase | None, now: KeptCase, said: Case, act: Act = NOBODY
    ) -> CaseChange:
        self._store(partition, now)
        return keeping.change_of(before, now, said, self._home, self._policy, act)

    def _store(self, partition: Partition, case: KeptCase) -> None:
        partition.state.put(CASES, case.case_id, case)
        partition.timers.set(Timer(case.leaves_at_ms, CASE_DUE, case.case_id))
        if self._home is CaseHome.ORDERS:
            cases_of_orders.note(partition.state, case)


def _forget(partition: Partition, case_id: CaseId) -> None:
    partition.state.delete(CASES, case_id)
    for key in [key for key, _ in partition.state.scan(ACTIONS, f"{case_id}\0")]:
        partition.state.delete(ACTIONS, key)


def _refused(action: CaseAction, reason: str, now_ms: int) -> CaseActionRefused:
    return CaseActionRefused(
        case_id=action.case_id,
        action=type(action).__name__,
        who=action.who,
        why=action.why,
        reason=reason,
        correlation_id=action.provenance.correlation_id,
        refused_at_ms=now_ms,
    )
