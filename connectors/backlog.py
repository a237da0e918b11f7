"""How far the flows are behind what was written: for a feed that must not run away from them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

from connectors.embedded.client import SecondaryInstance
from connectors.kafka.groups import Groups
from connectors.kafka.options import NO_OPTIONS
from connectors.kafka.topic_reader import KafkaTopicReader
from connectors.log.port import Offsets, TopicPartition

_TRANSACTION_MARKERS: Final = 4
"""On Kafka, so many of the last offsets of a partition may be marks of transactions, which nobody ever reads."""

FlowInputs = Mapping[str, Sequence[str]]
"""The topics that each flow reads, by flow."""


class _Progress(Protocol):
    """Where topics end and where flows are, in one log."""

    unreadable: int
    """How many of a partition's last offsets may hold nothing to read."""

    def refresh(self) -> None: ...

    def ends(self, topic: str) -> Offsets: ...

    def committed(self, flow: str, topics: Sequence[str]) -> Offsets: ...

    def close(self) -> None: ...


class Backlog:
    """Asked now and then; nothing is remembered."""

    def __init__(self, progress: _Progress, inputs: FlowInputs) -> None:
        self._progress = progress
        self._inputs = inputs

    def lag(self) -> int:
        """How many offsets the flows have not committed yet."""
        self._progress.refresh()
        return sum(
            max(0, end - committed.get(source, 0))
            for flow, topics in self._inputs.items()
            for committed in [self._progress.committed(flow, topics)]
            for topic in topics
            for source, end in self._progress.ends(topic).items()
        )

    def ends(self, flow: str) -> Offsets:
        """Where the flow's input ends now."""
        self._progress.refresh()
        return {source: end for topic in self._inputs[flow] for source, end in self._progress.ends(topic).items()}

    def has_passed(self, flow: str, ends: Offsets) -> bool:
        """Whether the flow has committed all that lies before these ends, whatever came behind them."""
        self._progress.refresh()
        committed = self._progress.committed(flow, self._inputs[flow])
        return all(end - committed.get(source, 0) <= self._progress.unreadable for source, end in ends.items())

    def close(self) -> None:
        """Let go of the log."""
        self._progress.close()


class _EmbeddedProgress:
    """On an embedded log that another process owns. What still waits in `incoming/` is not in it yet."""

    unreadable = 0

    def __init__(self, data: Path, application: str, wait_s: float) -> None:
        self._instance = SecondaryInstance(data, wait_s)
        self._reader = self._instance.reader
        self._application = application

    def refresh(self) -> None:
        self._instance.look()

    def ends(self, topic: str) -> Offsets:
        return {source: self._reader.end(*source)[0] for source in self._sources(topic)}

    def committed(self, flow: str, topics: Sequence[str]) -> Offsets:
        group = f"{self._application}.{flow}"
        sources = (source for topic in topics for source in self._sources(topic))
        return {source: self._reader.committed(group, source) or 0 for source in sources}

    def _sources(self, topic: str) -> Sequence[TopicPartition]:
        return [TopicPartition(topic, partition) for partition in range(self._reader.partitions_of(topic))]

    def close(self) -> None:
        self._instance.close()


class _KafkaProgress:
    """On Kafka."""

    unreadable = _TRANSACTION_MARKERS

    def __init__(self, bootstrap: str, application: str, options: Mapping[str, str]) -> None:
        self._groups = Groups(bootstrap, application, options)
        self._reader = KafkaTopicReader(bootstrap, options)

    def refresh(self) -> None:
        self._reader.refresh()

    def ends(self, topic: str) -> Offsets:
        return self._reader.ends(topic)

    def committed(self, flow: str, topics: Sequence[str]) -> Offsets:
        return self._groups.committed(flow, *topics)

    def close(self) -> None:
        self._reader.close()
        self._groups.close()


def open_backlog(  # noqa: PLR0913  a log is named by so much
    data: Path | None,
    bootstrap: str | None,
    application: str,
    inputs: FlowInputs,
    *,
    wait_s: float,
    options: Mapping[str, str] = NO_OPTIONS,
) -> Backlog:
    """Of the embedded log in `data` (`wait_s`: how long it may still be missing), or of a Kafka."""
    if data is not None:
        return Backlog(_EmbeddedProgress(data, application, wait_s), inputs)
    if bootstrap is None:
        raise ValueError("a log is named by its data folder or by its broker")
    return Backlog(_KafkaProgress(bootstrap, application, options), inputs)
