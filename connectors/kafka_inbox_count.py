"""How far the flows are behind on Kafka: asked of the brokers, whose answers come while intake goes on."""

from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any

from confluent_kafka import ConsumerGroupTopicPartitions, IsolationLevel, KafkaException
from confluent_kafka import TopicPartition as ClientPartition
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # the package does not say what it exports
    AdminClient,
    OffsetSpec,
)

from connectors.inbox_count import CountFailed, Inboxes
from connectors.kafka_cluster import Cluster
from connectors.kafka_options import NO_OPTIONS
from connectors.kafka_settings import Membership, admin_properties
from connectors.log import TopicPartition

_ANSWER_S = 2.0
_MARKS = 4
"""So many of the last offsets of a partition may be marks of transactions, which no flow ever works off."""
_LATEST = OffsetSpec.latest()  # type: ignore[no-untyped-call]  # the stubs leave it out


class KafkaInboxCount:
    """Implements `connectors.inbox_count.InboxCount` with one question a flow, and one for the ends of its inboxes."""

    least_pause_s = 0.1

    def __init__(
        self, bootstrap: str, application: str, inboxes: Inboxes, options: Mapping[str, str] = NO_OPTIONS
    ) -> None:
        membership = Membership(bootstrap, application, "inbox-count", 0, options)
        cluster = Cluster(membership)
        self._admin = AdminClient(admin_properties(membership))
        self._sources = {
            f"{application}.{flow}": [
                ClientPartition(topic, number) for topic in topics for number in range(cluster.partitions_of(topic))
            ]
            for flow, topics in inboxes.items()
        }
        self._ends: dict[TopicPartition, Future[Any]] = {}
        self._groups: list[Future[Any]] = []

    def begin(self) -> None:
        asked = {source: _LATEST for sources in self._sources.values() for source in sources}
        answers = self._admin.list_offsets(
            asked, isolation_level=IsolationLevel.READ_COMMITTED, request_timeout=_ANSWER_S
        )
        self._ends = {TopicPartition(each.topic, each.partition): answer for each, answer in answers.items()}
        self._groups = [self._committed(group, sources) for group, sources in self._sources.items()]

    def result(self) -> int | None:
        if not all(answer.done() for answer in (*self._ends.values(), *self._groups)):
            return None
        try:
            ends: dict[TopicPartition, int] = {source: answer.result().offset for source, answer in self._ends.items()}
            committed: dict[TopicPartition, int] = {
                TopicPartition(each.topic, each.partition): max(0, each.offset)
                for answer in self._groups
                for each in answer.result().topic_partitions
            }
        except KafkaException as failure:
            raise CountFailed(str(failure)) from failure
        return sum(max(0, end - committed.get(source, 0) - _MARKS) for source, end in ends.items())

    def _committed(self, group: str, sources: list[ClientPartition]) -> "Future[Any]":
        question = [ConsumerGroupTopicPartitions(group, sources)]
        answers: dict[str, Future[Any]] = self._admin.list_consumer_group_offsets(question, request_timeout=_ANSWER_S)
        return answers[group]
