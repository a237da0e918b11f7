"""The log port on an embedded log that another process owns: reads a secondary instance, writes to `incoming/`.

A commit is durable when the call returns; it becomes visible when the owner imports the file, one of more than about
4 MB in parts, its offsets with the last. It has no state.
One process at a time uses a writer's name (the application and the flow).
"""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from rocksdict import AccessType, Options, Rdict

from connectors.embedded import incoming
from connectors.embedded.data_folder import has_log, log_folder
from connectors.embedded.incoming import GroupOffset, NotImportable
from connectors.embedded.reader import EmbeddedReader
from connectors.embedded.rotation import ByPriorityClass, Poll
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
    Record,
    StateReader,
    TopicPartition,
)
from connectors.log.storage import database_failed, writing

_WAIT_S = 0.005
_LONGEST_WAIT_S = 0.04
_OPEN_WITHIN_S = 10.0


class SecondaryInstance:
    """A read-only view of a log that another process may be writing; `look()` refreshes it.

    RocksDB catches up in two steps that are not atomic: the flushed tables, then the write-ahead log. When the owner
    flushes and deletes a write-ahead log between the two, newer records show up without those before them, and
    records that were only in that log stay invisible until the owner writes again. So the instance is opened again
    whenever a write-ahead log was deleted, until none was deleted during the opening.
    """

    def __init__(self, data: Path, wait_s: float = 0.0) -> None:
        self._data = data
        with writing(tempfile.gettempdir()):
            self._aside = tempfile.mkdtemp(prefix="orderline-reader-")
        deadline = time.monotonic() + wait_s
        self._await_log(deadline)
        self._logs = self._write_ahead_logs().keys()
        self._written: Mapping[str, int] = {}
        self._database = self._opened(deadline)
        self.reader = EmbeddedReader(self._database)
        self._wait_for_topics(deadline)

    def _await_log(self, deadline: float) -> None:
        while not has_log(self._data):
            if time.monotonic() >= deadline:
                raise LogFailed(f"no log in {self._data}: start one with `orderline run all --data {self._data}`")
            time.sleep(_WAIT_S)

    def _write_ahead_logs(self) -> Mapping[str, int]:
        """The length of each write-ahead log: every write of the owner extends one or starts a new one."""
        with os.scandir(log_folder(self._data)) as files:
            return {file.name: size for file in files if file.name.endswith(".log") and (size := _size_of(file)) >= 0}

    def _opened(self, deadline: float) -> Rdict:
        """The owner may be creating the log, or merging tables: try until the deadline."""
        while True:
            try:
                aside = AccessType.secondary(self._aside)
                return Rdict(str(log_folder(self._data)), _options(), access_type=aside)
            except Exception as error:  # rocksdict raises plain Exception
                if (failure := database_failed(self._data, str(error))) is not None:
                    raise failure from error
                if time.monotonic() >= deadline:
                    raise LogFailed(f"cannot read the log in {self._data}: {error}") from error
            time.sleep(_WAIT_S)

    def _wait_for_topics(self, deadline: float) -> None:
        self.look()
        while self.reader.application() is None:
            if time.monotonic() >= deadline:
                start = f"start `orderline run all --data {self._data}`"
                raise LogFailed(f"the log in {self._data} does not exist yet: {start}")
            time.sleep(_WAIT_S)
            self.look()

    def look(self) -> None:
        """Show everything committed until now, without gaps in the order of the commits."""
        written = self._write_ahead_logs()
        if written == self._written:
            return
        self._database.try_catch_up_with_primary()
        while self._a_log_is_gone():
            self._database = self._opened(time.monotonic() + _OPEN_WITHIN_S)
            self.reader.look_at(self._database)
        self._written = written

    def _a_log_is_gone(self) -> bool:
        before, self._logs = self._logs, self._write_ahead_logs().keys()
        return not before <= self._logs

    def close(self) -> None:
        """Close, and remove the secondary's own files."""
        self._database.close()
        shutil.rmtree(self._aside, ignore_errors=True)


def _size_of(file: "os.DirEntry[str]") -> int:
    """The size of a file in bytes; negative when it has just been deleted."""
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return -1


def _options() -> Options:
    """RocksDB starts all threads that may open tables on every refresh, even when there is no table to open."""
    options = Options(raw_mode=True)
    options.set_max_file_opening_threads(1)
    return options


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
        self._inputs = tuple(inputs)
        self._clock = clock
        self._paused: frozenset[str] = frozenset()
        self._open: list[Outgoing] = []
        self._assigned = False
        self._wait_s = _WAIT_S
        self._sequence, self._committed = self._resume()
        self._positions: dict[TopicPartition, int] = {}
        self._rotation = ByPriorityClass([self._sources(topic) for topic in inputs], {})
        self._rewind()

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

    def _rewind(self) -> None:
        self._positions = {source: self._next(source) or 0 for topic in self._inputs for source in self._sources(topic)}

    def _sources(self, topic: str) -> Sequence[TopicPartition]:
        return [TopicPartition(topic, partition) for partition in range(self._reader.partitions_of(topic))]

    def rebalancing(self) -> bool:
        return not self._assigned

    def take_assignment(self) -> Assignment | None:
        if self._assigned:
            return None
        self._assigned = True
        return Assignment(1, frozenset(), frozenset(source.partition for source in self._positions))

    def poll(self, limit: int, timeout_s: float) -> Sequence[Batch]:
        deadline = time.monotonic() + timeout_s
        while True:
            self._instance.look()
            batches = self._read(limit)
            left = deadline - time.monotonic()
            if batches:
                self._wait_s = _WAIT_S
            if batches or left <= 0:
                return batches
            time.sleep(min(self._wait_s, left))
            self._wait_s = min(self._wait_s * 2, _LONGEST_WAIT_S)

    def _read(self, limit: int) -> Sequence[Batch]:
        poll = Poll(self, limit)
        self._rotation.read(poll, self._paused)
        return poll.batches

    def has_records(self, source: TopicPartition) -> bool:
        """For the rotation: whether there is anything to read."""
        return self._positions[source] < self._reader.end(*source)[0]

    def read(self, source: TopicPartition, limit: int, most_bytes: int) -> tuple[Sequence[Record], int]:
        """For the rotation: read on in one partition."""
        records, size = self._reader.read(source, self._positions[source], limit, most_bytes)
        if records:
            self._positions[source] = records[-1].offset + 1
        return records, size

    def pause(self, topics: Collection[str]) -> None:
        self._paused = frozenset(topics)

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
        self._rewind()

    def state(self, partition: int) -> StateReader:
        raise LogFailed(f"an external program has no state in partition {partition}")

    def partitions_of(self, topic: str) -> int:
        return self._reader.partitions_of(topic)

    def end_offsets(self, topic: str) -> Offsets:
        self._instance.look()
        return {source: self._reader.end(*source)[0] for source in self._sources(topic)}

    def ends_settle_s(self, topic: str) -> float:
        del topic
        return 0.0

    def committed(self, topic: str) -> Offsets:
        known = ((source, self._next(source)) for source in self._sources(topic))
        return {source: offset for source, offset in known if offset is not None}

    def member_status(self) -> MemberStatus:
        lag = {source: self._reader.end(*source)[0] - position for source, position in self._positions.items()}
        return MemberStatus(is_member=self._assigned, lag=lag)

    def now_ms(self) -> int:
        return self._clock()

    def close(self) -> None:
        self._open = []
        self._instance.close()
        self._claim.close()
