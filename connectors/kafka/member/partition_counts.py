"""The partition counts of the topics that a member writes to, as they were when it first knew them.

A key has its home partition by that count, and its state is there. The client's own partitioner follows a topic that
grows as soon as the client refreshes its metadata, and would put records of old keys where their state is not.
"""

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future
from time import monotonic
from typing import Any, Protocol

from confluent_kafka import KafkaException

from connectors.log.port import LogFailed

_LOOK_EVERY_S = 10.0


class _Topics(Protocol):
    """What is asked of the cluster."""

    def partitions_of(self, topic: str) -> int: ...

    def begin_description(self, topics: Collection[str]) -> Mapping[str, "Future[Any]"]: ...


class PartitionCounts:
    """Counts that do not change, and a look every ten seconds whether the topics still have them."""

    def __init__(self, cluster: _Topics, clock: Callable[[], float] = monotonic) -> None:
        self._cluster = cluster
        self._clock = clock
        self._look_at_s = clock() + _LOOK_EVERY_S
        self._counts: dict[str, int] = {}
        self._pending: Mapping[str, Future[Any]] = {}

    def of(self, topic: str) -> int:
        """The partition count that keys are hashed by; `LogFailed` for an unknown topic."""
        count = self._counts.get(topic)
        if count is None:
            count = self._counts[topic] = self._cluster.partitions_of(topic)
        return count

    def look(self) -> None:
        """`LogFailed` when a topic has grown. Never waits; while no broker answers, the counts are those known."""
        if self._pending and all(answer.done() for answer in self._pending.values()):
            answers, self._pending = self._pending, {}
            for topic, answer in answers.items():
                self._require_same(topic, answer)
        elif not self._pending and self._counts and self._clock() >= self._look_at_s:
            self._look_at_s = self._clock() + _LOOK_EVERY_S
            self._pending = self._cluster.begin_description(self._counts)

    def _require_same(self, topic: str, answer: "Future[Any]") -> None:
        if isinstance(answer.exception(), KafkaException):
            return
        known, found = self._counts[topic], len(answer.result().partitions)
        if found > known:
            raise LogFailed(
                f"{topic} has grown from {known} to {found} partitions. Records are written by the old count until "
                "now, and by no other: state does not move with a key, and Kafka cannot reduce a partition count. Stop "
                "all flows and delete nothing: docs/how-to/rescale.md#a-topic-has-grown says what is safe"
            )
