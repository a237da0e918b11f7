"""The two ends of a flow's graph: the log as a Bytewax source and as a Bytewax sink."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import bytewax.operators as op
from bytewax.dataflow import Dataflow, Stream
from bytewax.inputs import FixedPartitionedSource, StatefulSourcePartition
from bytewax.outputs import DynamicSink, StatelessSinkPartition

from connectors.log.port import LogFailed, Outgoing, Record
from operators.engine.task import Task

_SHORTEST_REST_S = 0.001
"""A flow without input whose polls do not wait yields the thread to the others, for longer and longer, so that idleness
costs next to nothing; with an open epoch no longer than until that may be committed."""


class StopSignal:
    """Asked at every commit gate whether the flows should end; the same object for all flows of a process.

    A log that fails ends them too: without a last commit, and without passing through Bytewax, which would turn one
    line into a panic. `raise_failure` raises it for whoever ran the graph. Bugs do pass through Bytewax.
    """

    longest_rest_s = 0.064
    """For how long a flow without input yields the thread to the others at most; 0: not at all."""

    def __init__(self, wanted: Callable[[], bool]) -> None:
        self._wanted = wanted
        self._failure: LogFailed | None = None

    def now(self) -> bool:
        """Whether to end at this commit gate."""
        return self._wanted()

    def is_turn_of(self, task: Task) -> bool:  # noqa: ARG002 - only flows in turns are told apart
        """Whether a flow may poll now; flows that do not take turns always may."""
        return True

    @property
    def failed(self) -> bool:
        """Whether a log failed."""
        return self._failure is not None

    def fail(self, failure: LogFailed) -> None:
        """Remember the first failure."""
        self._failure = self._failure or failure

    def raise_failure(self) -> None:
        """Raise the failure that ended the flows, if there was one."""
        if self._failure is not None:
            raise self._failure


class _LogSourcePartition(StatefulSourcePartition[Record, None]):
    def __init__(self, task: Task, stop_signal: StopSignal) -> None:
        self._task = task
        self._stopping = stop_signal
        self._awake: datetime | None = None
        self._rest_s = _SHORTEST_REST_S

    def next_batch(self) -> Sequence[Record]:
        if self._stopping.failed:
            raise StopIteration
        try:
            if not self._stopping.now():
                return self._next_records()
            self._task.finish()
        except LogFailed as failure:
            self._stopping.fail(failure)
        raise StopIteration

    def _next_records(self) -> Sequence[Record]:
        if not self._stopping.is_turn_of(self._task):
            return ()
        records = self._task.next_records()
        longest_s = self._stopping.longest_rest_s
        if records or self._task.waits or not longest_s:
            self._awake, self._rest_s = None, _SHORTEST_REST_S
        else:
            rest_s = min(self._rest_s, self._task.most_rest_s)
            self._awake = datetime.now(UTC) + timedelta(seconds=rest_s)
            self._rest_s = min(self._rest_s * 2, longest_s)
        return records

    def next_awake(self) -> datetime | None:
        return self._awake

    def snapshot(self) -> None:
        """Where reading continues is in the log, not in a snapshot of Bytewax's."""


class _LogSource(FixedPartitionedSource[Record, None]):
    def __init__(self, task: Task, stop_signal: StopSignal) -> None:
        self._task = task
        self._stopping = stop_signal

    def list_parts(self) -> list[str]:
        return ["log"]

    def build_part(self, step_id: str, for_part: str, resume_state: None) -> _LogSourcePartition:  # noqa: ARG002
        return _LogSourcePartition(self._task, self._stopping)


class _LogSinkPartition(StatelessSinkPartition[Outgoing]):
    def __init__(self, task: Task, stop_signal: StopSignal) -> None:
        self._task = task
        self._stopping = stop_signal

    def write_batch(self, items: list[Outgoing]) -> None:
        try:
            self._task.send(items)
        except LogFailed as failure:
            self._stopping.fail(failure)


class _LogSink(DynamicSink[Outgoing]):
    def __init__(self, task: Task, stop_signal: StopSignal) -> None:
        self._task = task
        self._stopping = stop_signal

    def build(self, step_id: str, worker_index: int, worker_count: int) -> _LogSinkPartition:  # noqa: ARG002
        return _LogSinkPartition(self._task, self._stopping)


def from_log(step_id: str, flow: Dataflow, task: Task, stop_signal: StopSignal) -> "Stream[Record]":
    """The records of the flow's inputs, in log order within a partition."""
    return op.input(step_id, flow, _LogSource(task, stop_signal))


def to_log(step_id: str, records: "Stream[Outgoing]", task: Task, stop_signal: StopSignal) -> None:
    """Append to the open epoch."""
    op.output(step_id, records, _LogSink(task, stop_signal))
