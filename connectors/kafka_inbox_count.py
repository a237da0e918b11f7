"""How far the flows are behind on Kafka: asked of the brokers by a thread, while intake goes on."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

from confluent_kafka import Consumer, KafkaException
from confluent_kafka import TopicPartition as ClientPartition

from connectors.inbox_count import CountFailed, Inboxes, InboxesFound
from connectors.kafka_options import NO_OPTIONS
from connectors.kafka_settings import Membership, count_properties

_ANSWER_S = 1.0
_MARKS = 4
"""So many of the last offsets of a partition may be marks of transactions, which no flow ever works off."""
_END = -1
"""Asked for as a time, Kafka answers with the end."""


class KafkaInboxCount:
    """Implements `connectors.inbox_count.InboxCount`; costs nothing before the first count.

    It asks as a consumer of each flow's group would that never joins. An `AdminClient` could ask the same, but ends the
    process when an answer about a group comes after its time (librdkafka issues 3663 and 4605, open at 2.16.1).
    """

    least_pause_s = 0.1

    def __init__(
        self,
        bootstrap: str,
        application: str,
        inboxes: Inboxes,
        partitions_of: Callable[[str], int],
        options: Mapping[str, str] = NO_OPTIONS,
    ) -> None:
        self._flows = [Membership(bootstrap, application, flow, 0, options) for flow in inboxes]
        self._sources = {
            flow: [(topic, number) for topic in topics for number in range(partitions_of(topic))]
            for flow, topics in inboxes.items()
        }
        self._consumers: dict[str, Consumer] = {}
        self._thread = ThreadPoolExecutor(1, "inbox-count")
        self._counting: Future[InboxesFound] | None = None

    def begin(self) -> None:
        self._counting = self._thread.submit(self._count)

    def result(self) -> InboxesFound | None:
        if self._counting is None or not self._counting.done():
            return None
        try:
            return self._counting.result()
        except KafkaException as failure:
            raise CountFailed(str(failure)) from failure

    def close(self) -> None:
        self._thread.shutdown()
        for consumer in self._consumers.values():
            consumer.close()

    def _count(self) -> InboxesFound:
        found = [self._found(flow) for flow in self._flows]
        return InboxesFound(sum(each.behind for each in found), sum(each.worked_off for each in found))

    def _found(self, flow: Membership) -> InboxesFound:
        consumer = self._consumers.get(flow.flow)
        if consumer is None:
            consumer = self._consumers[flow.flow] = Consumer(count_properties(flow))
        sources = self._sources[flow.flow]
        ends = consumer.offsets_for_times([ClientPartition(*source, _END) for source in sources], timeout=_ANSWER_S)
        committed = consumer.committed([ClientPartition(*source) for source in sources], timeout=_ANSWER_S)
        for answer in (*ends, *committed):
            if answer.error is not None:
                raise KafkaException(answer.error)
        done = {(each.topic, each.partition): max(0, each.offset) for each in committed}
        behind = sum(max(0, end.offset - done[end.topic, end.partition] - _MARKS) for end in ends)
        return InboxesFound(behind, sum(done.values()))
