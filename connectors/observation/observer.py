"""The observer port: what a member tells of itself, in plain numbers, at its gates and never a record at a time.

An observer decides nothing and fails nothing; a flow does the same whoever looks on.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from connectors.log.port import MemberStatus, TopicPartition


@dataclass(frozen=True, slots=True)
class Epoch:
    """One committed epoch: how many records it read and wrote by topic, and how long its commit took.

    `dead_lettered` counts by the topic that could not be read, `raised` the cases opened by class.
    `last_record_ms`: the append time of the latest record read; 0 when none was. `dropped_headers` counts by name.
    """

    read: Mapping[str, int]
    written: Mapping[str, int]
    dead_lettered: Mapping[str, int]
    raised: Mapping[str, int]
    last_record_ms: int
    commit_s: float
    dropped_headers: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ErpGateStatus:
    """The gate to one ERP: `queued` commands wait, `in_flight` are out.

    `first_waits_ms`: for how long the command whose turn is next has waited; 0 when none waits.
    """

    erp_id: str
    breaker: str
    token_thousandths: int
    queued: int
    in_flight: int
    first_waits_ms: int


@dataclass(frozen=True, slots=True)
class FlowStatus:
    """How a flow stands: what its member says, and what it holds itself.

    `due_timers` are counted to at most `MOST_DUE_TIMERS` a partition; the longest due is `overdue_ms` late.
    """

    member: MemberStatus
    due_timers: int = 0
    overdue_ms: int = 0
    rows_cached: int = 0
    gates: tuple[ErpGateStatus, ...] = ()


MOST_DUE_TIMERS = 100
"""More are a backlog, however many they are: to count them all would cost most when there is least to spare."""


class Observer(Protocol):
    """Told by the one thread of a member."""

    @property
    def reports_every_s(self) -> float:
        """How often it wants to know how the flow stands; infinite for one that does not."""
        ...

    def passed_gate(self) -> None:
        """The loop goes round."""
        ...

    def opened_epoch(self) -> None:
        """There is something to commit now."""
        ...

    def committed(self, epoch: Epoch) -> None:
        """An epoch is in the log."""
        ...

    def lost_epoch(self) -> None:
        """An epoch was aborted; it is done again."""
        ...

    def restoring(self, changelog: TopicPartition, applied: int, to_apply: int) -> None:
        """A partition's state is being rolled forward; once with 0 at its beginning, once with all at its end."""
        ...

    def moved(self, revoked: int, assigned: int, pause_s: float | None) -> None:
        """So many partitions went and came; those that came had to wait so long, from the mark to here."""
        ...

    def report_status(self, status: FlowStatus) -> None:
        """How it stands, as often as was asked for and after each change of the share."""
        ...

    def stopped(self, topic: str) -> None:
        """Nothing of this input is read any more until the process starts again."""
        ...

    def paused(self, topics: Collection[str], seconds: float) -> None:
        """For so long these sources waited at their topics, since it was told last."""
        ...

    def stopping(self) -> None:
        """It was told to end; nothing follows."""
        ...


class Unobserved:
    """Keeps nothing."""

    reports_every_s = float("inf")

    def passed_gate(self) -> None:
        """Nobody looks."""

    def opened_epoch(self) -> None:
        """Nobody looks."""

    def committed(self, epoch: Epoch) -> None:
        """Nobody looks."""

    def lost_epoch(self) -> None:
        """Nobody looks."""

    def restoring(self, changelog: TopicPartition, applied: int, to_apply: int) -> None:
        """Nobody looks."""

    def moved(self, revoked: int, assigned: int, pause_s: float | None) -> None:
        """Nobody looks."""

    def report_status(self, status: FlowStatus) -> None:
        """Nobody looks."""

    def stopped(self, topic: str) -> None:
        """Nobody looks."""

    def paused(self, topics: Collection[str], seconds: float) -> None:
        """Nobody looks."""

    def stopping(self) -> None:
        """Nobody looks."""


UNOBSERVED = Unobserved()
