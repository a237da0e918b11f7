"""What earlier producers of a member's names may have left open in the partitions they wrote to.

A transaction that was aborted, or whose end nobody knows, is ended by the coordinator when a new producer of the same
name is introduced. Some brokers call it complete without having written its markers (Kafka 4.3, docs/reliability.md):
then its records hang, readers stop before them, and the name's next commit or abort decides over them as if they were
its own.
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
    """Partitions with something open, and an offset of the group to take part with; empty where nothing is open."""

    partitions: Sequence[TopicPartition] = ()
    offsets: Offsets | None = None
    """What the group has committed already, to be committed again and aborted: it changes nothing."""

    def __bool__(self) -> bool:
        return bool(self.partitions or self.offsets)


class LeftOpen:
    """Looks where something is open. `topics`: those that the flow writes to, all of them if so `declared`."""

    def __init__(
        self, membership: Membership, cluster: Cluster, reader: Reader, topics: Collection[str], *, declared: bool
    ) -> None:
        self._membership = membership
        self._cluster = cluster
        self._reader = reader
        self._is_declared = declared
        self._topics = set(topics)
        self.stable_ends: dict[TopicPartition, int] = {}
        """Of partitions that hung: what lay behind was never committed, or is taken back. Until `forget`."""

    def wrote(self, records: Iterable[Outgoing]) -> None:
        """Remember the topics, unless they were declared."""
        if not self._is_declared:
            self._topics.update(record.topic for record in records)

    def look(self) -> Hanging:
        """Where the last stable offset lies before the end: two questions, some milliseconds where nothing hangs.

        A transaction of a living producer of another name looks the same; covering it costs a record, no more.
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
        """A takeover begins."""
        self.stable_ends = {}

    def membership(self) -> bytes:
        """The group metadata to commit the offset with."""
        return self._reader.fencing_membership()

    def _own_offset(self, owned: Sequence[TopicPartition]) -> Offsets | None:
        if not owned:
            return None
        found = last_committed(self._membership, owned[:1])
        return {source: found[source].offset if source in found else 0 for source in owned[:1]}
