"""A decision while it is made: the rows as they would be, and the effects so far."""

from domain.dispatch import breaker, tokens
from domain.dispatch.breaker import Breaker
from domain.dispatch.decision import DispatchDecision, DispatchTimer, DispatchVerdict
from domain.dispatch.policy import DispatchPolicy
from domain.dispatch.queue import QueueView
from domain.dispatch.rows import (
    CommandState,
    DispatchRows,
    DocumentQueue,
    Gate,
    QueuedCommand,
    QueueKey,
    SettledCommand,
)
from domain.identifiers import CommandId, DocumentKey
from domain.messages.cases import Case
from domain.messages.dispatch import CommandType, ErpCommand, ErpRequested, Outcome
from domain.messages.failure_policy import DependencyReported
from domain.messages.orders import ErpOutcomeReceived
from domain.values import replace


class DispatchWork:
    """A working copy over the rows; they stay as they are until the flow applies the `DispatchDecision`."""

    def __init__(self, rows: DispatchRows, policy: DispatchPolicy, now_ms: int) -> None:
        self.policy = policy
        self.now_ms = now_ms
        self.gate = rows.gate() or Gate(breaker.CLOSED, tokens.full(policy, now_ms), in_flight=0, queued=0, arrivals=0)
        self.queue = QueueView(rows)
        self.released: list[ErpCommand] = []
        self.outcomes: list[ErpOutcomeReceived] = []
        self.reports: list[DependencyReported] = []
        self.cases: list[Case] = []
        self.timers: list[DispatchTimer] = []
        self._rows = rows
        self._before: dict[CommandId, QueuedCommand | None] = {}
        self._commands: dict[CommandId, QueuedCommand | None] = {}
        self._documents: dict[DocumentKey, DocumentQueue | None] = {}
        self._settled: dict[CommandId, SettledCommand | None] = {}
        self._refused_reports: dict[str, ErpRequested | None] = {}

    def command(self, command_id: CommandId) -> QueuedCommand | None:
        """An open command, as changed by this decision."""
        if command_id in self._commands:
            return self._commands[command_id]
        return self._rows.command(command_id)

    def document(self, document_key: DocumentKey) -> DocumentQueue | None:
        """A document with open commands, as changed by this decision."""
        if document_key in self._documents:
            return self._documents[document_key]
        return self._rows.document(document_key)

    def put_command(self, command: QueuedCommand) -> None:
        """Write a command's row; the gate's counters follow."""
        self._change(command.command_id, command)

    def drop_command(self, command_id: CommandId) -> None:
        """The command is finished."""
        self._change(command_id, None)

    def put_document(self, document_key: DocumentKey, document: DocumentQueue | None) -> None:
        """Write a document's row; None when nothing of it is open."""
        self._documents[document_key] = document

    def settled(self, command_id: CommandId) -> SettledCommand | None:
        """A command that has left, for some days; as changed by this decision."""
        if command_id in self._settled:
            return self._settled[command_id]
        return self._rows.settled(command_id)

    def put_settled(self, command_id: CommandId, settled: SettledCommand | None) -> None:
        """Remember what became of a command; None: forget it."""
        self._settled[command_id] = settled

    def refused_report(self, business_key: str) -> ErpRequested | None:
        """A report that its channel has refused, as changed by this decision."""
        if business_key in self._refused_reports:
            return self._refused_reports[business_key]
        return self._rows.refused_report(business_key)

    def put_refused_report(self, business_key: str, refused: ErpRequested | None) -> None:
        """Keep what a channel has refused; None: it is settled."""
        self._refused_reports[business_key] = refused

    def report(
        self, command: QueuedCommand, outcome: Outcome, *, document_number: str, reason: str, is_foreign: bool
    ) -> None:
        """Tell the order what became of a command for good."""
        request = command.request
        is_refused = outcome is Outcome.REJECTED_BUSINESS
        is_booking = request.command_type is CommandType.CREATE_SALES_ORDER
        self.outcomes.append(
            ErpOutcomeReceived(
                order_id=request.document.order_id,
                erp_id=request.erp_id,
                command_id=request.command_id,
                command_type=CommandType.QUERY_DOCUMENT if request.only_look_up else request.command_type,
                outcome=outcome,
                document_number=document_number,
                reason=reason,
                is_foreign=is_foreign,
                business_key=request.business_key if is_refused else "",
                refused=(request.document,) if is_refused and not is_booking else (),
            )
        )

    def put_breaker(self, changed: Breaker) -> None:
        """Write the breaker into the gate."""
        self.gate = replace(self.gate, breaker=changed)

    def decision(self, verdict: DispatchVerdict) -> DispatchDecision:
        """All that was collected, as a value."""
        unqueued, queued = self._queue_changes()
        return DispatchDecision(
            verdict=verdict,
            gate=self.gate,
            commands=self._commands,
            documents=self._documents,
            settled=self._settled,
            refused_reports=self._refused_reports,
            unqueued=unqueued,
            queued=queued,
            released=tuple(self.released),
            outcomes=tuple(self.outcomes),
            reports=tuple(self.reports),
            cases=tuple(self.cases),
            timers=tuple(self.timers),
        )

    def _change(self, command_id: CommandId, after: QueuedCommand | None) -> None:
        before = self.command(command_id)
        self._before.setdefault(command_id, before)
        self._commands[command_id] = after
        self.queue.changed(command_id, after)
        self.gate = replace(
            self.gate,
            in_flight=self.gate.in_flight + _in_flight(after) - _in_flight(before),
            queued=self.gate.queued + _in_backlog(after) - _in_backlog(before),
        )

    def _queue_changes(self) -> tuple[tuple[QueueKey, ...], tuple[tuple[QueueKey, CommandId], ...]]:
        unqueued: list[QueueKey] = []
        queued: list[tuple[QueueKey, CommandId]] = []
        for command_id, after in self._commands.items():
            old, new = _key(self._before[command_id]), _key(after)
            if old == new:
                continue
            if old is not None:
                unqueued.append(old)
            if new is not None:
                queued.append((new, command_id))
        return tuple(unqueued), tuple(queued)


def _key(command: QueuedCommand | None) -> QueueKey | None:
    return command.queue_key if command is not None else None


def _in_flight(command: QueuedCommand | None) -> int:
    return int(command is not None and command.state is CommandState.IN_FLIGHT)


def _in_backlog(command: QueuedCommand | None) -> int:
    return int(command is not None and command.state is not CommandState.IN_FLIGHT)
