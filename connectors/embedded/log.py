"""The log port on the embedded log, for the flows that share its owner's process."""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from connectors.embedded import layout
from connectors.embedded.incoming import GroupOffset
from connectors.embedded.read_positions import ReadPositions, known_offsets, partitions_in
from connectors.embedded.rotation import ByPriorityClass, InDeclaredOrder, Rotation
from connectors.embedded.store import EmbeddedStore
from connectors.log.failpoints import Failpoints
from connectors.log.port import Assignment, Batch, Changes, MemberStatus, Offsets, Outgoing, TopicPartition

_WAIT_S = 0.002


@dataclass(frozen=True, slots=True)
class _PartitionState:
    """The committed state of one partition (`StateReader`)."""

    store: EmbeddedStore
    flow: str
    partition: int

    def get(self, key: bytes) -> bytes | None:
        return self.store.reader.state(self.flow, self.partition, key)

    def scan(self, prefix: bytes, after: bytes | None = None, limit: int = 1000) -> Sequence[tuple[bytes, bytes]]:
        return self.store.reader.scan_state(self.flow, self.partition, prefix, after, limit)


class EmbeddedLog:
    """The only member of its group: it holds all partitions from the first `take_assignment` until it is closed.

    `classes`: the priority class of each input, for inputs that share every poll; None for inputs that are drained in
    their declared order.
    """

    def __init__(  # noqa: PLR0913, PLR0917  the parameters of a member
        self,
        store: EmbeddedStore,
        application: str,
        flow: str,
        inputs: Sequence[str],
        failpoints: Failpoints | None = None,
        classes: Mapping[str, int] | None = None,
    ) -> None:
        self._store = store
        self._group = f"{application}.{flow}"
        self._flow = flow
        by_input = [self._partitions(topic) for topic in inputs]
        rotation: Rotation = InDeclaredOrder(by_input) if classes is None else ByPriorityClass(by_input, classes)
        self._failpoints = failpoints or Failpoints()
        self._positions = ReadPositions(store.reader, by_input, rotation, store.end, self._committed)
        self._open: list[Outgoing] = []
        self._assigned = False

    def _partitions(self, topic: str) -> Sequence[TopicPartition]:
        return partitions_in(topic, self._store.partitions_of(topic))

    def _committed(self, source: TopicPartition) -> int | None:
        return self._store.reader.committed(self._group, source)

    def rebalancing(self) -> bool:
        return not self._assigned

    def take_assignment(self) -> Assignment | None:
        if self._assigned:
            return None
        self._assigned = True
        return Assignment(1, frozenset(), self._positions.partitions())

    def poll(self, limit: int, timeout_s: float) -> Sequence[Batch]:
        deadline = time.monotonic() + timeout_s
        while True:
            self._store.import_incoming(self._failpoints)
            batches = self._positions.poll(limit)
            if batches or time.monotonic() >= deadline:
                return batches
            time.sleep(_WAIT_S)

    def pause(self, topics: Collection[str]) -> None:
        self._positions.pause(topics)

    def send(self, records: Sequence[Outgoing]) -> None:
        self._open.extend(records)

    def commit(self, offsets: Offsets, changes: Changes) -> None:
        """1. outputs are kept since `send`; 2. one synced WriteBatch makes outputs, offsets and state visible."""
        self._failpoints.hit("after_produce")
        self._store.write(self._open, self._group_offsets(offsets), self._state_rows(changes))
        self._failpoints.hit("after_commit")
        self._open = []

    def _group_offsets(self, offsets: Offsets) -> Iterator[GroupOffset]:
        for (topic, partition), next_offset in offsets.items():
            yield GroupOffset(self._group, topic, partition, next_offset)

    def _state_rows(self, changes: Changes) -> Iterator[tuple[bytes, bytes | None]]:
        for partition, rows in changes.items():
            prefix = layout.state_prefix(self._flow, partition)
            for key, value in rows.items():
                yield prefix + key, value

    def confirm_membership(self) -> None:
        """Always true: RocksDB's lock gives a log to one process until it ends, even while it is suspended."""

    def abort(self) -> None:
        self._open = []
        self._positions.rewind()

    def state(self, partition: int) -> _PartitionState:
        return _PartitionState(self._store, self._flow, partition)

    def partitions_of(self, topic: str) -> int:
        return self._store.partitions_of(topic)

    def end_offsets(self, topic: str) -> Offsets:
        return {source: self._store.end(source) for source in self._partitions(topic)}

    def ends_settle_s(self, topic: str) -> float:
        del topic
        return 0.0

    def committed(self, topic: str) -> Offsets:
        return known_offsets(self._partitions(topic), self._committed)

    def has_read_all(self, but_of: Collection[str] = ()) -> bool:
        """Whether nothing is left to read in the log, except in these topics."""
        return self._positions.has_read_all(but_of)

    def caught_up(self, but_of: Collection[str] = ()) -> bool:
        """Whether nothing is left to read in the log, except in these topics, or to import from `incoming/`."""
        return self.has_read_all(but_of) and self._store.incoming_is_empty()

    def member_status(self) -> MemberStatus:
        return MemberStatus(is_member=self._assigned, lag=self._positions.lag())

    def now_ms(self) -> int:
        return self._store.now_ms()

    def close(self) -> None:
        self._open = []
