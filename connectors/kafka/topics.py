"""The topics on a Kafka cluster: created from the descriptors, and compared with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic, ResourceType  # type: ignore[attr-defined] # it re-exports

from connectors.kafka.options import NO_OPTIONS
from connectors.kafka.settings import Membership, admin_properties
from connectors.log.port import LogFailed
from schemas.contracts.topics import Topic, co_partitioned, load_topics

_TIMEOUT_S = 15.0
_BROKERS_DEFAULT = -1
"""The replication factor is the cluster's matter."""


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
) -> list[str]:
    """Make every topic that is not there, with `partitions` for all of them or as described; one line a topic."""
    admin = _admin(bootstrap, options)
    topics = load_topics()
    present = _partition_counts(admin, bootstrap, timeout_s)
    wanted = [_new(topic, partitions) for topic in topics.values() if topic.name not in present]
    lines = [f"{name}: is there, {present[name]} partitions" for name in topics if name in present]
    futures = admin.create_topics(wanted, operation_timeout=timeout_s, request_timeout=timeout_s) if wanted else {}
    for new in wanted:
        _made(bootstrap, new.topic, futures[new.topic], timeout_s)
        lines.append(f"{new.topic}: made, {new.num_partitions} partitions")
    return sorted(lines)


def check_topics(bootstrap: str, timeout_s: float = _TIMEOUT_S, options: Mapping[str, str] = NO_OPTIONS) -> list[str]:
    """What is not as described, one line each; nothing when the flows can run."""
    admin = _admin(bootstrap, options)
    topics = load_topics()
    counts = _partition_counts(admin, bootstrap, timeout_s)
    configs = _configs(admin, bootstrap, [name for name in topics if name in counts], timeout_s)
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
    return missing + _unequal(topics, found) + different


def _unequal(topics: Mapping[str, Topic], found: Mapping[str, FoundTopic]) -> list[str]:
    problems = []
    for flow, names in co_partitioned(topics).items():
        counts = {name: found[name].partitions for name in names if name in found}
        if len(set(counts.values())) > 1:
            seen = ", ".join(f"{name} {count}" for name, count in counts.items())
            problems.append(f"the flow {flow} needs equal partition counts: {seen}; create these topics again")
    return problems


def _decisive(topic: Topic) -> dict[str, str]:
    """The settings without which a flow is wrong; retention is the operator's to choose."""
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


def _admin(bootstrap: str, options: Mapping[str, str]) -> AdminClient:
    """Keep a reference while its futures are pending: they are cancelled with it. It logs nothing."""
    return AdminClient(admin_properties(Membership(bootstrap, "orderline", "topics", 0, options)))


def _partition_counts(admin: AdminClient, bootstrap: str, timeout_s: float) -> dict[str, int]:
    try:
        metadata = admin.list_topics(timeout=timeout_s)
    except KafkaException as error:
        raise _failed(bootstrap, error) from error
    return {name: len(topic.partitions) for name, topic in metadata.topics.items()}


def _configs(admin: AdminClient, bootstrap: str, names: list[str], timeout_s: float) -> dict[str, dict[str, str]]:
    if not names:
        return {}
    resources = [ConfigResource(ResourceType.TOPIC, name) for name in names]
    futures = admin.describe_configs(resources, request_timeout=timeout_s)
    try:
        return {
            resource.name: {key: str(entry.value) for key, entry in future.result(timeout_s).items()}
            for resource, future in futures.items()
        }
    except (KafkaException, TimeoutError) as error:
        raise _failed(bootstrap, error) from error


def _made(bootstrap: str, name: str, future: Any, timeout_s: float) -> None:  # noqa: ANN401 - the client's own future
    try:
        future.result(timeout_s)
    except (KafkaException, TimeoutError) as error:
        if isinstance(error, KafkaException) and error.args[0].code() == KafkaError.TOPIC_ALREADY_EXISTS:
            return
        raise _failed(bootstrap, error, name) from error


def _failed(bootstrap: str, error: Exception, topic: str = "") -> LogFailed:
    """Local errors have negative codes: nobody answered. The others are the broker's own word."""
    cause = error.args[0] if error.args else None
    if isinstance(cause, KafkaError) and cause.code() > 0:
        return LogFailed(f"Kafka at {bootstrap} refuses{f' {topic}' if topic else ''}: {cause.str()}")
    told = cause.str() if isinstance(cause, KafkaError) else "no answer in time"
    return LogFailed(f"Kafka at {bootstrap}: {told}; is the broker running, and is --bootstrap right?")
