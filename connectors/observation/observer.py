"""The observer port: a member reports numbers about itself, at its commit gates and never per record.

An observer decides nothing and never fails; it does not change the behaviour of a flow.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from connectors.log.port import MemberStatus, TopicPartition
from domain.identifiers import ErpId, SourceId
from domain.invariants import Law


@dataclass(frozen=True, slots=True)
class Epoch:
    """One committed epoch: how many records it read and wrote by topic, and how long its commit took.

    `dead_lettered` counts by the topic that could not be read, `raised` the cases opened by class.
    `last_record_ms`: the append time of the latest record read; 0 when none was. `dropped_headers` counts by name,
    `passed_over` the documents by source and reason.
    """

    read: Mapping[str, int]
    written: Mapping[str, int]
    dead_lettered: Mapping[str, int]
    raised: Mapping[str, int]
    last_record_ms: int
    commit_s: float
    dropped_headers: Mapping[str, int] = field(default_factory=dict)
    passed_over: Mapping[tuple[SourceId, str], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ErpGateStatus:
    """The gate to one ERP: `queued` commands wait, `in_flight` are out.

    `first_waits_ms`: for how long the command whose turn is next has waited; 0 when none waits.
    """

    erp_id: ErpId
    breaker: str
    token_thousandths: int
    queued: int
    in_flight: int
    first_waits_ms: int


class BelowZero(NamedTuple):
    """How many items have available units below zero somewhere, and how many units are missing, in millionths."""

    items: int
    units: int


@dataclass(frozen=True, slots=True)
class FlowStatus:
    """The status of a flow: that of its member, and its own.

    `due_timers` are counted to at most `MOST_DUE_TIMERS` a partition; the longest due is `overdue_ms` late.
    """

    member: MemberStatus
    due_timers: int = 0
    overdue_ms: int = 0
    rows_cached: int = 0
    gates: tuple[ErpGateStatus, ...] = ()
    below_zero: BelowZero | None = None
    """None for a flow that keeps no stock."""


MOST_DUE_TIMERS = 100
"""More are a backlog, whatever the number: counting them all would cost most under the highest load."""


class Observer(Protocol):
    """Called only by the thread of a member."""

    @property
    def reports_every_s(self) -> float:
        """The seconds between two calls of `report_status`; infinite for an observer that does not use it."""
        ...

    def passed_gate(self) -> None:
        """The loop passes its commit gate."""
        ...

    def opened_epoch(self) -> None:
        """An epoch was opened: there is something to commit."""
        ...

    def committed(self, epoch: Epoch) -> None:
        """An epoch was committed."""
        ...

    def lost_epoch(self) -> None:
        """An epoch was aborted; it is processed again."""
        ...

    def restoring(self, changelog: TopicPartition, applied: int, to_apply: int) -> None:
        """A partition's state is being rolled forward; once with 0 at its beginning, once with all at its end."""
        ...

    def moved(self, revoked: int, assigned: int, pause_s: float | None) -> None:
        """How many partitions were revoked and assigned, and how long the assigned ones waited, in seconds."""
        ...

    def report_status(self, status: FlowStatus) -> None:
        """The status of the flow, at the requested interval and after each change of the assignment."""
        ...

    def stopped(self, topic: str) -> None:
        """This input is not read any more until the process restarts."""
        ...

    def paused(self, topics: Collection[str], seconds: float) -> None:
        """These sources were paused for so many seconds since the last report."""
        ...

    def violated(self, laws: Collection[Law]) -> None:
        """These invariants were violated: now, and the flow stops; or in earlier processes, reported at the start."""
        ...

    def stopping(self) -> None:
        """A stop was requested; no call follows."""
        ...


class Unobserved:
    """An observer that ignores everything."""

    reports_every_s = float("inf")

    def passed_gate(self) -> None:
        """Ignore it."""

    def opened_epoch(self) -> None:
        """Ignore it."""

    def committed(self, epoch: Epoch) -> None:
        """Ignore it."""

    def lost_epoch(self) -> None:
        """Ignore it."""

    def restoring(self, changelog: TopicPartition, applied: int, to_apply: int) -> None:
        """Ignore it."""

    def moved(self, revoked: int, assigned: int, pause_s: float | None) -> None:
        """Ignore it."""

    def report_status(self, status: FlowStatus) -> None:
        """Ignore it."""

    def stopped(self, topic: str) -> None:
        """Ignore it."""

    def paused(self, topics: Collection[str], seconds: float) -> None:
        """Ignore it."""

    def violated(self, laws: Collection[Law]) -> None:
        """Ignore it."""

    def stopping(self) -> None:
        """Ignore it."""


UNOBSERVED = Unobserved()
