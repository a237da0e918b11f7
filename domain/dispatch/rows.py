"""The state of one ERP as rows: small enough that a change touches few of them, however long the queue is.

`Gate`: one. `QueuedCommand`: one for every command that has not left. `DocumentQueue`: one for every document with
such a command. `SettledCommand`: one for some days after a command has left, so that a later answer which contradicts
its outcome is recognised (`domain.dispatch.settled`). A report that a channel has refused keeps its request until that
is settled. The queue itself is an index over the commands in state QUEUED, ordered by `QueueKey`. So the state is
bounded by open work and by the commands of a week.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol

from domain.dispatch.breaker import Breaker
from domain.dispatch.tokens import TokenBucket
from domain.identifiers import CommandId, DocumentKey, OrderId
from domain.messages.dispatch import CommandType, ErpRequested, Outcome


class QueueKey(NamedTuple):
    """The place in the queue, lowest first; fixed when the command arrives, so an ordered store can keep it.

    `rank_ms` = time of arrival + priority class x ageing: a command passes all that are of the next more urgent
    class and came `ageing_ms` later, so nothing starves.
    """

    rank_ms: int
    arrival: int
    """Unique within the ERP."""


class CommandState(StrEnum):
    """The state of an open command; its transitions are in `domain.dispatch.outcomes`."""

    BEHIND = "BEHIND"
    """Waits for the command before it in its document."""
    QUEUED = "QUEUED"
    """Waits for the gate."""
    IN_FLIGHT = "IN_FLIGHT"
    """Released to the connector; its answer is awaited."""
    SETTLING = "SETTLING"
    """Its outcome is unknown, and it may still be booked: too early to ask."""
    WAITING_RETRY = "WAITING_RETRY"
    """The ERP refused it for the moment."""


@dataclass(frozen=True, slots=True)
class QueuedCommand:
    """One command that is not finished."""

    request: ErpRequested
    attempt: int
    """The attempt in flight, or the next one; counts from 1, queries included."""
    state: CommandState
    arrival: int
    """Counts the commands of this ERP, so it also rises strictly within a document: its `document_sequence`."""
    enqueued_at_ms: int
    rank_ms: int
    due_ms: int
    """When SETTLING or WAITING_RETRY ends, or the answer of one IN_FLIGHT is missed; 0 in the other states."""
    asking: bool
    """The next or current attempt is a QUERY_DOCUMENT: it must be known whether the effect is there."""
    had_unknown: bool
    doubted_attempt: int = 0
    """The attempt to execute it whose outcome is unknown; 0: none, or several."""
    refused_attempt: int = 0
    """The last attempt whose refusal came after its outcome was taken as unknown; 0: none."""
    refusal: str = ""
    """Why the ERP refused that attempt."""

    @property
    def command_id(self) -> CommandId:
        """The idempotency key of all its attempts."""
        return self.request.command_id

    @property
    def queue_key(self) -> QueueKey | None:
        """Its place in the queue, while it is there."""
        return QueueKey(self.rank_ms, self.arrival) if self.state is CommandState.QUEUED else None


@dataclass(frozen=True, slots=True)
class SettledCommand:
    """A command that has left: the ERP may say something else about it later."""

    order_id: OrderId
    command_type: CommandType
    business_key: str
    attempts: int
    outcome: Outcome
    document_number: str
    forgotten_at_ms: int
    executed_attempt: int = 0
    """The attempt that has booked it, or been refused; 0: it is not known which."""
    contradicted_by: tuple[str, ...] = ()
    """What later answers have said otherwise, each once; at most `contradictions.MOST_CONTRADICTIONS`."""
    refusal: str = ""
    """Why it was refused."""


@dataclass(frozen=True, slots=True)
class DocumentQueue:
    """The open commands of one document, in their order. Only the first may be queued or in flight."""

    document_key: DocumentKey
    command_ids: tuple[CommandId, ...]


@dataclass(frozen=True, slots=True)
class Gate:
    """What decides whether commands are released."""

    breaker: Breaker
    tokens: TokenBucket
    in_flight: int
    queued: int
    """Open commands that are not in flight: the backlog."""
    arrivals: int
    """Commands received so far; numbers them."""


class DispatchRows(Protocol):
    """The rows of one ERP as they are before a decision; reading has no effect."""

    def gate(self) -> Gate | None:
        """The gate; None before the first event of this ERP."""
        ...

    def command(self, command_id: CommandId) -> QueuedCommand | None:
        """An open command."""
        ...

    def document(self, document_key: DocumentKey) -> DocumentQueue | None:
        """A document with open commands."""
        ...

    def settled(self, command_id: CommandId) -> SettledCommand | None:
        """A command that has left, for some days."""
        ...

    def refused_report(self, business_key: str) -> ErpRequested | None:
        """A report that its channel has refused, and nobody has settled."""
        ...

    def first_queued(self, after: QueueKey | None) -> QueuedCommand | None:
        """The first command in state QUEUED strictly after `after` (None: of all), in the order of `QueueKey`."""
        ...
