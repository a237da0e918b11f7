"""How far the flows are behind, on the embedded log that they share."""

from connectors.embedded.store import EmbeddedStore
from connectors.log.inbox_count import Inboxes, InboxesFound
from connectors.log.port import TopicPartition


class EmbeddedInboxCount:
    """Implements `connectors.log.inbox_count.InboxCount`: it is counted when the result is asked for."""

    least_pause_s = 0.01

    def __init__(self, store: EmbeddedStore, application: str, inboxes: Inboxes) -> None:
        self._store = store
        self._sources = [
            (f"{application}.{flow}", TopicPartition(topic, partition))
            for flow, topics in inboxes.items()
            for topic in topics
            for partition in range(store.partitions_of(topic))
        ]

    def begin(self) -> None:
        """Nothing has to be waited for."""

    def result(self) -> InboxesFound | None:
        processed = sum(self._store.reader.committed(group, source) or 0 for group, source in self._sources)
        return InboxesFound(sum(self._store.end(source) for _, source in self._sources) - processed, processed)
