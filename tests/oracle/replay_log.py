"""A log in memory for one replay: the records of one partition go in as they lay, what a flow sends is kept aside.

Nothing that a flow writes comes back to it, and the replay ends before a poll finds nothing, so no tick is sent.
"""

from collections.abc import Callable, Collection, Sequence
from random import Random

from sortedcontainers import SortedDict

from connectors.log.port import (
    Assignment,
    Batch,
    Changes,
    LogFailed,
    MemberStatus,
    Offsets,
    Outgoing,
    Record,
    StateReader,
    TopicPartition,
)
from tests.memory_log import SortedState

_LARGEST_BATCH = 40


class ReplayLog:
    """Implements `connectors.log.Log` for one partition; `outputs` and `rows` are what was committed.

    `chance` cuts the batches: what a flow does must not depend on where one ends.
    """

    def __init__(self, records: Sequence[Record], partitions_of: Callable[[str], int], chance: Random) -> None:
        self.outputs: list[Outgoing] = []
        self.rows = SortedDict()
        self._records = records
        self._last_ms = max(record.timestamp_ms for record in records)
        self._partitions_of = partitions_of
        self._chance = chance
        self._position = 0
        self._open: list[Outgoing] = []
        self._assigned = False

    def exhausted(self) -> bool:
        """Whether all was handed out."""
        return self._position == len(self._records)

    def rebalancing(self) -> bool:
        return not self._assigned

    def take_assignment(self) -> Assignment | None:
        if self._assigned:
            return None
        self._assigned = True
        return Assignment(1, frozenset(), frozenset({self._records[0].partition}))

    def poll(self, limit: int, timeout_s: float) -> Sequence[Batch]:
        assert timeout_s >= 0
        size = min(limit, self._chance.randint(1, _LARGEST_BATCH))
        records = self._records[self._position : self._position + size]
        self._position += len(records)
        if not records:
            return ()
        last = records[-1]
        return [Batch(TopicPartition(last.topic, last.partition), records, last.offset + 1)]

    def pause(self, topics: Collection[str]) -> None:
        assert not topics, "a replay gives all that there is"

    def send(self, records: Sequence[Outgoing]) -> None:
        self._open.extend(records)

    def commit(self, offsets: Offsets, changes: Changes) -> None:
        assert len(offsets) <= 1
        self.outputs += self._open
        self._open = []
        for rows in changes.values():
            for key, value in rows.items():
                if value is None:
                    self.rows.pop(key, None)
                else:
                    self.rows[key] = value

    def confirm_membership(self) -> None:
        """Nobody else replays it."""

    def abort(self) -> None:
        raise LogFailed("a replay has nothing to abort")

    def state(self, partition: int) -> StateReader:
        assert self._records[0].partition == partition
        return SortedState(self.rows)

    def partitions_of(self, topic: str) -> int:
        return self._partitions_of(topic)

    def end_offsets(self, topic: str) -> Offsets:
        last = self._records[-1]
        return {TopicPartition(topic, last.partition): last.offset + 1}

    def ends_settle_s(self, topic: str) -> float:
        del topic
        return 0.0

    def committed(self, topic: str) -> Offsets:
        raise LogFailed(f"a replay knows no group on {topic}")

    def member_status(self) -> MemberStatus:
        return MemberStatus(is_member=self._assigned, lag={})

    def now_ms(self) -> int:
        return self._last_ms

    def close(self) -> None:
        """Nothing to release."""
