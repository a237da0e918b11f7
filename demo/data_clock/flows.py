"""All flows on one embedded log, taking turns."""

from collections.abc import Callable, Iterator

from bytewax.dataflow import Dataflow

from connectors.embedded.log import EmbeddedLog
from connectors.embedded.store import EmbeddedStore
from dataflows.assembly import FLOWS, Rules, add_flow, embedded_log
from operators.engine.epoch.open_epoch import EpochLimits
from operators.engine.round_robin import RoundRobin
from operators.engine.running import run_graph
from operators.engine.task import Task

_LIMITS = EpochLimits(age_s=float("inf"), least_s=0.0)
"""Epochs end when they are full or the input is drained, never by the wall clock."""


class FlowsInTurn:
    """`between` is called when no flow can do anything more; it moves the world on, or says that it is over."""

    def __init__(self, store: EmbeddedStore, application: str, rules: Rules, between: Callable[[], bool]) -> None:
        self._graph = Dataflow("orderline")
        self._turns = RoundRobin(between)
        self._members: list[tuple[Task, EmbeddedLog]] = []
        for name in FLOWS:
            log = embedded_log(store, application, name, rules)
            task = add_flow(self._graph, name, log, rules, self._turns, _LIMITS)
            self._members.append((task, log))
            self._turns.join(task, lambda task=task, log=log: _is_settled(task, log))  # type: ignore[misc]  # bound now

    def run(self) -> None:
        """Run the flows until the simulation ends."""
        run_graph(self._graph, self._turns)

    def are_settled(self) -> bool:
        """Whether no flow has anything left to do at this time."""
        return all(_is_settled(task, log) for task, log in self._members)

    def dues(self) -> Iterator[tuple[str, int]]:
        """Each flow that has a timer, and when the first is due in each partition."""
        for task, _ in self._members:
            for partition in task.partitions.values():
                due_ms = partition.timers.earliest_due_ms()
                if due_ms is not None:
                    yield task.flow, due_ms


def _is_settled(task: Task, log: EmbeddedLog) -> bool:
    return not log.rebalancing() and log.has_read_all() and task.is_idle()
