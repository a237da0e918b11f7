"""What the contract suite needs of a log under test, and how a test drives a member as a flow would."""

import time
from collections import defaultdict
from collections.abc import Sequence
from typing import Protocol

from connectors.log.port import Batch, Log, Outgoing, Record, TopicPartition

PARTITIONS = 3
TOPICS = ("stock", "orders", "out")
DEADLINE_S = 90.0


class Logs(Protocol):
    """One fresh log whose topics are `TOPICS`, each with `PARTITIONS` partitions; it makes members of it."""

    def topic(self, name: str) -> str:
        """What one of `TOPICS` is called in this log."""
        ...

    def member(self, flow: str, inputs: Sequence[str] = (), *, stateful: bool = False) -> Log:
        """The only member of a flow, reading some of `TOPICS`; asked for again after a close, it is restarted."""
        ...

    def records(self, name: str) -> Sequence[Record]:
        """What was committed in one of `TOPICS`, by partition, in order; asked when no epoch on it is open."""
        ...

    def visible(self, name: str) -> Sequence[Record]:
        """What an outside reader sees of it now, while an epoch on it is open."""
        ...

    def close(self) -> None:
        """Close what is still open."""
        ...


class Member:
    """A member as a flow uses it: assignments are taken at gates, and offsets of what was read are kept."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.offsets: dict[TopicPartition, int] = {}
        self.held: set[int] = set()

    def join(self) -> None:
        """Until every partition is held; reads nothing."""
        deadline = time.monotonic() + DEADLINE_S
        while len(self.held) < PARTITIONS:
            assert time.monotonic() < deadline, f"only {self.held} assigned"
            if not self.log.rebalancing():
                assert [] == list(self.log.poll(1000, 0.05))
            self._take_assignment()

    def read(self, count: int) -> list[Record]:
        """Exactly so many records, in the order they came; at a gate they are dropped, for they come again."""
        records: list[Record] = []
        deadline = time.monotonic() + DEADLINE_S
        while len(records) < count:
            assert time.monotonic() < deadline, f"{len(records)} of {count} records came"
            if self.log.rebalancing():
                records.clear()
            records.extend(record for batch in self.poll(0.1) for record in batch.records)
        assert count == len(records)
        return records

    def read_some(self, limit: int) -> list[Record]:
        """What the first poll with anything brings."""
        deadline = time.monotonic() + DEADLINE_S
        while not (batches := self.poll(0.1, limit)):
            assert time.monotonic() < deadline, "nothing came"
        return [record for batch in batches for record in batch.records]

    def poll(self, timeout_s: float, limit: int = 1000) -> Sequence[Batch]:
        """One turn at the gate: the assignment, then what has come."""
        self._take_assignment()
        batches = self.log.poll(limit, timeout_s)
        self.offsets.update({batch.source: batch.next_offset for batch in batches})
        return batches

    def commit(self, changes: dict[int, dict[bytes, bytes | None]] | None = None) -> None:
        """The epoch, with the offsets of everything read in it."""
        self.log.commit(self.offsets, changes or {})
        self.offsets.clear()

    def abort(self) -> None:
        """Drop the epoch."""
        self.log.abort()
        self.offsets.clear()

    def _take_assignment(self) -> None:
        if self.log.rebalancing():
            self.offsets.clear()
            assignment = self.log.take_assignment()
            if assignment is not None:
                self.held = (self.held - assignment.revoked) | assignment.assigned


def write(logs: Logs, name: str, *records: tuple[str | None, bytes | None]) -> None:
    """Append committed records to a topic, by key."""
    log = logs.member("writer")
    log.send([Outgoing(logs.topic(name), key, value) for key, value in records])
    log.commit({}, {})
    log.close()


def joined(logs: Logs, *inputs: str, flow: str = "copy", stateful: bool = True) -> Member:
    """A member that holds all partitions."""
    member = Member(logs.member(flow, [logs.topic(name) for name in inputs], stateful=stateful))
    member.join()
    return member


def values(records: Sequence[Record]) -> list[bytes | None]:
    """Only what they carry."""
    return [record.value for record in records]


def by_partition(records: Sequence[Record]) -> dict[int, list[bytes | None]]:
    """What each partition carries, in its order."""
    found: dict[int, list[bytes | None]] = defaultdict(list)
    for record in records:
        found[record.partition].append(record.value)
    return dict(found)
