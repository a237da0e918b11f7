"""What the consumer group gave and took: marks that the callbacks set, looked at only at the gate between two epochs.

A callback must not do more: it runs inside a poll, while an epoch may be open. So a partition that was assigned is
paused until its state is restored, and one that was revoked keeps its state open until the epoch is settled.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

from confluent_kafka import Consumer
from confluent_kafka import TopicPartition as ClientPartition

from connectors.log.port import TopicPartition

_ANYWHERE = 0
"""An offset by number, for one by name has to be looked up: such an answer may come half a second late, after the
partition was sent to where it is due, and sends it to the beginning then (librdkafka 2.16.1). Only of partitions that
move one by one: those of a group that moves all at once are assigned when it is known where they begin."""


@dataclass(frozen=True, slots=True)
class Change:
    """The partition numbers that went and came since the last look, and since when nobody serves them."""

    revoked: frozenset[int]
    assigned: frozenset[int]
    marked_at_s: float | None


class PartitionAssignment:
    """The partitions the group says are ours (`owned`), against those whose state is open (`held`).

    `whole`: a partition number counts as ours only when it is so in every input, for one state serves them all.
    """

    def __init__(self, inputs: Sequence[str], *, whole: bool, incremental: bool) -> None:
        self._inputs = tuple(inputs)
        self._whole = whole
        self.incremental = incremental
        self._touched: set[int] = set()
        self._held: frozenset[int] = frozenset()
        self._marked_at_s: float | None = None
        self.owned: set[TopicPartition] = set()
        self.rebalance_pending = False
        self.joined = False
        """Whether the group has given us our share, be it empty; false during a rebalance."""

    def on_assign(self, consumer: Consumer, partitions: list[ClientPartition]) -> None:
        """Ours now, but nothing is fetched before it is known where to begin: then the reader assigns, or seeks."""
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
        """Somebody else's soon; also when the group has already given up on us. The client lets go by itself."""
        self.owned -= _named(partitions)
        self.joined = self.joined and self.incremental
        self._mark_pending(partitions)

    def discarded(self) -> None:
        """Records were thrown away: the next gate must go back to the committed offsets."""
        self.rebalance_pending = True

    def invalidate_all(self) -> None:
        """The state of every partition held may lag behind Kafka: have all of them opened again."""
        self._touched |= self._held
        self._mark()

    def take(self) -> Change | None:
        """What changed since the last look. A partition that was revoked and assigned again is closed and reopened."""
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
        if not self._whole:
            return numbers
        return frozenset(
            number for number in numbers if all(TopicPartition(topic, number) in self.owned for topic in self._inputs)
        )

    def _mark_pending(self, partitions: list[ClientPartition]) -> None:
        self._touched |= {each.partition for each in partitions}
        self._mark()

    def _mark(self) -> None:
        """Let the next gate look; what waits has waited since the first mark."""
        self.rebalance_pending = True
        if self._marked_at_s is None:
            self._marked_at_s = monotonic()


def _named(partitions: list[ClientPartition]) -> set[TopicPartition]:
    return {TopicPartition(each.topic, each.partition) for each in partitions}
