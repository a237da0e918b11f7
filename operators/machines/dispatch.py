"""Dispatch's rows: the gate, the open commands, their documents, and the queue as an ordered index.

A report about an ERP that has no ERP file opens the exception case of that ERP; a command for one stops the flow
(`NoErpFile`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, assert_never

from connectors.log.port import LogFailed
from domain.dispatch import transitions, unknown_erps
from domain.dispatch.decision import DispatchDecision, DispatchEffect, DispatchTimer, TimerKind
from domain.dispatch.policy import DispatchPolicy
from domain.dispatch.rows import (
    DispatchRows,
    DocumentQueue,
    Gate,
    QueuedCommand,
    QueueKey,
    SettledCommand,
)
from domain.dispatch.unknown_erps import UnknownErps
from domain.identifiers import CommandId, DocumentKey, ErpId, EventId
from domain.messages.case_actions import CaseAction, CaseRetried
from domain.messages.cases import Case, CaseClass
from domain.messages.dispatch import ConnectorReport, DispatchEvent, ErpAvailability, ErpRequested, ErpResponse
from operators.engine.event import Event
from operators.engine.partition import Partition
from operators.engine.partition_state import PartitionState
from operators.engine.tables import Table, as_it_is
from operators.engine.timers import Timer
from operators.machines.cases.kept_cases import CaseReaction, retries_nothing


def _with_own_number(command: Any) -> Any:  # noqa: ANN401 - as version 1 wrote it
    """Version 2 carries the order's own number; before, an order's id was always CHANNEL:NUMBER."""
    document = command["request"]["document"]
    numbered = {**document, "channel_order_id": document["order_id"].partition(":")[2]}
    return {**command, "request": {**command["request"], "document": numbered}}


def _with_look_ups(command: Any) -> Any:  # noqa: ANN401 - as version 2 wrote it
    """Version 3 knows requests that only look something up; before, each asked for its effect."""
    return {**command, "request": {**command["request"], "only_look_up": False}}


def _with_sales_order_number(command: Any) -> Any:  # noqa: ANN401 - as version 3 wrote it
    """Version 4 may be about an order that was born in its ERP; before, we had booked every order."""
    request = command["request"]
    document = {**request["document"], "sales_order_number": ""}
    return {**command, "request": {**request, "document": document}}


_Row = TypeVar("_Row")
GATES: Table[Gate] = Table("gate", Gate)
COMMANDS: Table[QueuedCommand] = Table(
    "command",
    QueuedCommand,
    version=7,
    upgrades={
        1: _with_own_number,
        2: _with_look_ups,
        3: _with_sales_order_number,
        4: as_it_is,
        5: as_it_is,
        6: as_it_is,
    },
)
DOCUMENTS: Table[DocumentQueue] = Table("document", DocumentQueue)
UNKNOWN_ERPS: Table[UnknownErps] = Table("unknown_erps", UnknownErps)
SETTLED: Table[SettledCommand] = Table(
    "settled_command", SettledCommand, version=3, upgrades={1: as_it_is, 2: as_it_is}
)
REFUSED_REPORTS: Table[ErpRequested] = Table("refused_report", ErpRequested)
QUEUE: Table[CommandId] = Table("queue", CommandId, ordered=True)


class NoErpFile(LogFailed):
    """Dispatch holds commands of an ERP whose file is gone: nothing of them is lost while it does not run."""

    def __init__(self, erp_id: ErpId) -> None:
        super().__init__(
            f"there is no ERP file for {erp_id!r}, and orders wait for it: put {erp_id}.yaml back into the folder of "
            "ERP files (schemas/erps, or --erps) and start dispatch again"
        )


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of one ERP (`domain.dispatch.rows.DispatchRows`)."""

    state: PartitionState
    erp_id: ErpId

    def gate(self) -> Gate | None:
        return self.state.get(GATES, self.erp_id)

    def command(self, command_id: CommandId) -> QueuedCommand | None:
        return self.state.get(COMMANDS, self.key(command_id))

    def document(self, document_key: DocumentKey) -> DocumentQueue | None:
        return self.state.get(DOCUMENTS, self.key(document_key))

    def settled(self, command_id: CommandId) -> SettledCommand | None:
        return self.state.get(SETTLED, self.key(command_id))

    def refused_report(self, business_key: str) -> ErpRequested | None:
        return self.state.get(REFUSED_REPORTS, self.key(business_key))

    def first_queued(self, after: QueueKey | None) -> QueuedCommand | None:
        if after is None:
            first = self.state.first(QUEUE, self.key(""))
        else:
            first = next(self.state.scan(QUEUE, self.key(""), self.place(after)), None)
        return None if first is None else self.command(first[1])

    def key(self, name: str) -> str:
        return f"{self.erp_id}\0{name}"

    def place(self, key: QueueKey) -> str:
        return self.key(f"{key.rank_ms:018d}\0{key.arrival:015d}")


