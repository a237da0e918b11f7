"""Flows that take turns, so that the same input leads to the same bytes, however fast the machine is.

Flows that share a thread poll whenever Bytewax schedules them, and what one finds depends on how long another took. In
turns exactly one polls, until all that it can read is read and committed; then the next one that has something to do.
"""

from collections.abc import Callable
from dataclasses import dataclass

from operators.engine.source import StopSignal
from operators.engine.task import Task


@dataclass(frozen=True, slots=True)
class _Member:
    task: Task
    is_settled: Callable[[], bool]


class RoundRobin(StopSignal):
    """Whose turn it is. When no flow can do anything more, `between` advances the world; False ends the flows.

    It is called at commit gates only: the graph of the calling flow is empty then, and the others have nothing open.
    """

    longest_rest_s = 0.0

    def __init__(self, between: Callable[[], bool]) -> None:
        self._between = between
        self._members: list[_Member] = []
        self._current = 0
        self._is_over = False
        super().__init__(lambda: self._is_over)

    def join(self, task: Task, is_settled: Callable[[], bool]) -> None:
        """Add a flow; `is_settled`: whether it has done all that it can do now."""
        self._members.append(_Member(task, is_settled))

    def is_turn_of(self, task: Task) -> bool:
        """Whether a flow may poll now."""
        if self._members[self._current].task is task and self._members[self._current].is_settled():
            self._pass_on()
        return self._members[self._current].task is task

    def _pass_on(self) -> None:
        """To the first in the order of joining that has something to do; when there is none, to the world.

        So the flow that joined last, and only listens, gets its turn when all others have done what they can.
        """
        while not self._is_over:
            for number, member in enumerate(self._members):
                if not member.is_settled():
                    self._current = number
                    return
            self._is_over = not self._between()
