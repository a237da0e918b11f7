"""Read-only requests to the Kafka cluster: topics, the ends of partitions, the members of a group."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from time import monotonic, sleep

from confluent_kafka import (
    IsolationLevel,
    KafkaError,
    KafkaException,
    TopicCollection,
)
from confluent_kafka import TopicPartition as ClientPartition
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # the package does not say what it exports
    AdminClient,
    ConfigResource,
    OffsetSpec,
    TopicDescription,
)

from connectors.kafka.admin import Admin, Answer
from connectors.kafka.errors import error_of, in_words, is_worth_asking_again
from connectors.kafka.settings import Membership
from connectors.log.port import LogFailed, Offsets, TopicPartition

_ONE_TRY_S = 5.0
_PATIENCE_S = 10.0
_AGAIN_S = 0.1
_EARLIEST = OffsetSpec.earliest()  # type: ignore[no-untyped-call]  # the stubs leave it out
_LATEST = OffsetSpec.latest()  # type: ignore[no-untyped-call]  # likewise
_UNKNOWN_TOPIC = (KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._UNKNOWN_TOPIC)  # noqa: SLF001 - librdkafka's own code


class Cluster:
    """Each request returns an answer or raises `LogFailed`; one that fails because a broker restarts is repeated."""

    def __init__(self, membership: Membership) -> None:
        self._membership = membership
        self._admin = Admin(membership)
        self._counts: dict[str, int] = {}
        """Cached: a topic that grows under a running flow is refused."""

    def partitions_of(self, topic: str) -> int:
        """How many partitions a topic has."""
        return len(self._described(topic).partitions)

    def is_replicated(self, topic: str) -> bool:
        """Whether any partition has a follower."""
        return any(len(partition.replicas) > 1 for partition in self._described(topic).partitions)

    def partitions(self, topics: Iterable[str]) -> tuple[TopicPartition, ...]:
        """All partitions of those of the topics that exist."""
        wanted = sorted(set(topics) - self._counts.keys())
        if wanted:
            known = self._ask(", ".join(wanted), lambda admin: admin.list_topics(timeout=_ONE_TRY_S).topics)
            self._counts |= {topic: len(known[topic].partitions) for topic in wanted if topic in known}
        existing = [topic for topic in sorted(set(topics)) if topic in self._counts]
        return tuple(TopicPartition(topic, number) for topic in existing for number in range(self._counts[topic]))

    def topic_id(self, topic: str) -> str:
        """The id that distinguishes a topic from a later one of the same name."""
        return str(self._described(topic).topic_id)

    def begin_offsets(self, partitions: Iterable[TopicPartition]) -> Offsets:
        """The first offset that retention has left."""
        return self._offsets(partitions, _EARLIEST, IsolationLevel.READ_UNCOMMITTED)

    def end_offsets(self, partitions: Iterable[TopicPartition]) -> Offsets:
        """The last stable offset: nothing from it on is committed yet."""
        return self._offsets(partitions, _LATEST, IsolationLevel.READ_COMMITTED)

    def high_watermarks(self, partitions: Iterable[TopicPartition]) -> Offsets:
        """The offset after everything written, committed or not."""
        return self._offsets(partitions, _LATEST, IsolationLevel.READ_UNCOMMITTED)

    def tombstones_live_ms(self, topic: str) -> int:
        """For how long a compacted topic keeps a deletion readable at least (`delete.retention.ms`)."""
        resource = ConfigResource(ConfigResource.Type.TOPIC, topic)
        config = self._ask(
            topic, lambda admin: admin.describe_configs([resource], request_timeout=_ONE_TRY_S)[resource].result()
        )
        return int(config["delete.retention.ms"].value)

    def broker_settings(self) -> Mapping[str, str]:
        """The settings of one broker; empty where this user may not see them, or that broker does not answer."""

        def ask(admin: AdminClient) -> Mapping[str, str]:
            number = min(admin.list_topics(timeout=_ONE_TRY_S).brokers)
            resource = ConfigResource(ConfigResource.Type.BROKER, str(number))
            try:
                config = admin.describe_configs([resource], request_timeout=_ONE_TRY_S)[resource].result()
            except KafkaException:
                return {}
            return {name: entry.value for name, entry in config.items() if entry.value is not None}

        return self._ask("the settings of a broker", ask)

    def living_members(self) -> frozenset[str]:
        """The `client.id`s in the own group, also while it rebalances."""
        group = self._membership.group
        description = self._ask(
            group, lambda admin: admin.describe_consumer_groups([group], request_timeout=_ONE_TRY_S)[group].result()
        )
        return frozenset(member.client_id for member in description.members)

    def begin_description(self, topics: Iterable[str]) -> Mapping[str, "Future[TopicDescription]"]:
        """Ask for the descriptions of topics without waiting; an answer may be a `KafkaException`."""
        question = TopicCollection(sorted(topics))
        futures: Mapping[str, Future[TopicDescription]] = self._admin.ask(
            lambda admin: admin.describe_topics(question, request_timeout=_ONE_TRY_S)
        )
        return futures

    def close(self) -> None:
        """Close the connections to the brokers."""
        self._admin.close()

    def _described(self, topic: str) -> TopicDescription:
        question = TopicCollection([topic])
        description: TopicDescription = self._ask(
            topic, lambda admin: admin.describe_topics(question, request_timeout=_ONE_TRY_S)[topic].result()
        )
        return description

    def _offsets(self, partitions: Iterable[TopicPartition], spec: OffsetSpec, level: IsolationLevel) -> Offsets:
        wanted = {ClientPartition(topic, partition): spec for topic, partition in partitions}
        if not wanted:
            return {}

        def ask(admin: AdminClient) -> Offsets:
            futures = admin.list_offsets(wanted, isolation_level=level, request_timeout=_ONE_TRY_S)
            found = {
                TopicPartition(each.topic, each.partition): answer.result().offset for each, answer in futures.items()
            }
            if min(found.values()) < 0:  # a leader that is new may answer that it has none
                raise KafkaException(KafkaError(KafkaError.OFFSET_NOT_AVAILABLE))
            return found

        return self._ask(", ".join(sorted({each.topic for each in wanted})), ask)

    def _ask(self, subject: str, question: Callable[[AdminClient], Answer]) -> Answer:
        deadline = monotonic() + _PATIENCE_S
        while True:
            try:
                return self._admin.ask(question)
            except KafkaException as failure:
                error = error_of(failure)
                if not is_worth_asking_again(error):
                    raise LogFailed(self._refusal(error, subject)) from failure
                if monotonic() > deadline:
                    raise LogFailed(self._silence()) from failure
                sleep(_AGAIN_S)
                self._admin.reconnect()

    def _refusal(self, error: KafkaError, subject: str) -> str:
        where = self._membership.bootstrap
        if error.code() in _UNKNOWN_TOPIC:
            return f"topic {subject} is missing: run `orderline topics create --bootstrap {where}`"
        return f"Kafka at {where} refuses a question about {subject}: {in_words(error)}"

    def _silence(self) -> str:
        where = self._membership.bootstrap
        return f"Kafka at {where} does not answer within {_PATIENCE_S:.0f} s: start it, or correct --bootstrap"
