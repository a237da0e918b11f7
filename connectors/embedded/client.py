"""The log port on an embedded log that another process owns: reads a secondary instance, writes to `incoming/`.

A commit is durable when the call returns; it becomes visible when the owner imports the file, one of more than about
4 MB in parts, its offsets with the last. It has no state.
One process at a time uses a writer's name (the application and the flow).
"""

import os
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from pathlib import Path

from connectors.embedded import incoming
from connectors.embedded.importable_file import NotImportable
from connectors.embedded.incoming import GroupOffset
from connectors.embedded.read_positions import ReadPositions, known_offsets, partitions_in
from connectors.embedded.rotation import ByPriorityClass
from connectors.embedded.secondary_instance import SecondaryInstance
from connectors.embedded.writer_claim import claim_writer
from connectors.log.port import (
    Assignment,
    Batch,
    Changes,
    Fenced,
    LogFailed,
    MemberStatus,
    Offsets,
    Outgoing,
    StateReader,
    TopicPartition,
)

_WAIT_S = 0.005
_LONGEST_WAIT_S = 0.04


class EmbeddedClient:
    """An external program, the only member of its group; its inputs share every poll."""

    def __init__(
        self, data: Path, application: str, flow: str, inputs: Sequence[str], clock: Callable[[], int]
    ) -> None:
        self._instance = SecondaryInstance(data, wait_s=30.0)
        self._reader = self._instance.reader
        self._require_application(data, application)
        self._folder = incoming.make_folder(data)
        self._group = f"{application}.{flow}"
        self._claim = claim_writer(self._folder, self._group)
        self._clock = clock
        self._open: list[Outgoing] = []
        self._assigned = False
        self._wait_s = _WAIT_S
        self._sequence, self._committed = self._resume()
        by_input = [partitions_in(topic, self._reader.partitions_of(topic)) for topic in inputs]
        rotation = ByPriorityClass(by_input, {})
        self._positions = ReadPositions(self._reader, by_input, rotation, self._end, self._next)

    def _require_application(self, data: Path, application: str) -> None:
        owner = self._reader.application()
        if owner != application:
            self._instance.close()
            raise LogFailed(f"the log in {data} belongs to the application {owner!r}: choose another --data folder")

    def _resume(self) -> tuple[int, dict[TopicPartition, int]]:
        """The last sequence used and the offsets committed since, files not imported yet included."""
        waiting = [file for file in incoming.waiting_files(self._folder) if file.writer == self._group]
        committed: dict[TopicPartition, int] = {}
        for file in waiting:
            with suppress(FileNotFoundError, NotImportable):  # the owner has just imported it, or will refuse it
                for _, topic, partition, next_offset in incoming.offsets_in(file.path):
                    committed[TopicPartition(topic, partition)] = next_offset
        self._instance.look()
        used = (self._reader.last_file(self._group), incoming.last_refused(self._folder, self._group))
        return max([*used, *(file.sequence for file in waiting)]), committed

    def _next(self, source: TopicPartition) -> int | None:
        if source in self._committed:
            return self._committed[source]
        return self._reader.committed(self._group, source)

    def _end(self, source: TopicPartition) -> int:
        return self._reader.end(*source)[0]

    def rebalancing(self) -> bool:
        return not self._assigned

    def take_assignment(self) -> Assignment | None:
        if self._assigned:
            return None
        self._assigned = True
        return Assignment(1, frozenset(), self._positions.partitions())

    def poll(self, limit: int, timeout_s: float) -> Sequence[Batch]:
        deadline = time.monotonic() + timeout_s
        while True:
            self._instance.look()
            batches = self._positions.poll(limit)
            left = deadline - time.monotonic()
            if batches:
                self._wait_s = _WAIT_S
            if batches or left <= 0:
                return batches
            time.sleep(min(self._wait_s, left))
            self._wait_s = min(self._wait_s * 2, _LONGEST_WAIT_S)

    def pause(self, topics: Collection[str]) -> None:
        self._positions.pause(topics)

    def send(self, records: Sequence[Outgoing]) -> None:
        self._open.extend(records)

    def commit(self, offsets: Offsets, changes: Changes) -> None:
        if changes:
            raise LogFailed("an external program has no state in the log")
        rows = [GroupOffset(self._group, *source, next_offset) for source, next_offset in offsets.items()]
        self._sequence += 1
        incoming.write_file(self._folder, self._group, self._sequence, self._open, rows)
        self._committed.update(offsets)
        self._open = []

    def confirm_membership(self) -> None:
        """The writer's lock is ours until this process ends, even while it is suspended, unless its file is removed."""
        if os.fstat(self._claim.fileno()).st_nlink == 0:
            raise Fenced(
                f"the lock file of {self._group} was removed: another process may use its name, so this one ends"
            )

    def abort(self) -> None:
        self._open = []
        self._positions.rewind()

    def state(self, partition: int) -> StateReader:
        raise LogFailed(f"an external program has no state in partition {partition}")

    def partitions_of(self, topic: str) -> int:
        return self._reader.partitions_of(topic)

    def end_offsets(self, topic: str) -> Offsets:
        self._instance.look()
        return {source: self._end(source) for source in self._partitions(topic)}

    def ends_settle_s(self, topic: str) -> float:
        del topic
        return 0.0

    def committed(self, topic: str) -> Offsets:
        return known_offsets(self._partitions(topic), self._next)

    def member_status(self) -> MemberStatus:
        return MemberStatus(is_member=self._assigned, lag=self._positions.lag())

    def _partitions(self, topic: str) -> Sequence[TopicPartition]:
        return partitions_in(topic, self.partitions_of(topic))

    def now_ms(self) -> int:
        return self._clock()

    def close(self) -> None:
        self._open = []
        self._instance.close()
        self._claim.close()
