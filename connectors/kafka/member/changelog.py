"""The changelog of a flow and the state folders made from it: which of them can be used, and what META says."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from confluent_kafka import Message

from connectors.kafka.cluster import Cluster
from connectors.kafka.settings import Membership
from connectors.log.failpoints import Failpoints
from connectors.log.port import LogFailed, Offsets, TopicPartition
from connectors.observation.observer import UNOBSERVED, Observer
from connectors.state.folder import Identity
from connectors.state.position import LAYOUT_VERSION, META_KEY, Meta, Position, decoded_meta
from connectors.state.store import StateStore

BELIEVED_AFTER_S = 5.0
"""A changelog's new leader may not know yet how far its followers are, and report an end that is too low."""
_AGAIN_S = 0.05

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Changelog:
    """The changelog topic of one flow, with the folders of its partitions below `directory`."""

    membership: Membership
    cluster: Cluster
    topic: str
    topic_id: str
    directory: Path
    failpoints: Failpoints
    clock: Callable[[], int]
    observer: Observer = UNOBSERVED

    def opened(self, partition: int, copy: StateStore | None = None, committed_end: int | None = None) -> StateStore:
        """Open the folder if it is a prefix of the changelog, else a new one; `copy`: the store if it is open already.

        `committed_end`: where something hung in the changelog; a folder beyond it holds what was taken back.
        """
        source = TopicPartition(self.topic, partition)
        begin = self.cluster.begin_offsets([source])[source]
        store = copy or StateStore(self.directory / f"{partition:05d}", self._identity(partition))
        end = self._end(source, store.position.next_offset)
        believed_end = end if committed_end is None else min(end, committed_end)
        if not self._is_prefix(store.position, begin, believed_end):
            logger.warning("%s/%s: the folder is not a prefix of the changelog: rebuilding it", *source)
            store = store.rebuilt()
        return store if store.position.next_offset else self._from_the_beginning(source, store, begin, end)

    def rebuilt(self, partition: int, store: StateStore) -> StateStore:
        """An empty folder in place of a wrong one, which is set aside."""
        source = TopicPartition(self.topic, partition)
        begin = self.cluster.begin_offsets([source])[source]
        return self._from_the_beginning(source, store.rebuilt(), begin, self._end(source, 0))

    def _from_the_beginning(self, source: TopicPartition, store: StateStore, begin: int, end: int) -> StateStore:
        if 0 < begin < end:
            store.close()
            raise _beginning_is_gone(source, begin)
        # What is read from now on is a prefix as of now, even if interrupted: the rest is read later, with deletions.
        store.position = Position(None, begin, self.clock())
        return store

    def _end(self, source: TopicPartition, expected: int) -> int:
        """The high watermark; one below what we have read is asked for again, because the leader may be new."""
        deadline = monotonic() + BELIEVED_AFTER_S
        while True:
            end = self.cluster.high_watermarks([source])[source]
            if end >= expected or monotonic() > deadline:
                return end
            sleep(_AGAIN_S)

    def _is_prefix(self, position: Position, begin: int, end: int) -> bool:
        """Whether reading on from there is complete; from a position that is too old, deletions would be missed."""
        if position.next_offset == 0:
            return True
        age_ms = self.clock() - position.as_of_ms
        return begin <= position.next_offset <= end and age_ms < self.cluster.tombstones_live_ms(self.topic)

    def _identity(self, partition: int) -> Identity:
        own = self.membership
        return Identity(own.application, own.flow, partition, self.topic_id, LAYOUT_VERSION)


def starting_offsets(
    membership: Membership, committed: Offsets, meta: Meta | None, sources: Iterable[TopicPartition]
) -> Offsets:
    """Where reading continues: META and the group must agree. Sources that neither knows are left out."""
    known = {} if meta is None else meta.offsets
    due: dict[TopicPartition, int] = {}
    for source in sources:
        ours, group = known.get(source.topic), committed.get(source)
        if not _agree(ours, group):
            raise _disagreement(membership, source, ours, group)
        if ours is None:
            continue
        if group is None:
            logger.warning("the group has lost its offset of %s/%s: its state says %s", *source, ours)
        due[source] = ours
    return due


def _beginning_is_gone(source: TopicPartition, begin: int) -> LogFailed:
    """Compaction never moves a partition's beginning; what did has deleted rows that nothing else holds."""
    return LogFailed(
        f"changelog {source.topic}/{source.partition} begins at offset {begin}: what was before it was deleted, so the "
        "state cannot be rebuilt. Set its cleanup.policy to compact alone, and restore the topic, or a state folder "
        "that has those offsets: docs/how-to/recover.md#the-beginning-of-a-changelog-is-gone"
    )


def agree(committed: Offsets, sources: Iterable[TopicPartition], meta: Meta | None) -> bool:
    """Whether META names the offsets that the group has, where it has any."""
    known = {} if meta is None else meta.offsets
    return all(_agree(known.get(source.topic), committed.get(source)) for source in sources)


def _agree(ours: int | None, group: int | None) -> bool:
    return group is None or ours == group


def _disagreement(membership: Membership, source: TopicPartition, ours: int | None, group: int | None) -> LogFailed:
    where = f"state and group disagree on {source.topic}/{source.partition}"
    if ours is None:
        return LogFailed(
            f"{where}: the group has offset {group}, and the changelog has no META: it was deleted or created again. "
            "Restore it: docs/how-to/recover.md#state-and-group-disagree"
        )
    return LogFailed(
        f"{where}: the changelog's META says {ours}, the group {group}: somebody changed one of them. Stop all "
        f"replicas of {membership.flow}, set the group to META's offset with `kafka-consumer-groups.sh "
        f"--bootstrap-server {membership.bootstrap} --group {membership.group} --topic {source.topic}:"
        f"{source.partition} --reset-offsets --to-offset {ours} --execute`, and start again"
    )


def rows_of(messages: Sequence[Message], before: Position) -> tuple[list[tuple[bytes, bytes | None]], Position]:
    """The changes, and the position behind them; `as_of_ms` stays what it was, for more may follow."""
    changes: list[tuple[bytes, bytes | None]] = []
    meta = before.meta
    for message in messages:
        key, value = message.key(), message.value()
        if key == META_KEY and value is not None:
            meta = decoded_meta(value)
        elif key is not None:
            changes.append((key, value))
    return changes, Position(meta, next_offset(messages), before.as_of_ms)


def next_offset(messages: Sequence[Message]) -> int:
    """Behind the last of them."""
    offset = messages[-1].offset()
    if offset is None:
        raise LogFailed("the Kafka client delivered a record without coordinates: use the pinned confluent-kafka")
    return offset + 1
