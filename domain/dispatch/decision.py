"""What dispatch decided about one event: changed rows, messages, cases, timers, as values for the flow to apply."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.dispatch.rows import DocumentQueue, Gate, QueuedCommand, QueueKey, SettledCommand
from domain.identifiers import CommandId, DocumentKey
from domain.messages.cases import Case
from domain.messages.dispatch import ErpCommand, ErpRequested
from domain.messages.failure_policy import DependencyReported
from domain.messages.orders import ErpOutcomeReceived

DispatchEffect = ErpCommand | ErpOutcomeReceived | DependencyReported | Case
"""What dispatch may send."""


class TimerKind(StrEnum):
    """What a timer wakes."""

    ANSWER = "ANSWER"
    RETRY = "RETRY"
    SETTLE = "SETTLE"
    FORGET = "FORGET"
    HALF_OPEN = "HALF_OPEN"
    TOKENS = "TOKENS"


@dataclass(frozen=True, slots=True)
class DispatchTimer:
    """A timer at `due_ms`. Timers are never cancelled: one that no longer applies is refused when it fires.

    `subject` is a command_id for ANSWER, RETRY, SETTLE and FORGET, the erp_id for the others.
    """

    kind: TimerKind
    subject: str
    due_ms: int


class DispatchVerdict(StrEnum):
    """What became of the event; the flow counts these, so nothing is dropped without a name."""

    QUEUED = "QUEUED"
    BEHIND = "BEHIND"
    SUPERSEDES = "SUPERSEDES"
    ALREADY_KNOWN = "ALREADY_KNOWN"
    SAME_ID_OTHER_CONTENT = "SAME_ID_OTHER_CONTENT"
    DONE = "DONE"
    DONE_AFTER_UNKNOWN = "DONE_AFTER_UNKNOWN"
    FOREIGN_DOCUMENT = "FOREIGN_DOCUMENT"
    REFUSED = "REFUSED"
    RETRY_LATER = "RETRY_LATER"
    SETTLING = "SETTLING"
    SURELY_NOT_THERE = "SURELY_NOT_THERE"
    NO_SUCH_COMMAND = "NO_SUCH_COMMAND"
    SECOND_DOCUMENT = "SECOND_DOCUMENT"
    BOOKED_AFTER_ALL = "BOOKED_AFTER_ALL"
    BOOKED_AND_REFUSED = "BOOKED_AND_REFUSED"
    FORGOTTEN = "FORGOTTEN"
    OTHER_ATTEMPT = "OTHER_ATTEMPT"
    REFUSAL_NOTED = "REFUSAL_NOTED"
    NEVER_ASKED = "NEVER_ASKED"
    REQUEUED = "REQUEUED"
    GATE_CHANGED = "GATE_CHANGED"
    GATE_UNCHANGED = "GATE_UNCHANGED"
    TOKENS_CAME = "TOKENS_CAME"
    STALE_TIMER = "STALE_TIMER"
    LET_GO = "LET_GO"


@dataclass(frozen=True, slots=True)
class DispatchDecision:
    """All effects of one event. In a mapping of rows, None deletes the row.

    `unqueued` and `queued` are the changes of the ordered index: take the first out, then put the second in.
    """

    verdict: DispatchVerdict
    gate: Gate
    commands: Mapping[CommandId, QueuedCommand | None]
    documents: Mapping[DocumentKey, DocumentQueue | None]
    settled: Mapping[CommandId, SettledCommand | None]
    refused_reports: Mapping[str, ErpRequested | None]
    """By business key."""
    unqueued: tuple[QueueKey, ...]
    queued: tuple[tuple[QueueKey, CommandId], ...]
    released: tuple[ErpCommand, ...]
    outcomes: tuple[ErpOutcomeReceived, ...]
    reports: tuple[DependencyReported, ...]
    """That the ERP is away, or back."""
    cases: tuple[Case, ...]
    timers: tuple[DispatchTimer, ...]
