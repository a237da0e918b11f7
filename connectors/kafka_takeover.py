"""Making partitions that were just assigned ready to serve: fence who left them, restore their state, find their start.

Nothing is served before state and offsets agree. A member without state (an intake, a connector) goes back to the
group's offsets; partition numbers mean nothing to it.
"""

import logging
from collections.abc import Callable, Sequence

from connectors.changelog import Changelog, starting_offsets
from connectors.kafka_cluster import Cluster
from connectors.kafka_reader import Reader, out_of_range
from connectors.kafka_settings import Membership
from connectors.kafka_transaction import Transaction
from connectors.log import LogFailed, Offsets, TopicPartition
from connectors.standby import Standby
from connectors.state_position import Meta
from connectors.state_store import StateStore

logger = logging.getLogger(__name__)


class Takeover:
    """The partitions of one member: the open stores by number, and how they came to be so."""

    def __init__(  # noqa: PLR0913, PLR0917 - all that a takeover puts together
        self,
        membership: Membership,
        cluster: Cluster,
        reader: Reader,
        transaction: Transaction,
        changelog: Changelog | None,
        standby: Standby | None,
    ) -> None:
        self._membership = membership
        self._cluster = cluster
        self._reader = reader
        self._transaction = transaction
        self._changelog = changelog
        self._standby = standby
        self.stores: dict[int, StateStore] = {}

    def let_go(self, numbers: frozenset[int]) -> None:
        """Close the state of partitions that went."""
        self._reader.drop(numbers)
        for number in sorted(numbers & self.stores.keys()):
            self.stores.pop(number).close()
        if self._standby is not None:
            self._standby.follow(numbers)

    def take(self, numbers: frozenset[int], commit: Callable[[Offsets], None]) -> None:
        """Open and restore what came. Partitions never read before start at their beginning, which is committed."""
        if not numbers:
            return
        sources = self._reader.share.partitions(numbers)
        self._transaction.ready()
        self._fence_the_absent(sources)
        committed = self._reader.committed(sources)
        due = committed if self._changelog is None else self._restored(self._changelog, sources, committed)
        begin = self._cluster.begin_offsets(sources)
        lost = self._lost(due, begin)
        fresh = {source: begin[source] for source in sources if source not in due or source in lost}
        self._reader.serve({**due, **fresh})
        if fresh:
            commit(fresh)

    def _restored(self, changelog: Changelog, sources: Sequence[TopicPartition], committed: Offsets) -> Offsets:
        due: dict[TopicPartition, int] = {}
        numbers = sorted({source.partition for source in sources})
        if self._standby is not None:
            self._standby.release(numbers)
        for number in numbers:
            store = self.stores[number] = changelog.restore(number)
            self._require_same_count(changelog.topic, store.position.meta)
            of_number = [source for source in sources if source.partition == number]
            due.update(starting_offsets(committed, store.position.meta, of_number))
        return due

    def _require_same_count(self, topic: str, meta: Meta | None) -> None:
        """With another number of partitions every key has another home, and its state is not there."""
        count = self._cluster.partitions_of(topic)
        if meta is not None and meta.partitions not in {0, count}:
            raise LogFailed(
                f"{topic} and its inputs have {count} partitions, but the state was made with {meta.partitions}: keys "
                "would be looked for where their state is not. Make topics with the old number again, or begin anew "
                "under another --application"
            )

    def _fence_the_absent(self, sources: Sequence[TopicPartition]) -> None:
        """A dead member's open transaction would stop us and all who read its outputs; a living one is left alone."""
        group = f"{self._membership.group}."
        owners = self._cluster.committers(self._membership.group, sources) - {self._membership.member}
        flow_mates = {owner for owner in owners if owner.startswith(group)}
        if flow_mates:
            for absent in sorted(flow_mates - self._cluster.living_members(self._membership.group)):
                self._transaction.fence(absent)

    def _lost(self, due: Offsets, begin: Offsets) -> frozenset[TopicPartition]:
        """Where records were deleted before they were read: refused, unless somebody has accepted that."""
        end = self._cluster.high_watermarks(due)
        lost: set[TopicPartition] = set()
        for source, offset in due.items():
            if begin[source] <= offset <= end[source]:
                continue
            if offset > end[source] or not self._membership.accepts_loss:
                raise out_of_range(source, offset, begin[source], end[source])
            logger.error(
                "%s/%s: offsets %s to %s were deleted before they were read; going on behind them, as told",
                *source,
                offset,
                begin[source],
            )
            lost.add(source)
        return frozenset(lost)
