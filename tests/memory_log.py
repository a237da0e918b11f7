"""A double of the log port in memory: several groups share one log, commits are atomic, `abort` rewinds.

It keeps the contract of `connectors/log/port.py` as far as one member a group needs it.
A test can order a commit to be lost.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, takewhile

from sortedcontainers import SortedDict

from connectors.log.partitioner import partition_of
from connectors.log.port import (
    Assignment,
    Batch,
    Changes,
    LogFailed,
    MemberStatus,
    Offsets,
    Outgoing,
    Record,
    Rewound,
    StateReader,
    TopicPartition,
)


@dataclass(slots=True)
class MemoryTopics:
    """What all groups share: the records, the committed offsets, and a clock that the test moves."""

    partitions: Mapping[str, int]
    now_ms: int = 1_000_000
    records: dict[TopicPartition, list[Record]] = field(default_factory=lambda: defaultdict(list))
    offsets: dict[tuple[str, TopicPartition], int] = field(default_factory=dict)
    states: dict[tuple[str, int], dict[bytes, bytes]] = field(default_factory=lambda: defaultdict(dict))

    def of(self, topic: str) -> list[TopicPartition]:
        if topic not in self.partitions:
            raise LogFailed(f"unknown topic {topic}")
        return [TopicPartition(topic, partition) for partition in range(self.partitions[topic])]

    def append(self, outgoing: Outgoing) -> Record:
        home = outgoing.partition
        if home is None:
            home = partition_of(outgoing.key or "", self.partitions[outgoing.topic])
        lane = self.records[TopicPartition(outgoing.topic, home)]
        record = Record(
            outgoing.topic, home, len(lane), self.now_ms, outgoing.key, outgoing.value, tuple(outgoing.headers)
        )
        lane.append(record)
        return record

    def all_of(self, topic: str) -> list[Record]:
        """Every record of a topic, by partition, then offset."""
        return [record for source in self.of(topic) for record in self.records[source]]


class MemoryState:
    """The committed state of one partition."""

    def __init__(self, pairs: Mapping[bytes, bytes]) -> None:
        self._pairs = pairs

    def get(self, key: bytes) -> bytes | None:
        return self._pairs.get(key)

    def scan(self, prefix: bytes, after: bytes | None = None, limit: int = 1000) -> Sequence[tuple[bytes, bytes]]:
        found = sorted(key for key in self._pairs if key.startswith(prefix) and (after is None or key > after))
        return [(key, self._pairs[key]) for key in found[:limit]]


class SortedState:
    """The same of rows that are kept in the order of their keys: for those that are scanned ten thousand times."""

    def __init__(self, rows: SortedDict) -> None:
        self._rows = rows

    def get(self, key: bytes) -> bytes | None:
        found: bytes | None = self._rows.get(key)
        return found

    def scan(self, prefix: bytes, after: bytes | None = None, limit: int = 1000) -> Sequence[tuple[bytes, bytes]]:
        first = prefix if after is None else max(prefix, after)
        keys = self._rows.irange(first, inclusive=(first != after, True))
        return [(key, self._rows[key]) for key in islice(takewhile(lambda key: key.startswith(prefix), keys), limit)]


class MemoryLog:
    """The only member of one group.

    `lose_next_commit` makes the next commit raise `Rewound`, `deny_next_confirmation` the next one of membership;
    `most_a_poll` makes fetching slow, 0 stops it.
    """

    def __init__(self, topics: MemoryTopics, group: str, inputs: Sequence[str]) -> None:
        self.topics = topics
        self.lose_next_commit = False
        self.most_a_poll: int | None = None
        self.confirmed = 0
        self.deny_next_confirmation = False
        self.commits: list[dict[TopicPartition, int]] = []
        self._group = group
        self._inputs = tuple(inputs)
        self._paused: frozenset[str] = frozenset()
        self._open: list[Outgoing] = []
        self._positions: dict[TopicPartition, int] = {}
        self._pending: list[Assignment] = [self._whole(1)]
        self._held: frozenset[int] = frozenset()

    def reassign(self, revoked: frozenset[int], assigned: frozenset[int]) -> None:
        """Let the next `take_assignment` bring this change."""
        self._pending.append(Assignment(len(self.commits) + 2, revoked, assigned))

    def take_assignment(self) -> Assignment | None:
        if not self._pending:
            return None
        assignment = self._pending.pop(0)
        self._held = (self._held - assignment.revoked) | assignment.assigned
        self._rewind(self._held)
        return assignment

    def rebalancing(self) -> bool:
        return bool(self._pending)

    def poll(self, limit: int, timeout_s: float) -> Sequence[Batch]:
        assert timeout_s >= 0
        return list(self._batches(limit if self.most_a_poll is None else min(limit, self.most_a_poll)))

    def pause(self, topics: Collection[str]) -> None:
        self._paused = frozenset(topics)

    def send(self, records: Sequence[Outgoing]) -> None:
        self._open.extend(records)

    def commit(self, offsets: Offsets, changes: Changes) -> None:
        if self.lose_next_commit:
            self.lose_next_commit = False
            self.abort()
            raise Rewound
        for outgoing in self._open:
            self.topics.append(outgoing)
        for source, next_offset in offsets.items():
            self.topics.offsets[self._group, source] = next_offset
        for partition, pairs in changes.items():
            self._apply(self.topics.states[self._group, partition], pairs)
        self._open = []
        self.commits.append(dict(offsets))

    def confirm_membership(self) -> None:
        self.confirmed += 1
        if self.deny_next_confirmation:
            self.deny_next_confirmation = False
            self.abort()
            raise Rewound

    def abort(self) -> None:
        self._open = []
        self._rewind(self._held)

    def state(self, partition: int) -> StateReader:
        return MemoryState(self.topics.states[self._group, partition])

    def partitions_of(self, topic: str) -> int:
        return len(self.topics.of(topic))

    def end_offsets(self, topic: str) -> Offsets:
        return {source: len(self.topics.records[source]) for source in self.topics.of(topic)}

    def ends_settle_s(self, topic: str) -> float:
        del topic
        return 0.0

    def committed(self, topic: str) -> Offsets:
        offsets = self.topics.offsets
        return {
            source: offsets[self._group, source] for source in self.topics.of(topic) if (self._group, source) in offsets
        }

    def member_status(self) -> MemberStatus:
        lag = {source: len(self.topics.records[source]) - at for source, at in self._positions.items()}
        return MemberStatus(is_member=not self._pending, lag=lag)

    def now_ms(self) -> int:
        return self.topics.now_ms

    def close(self) -> None:
        self._open = []

    def _whole(self, generation: int) -> Assignment:
        everything = frozenset(source.partition for topic in self._inputs for source in self.topics.of(topic))
        return Assignment(generation, frozenset(), everything)

    def _rewind(self, partitions: frozenset[int]) -> None:
        for source in (each for topic in self._inputs for each in self.topics.of(topic)):
            if source.partition in partitions:
                self._positions[source] = self.topics.offsets.get((self._group, source), 0)

    def _batches(self, limit: int) -> Iterator[Batch]:
        for source in [each for each in self._positions if each.partition in self._held]:
            if source.topic in self._paused:
                continue
            position = self._positions[source]
            records = self.topics.records[source][position : position + limit]
            if records:
                limit -= len(records)
                self._positions[source] += len(records)
                yield Batch(source, records, self._positions[source])

    @staticmethod
    def _apply(state: dict[bytes, bytes], pairs: Mapping[bytes, bytes | None]) -> None:
        for key, value in pairs.items():
            if value is None:
                state.pop(key, None)
            else:
                state[key] = value
