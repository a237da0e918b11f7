"""Bringing the state of one partition up to date: from its local folder, as far as that is good, and its changelog.

The order is the point: the group's committed offset is read first, then the changelog's high watermark, and the
changelog is read, committed records only, up to that watermark. So META can only be at or behind what is served, and
it must name the group's offset: else the state belongs to other offsets, and nothing is served.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from confluent_kafka import Consumer, Message
from confluent_kafka import TopicPartition as ClientPartition

from connectors.failpoints import Failpoints
from connectors.kafka_cluster import Cluster
from connectors.kafka_errors import in_words, is_partition_end, is_passing
from connectors.kafka_settings import Membership, restore_properties
from connectors.log import LogFailed, Offsets, TopicPartition
from connectors.observation.observer import UNOBSERVED, Observer
from connectors.state_folder import Identity
from connectors.state_position import LAYOUT_VERSION, META_KEY, Meta, Position, decoded_meta
from connectors.state_store import StateStore

_CHUNK = 20_000
_PAUSE_S = 0.05
_PATIENCE_S = 60.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Changelog:
    """Restores the partitions of one flow's changelog topic into folders below `directory`."""

    membership: Membership
    cluster: Cluster
    topic: str
    topic_id: str
    directory: Path
    failpoints: Failpoints
    clock: Callable[[], int]
    observer: Observer = UNOBSERVED

    def restore(self, partition: int) -> StateStore:
        """The folder, rolled forward to the changelog's high watermark of now; a bad start is set aside first."""
        source = TopicPartition(self.topic, partition)
        end = self.cluster.high_watermarks([source])[source]
        store = self.opened(partition)
        try:
            self._roll_forward(store, source, end)
        except BaseException:
            store.close()
            raise
        return store

    def opened(self, partition: int) -> StateStore:
        """The folder as it is, if it is a prefix of the changelog, else a new one."""
        source = TopicPartition(self.topic, partition)
        begin = self.cluster.begin_offsets([source])[source]
        end = self.cluster.high_watermarks([source])[source]
        store = StateStore(self.directory / f"{partition:05d}", self._identity(partition))
        if not self._is_prefix(store.position, begin, end):
            store = store.rebuilt()
        if store.position.meta is None and 0 < begin < end:
            store.close()
            raise _beginning_is_gone(source, begin)
        if store.position.meta is None:
            store.position = Position(None, begin, 0)
        return store

    def _is_prefix(self, position: Position, begin: int, end: int) -> bool:
        """Whether rolling forward from there gives the truth; too old, and passed deletions would be missed."""
        if position.meta is None:
            return position.next_offset == 0
        age_ms = self.clock() - position.as_of_ms
        return begin <= position.next_offset <= end and age_ms < self.cluster.tombstones_live_ms(self.topic)

    def _identity(self, partition: int) -> Identity:
        own = self.membership
        return Identity(own.application, own.flow, partition, self.topic_id, LAYOUT_VERSION)

    def _roll_forward(self, store: StateStore, source: TopicPartition, end: int) -> None:
        begin = store.position.next_offset
        if begin < end:
            self.observer.restoring(source, 0, end - begin)
            consumer = Consumer(restore_properties(self.membership))
            try:
                consumer.assign([ClientPartition(source.topic, source.partition, begin)])
                for messages in _chunks(consumer, source, begin, end):
                    store.write_restored(*rows_of(messages, store.position))
                    self.observer.restoring(source, min(store.position.next_offset, end) - begin, end - begin)
                    self.failpoints.hit("mid_restore")
            finally:
                consumer.close()
            store.flush()
            self.observer.restoring(source, end - begin, end - begin)
        if store.position.meta is not None:
            # Only now is it a complete prefix again, as of this moment.
            store.write({}, Position(store.position.meta, max(store.position.next_offset, end), self.clock()))


def starting_offsets(committed: Offsets, meta: Meta | None, sources: Iterable[TopicPartition]) -> Offsets:
    """Where to go on reading: META and the group must agree. Sources that neither knows are left out."""
    known = {} if meta is None else meta.offsets
    due: dict[TopicPartition, int] = {}
    for source in sources:
        ours, group = known.get(source.topic), committed.get(source)
        if ours is None and group is None:
            continue
        if group is None and ours is not None:
            logger.warning("the group has lost its offset of %s/%s: its state says %s", *source, ours)
            group = ours
        if ours is None or group is None or ours != group:
            raise _disagreement(source, ours, group)
        due[source] = group
    return due


def _beginning_is_gone(source: TopicPartition, begin: int) -> LogFailed:
    """Compaction never moves a partition's beginning; what did has deleted rows that nothing else holds."""
    return LogFailed(
        f"changelog {source.topic}/{source.partition} begins at offset {begin}: what was before it was deleted, so the "
        "state cannot be rebuilt. Let its cleanup.policy be compact alone, and bring back the topic or a state folder "
        "that knows those offsets; or delete the group and the changelog to begin anew"
    )


def _disagreement(source: TopicPartition, ours: int | None, group: int | None) -> LogFailed:
    return LogFailed(
        f"state and group disagree on {source.topic}/{source.partition}: the changelog's META says "
        f"{'nothing' if ours is None else ours}, the group {group}: somebody changed one of them. "
        "Set the group's offset to META's, or delete the group and the changelog to begin anew"
    )


def _chunks(consumer: Consumer, source: TopicPartition, begin: int, end: int) -> Iterator[list[Message]]:
    """Committed records up to `end`; waits for open transactions below it to be settled."""
    position, deadline = begin, monotonic() + _PATIENCE_S
    while position < end:
        messages, reached = _next_chunk(consumer, source)
        if messages or reached is not None:
            position = reached if reached is not None else _behind(messages)
            deadline = monotonic() + _PATIENCE_S
        elif monotonic() > deadline:
            raise LogFailed(
                f"changelog {source.topic}/{source.partition} is stuck at {position} of {end} for {_PATIENCE_S:.0f} s: "
                "a transaction on it stays open, or its broker does not answer"
            )
        if messages:
            yield messages


def _next_chunk(consumer: Consumer, source: TopicPartition) -> tuple[list[Message], int | None]:
    """Records, and the offset of the end if it was met behind them."""
    messages = consumer.consume(_CHUNK, 0)
    if not messages:
        first = consumer.poll(_PAUSE_S)
        messages = [] if first is None else [first]
    records, reached = [], None
    for message in messages:
        error = message.error()
        if error is None:
            records.append(message)
            reached = None
        elif is_partition_end(error):
            reached = message.offset()
        elif not is_passing(error):
            raise LogFailed(f"changelog {source.topic}/{source.partition} cannot be read: {in_words(error)}")
    return records, reached


def rows_of(messages: list[Message], before: Position) -> tuple[list[tuple[bytes, bytes | None]], Position]:
    """The changes, and the position behind them; `as_of_ms` stays what it was, for more may follow."""
    changes: list[tuple[bytes, bytes | None]] = []
    meta = before.meta
    for message in messages:
        key, value = message.key(), message.value()
        if key == META_KEY and value is not None:
            meta = decoded_meta(value)
        elif key is not None:
            changes.append((key, value))
    return changes, Position(meta, _behind(messages), before.as_of_ms)


def _behind(messages: list[Message]) -> int:
    offset = messages[-1].offset()
    if offset is None:
        raise LogFailed("the Kafka client delivered a record without coordinates: use the pinned confluent-kafka")
    return offset + 1
