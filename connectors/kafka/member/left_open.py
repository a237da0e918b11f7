"""What earlier producers of a member's name may have left open in the partitions they wrote to.

A transaction that was aborted, or whose outcome is unknown, is ended by the coordinator when a new producer of the same
name is initialised. Some brokers complete it without writing its markers (Kafka 4.3, docs/reliability.md): then its
records stay undecided, readers stop before them, and the name's next commit or abort also decides about them.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from connectors.kafka.cluster import Cluster
from connectors.kafka.group_offsets import last_committed
from connectors.kafka.member.reader import Reader
from connectors.kafka.settings import Membership
from connectors.log.port import Offsets, Outgoing, TopicPartition


@dataclass(frozen=True, slots=True)
class Hanging:
    """Partitions with something open, and an offset of the group for the covering abort; empty if nothing is open."""

    partitions: Sequence[TopicPartition] = ()
    offsets: Offsets | None = None
    """Committed already; it is sent again in a transaction that is aborted, so it changes nothing."""

    def __bool__(self) -> bool:
        return bool(self.partitions or self.offsets)


class LeftOpen:
    """Finds open transactions. `topics`: those that the flow writes to, all of them if `declared`."""

    def __init__(
        self, membership: Membership, cluster: Cluster, reader: Reader, topics: Collection[str], *, declared: bool
    ) -> None:
        self._membership = membership
        self._cluster = cluster
        self._reader = reader
        self._is_declared = declared
        self._topics = set(topics)
        self.stable_ends: dict[TopicPartition, int] = {}
        """The last stable offset of partitions with something open; what follows was not committed. Until `forget`."""

    def wrote(self, records: Iterable[Outgoing]) -> None:
        """Remember the topics, unless they were declared."""
        if not self._is_declared:
            self._topics.update(record.topic for record in records)

    def look(self) -> Hanging:
        """The partitions whose last stable offset is below their end: two requests, milliseconds if nothing is open.

        An open transaction of another living producer looks the same; covering it costs one record.
        """
        partitions = self._cluster.partitions(self._topics)
        ends = self._cluster.high_watermarks(partitions)
        stable = self._cluster.end_offsets(partitions)
        hanging = {each: stable[each] for each in partitions if stable[each] < ends[each]}
        self.stable_ends = {**hanging, **self.stable_ends}
        owned = sorted(self._reader.assignment.owned)
        if hanging or (owned and not self._reader.has_stable_offsets(owned)):
            return Hanging(tuple(hanging), self._own_offset(owned))
        return Hanging()

    def forget(self) -> None:
        """Forget `stable_ends`: a takeover begins."""
        self.stable_ends = {}

    def membership(self) -> bytes:
        """The group metadata to commit the offset with."""
        return self._reader.fencing_membership()

    def _own_offset(self, owned: Sequence[TopicPartition]) -> Offsets | None:
        if not owned:
            return None
        found = last_committed(self._membership, owned[:1])
        return {source: found[source].offset if source in found else 0 for source in owned[:1]}
