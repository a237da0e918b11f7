"""The log port: how a flow, or an external program, reads, writes and commits (docs/architecture.md).

Three implementations hold one contract (`tests/contract`): `KafkaLog`; `EmbeddedLog`, the owner of a durable log on
RocksDB; and `EmbeddedClient`, another process that reads that log and hands its writes to the owner.

The contract: the records passed to `send`, the changes of state and the offsets become visible together at `commit`,
or never. Between two commits a reader sees nothing of an open epoch. Within a partition records keep the order of
`send`. After `abort` the next `poll` starts again at the committed offsets of every partition held.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from schemas.headers import Headers


class TopicPartition(NamedTuple):
    """One partition of one topic."""

    topic: str
    partition: int


class Record(NamedTuple):
    """One record in the log. `timestamp_ms` is the append time, never going back in a partition."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: str | None
    value: bytes | None
    headers: Headers


class Outgoing(NamedTuple):
    """One record to append. `partition` None: chosen by the key as Java's client does (murmur2)."""

    topic: str
    key: str | None
    value: bytes | None
    headers: Headers = ()
    partition: int | None = None


class Gap(NamedTuple):
    """A range of offsets, both included, whose records are unreadable, and the reason."""

    first: int
    last: int
    reason: str


class Batch(NamedTuple):
    """Consecutive records of one partition, and the gap after them, if there is one.

    `next_offset` is where reading continues; it can lie beyond the last record's offset + 1 (transaction markers).
    """

    source: TopicPartition
    records: Sequence[Record]
    next_offset: int
    gap: Gap | None = None


Offsets = Mapping[TopicPartition, int]
"""The next offset to read, by partition."""

Changes = Mapping[int, Mapping[bytes, bytes | None]]
"""Changed keys of the state, by partition number; None deletes."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """The change of this member's assignment since the last call; partition numbers of the co-partitioned inputs.

    Release `revoked` before opening `assigned`. `generation` increases with every change. `marked_at_s`: since when
    they were not served, on the clock of `time.monotonic`; None where there was no pause.
    """

    generation: int
    revoked: frozenset[int]
    assigned: frozenset[int]
    marked_at_s: float | None = None


@dataclass(frozen=True, slots=True)
class MemberStatus:
    """The status of a member, for metrics and probes.

    `lag`: how many offsets lie between what was polled and the end, by partition, where that is known; a few may be
    transaction markers. `stored_bytes`: the size of its state on disk; None where it has no store of its own.
    """

    is_member: bool
    lag: Mapping[TopicPartition, int]
    stored_bytes: int | None = None
    members_fenced: int = 0
    """How many absent members it fenced, ending their open transactions."""
    is_restoring: bool = False
    """Whether some of its partitions are still being restored and not served yet."""


class StateReader(Protocol):
    """The committed state of one partition, as bytes."""

    def get(self, key: bytes) -> bytes | None:
        """The value of a key, or None."""
        ...

    def scan(self, prefix: bytes, after: bytes | None = None, limit: int = 1000) -> Sequence[tuple[bytes, bytes]]:
        """At most `limit` pairs whose key starts with `prefix`, in key order, strictly after `after`."""
        ...


class LogFailed(Exception):
    """The log cannot continue; the message says what to do. State on disk is consistent."""


class Fenced(LogFailed):
    """Another process has taken over this member's name: exit, write nothing more."""


class Rewound(Exception):
    """The epoch was aborted; the caller drops its own open work and polls again."""


class Log(Protocol):
    """One member of one consumer group on one log, with the state of the partitions it holds."""

    def take_assignment(self) -> Assignment | None:
        """The next change of the assignment, or None. Call it only at a commit gate, with no epoch open.

        The revoked partitions' state is closed when it returns. An assigned partition is reported once its state
        is restored; until then `poll` restores it step by step while others are served, and returns none of its
        records.
        """
        ...

    def rebalancing(self) -> bool:
        """True when `take_assignment` may have something: commit or abort the open epoch before calling it."""
        ...

    def poll(self, limit: int, timeout_s: float) -> Sequence[Batch]:
        """Batches of the partitions held, at most about `limit` records; empty after `timeout_s` without any.

        The inputs of a flow with state are co-partitioned, and drained in the order in which they were declared. Those
        of a member without state share every poll: no source with a backlog keeps another one waiting.
        """
        ...

    def pause(self, topics: Collection[str]) -> None:
        """From the next poll on return nothing of these inputs, and continue with all others from where they are.

        Each call names all paused inputs; the pause lasts through rewinds and rebalances. Only for inputs without an
        order. Call it at a commit gate.
        """
        ...

    def send(self, records: Sequence[Outgoing]) -> None:
        """Append to the open epoch (begun lazily)."""
        ...

    def commit(self, offsets: Offsets, changes: Changes) -> None:
        """Commit outputs, changes and offsets atomically; `Rewound`: the epoch was aborted; else `Fenced`."""
        ...

    def confirm_membership(self) -> None:
        """Return only if this member owned its partitions at some moment since the call; call it outside an epoch.

        `Rewound` or `Fenced` when another member may own them. For callers with effects outside the log, which no
        transaction can undo.
        """
        ...

    def abort(self) -> None:
        """Drop the open epoch and rewind every partition held to its committed offset."""
        ...

    def state(self, partition: int) -> StateReader:
        """The committed state of a partition held."""
        ...

    def partitions_of(self, topic: str) -> int:
        """How many partitions a topic has; `LogFailed` for an unknown one."""
        ...

    def end_offsets(self, topic: str) -> Offsets:
        """For every partition, the offset after the last committed record; see `ends_settle_s`."""
        ...

    def ends_settle_s(self, topic: str) -> float:
        """For how long after a change of leader `end_offsets` may report ends that are too low; 0 without followers."""
        ...

    def committed(self, topic: str) -> Offsets:
        """The offsets this group committed, for the partitions of a topic that have one."""
        ...

    def member_status(self) -> MemberStatus:
        """The member's own view of its status: cheap, without a request to a broker, and possibly slightly stale."""
        ...

    def now_ms(self) -> int:
        """The log's clock (the data's, in a simulation)."""
        ...

    def close(self) -> None:
        """Release everything; an open epoch is aborted."""
        ...
