"""The facts of a Kafka cluster that this user may see: brokers, topics, and the user's rights."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any

from confluent_kafka import KafkaError, KafkaException, TopicCollection
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # the package does not say what it exports
    AdminClient,
    ConfigResource,
    DescribeClusterResult,
    TopicDescription,
)

from connectors.kafka.admin import Admin
from connectors.kafka.errors import error_of, in_words, is_worth_asking_again
from connectors.kafka.settings import Membership
from connectors.log.port import LogFailed

_ANSWER_S = 10.0
_PATIENCE_S = 20.0
_AGAIN_S = 0.2
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
    with closing(Admin(membership)) as admin:
        return _Questions(membership.bootstrap, admin).gather(tuple(topics), tuple(groups))


class _Questions:
    def __init__(self, bootstrap: str, admin: Admin) -> None:
        self._bootstrap = bootstrap
        self._admin = admin
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
        try:
            cluster: DescribeClusterResult = self._admin.ask(
                lambda admin: admin.describe_cluster(
                    include_authorized_operations=True, request_timeout=_ANSWER_S
                ).result()
            )
        except KafkaException as failure:
            raise LogFailed(
                f"Kafka at {self._bootstrap} does not answer ({in_words(error_of(failure))}): start it, or correct "
                "--bootstrap and --kafka-options"
            ) from failure
        return cluster

    def _described(self, topics: tuple[str, ...]) -> Mapping[str, TopicDescription]:
        """The existing topics."""
        return self._answers(
            topics,
            lambda admin, names: admin.describe_topics(
                TopicCollection(names), include_authorized_operations=True, request_timeout=_ANSWER_S
            ),
        )

    def _configs(self, topics: tuple[str, ...]) -> Mapping[str, Mapping[str, str]]:
        return self._config_of(
            {f"settings of {name}": ConfigResource(ConfigResource.Type.TOPIC, name) for name in topics}
        )

    def _settings(self, broker: int) -> Mapping[str, str] | None:
        return self._config_of({_BROKER_SETTINGS: ConfigResource(ConfigResource.Type.BROKER, str(broker))}).get(
            str(broker)
        )

    def _config_of(self, resources: Mapping[str, ConfigResource]) -> Mapping[str, Mapping[str, str]]:
        """The settings by the name of their topic or broker; `resources` by what they are called in `hidden`."""

        def ask(admin: AdminClient, names: list[str]) -> Mapping[str, "Future[Any]"]:
            futures = admin.describe_configs([resources[name] for name in names], request_timeout=_ANSWER_S)
            return {name: futures[resources[name]] for name in names}

        found = self._answers(tuple(resources), ask)
        return {
            resources[name].name: {key: str(entry.value) for key, entry in answer.items()}
            for name, answer in found.items()
        }

    def _on_groups(self, groups: tuple[str, ...]) -> Mapping[str, Operations]:
        found = self._answers(
            groups,
            lambda admin, names: admin.describe_consumer_groups(
                names, include_authorized_operations=True, request_timeout=_ANSWER_S
            ),
        )
        return {group: _named(answer.authorized_operations) for group, answer in found.items()}

    def _answers(
        self, names: tuple[str, ...], question: Callable[[AdminClient, list[str]], Mapping[str, "Future[Any]"]]
    ) -> dict[str, Any]:
        """The answers by name; why there is none goes to `hidden`, unless it does not exist.

        What fails only for now is asked again for `_PATIENCE_S`: on a new cluster the first question about a group
        makes the topic of the groups, and a coordinator that has just started reads it first.
        """
        answers: dict[str, Any] = {}
        deadline = monotonic() + _PATIENCE_S
        while names:
            failed = self._admin.ask(lambda admin, names=names: _taken(question(admin, list(names)), answers))  # type: ignore[misc]  # bound at once
            again = tuple(name for name, error in failed.items() if is_worth_asking_again(error))
            is_over = monotonic() > deadline
            for name, error in failed.items():
                if error.code() not in _UNKNOWN and (is_over or name not in again):
                    self._hidden[name] = in_words(error)
            names = () if is_over else again
            if names:
                sleep(_AGAIN_S)
        return answers


def _taken(futures: Mapping[str, "Future[Any]"], answers: dict[str, Any]) -> dict[str, KafkaError]:
    """Wait for all of them; the errors of those without an answer."""
    failed: dict[str, KafkaError] = {}
    for name, future in futures.items():
        try:
            answers[name] = future.result()
        except KafkaException as failure:
            failed[name] = error_of(failure)
    return failed


def _facts(topic: TopicDescription, config: Mapping[str, str] | None) -> TopicFacts:
    return TopicFacts(
        partitions=len(topic.partitions),
        replicas=min(len(partition.replicas) for partition in topic.partitions),
        operations=_named(topic.authorized_operations),
        config=config,
    )


def _named(operations: Iterable[Any] | None) -> Operations:
    return None if operations is None else frozenset(operation.name for operation in operations)
