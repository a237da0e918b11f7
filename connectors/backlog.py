"""How far the flows are behind what was written: for a feed that must not run away from them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from connectors.embedded_client import SecondaryInstance
from connectors.kafka_groups import Groups
from connectors.kafka_topic_reader import KafkaTopicReader
from connectors.log import TopicPartition

Inputs = Mapping[str, Sequence[str]]
"""The topics that each flow reads, by flow."""


class Backlog(Protocol):
    """Asked now and then; nothing is remembered."""

    def behind(self) -> int:
        """How many records the flows have not committed yet; on Kafka, marks of transactions count as such."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...


class EmbeddedBacklog:
    """On an embedded log that another process owns. What still waits in `incoming/` is not counted."""

    def __init__(self, data: Path, application: str, inputs: Inputs, wait_s: float) -> None:
        self._instance = SecondaryInstance(data, wait_s)
        self._application = application
        self._inputs = inputs

    def behind(self) -> int:
        """See `Backlog`."""
        self._instance.look()
        reader = self._instance.reader
        return sum(
            reader.end(topic, partition)[0]
            - (reader.committed(f"{self._application}.{flow}", TopicPartition(topic, partition)) or 0)
            for flow, topics in self._inputs.items()
            for topic in topics
            for partition in range(reader.partitions_of(topic))
        )

    def close(self) -> None:
        """Let go of the log."""
        self._instance.close()


class KafkaBacklog:
    """On Kafka."""

    def __init__(self, bootstrap: str, application: str, inputs: Inputs) -> None:
        self._groups = Groups(bootstrap, application)
        self._reader = KafkaTopicReader(bootstrap)
        self._inputs = inputs

    def behind(self) -> int:
        """See `Backlog`."""
        self._reader.refresh()
        return sum(self._behind(flow, topics) for flow, topics in self._inputs.items())

    def _behind(self, flow: str, topics: Sequence[str]) -> int:
        committed = self._groups.committed(flow)
        ends = {source: end for topic in topics for source, end in self._reader.ends(topic).items()}
        return sum(max(0, end - committed.get(source, 0)) for source, end in ends.items())

    def close(self) -> None:
        """Let go of the broker."""
        self._reader.close()


def open_backlog(data: Path | None, bootstrap: str | None, application: str, inputs: Inputs, wait_s: float) -> Backlog:
    """Of the embedded log in `data` (`wait_s`: how long it may still be missing), or of a Kafka."""
    if data is not None:
        return EmbeddedBacklog(data, application, inputs, wait_s)
    if bootstrap is None:
        raise ValueError("a log is named by its data folder or by its broker")
    return KafkaBacklog(bootstrap, application, inputs)