def rows_of(state: PartitionState, erp_id: ErpId) -> DispatchRows:
    """The rows of one ERP as they are now."""
    return _Rows(state, erp_id)


class DispatchMachine:
    """Lets `domain.dispatch.transitions` decide, by the policy of the ERP concerned."""

    def __init__(self, policies: Mapping[ErpId, DispatchPolicy]) -> None:
        self._policies = policies

    def apply(self, partition: Partition, event: Event, now_ms: int) -> Sequence[DispatchEffect]:
        """The effect of one event of `dispatch.inbox.v1`."""
        message = event.message
        if not isinstance(message, DispatchEvent):
            raise TypeError(f"{type(message).__name__} is on the inbox's allow-list, but dispatch has no row")
        if isinstance(message, ConnectorReport) and message.erp_id not in self._policies:
            partition.count("an ERP without a file")
            return _take_unknown(partition.state, unknown_erps.reported(_unknown(partition.state), message))
        resolved: Sequence[Case] = ()
        if isinstance(message, ConnectorReport):
            resolved = _take_unknown(partition.state, unknown_erps.has_file(_unknown(partition.state), message.erp_id))
        rows = _Rows(partition.state, message.erp_id)
        policy = self._policy(message.erp_id)
        match message:
            case ErpRequested():
                decision = transitions.requested(rows, policy, message, now_ms)
            case ErpResponse():
                decision = transitions.answered(rows, policy, message, now_ms)
            case ErpAvailability():
                decision = transitions.availability(rows, policy, message, now_ms)
            case _:
                assert_never(message)
        return (*resolved, *_carry_out(partition, rows, decision))

    def fire(self, partition: Partition, timer: Timer, cause_event_id: EventId) -> Sequence[DispatchEffect]:  # noqa: ARG002
        """A timer of one ERP's queue; what it releases has its full time from now on to be answered."""
        owner, _, subject = timer.subject.partition("\0")
        erp_id = ErpId(owner)
        rows = _Rows(partition.state, erp_id)
        fired = DispatchTimer(TimerKind(timer.kind), subject, timer.due_at_ms)
        return _carry_out(partition, rows, transitions.timer(rows, self._policy(erp_id), fired, partition.now_ms))

    def react(self, partition: Partition, case: Case, action: CaseAction, event: Event, now_ms: int) -> CaseReaction:
        """Retry, or let go, what a channel has refused; the cases of dispatch can only be closed otherwise."""
        if case.case_class is not CaseClass.TRANSFORMATION_FAILED:
            return retries_nothing(partition, case, action, event, now_ms)
        owner, _, business_key = case.key.partition("/")
        rows = _Rows(partition.state, ErpId(owner))
        policy = self._policy(rows.erp_id)
        if not isinstance(action, CaseRetried):
            decision: DispatchDecision | str = transitions.let_go(rows, policy, business_key, now_ms)
        else:
            decision = transitions.retried(rows, policy, business_key, event.event_id, now_ms)
        return (
            CaseReaction(refused=decision)
            if isinstance(decision, str)
            else CaseReaction(_carry_out(partition, rows, decision))
        )

    def _policy(self, erp_id: ErpId) -> DispatchPolicy:
        if erp_id not in self._policies:
            raise NoErpFile(erp_id)
        return self._policies[erp_id]


def _unknown(state: PartitionState) -> UnknownErps:
    return state.get(UNKNOWN_ERPS, "") or UnknownErps()


def _take_unknown(state: PartitionState, decided: tuple[UnknownErps, Sequence[Case]]) -> Sequence[Case]:
    """The cases of ERPs without a file; the row changes only with them."""
    known, cases = decided
    if cases:
        state.put(UNKNOWN_ERPS, "", known)
    return cases


def _carry_out(partition: Partition, rows: _Rows, decision: DispatchDecision) -> Sequence[DispatchEffect]:
    state = partition.state
    state.put(GATES, rows.erp_id, decision.gate)
    _write(state, rows, COMMANDS, decision.commands)
    _write(state, rows, DOCUMENTS, decision.documents)
    _write(state, rows, SETTLED, decision.settled)
    _write(state, rows, REFUSED_REPORTS, decision.refused_reports)
    for key in decision.unqueued:
        state.delete(QUEUE, rows.place(key))
    for key, command_id in decision.queued:
        state.put(QUEUE, rows.place(key), command_id)
    for timer in decision.timers:
        partition.timers.set(Timer(timer.due_ms, timer.kind, rows.key(timer.subject)))
    partition.count(decision.verdict)
    return (*decision.released, *decision.outcomes, *decision.reports, *decision.cases)


def _write(state: PartitionState, rows: _Rows, table: Table[_Row], changed: Mapping[Any, _Row | None]) -> None:
    for name, row in changed.items():
        if row is None:
            state.delete(table, rows.key(name))
        else:
            state.put(table, rows.key(name), row)
