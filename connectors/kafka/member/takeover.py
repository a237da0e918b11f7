"""Making partitions that were just assigned ready to serve: fence who left them, restore their state, find their start.

Nothing is served before state and offsets agree. Long restores run in slices, between the polls of the partitions that
are served already. A member without state (an intake, a connector) goes back to the
group's offsets; partition numbers mean nothing to it.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from connectors.kafka.cluster import Cluster
from connectors.kafka.group_offsets import last_committed
from connectors.kafka.member.changelog import Changelog, agree, starting_offsets
from connectors.kafka.member.first_read import FirstRead
from connectors.kafka.member.left_open import LeftOpen
from connectors.kafka.member.partition_assignment import Change
from connectors.kafka.member.reader import Reader, out_of_range
from connectors.kafka.member.restore import Restore
from connectors.kafka.member.standby import Standby
from connectors.kafka.member.transaction import Transaction
from connectors.kafka.settings import Membership
from connectors.log.failpoints import Failpoints
from connectors.log.port import Assignment, LogFailed, Offsets, TopicPartition
from connectors.state.position import Meta
from connectors.state.store import StateStore

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Arrival:
    """An assigned partition number that is not served yet: its sources, and the group's offsets for them."""

    sources: Sequence[TopicPartition]
    committed: Offsets
    marked_at_s: float | None
    restore: Restore | None

    @property
    def is_restored(self) -> bool:
        return self.restore is None or self.restore.is_restored


