"""The ends of Kafka topics and the committed offsets of groups, read from the brokers."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Final

from confluent_kafka import KafkaException

from connectors.kafka.cluster import Cluster
from connectors.kafka.group_offsets import GroupOffsets
from connectors.kafka.options import NO_OPTIONS
from connectors.kafka.settings import Membership
from connectors.log.lag import LagUnknown
from connectors.log.port import Offsets, TopicPartition

_ANSWER_S: Final = 1.0


class KafkaGroupPositions:
    """Implements `connectors.log.lag.GroupPositions`; costs nothing before the first question.

    Ends are those of everything written, committed or not. `partitions_of`: of a topic; None asks the brokers.
    """

    markers = 4

    def __init__(
        self,
        bootstrap: str,
        application: str,
        partitions_of: Callable[[str], int] | None = None,
        options: Mapping[str, str] = NO_OPTIONS,
    ) -> None:
        self._bootstrap = bootstrap
        self._application = application
        self._options = options
        self._cluster: Cluster | None = None
        self._partitions_of = cache(partitions_of or self._ask_brokers)
        self._groups: dict[str, GroupOffsets] = {}

    def refresh(self) -> None:
        """Every question is asked of the brokers."""

    def ends(self, flow: str, topics: Sequence[str]) -> Offsets:
        with _answered():
            return self._group(flow).ends(self._sources(topics))

    def committed(self, flow: str, topics: Sequence[str]) -> Offsets:
        with _answered():
            found = self._group(flow).committed(self._sources(topics))
        return {source: each.offset for source, each in found.items()}

    def _group(self, flow: str) -> GroupOffsets:
        if flow not in self._groups:
            self._groups[flow] = GroupOffsets(self._membership(flow), _ANSWER_S)
        return self._groups[flow]

    def _membership(self, flow: str) -> Membership:
        return Membership(self._bootstrap, self._application, flow, 0, self._options)

    def _ask_brokers(self, topic: str) -> int:
        if self._cluster is None:
            self._cluster = Cluster(self._membership("lag"))
        return self._cluster.partitions_of(topic)

    def _sources(self, topics: Sequence[str]) -> Sequence[TopicPartition]:
        return [TopicPartition(topic, number) for topic in topics for number in range(self._partitions_of(topic))]

    def close(self) -> None:
        for group in self._groups.values():
            group.close()
        if self._cluster is not None:
            self._cluster.close()


@contextmanager
def _answered() -> Iterator[None]:
    try:
        yield
    except KafkaException as failure:
        raise LagUnknown(str(failure)) from failure
