"""How far the flows are behind on Kafka: asked of the brokers by a thread, while intake goes on."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

from confluent_kafka import KafkaException

from connectors.kafka.group_offsets import GroupOffsets
from connectors.kafka.options import NO_OPTIONS
from connectors.kafka.settings import Membership
from connectors.log.inbox_count import CountFailed, Inboxes, InboxesFound
from connectors.log.port import TopicPartition

_ANSWER_S = 1.0
_TRANSACTION_MARKERS = 4
"""So many of the last offsets of a partition may be marks of transactions, which no flow ever works off."""


class KafkaInboxCount:
    """Implements `connectors.log.inbox_count.InboxCount`; costs nothing before the first count."""

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
            flow: [TopicPartition(topic, number) for topic in topics for number in range(partitions_of(topic))]
            for flow, topics in inboxes.items()
        }
        self._groups: dict[str, GroupOffsets] = {}
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
        for group in self._groups.values():
            group.close()

    def _count(self) -> InboxesFound:
        found = [self._found(flow) for flow in self._flows]
        return InboxesFound(sum(each.lag for each in found), sum(each.processed for each in found))

    def _found(self, flow: Membership) -> InboxesFound:
        group = self._groups.get(flow.flow)
        if group is None:
            group = self._groups[flow.flow] = GroupOffsets(flow, _ANSWER_S)
        sources = self._sources[flow.flow]
        ends = group.ends(sources)
        done = {source: each.offset for source, each in group.committed(sources).items()}
        lag = sum(max(0, end - done.get(source, 0) - _TRANSACTION_MARKERS) for source, end in ends.items())
        return InboxesFound(lag, sum(done.values()))
