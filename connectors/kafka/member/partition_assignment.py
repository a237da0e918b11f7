"""The assignment of a member: the callbacks of the consumer only record it, and the commit gate applies it.

A callback must not do more: it runs inside a poll, while an epoch may be open. So an assigned partition is paused
until its state is restored, and a revoked one keeps its state open until the epoch is committed or aborted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

from confluent_kafka import Consumer
from confluent_kafka import TopicPartition as ClientPartition

from connectors.log.port import TopicPartition

_ANYWHERE = 0
"""A number, because a symbolic offset has to be looked up: the answer may arrive half a second late, after the
seek to the right offset, and reset the partition to its beginning (librdkafka 2.16.1). Only with incremental
assignment: a group that reassigns everything assigns its partitions when their offsets are known."""


@dataclass(frozen=True, slots=True)
class Change:
    """The partition numbers revoked and assigned since the last `take`, and since when they have not been served."""

    revoked: frozenset[int]
    assigned: frozenset[int]
    marked_at_s: float | None


class PartitionAssignment:
    """The partitions that the group assigned to us (`owned`), and those whose state is open (`held`).

    `complete`: a partition number is ours only when every input has assigned it, because one state serves them all.
    """

    def __init__(self, inputs: Sequence[str], *, complete: bool, incremental: bool) -> None:
        self._inputs = tuple(inputs)
        self._complete = complete
        self.incremental = incremental
        self._touched: set[int] = set()
        self._held: frozenset[int] = frozenset()
        self._marked_at_s: float | None = None
        self.owned: set[TopicPartition] = set()
        self.rebalance_pending = False
        self.joined = False
        """Whether the group has an assignment for us, even an empty one; false during a rebalance."""

    def on_assign(self, consumer: Consumer, partitions: list[ClientPartition]) -> None:
        """Record partitions as ours; nothing is fetched until their offset is known and the reader assigns or seeks."""
        if self.incremental:
            paused = [ClientPartition(each.topic, each.partition, _ANYWHERE) for each in partitions]
            consumer.incremental_assign(paused)
            if paused:
                consumer.pause(paused)
        else:
            consumer.assign([])
        self.owned |= _named(partitions)
        self.joined = True
        self._mark_pending(partitions)

    def on_revoke(self, _consumer: Consumer, partitions: list[ClientPartition]) -> None:
        """Record partitions as revoked, or as lost with our membership; the client unassigns them itself."""
        self.owned -= _named(partitions)
        self.joined = self.joined and self.incremental
        self._mark_pending(partitions)

    def discarded(self) -> None:
        """Note that records were discarded: the next gate must rewind to the committed offsets."""
        self.rebalance_pending = True

    def invalidate_all(self) -> None:
        """Have every partition held reopened: its state may lag behind Kafka."""
        self._touched |= self._held
        self._mark()

    def take(self) -> Change | None:
        """The change since the last call. A partition that was revoked and assigned again is closed and reopened."""
        ours = self._ours()
        revoked = frozenset(number for number in self._held if number in self._touched or number not in ours)
        assigned = ours - (self._held - revoked)
        self._held = ours
        self._touched.clear()
        self.rebalance_pending = False
        marked_at_s = self._marked_at_s
        if self.joined:
            self._marked_at_s = None
        if not revoked and not assigned:
            return None
        return Change(revoked, assigned, marked_at_s)

    def partitions(self, numbers: frozenset[int]) -> tuple[TopicPartition, ...]:
        """The partitions of all inputs with these numbers that are ours, in declared order."""
        named = (TopicPartition(topic, number) for topic in self._inputs for number in sorted(numbers))
        return tuple(each for each in named if each in self.owned)

    def _ours(self) -> frozenset[int]:
        numbers = frozenset(partition for _, partition in self.owned)
        if not self._complete:
            return numbers
        return frozenset(
            number for number in numbers if all(TopicPartition(topic, number) in self.owned for topic in self._inputs)
        )

    def _mark_pending(self, partitions: list[ClientPartition]) -> None:
        self._touched |= {each.partition for each in partitions}
        self._mark()

    def _mark(self) -> None:
        """Request the next gate; the wait counts from the first request."""
        self.rebalance_pending = True
        if self._marked_at_s is None:
            self._marked_at_s = monotonic()


def _named(partitions: list[ClientPartition]) -> set[TopicPartition]:
    return {TopicPartition(each.topic, each.partition) for each in partitions}
