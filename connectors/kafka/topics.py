"""The topics on a Kafka cluster: created from the descriptors, and compared with them."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # the package does not say what it exports
    AdminClient,
    ConfigResource,
    NewTopic,
    ResourceType,
)

from connectors.kafka.admin import Admin, Answer
from connectors.kafka.options import NO_OPTIONS
from connectors.kafka.settings import Membership
from connectors.log.port import LogFailed
from schemas.contracts.source_topics import release_topics
from schemas.contracts.topics import Topic, co_partitioned

_TIMEOUT_S = 15.0
_WHERE_COUNTS_DIFFER = (
    "Kafka cannot reduce a count. Where these topics hold data, stop the flows and delete nothing: "
    "docs/how-to/rescale.md#a-topic-has-grown says what is safe"
)
_BROKERS_DEFAULT = -1
"""The cluster chooses the replication factor."""


@dataclass(frozen=True, slots=True)
class FoundTopic:
    """A topic as a cluster has it."""

    partitions: int
    config: Mapping[str, str]


def create_topics(
    bootstrap: str,
    partitions: int | None = None,
    timeout_s: float = _TIMEOUT_S,
    options: Mapping[str, str] = NO_OPTIONS,
    topics: Mapping[str, Topic] | None = None,
) -> list[str]:
    """Create every missing topic, with `partitions` for all of them or as described; one line per topic.

    `topics` are those of the release, or with those of other sources.
    """
    topics = release_topics() if topics is None else topics
    with closing(_TopicRequests(bootstrap, timeout_s, options)) as requests:
        present = requests.partition_counts()
        wanted = [_new(topic, partitions) for topic in topics.values() if topic.name not in present]
        requests.create(wanted)
    there = [f"{name}: exists, {present[name]} partitions" for name in topics if name in present]
    return sorted(there + [f"{new.topic}: created, {new.num_partitions} partitions" for new in wanted])


def check_topics(
    bootstrap: str,
    timeout_s: float = _TIMEOUT_S,
    options: Mapping[str, str] = NO_OPTIONS,
    topics: Mapping[str, Topic] | None = None,
) -> list[str]:
    """The differences from the descriptors, one line each; none when the flows can run."""
    topics = release_topics() if topics is None else topics
    with closing(_TopicRequests(bootstrap, timeout_s, options)) as requests:
        counts = requests.partition_counts()
        configs = requests.configs([name for name in topics if name in counts])
    return problems_of(topics, {name: FoundTopic(counts[name], configs[name]) for name in configs})


def problems_of(topics: Mapping[str, Topic], found: Mapping[str, FoundTopic]) -> list[str]:
    """The differences between the descriptors and what a cluster has."""
    missing = [f"{name} is missing: run `orderline topics create`" for name in topics if name not in found]
    different = [
        f"{name} has {key}={seen.config.get(key)} instead of {value}: change it with kafka-configs"
        for name, seen in found.items()
        for key, value in _decisive(topics[name]).items()
        if seen.config.get(key) != value
    ]
    return missing + unequal_counts(topics, {name: seen.partitions for name, seen in found.items()}) + different


def unequal_counts(topics: Mapping[str, Topic], found: Mapping[str, int]) -> list[str]:
    """The flows whose topics have different partition counts; `found`: the counts of the topics to compare."""
    problems = []
    for flow, names in co_partitioned(topics).items():
        counts = {name: found[name] for name in names if name in found}
        if len(set(counts.values())) > 1:
            seen = ", ".join(f"{name} {count}" for name, count in counts.items())
            problems.append(f"the flow {flow} needs equal partition counts: {seen}; {_WHERE_COUNTS_DIFFER}")
    return problems


def _decisive(topic: Topic) -> dict[str, str]:
    """The settings that a flow depends on; the operator chooses the retention."""
    return {
        "cleanup.policy": topic.cleanup.value,
        "message.timestamp.type": topic.timestamp_type.value,
        "max.message.bytes": str(topic.max_message_bytes),
    }


def _new(topic: Topic, partitions: int | None) -> NewTopic:
    return NewTopic(
        topic.name,
        num_partitions=topic.partitions if partitions is None else partitions,
        replication_factor=_BROKERS_DEFAULT,
        config=_decisive(topic) | {"retention.ms": str(topic.retention_ms)},
    )


class _TopicRequests:
    """Requests about topics, each answered in time or refused with `LogFailed`."""

    def __init__(self, bootstrap: str, timeout_s: float, options: Mapping[str, str]) -> None:
        self._bootstrap = bootstrap
        self._timeout_s = timeout_s
        self._admin = Admin(Membership(bootstrap, "orderline", "topics", 0, options))

    def partition_counts(self) -> dict[str, int]:
        """The partition count of every topic."""
        found = self._ask(lambda admin: admin.list_topics(timeout=self._timeout_s).topics)
        return {name: len(topic.partitions) for name, topic in found.items()}

    def configs(self, names: list[str]) -> dict[str, dict[str, str]]:
        """The settings of these topics."""
        if not names:
            return {}
        resources = [ConfigResource(ResourceType.TOPIC, name) for name in names]

        def ask(admin: AdminClient) -> dict[str, dict[str, str]]:
            futures = admin.describe_configs(resources, request_timeout=self._timeout_s)
            return {
                resource.name: {key: str(entry.value) for key, entry in future.result().items()}
                for resource, future in futures.items()
            }

        return self._ask(ask)

    def create(self, wanted: list[NewTopic]) -> None:
        """Create these topics; one that another program has just created is left alone."""
        if wanted:
            self._admin.ask(lambda admin: self._create(admin, wanted))

    def close(self) -> None:
        """Close the connections to the brokers."""
        self._admin.close()

    def _create(self, admin: AdminClient, wanted: list[NewTopic]) -> None:
        futures = admin.create_topics(wanted, operation_timeout=self._timeout_s, request_timeout=self._timeout_s)
        for name, future in futures.items():
            try:
                future.result()
            except KafkaException as error:
                if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                    raise _failed(self._bootstrap, error, name) from error

    def _ask(self, question: Callable[[AdminClient], Answer]) -> Answer:
        try:
            return self._admin.ask(question)
        except KafkaException as error:
            raise _failed(self._bootstrap, error) from error


def _failed(bootstrap: str, error: Exception, topic: str = "") -> LogFailed:
    """Local errors have negative codes: no broker answered. Others come from a broker."""
    cause = error.args[0] if error.args else None
    if isinstance(cause, KafkaError) and cause.code() > 0:
        return LogFailed(f"Kafka at {bootstrap} refuses{f' {topic}' if topic else ''}: {cause.str()}")
    reason = cause.str() if isinstance(cause, KafkaError) else "no answer in time"
    return LogFailed(f"Kafka at {bootstrap}: {reason}; is the broker running, and is --bootstrap right?")
