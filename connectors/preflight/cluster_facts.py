"""The facts of a Kafka cluster that this user may see: brokers, topics, and the user's rights."""

from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from confluent_kafka import KafkaError, KafkaException, TopicCollection
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # the package does not say what it exports
    AdminClient,
    ConfigResource,
    DescribeClusterResult,
    TopicDescription,
)

from connectors.kafka.errors import error_of, in_words
from connectors.kafka.settings import Membership, admin_properties
from connectors.log.port import LogFailed

_ANSWER_S = 10.0
_ROUNDS = 2
_UNKNOWN = (KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._UNKNOWN_TOPIC)  # noqa: SLF001 - librdkafka's own code
_BROKER_SETTINGS = "settings of a broker"

Operations = frozenset[str] | None
"""The allowed operations by Kafka's names; None where the broker does not report them."""


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """An existing topic. `replicas`: of the partition with the fewest; `config` None: its settings are hidden."""

    partitions: int
    replicas: int
    operations: Operations
    config: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class ClusterFacts:
    """`hidden`: why a topic or a group is not visible, by name. `settings`: of one broker, None: not visible."""

    brokers: int
    settings: Mapping[str, str] | None
    operations: Operations
    topics: Mapping[str, TopicFacts]
    groups: Mapping[str, Operations]
    asked_groups: frozenset[str]
    hidden: Mapping[str, str]


def gather(membership: Membership, topics: Iterable[str], groups: Iterable[str]) -> ClusterFacts:
    """Gather the facts without changing anything; `LogFailed` when no broker answers."""
    return _Questions(membership).gather(tuple(topics), tuple(groups))


class _Questions:
    def __init__(self, membership: Membership) -> None:
        self._bootstrap = membership.bootstrap
        self._admin = AdminClient(admin_properties(membership))
        self._hidden: dict[str, str] = {}

    def gather(self, topics: tuple[str, ...], groups: tuple[str, ...]) -> ClusterFacts:
        cluster = self._cluster()
        described = self._described(topics)
        configs = self._configs(tuple(described))
        return ClusterFacts(
            brokers=len(cluster.nodes),
            settings=self._settings(cluster.nodes[0].id),
            operations=_named(cluster.authorized_operations),
            topics={name: _facts(topic, configs.get(name)) for name, topic in described.items()},
            groups=self._on_groups(groups),
            asked_groups=frozenset(groups),
            hidden=self._hidden,
        )

    def _cluster(self) -> DescribeClusterResult:
        future = self._admin.describe_cluster(include_authorized_operations=True, request_timeout=_ANSWER_S)
        try:
            cluster: DescribeClusterResult = future.result(_ANSWER_S)
        except (KafkaException, TimeoutError) as failure:
            reason = in_words(error_of(failure)) if isinstance(failure, KafkaException) else "no answer in time"
            raise LogFailed(
                f"Kafka at {self._bootstrap} does not answer ({reason}): start it, or correct --bootstrap and "
                "--kafka-options"
            ) from failure
        return cluster

    def _described(self, topics: tuple[str, ...]) -> dict[str, TopicDescription]:
        """The existing topics; the reasons why others are not visible go to `hidden`, missing topics excepted."""
        question = TopicCollection(list(topics))
        futures = self._admin.describe_topics(question, include_authorized_operations=True, request_timeout=_ANSWER_S)
        answers = {name: self._answer(name, futures[name]) for name in topics}
        return {name: answer for name, answer in answers.items() if answer is not None}

    def _configs(self, topics: tuple[str, ...]) -> dict[str, Mapping[str, str]]:
        resources = {name: ConfigResource(ConfigResource.Type.TOPIC, name) for name in topics}
        if not resources:
            return {}
        futures = self._admin.describe_configs(list(resources.values()), request_timeout=_ANSWER_S)
        answers = {name: self._answer(f"settings of {name}", futures[resources[name]]) for name in topics}
        return {
            name: {key: str(entry.value) for key, entry in answer.items()}
            for name, answer in answers.items()
            if answer is not None
        }

    def _settings(self, broker: int) -> Mapping[str, str] | None:
        resource = ConfigResource(ConfigResource.Type.BROKER, str(broker))
        futures = self._admin.describe_configs([resource], request_timeout=_ANSWER_S)
        answer = self._answer(_BROKER_SETTINGS, futures[resource])
        return None if answer is None else {key: str(entry.value) for key, entry in answer.items()}

    def _on_groups(self, groups: tuple[str, ...]) -> Mapping[str, Operations]:
        """On a new cluster the first request creates the groups' topic and gets no answer, so it is repeated."""
        found: dict[str, Operations] = {}
        for _ in range(_ROUNDS):
            open_groups = [group for group in groups if group not in found]
            if not open_groups:
                break
            futures = self._admin.describe_consumer_groups(
                open_groups, include_authorized_operations=True, request_timeout=_ANSWER_S
            )
            answers = {group: self._answer(group, futures[group]) for group in open_groups}
            found |= {group: _named(it.authorized_operations) for group, it in answers.items() if it is not None}
        return found

    def _answer(self, name: str, future: "Future[Any]") -> Any:  # noqa: ANN401  each request has its own type of answer
        self._hidden.pop(name, None)
        try:
            return future.result(_ANSWER_S)
        except (KafkaException, TimeoutError) as failure:
            error = error_of(failure) if isinstance(failure, KafkaException) else None
            if error is None or error.code() not in _UNKNOWN:
                self._hidden[name] = "no answer in time" if error is None else in_words(error)
            return None


def _facts(topic: TopicDescription, config: Mapping[str, str] | None) -> TopicFacts:
    return TopicFacts(
        partitions=len(topic.partitions),
        replicas=min(len(partition.replicas) for partition in topic.partitions),
        operations=_named(topic.authorized_operations),
        config=config,
    )


def _named(operations: Iterable[Any] | None) -> Operations:
    return None if operations is None else frozenset(operation.name for operation in operations)