class Takeover:
    """The partitions of one member: restores those that are assigned, and keeps the stores of those served."""

    def __init__(  # noqa: PLR0913, PLR0917 - all that a takeover puts together
        self,
        membership: Membership,
        cluster: Cluster,
        reader: Reader,
        transaction: Transaction,
        left_open: LeftOpen,
        changelog: Changelog | None,
        standby: Standby | None,
        first_read: FirstRead,
        failpoints: Failpoints,
    ) -> None:
        self._membership = membership
        self._cluster = cluster
        self._reader = reader
        self._transaction = transaction
        self._left_open = left_open
        self._changelog = changelog
        self._standby = standby
        self._first_read = first_read
        self._failpoints = failpoints
        self._arriving: dict[int, _Arrival] = {}
        self._served: set[int] = set()
        self._generation = 0
        self.stores: dict[int, StateStore] = {}

    def handle(self, change: Change | None, commit: Callable[[Offsets], None]) -> Assignment | None:
        """Release what was revoked, open what was assigned, serve what is restored; the change of what is served.

        Partitions that were never read start at their beginning, which is committed.
        """
        revoked: frozenset[int] = frozenset()
        if change is not None:
            _report_change(change)
            revoked = self._release(change.revoked)
            self._open(change.assigned, change.marked_at_s)
        restored = [number for number, arrival in sorted(self._arriving.items()) if arrival.is_restored]
        if not revoked and not restored:
            return None
        marks = [mark for number in restored if (mark := self._arriving[number].marked_at_s) is not None]
        self._serve(restored, commit)
        self._generation += 1
        return Assignment(self._generation, revoked, frozenset(restored), min(marks, default=None))

    @property
    def is_restoring(self) -> bool:
        """Whether an assigned partition is not served yet."""
        return bool(self._arriving)

    @property
    def has_restored(self) -> bool:
        """Whether a restored partition waits for the next gate to be served."""
        return any(arrival.is_restored for arrival in self._arriving.values())

    def resume(self) -> None:
        """Restore one slice of the partition with the least to read, so that served partitions keep being polled."""
        restores = (arrival.restore for arrival in self._arriving.values() if arrival.restore is not None)
        shortest = min((each for each in restores if not each.is_restored), key=lambda each: each.left, default=None)
        if shortest is not None:
            shortest.resume()

    def close(self) -> None:
        """Close all stores."""
        self._release(frozenset(self._served | self._arriving.keys()))

    def _release(self, numbers: frozenset[int]) -> frozenset[int]:
        """Close the state of revoked partitions; returns those that were served."""
        self._reader.drop(numbers)
        for number in sorted(numbers & self._arriving.keys()):
            restore = self._arriving.pop(number).restore
            if restore is not None:
                restore.abandon()
        for number in sorted(numbers & self.stores.keys()):
            self.stores.pop(number).close()
        if self._standby is not None:
            self._standby.follow(numbers)
        served = numbers & self._served
        self._served -= served
        return served

    def _open(self, numbers: frozenset[int], marked_at_s: float | None) -> None:
        if not numbers:
            return
        sources = self._reader.assignment.partitions(numbers)
        self._left_open.forget()
        self._transaction.ready()
        self._fence_absent_members(sources)
        committed = self._reader.committed(sources)
        copies = {} if self._standby is None else self._standby.release(numbers)
        for number in sorted(numbers):
            of_number = [source for source in sources if source.partition == number]
            agrees = partial(agree, committed, of_number)
            restore = None if self._changelog is None else self._restore(self._changelog, number, copies, agrees)
            self._arriving[number] = _Arrival(of_number, committed, marked_at_s, restore)
        self._failpoints.hit("mid_rebalance")

    def _restore(
        self,
        changelog: Changelog,
        number: int,
        copies: Mapping[int, StateStore],
        agrees: Callable[[Meta | None], bool],
    ) -> Restore:
        committed_end = self._left_open.stable_ends.get(TopicPartition(changelog.topic, number))
        return Restore(changelog, number, copies.get(number), committed_end, agrees)

    def _serve(self, numbers: Sequence[int], commit: Callable[[Offsets], None]) -> None:
        """Start at the offsets on which group and state agree; at the beginning where nothing was ever read."""
        if not numbers:
            return
        sources: list[TopicPartition] = []
        due: dict[TopicPartition, int] = {}
        for number in numbers:
            arrival = self._arriving[number]
            sources.extend(arrival.sources)
            due.update(self._starting_offsets(arrival))
            self._served.add(number)
            if arrival.restore is not None:
                self.stores[number] = arrival.restore.store
            del self._arriving[number]
        if self._changelog is None:
            self._first_read.require_plausible([source for source in sources if source not in due])
        begin = self._cluster.begin_offsets(sources)
        lost = self._lost(due, begin)
        fresh = {source: begin[source] for source in sources if source not in due or source in lost}
        self._reader.serve({**due, **fresh})
        if fresh:
            commit(fresh)

    def _starting_offsets(self, arrival: _Arrival) -> Offsets:
        if self._changelog is None or arrival.restore is None:
            return {source: offset for source, offset in arrival.committed.items() if source in arrival.sources}
        meta = arrival.restore.store.position.meta
        self._require_same_count(self._changelog.topic, meta)
        self._require_same_application(self._changelog.topic, meta)
        return starting_offsets(self._membership, arrival.committed, meta, arrival.sources)

    def _require_same_count(self, topic: str, meta: Meta | None) -> None:
        """With another number of partitions a key maps to a partition that does not have its state."""
        count = self._cluster.partitions_of(topic)
        if meta is not None and meta.partitions not in {0, count}:
            raise LogFailed(
                f"{topic} and its inputs have {count} partitions, but the state was made with {meta.partitions}: keys "
                "would be looked up where their state is not. Kafka cannot reduce a partition count. Stop all flows "
                "and delete nothing: docs/how-to/rescale.md#a-topic-has-grown says what is safe"
            )

    def _require_same_application(self, topic: str, meta: Meta | None) -> None:
        """A second group on the same topics processes every record once more, into the same changelog."""
        group = self._membership.group
        if meta is not None and not meta.owner.startswith(f"{group}."):
            raise LogFailed(
                f"{topic} was written by {meta.owner}, and this member belongs to the group {group}: two groups would "
                "process every record twice. Correct --application; topics belong to one application, so another one "
                "needs a cluster of its own (docs/deployment.md)"
            )

    def _fence_absent_members(self, sources: Sequence[TopicPartition]) -> None:
        """An absent member's open transaction blocks us and all readers of its outputs; live members are not fenced."""
        group = f"{self._membership.group}."
        owners = {each.by for each in last_committed(self._membership, sources).values() if each.by}
        flow_mates = {owner for owner in owners if owner.startswith(group)} - {self._membership.member}
        if flow_mates:
            for absent in sorted(flow_mates - self._cluster.living_members()):
                self._transaction.fence(absent)

    def _lost(self, due: Offsets, begin: Offsets) -> frozenset[TopicPartition]:
        """Refuses to skip records that were deleted before they were read, unless the operator accepted the loss."""
        end = self._cluster.high_watermarks(due)
        lost: set[TopicPartition] = set()
        for source, offset in due.items():
            if begin[source] <= offset <= end[source]:
                continue
            if offset > end[source] or not self._membership.accepts_loss:
                raise out_of_range(source, offset, begin[source], end[source])
            logger.error(
                "%s/%s: offsets %s to %s were deleted before they were read; skipping them, because of --accept-loss",
                *source,
                offset,
                begin[source],
            )
            lost.add(source)
        return frozenset(lost)


def _report_change(change: Change) -> None:
    """An aborted epoch reopens what is held: such partitions are neither lost nor new."""
    for what, numbers in (
        ("revoked", change.revoked - change.assigned),
        ("assigned", change.assigned - change.revoked),
        ("reopened", change.revoked & change.assigned),
    ):
        if numbers:
            logger.info("partitions %s: %s", what, ", ".join(map(str, sorted(numbers))))
