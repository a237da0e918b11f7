"""Whether consumer groups on Kafka have begun to read, and their committed offsets: for feeds and measurements."""

from collections.abc import Mapping, Sequence

from confluent_kafka import ConsumerGroupState, KafkaException

from connectors.kafka.admin import Admin
from connectors.kafka.group_offsets import GroupOffsets
from connectors.kafka.options import NO_OPTIONS
from connectors.kafka.settings import Membership
from connectors.log.port import Offsets, TopicPartition

_ANSWER_S = 10.0


class Groups:
    """The groups of one application. Nothing is changed, and no answer in time counts as not yet."""

    def __init__(self, bootstrap: str, application: str, options: Mapping[str, str] = NO_OPTIONS) -> None:
        self._bootstrap = bootstrap
        self._application = application
        self._options = options
        self._admin = Admin(self._membership("readiness"))
        self._offsets: dict[str, GroupOffsets] = {}
        self._partitions: dict[str, int] = {}

    def serve(self, inputs: Mapping[str, Sequence[str]]) -> bool:
        """Whether each flow's group is settled and has a committed offset in every partition of its inputs.

        A member that was killed counts for as long as the broker waits for it (six seconds).
        """
        try:
            return all(self._serves(flow, topics) for flow, topics in inputs.items())
        except KafkaException:
            return False

    def _serves(self, flow: str, topics: Sequence[str]) -> bool:
        group = self._membership(flow).group
        described = self._admin.ask(
            lambda admin: admin.describe_consumer_groups([group], request_timeout=_ANSWER_S)[group].result()
        )
        if described.state is not ConsumerGroupState.STABLE:
            return False
        sources = self._sources(topics)
        return all(map(self._partitions.get, topics)) and len(self._committed(flow, sources)) == len(sources)

    def committed(self, flow: str, *topics: str) -> Offsets:
        """The offsets that a flow's group committed in these topics; none when the broker does not answer in time."""
        try:
            return self._committed(flow, self._sources(topics))
        except KafkaException:
            return {}

    def close(self) -> None:
        """Close the connections to the brokers."""
        for offsets in self._offsets.values():
            offsets.close()
        self._admin.close()

    def _committed(self, flow: str, sources: Sequence[TopicPartition]) -> Offsets:
        offsets = self._offsets.get(flow)
        if offsets is None:
            offsets = self._offsets[flow] = GroupOffsets(self._membership(flow), _ANSWER_S)
        return {source: each.offset for source, each in offsets.committed(sources).items()}

    def _sources(self, topics: Sequence[str]) -> Sequence[TopicPartition]:
        """Looked up once, since topics that grow are refused; a missing one may come."""
        if not all(map(self._partitions.get, topics)):
            found = self._admin.ask(lambda admin: admin.list_topics(timeout=_ANSWER_S).topics)
            self._partitions = {name: len(topic.partitions) for name, topic in found.items()}
        return [TopicPartition(topic, number) for topic in topics for number in range(self._partitions.get(topic, 0))]

    def _membership(self, flow: str) -> Membership:
        return Membership(self._bootstrap, self._application, flow, 0, self._options)
