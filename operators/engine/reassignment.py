"""A change of a flow's assignment: its partitions follow, then its poison guard, then its observer."""

import time
from collections.abc import Sequence

from connectors.log.port import TopicPartition
from connectors.observation.observer import Observer
from operators.engine.operator_context import OperatorContext


class Reassignment:
    """For one flow; `inputs` are the topics that it reads."""

    def __init__(self, context: OperatorContext, inputs: Sequence[str], observer: Observer) -> None:
        self._context = context
        self._inputs = inputs
        self._observer = observer

    def apply(self) -> None:
        """Take the assignment from the log; nothing changes while the log has none yet."""
        context = self._context
        assignment = context.log.take_assignment()
        if assignment is None:
            return
        if context.inbox is not None:
            context.partitions.reassign(assignment, context.log)
        context.guard.revoked(self._sources_of(assignment.revoked))
        context.guard.assigned(self._sources_of(assignment.assigned), context.log.committed)
        marked_at_s = assignment.marked_at_s
        pause_s = None if marked_at_s is None else time.monotonic() - marked_at_s
        self._observer.moved(len(assignment.revoked), len(assignment.assigned), pause_s)

    def _sources_of(self, numbers: frozenset[int]) -> Sequence[TopicPartition]:
        named = (TopicPartition(topic, number) for topic in self._inputs for number in sorted(numbers))
        return [source for source in named if source.partition < self._context.partitions_of(source.topic)]
