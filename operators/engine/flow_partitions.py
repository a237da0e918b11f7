"""The partitions that a flow holds: they come and go with its assignment, and commit and abort together."""

import math

from connectors.log.port import Assignment, Log
from operators.engine.partition import Partition


class FlowPartitions(dict[int, Partition]):
    """By number; always empty for a stateless flow."""

    def reassign(self, assignment: Assignment, log: Log) -> None:
        """Release what was revoked before opening what was assigned."""
        for number in assignment.revoked:
            self.pop(number, None)
        for number in sorted(assignment.assigned):
            self[number] = Partition(log, number)

    def next_due_ms(self) -> float:
        """When the first timer of all is due; without a timer, never."""
        dues = (partition.timers.earliest_due_ms() for partition in self.values())
        return min((due_ms for due_ms in dues if due_ms is not None), default=math.inf)

    def changes(self) -> dict[int, dict[bytes, bytes | None]]:
        """The changed rows of each partition that has any, encoded."""
        return {number: rows for number, partition in self.items() if (rows := partition.state.changes())}

    def absorb(self) -> None:
        """The epoch is committed: the rows that were open are the stored ones."""
        for partition in self.values():
            partition.state.absorb()

    def forget(self) -> None:
        """The epoch was aborted."""
        for partition in self.values():
            partition.forget()
