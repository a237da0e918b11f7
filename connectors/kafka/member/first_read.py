"""Whether a partition that a group without state has no offset of was never read, or its offset was lost.

A group loses its offsets when it is deleted, or when it was empty for longer than the broker keeps them
(`offsets.retention.minutes`). A flow with state knows them from META; a member without state cannot, and would
do again from the beginning what it did long ago.
"""

import logging
from collections.abc import Collection, Sequence
from typing import Protocol

from connectors.log.port import LogFailed, Offsets, TopicPartition

logger = logging.getLogger(__name__)


class _Partitions(Protocol):
    """What is asked of the cluster."""

    def partitions(self, topics: Collection[str]) -> Sequence[TopicPartition]: ...

    def high_watermarks(self, partitions: Collection[TopicPartition]) -> Offsets: ...


class _GroupReader(Protocol):
    """What is asked of the member's consumer."""

    def committed(self, partitions: Collection[TopicPartition]) -> Offsets: ...


class FirstRead:
    """Judges the partitions of one group. `results`: topics that stay empty until the group has committed offsets."""

    def __init__(
        self, group: str, cluster: _Partitions, reader: _GroupReader, inputs: Sequence[str], results: Collection[str]
    ) -> None:
        self._group = group
        self._cluster = cluster
        self._reader = reader
        self._inputs = inputs
        self._results = results

    def require_plausible(self, unread: Collection[TopicPartition]) -> None:
        """`LogFailed` when the group has lost all its offsets; a warning when it has some, but not those of a topic."""
        if not unread:
            return
        committed = self._reader.committed(self._cluster.partitions(self._inputs))
        if not committed:
            self._require_no_results()
            return
        known = {source.topic for source in committed}
        for topic, partition in sorted(unread):
            if topic in known:
                logger.warning(
                    "%s/%s: the group %s has offsets of this topic, but none of this partition: reading it from its "
                    "beginning",
                    topic,
                    partition,
                    self._group,
                )

    def _require_no_results(self) -> None:
        ends = self._cluster.high_watermarks(self._cluster.partitions(self._results))
        written = sorted(source.topic for source, end in ends.items() if end)
        if written:
            raise LogFailed(
                f"the group {self._group} has no committed offset, but {written[0]} holds what it wrote: the group was "
                "deleted, or its offsets have expired. From the beginning, all sources would be processed again. Set "
                "its offsets first: docs/how-to/recover.md#a-group-has-lost-its-offsets"
            )
