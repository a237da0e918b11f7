"""The queue of one ERP as a decision sees it: the stored order, with the decision's own changes laid over it."""

from collections.abc import Collection

from domain.dispatch.rows import CommandState, DispatchRows, QueuedCommand, QueueKey
from domain.identifiers import CommandId


class QueueView:
    """Finds the first command to send, while a decision adds and removes commands."""

    def __init__(self, rows: DispatchRows) -> None:
        self._rows = rows
        self._touched: set[CommandId] = set()
        self._entered: dict[CommandId, QueuedCommand] = {}
        self._all_touched_up_to: QueueKey | None = None

    def changed(self, command_id: CommandId, command: QueuedCommand | None) -> None:
        """The command has a new row, or left."""
        self._touched.add(command_id)
        self._entered.pop(command_id, None)
        if command is not None and command.state is CommandState.QUEUED:
            self._entered[command_id] = command

    def first(self, passing: Collection[CommandId] = ()) -> QueuedCommand | None:
        """The first queued command that is not among `passing`."""
        stored = self._first_stored(passing)
        candidates = [row for row in self._entered.values() if row.command_id not in passing]
        if stored is not None:
            candidates.append(stored)
        return min(candidates, key=_rank, default=None)

    def _first_stored(self, passing: Collection[CommandId]) -> QueuedCommand | None:
        after = self._all_touched_up_to
        row = self._rows.first_queued(after)
        while row is not None and (row.command_id in self._touched or row.command_id in passing):
            after = row.queue_key
            row = self._rows.first_queued(after)
        if not passing:
            self._all_touched_up_to = after
        return row


def rank_ms(enqueued_at_ms: int, priority_class: int, ageing_ms: int) -> int:
    """The first part of a `QueueKey`."""
    return enqueued_at_ms + priority_class * ageing_ms


def _rank(command: QueuedCommand) -> tuple[int, int]:
    return command.rank_ms, command.arrival
