"""The rows of one ERP in memory: applies decisions, and checks with plain counting that they keep their own books."""

from bisect import bisect_right, insort
from typing import TypeVar

from domain.dispatch.decision import DispatchDecision
from domain.dispatch.rows import (
    CommandState,
    DocumentQueue,
    Gate,
    QueuedCommand,
    QueueKey,
    SettledCommand,
)
from domain.messages.dispatch import ErpRequested

Row = TypeVar("Row")


class MemoryRows:
    """A store as the flow has one, without the flow."""

    def __init__(self) -> None:
        self.stored_gate: Gate | None = None
        self.commands: dict[str, QueuedCommand] = {}
        self.documents: dict[str, DocumentQueue] = {}
        self.settled_commands: dict[str, SettledCommand] = {}
        self.refused_reports: dict[str, ErpRequested] = {}
        self.reads = 0
        self._keys: list[QueueKey] = []
        self._queued: dict[QueueKey, str] = {}

    def gate(self) -> Gate | None:
        self.reads += 1
        return self.stored_gate

    def command(self, command_id: str) -> QueuedCommand | None:
        self.reads += 1
        return self.commands.get(command_id)

    def document(self, document_key: str) -> DocumentQueue | None:
        self.reads += 1
        return self.documents.get(document_key)

    def settled(self, command_id: str) -> SettledCommand | None:
        self.reads += 1
        return self.settled_commands.get(command_id)

    def refused_report(self, business_key: str) -> ErpRequested | None:
        self.reads += 1
        return self.refused_reports.get(business_key)

    def first_queued(self, after: QueueKey | None) -> QueuedCommand | None:
        self.reads += 1
        place = 0 if after is None else bisect_right(self._keys, after)
        return self.commands[self._queued[self._keys[place]]] if place < len(self._keys) else None

    def apply(self, decision: DispatchDecision) -> None:
        self.stored_gate = decision.gate
        for command_id, command in decision.commands.items():
            _write(self.commands, command_id, command)
        for document_key, document in decision.documents.items():
            _write(self.documents, document_key, document)
        for command_id, settled in decision.settled.items():
            _write(self.settled_commands, command_id, settled)
        for business_key, refused in decision.refused_reports.items():
            _write(self.refused_reports, business_key, refused)
        for key in decision.unqueued:
            del self._queued[key]
            self._keys.remove(key)
        for key, command_id in decision.queued:
            assert key not in self._queued
            self._queued[key] = command_id
            insort(self._keys, key)

    def in_state(self, state: CommandState) -> list[QueuedCommand]:
        return [row for row in self.commands.values() if row.state is state]

    def check_books(self) -> None:
        """Counters, index and documents say what the command rows say."""
        if self.stored_gate is None:
            return
        in_flight = self.in_state(CommandState.IN_FLIGHT)
        assert len(in_flight) == self.stored_gate.in_flight
        assert len(self.commands) - len(in_flight) == self.stored_gate.queued
        queued = {row.queue_key: row.command_id for row in self.in_state(CommandState.QUEUED)}
        assert queued == self._queued
        of_documents = [command_id for row in self.documents.values() for command_id in row.command_ids]
        assert sorted(self.commands) == sorted(of_documents)
        heads = {row.command_ids[0] for row in self.documents.values()}
        behind = {row.command_id for row in self.in_state(CommandState.BEHIND)}
        assert set(self.commands) - heads == behind


def _write(rows: dict[str, Row], key: str, row: Row | None) -> None:
    if row is None:
        del rows[key]
    else:
        rows[key] = row
