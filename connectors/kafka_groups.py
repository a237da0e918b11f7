"""Whether consumer groups on Kafka have begun to read: for whoever wants to send only when somebody listens."""

from collections.abc import Mapping, Sequence

from confluent_kafka import ConsumerGroupState, ConsumerGroupTopicPartitions, KafkaException
from confluent_kafka.admin import AdminClient

from connectors.kafka_options import NO_OPTIONS
from connectors.kafka_settings import Membership, admin_properties
from connectors.log import Offsets, TopicPartition

_ANSWER_S = 10.0


class Groups:
    """The groups of one application. Nothing is changed, and no answer in time counts as not yet."""

    def __init__(self, bootstrap: str, application: str, options: Mapping[str, str] = NO_OPTIONS) -> None:
        self._application = application
        self._admin = AdminClient(admin_properties(Membership(bootstrap, application, "readiness", 0, options)))

    def serve(self, inputs: Mapping[str, Sequence[str]]) -> bool:
        """Whether each flow's group is settled and has a committed offset in every partition of its inputs.

        A member that was killed counts for as long as the broker waits for it (six seconds).
        """
        try:
            return all(self._serves(f"{self._application}.{flow}", topics) for flow, topics in inputs.items())
        except (KafkaException, TimeoutError):
            return False

    def _serves(self, group: str, topics: Sequence[str]) -> bool:
        described = self._admin.describe_consumer_groups([group], request_timeout=_ANSWER_S)[group].result(_ANSWER_S)
        if described.state is not ConsumerGroupState.STABLE:
            return False
        return self._partitions(topics) <= self._committed(group).keys()

    def committed(self, flow: str) -> Offsets:
        """The offsets that a flow's group committed; none when the broker does not answer in time."""
        try:
            return self._committed(f"{self._application}.{flow}")
        except (KafkaException, TimeoutError):
            return {}

    def _committed(self, group: str) -> Offsets:
        futures = self._admin.list_consumer_group_offsets(
            [ConsumerGroupTopicPartitions(group)], request_timeout=_ANSWER_S
        )
        answers = futures[group].result(_ANSWER_S).topic_partitions
        return {TopicPartition(one.topic, one.partition): one.offset for one in answers if one.offset >= 0}

    def _partitions(self, topics: Sequence[str]) -> set[TopicPartition]:
        found = self._admin.list_topics(timeout=_ANSWER_S).topics
        return {TopicPartition(topic, number) for topic in topics for number in found[topic].partitions}
