"""The owner of an embedded log: topics, offsets and the state of all flows in one RocksDB, one WriteBatch a commit."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rocksdict import Rdict, WriteBatch, WriteOptions

from connectors.embedded import incoming, layout
from connectors.embedded.data_folder import log_folder
from connectors.embedded.importer import Importer
from connectors.embedded.incoming import GroupOffset
from connectors.embedded.reader import EmbeddedReader
from connectors.log.failpoints import Failpoints
from connectors.log.partitioner import partition_of
from connectors.log.port import LogFailed, Outgoing, TopicPartition
from connectors.log.storage import StorageFailed, database_failed
from connectors.state.database_options import database_options
from domain.durations import duration_text

_NO_FAILPOINTS: Final = Failpoints()
_ROW_RECORDS: Final = 500
_ROW_BYTES: Final = 1_048_576
"""The most bytes of the records in one row: a reader decodes whole rows."""
_WORTH_A_WORD_MS: Final = 1_000

_LOGGER = logging.getLogger(__name__)


class EmbeddedStore:
    """Opened once per data folder and process; the flows of the process share it.

    `clock` gives milliseconds since 1970 and is the only source of append times. Commits are synced to the disk:
    committed data survives a power failure; without `synced` it survives only the end of the process.
    """

    def __init__(
        self,
        data: Path,
        application: str,
        topics: Mapping[str, int],
        clock: Callable[[], int],
        *,
        synced: bool = True,
    ) -> None:
        self._data = data
        folder = incoming.make_folder(data)
        self._has_failed = False
        with self._database_errors("open the log in"):
            self._database = Rdict(str(log_folder(data)), database_options())
        self.reader = EmbeddedReader(self._database)
        self._importer = Importer(folder, self.reader)
        self._clock = clock
        self._options = WriteOptions()
        self._options.sync = synced
        self._introduce(application, topics)
        self._partitions = self.reader.topics()
        self._ends = {
            TopicPartition(topic, partition): self.reader.end(topic, partition)
            for topic, count in self._partitions.items()
            for partition in range(count)
        }
        self._newest_ms = max((time_ms for _, time_ms in self._ends.values()), default=0)
        self._report_clock()

    def now_ms(self) -> int:
        """The log's time. It never goes back: when the clock does, it pauses until the clock has caught up."""
        return max(self._clock(), self._newest_ms)

    def _report_clock(self) -> None:
        ahead_ms = self._newest_ms - self._clock()
        if ahead_ms >= _WORTH_A_WORD_MS:
            until = datetime.fromtimestamp(self._newest_ms / 1_000, UTC).isoformat(" ", "seconds")
            _LOGGER.warning(
                "%s was last written by a clock %s ahead of this one: the log's time stands still, and timers wait, "
                "until %s; everything else runs",
                self._data,
                duration_text(ahead_ms),
                until,
            )

    def _introduce(self, application: str, topics: Mapping[str, int]) -> None:
        owner = self.reader.application()
        if owner not in (None, application):
            raise LogFailed(f"this data folder belongs to the application {owner!r}: choose another --data folder")
        known = self.reader.topics()
        batch = WriteBatch(raw_mode=True)
        batch.put(layout.APPLICATION_KEY, layout.encode(application))
        for topic, count in topics.items():
            if known.get(topic, count) != count:
                raise LogFailed(
                    f"topic {topic!r} has {known[topic]} partitions in this data folder, {count} were asked for: "
                    f"run with --partitions {known[topic]} or choose another --data folder"
                )
            batch.put(layout.topic_key(topic), layout.encode(count))
        self._write(batch)

    def partitions_of(self, topic: str) -> int:
        """How many partitions a topic has."""
        if topic not in self._partitions:
            return self.reader.partitions_of(topic)
        return self._partitions[topic]

    def end(self, source: TopicPartition) -> int:
        """The offset behind the last record."""
        return self._ends[source][0]

    def write(
        self,
        records: Iterable[Outgoing],
        offsets: Iterable[GroupOffset],
        rows: Iterable[tuple[bytes, bytes | None]] = (),
    ) -> None:
        """Make records, offsets and other rows (state, import positions) durable and visible in one step."""
        batch = WriteBatch(raw_mode=True)
        now_ms = self.now_ms()
        ends = self._append(batch, records, now_ms)
        for group, topic, partition, next_offset in offsets:
            batch.put(layout.offset_key(group, topic, partition), layout.encode(next_offset))
        for key, value in rows:
            if value is None:
                batch.delete(key)
            else:
                batch.put(key, value)
        self._write(batch)
        self._ends.update(ends)
        if ends:
            self._newest_ms = now_ms

    def _append(
        self, batch: WriteBatch, records: Iterable[Outgoing], now_ms: int
    ) -> Mapping[TopicPartition, tuple[int, int]]:
        appended: dict[TopicPartition, list[layout.StoredRecord]] = {}
        for topic, key, value, headers, partition in records:
            home = self._home(topic, key, partition)
            appended.setdefault(home, []).append((now_ms, key, value, headers))
        ends = {}
        for home, stored in appended.items():
            end = self.end(home)
            for row in _rows_of(stored):
                batch.put(layout.records_key(*home, end), layout.encode(row))
                end += len(row)
            ends[home] = (end, now_ms)
            batch.put(layout.end_key(*home), layout.encode(ends[home]))
        return ends

    def _home(self, topic: str, key: str | None, partition: int | None) -> TopicPartition:
        if partition is None:
            partition = 0 if key is None else partition_of(key, self.partitions_of(topic))
        home = TopicPartition(topic, partition)
        if home not in self._ends:
            raise LogFailed(f"no partition {partition} of topic {topic!r} in this log")
        return home

    def import_incoming(self, failpoints: Failpoints = _NO_FAILPOINTS) -> None:
        """Import the files of other processes, each exactly once, in order per writer; one commit per call."""
        commit = self._importer.next_commit(self._partitions)
        if commit is None:
            return
        if commit.rows:
            self.write(commit.records, commit.offsets, commit.rows.items())
            failpoints.hit("mid_import")
        self._importer.delete(commit)

    def incoming_is_empty(self) -> bool:
        """Whether all files of other processes were imported."""
        return self._importer.is_empty()

    def close(self) -> None:
        """Close the database; optional for durability, and after a failed write RocksDB fails here again."""
        with suppress(StorageFailed) if self._has_failed else nullcontext(), self._database_errors("close the log in"):
            self._database.close()

    def _write(self, batch: WriteBatch) -> None:
        with self._database_errors("write to the log in"):
            self._database.write(batch, self._options)

    @contextmanager
    def _database_errors(self, what: str) -> Iterator[None]:
        """RocksDB's errors are plain exceptions with a text; this is the only place that parses them for the log."""
        try:
            yield
        except Exception as error:
            self._has_failed = True
            text = " ".join(str(error).split())
            if (failure := database_failed(self._data, text)) is not None:
                raise failure from error
            if "lock" in text.lower():
                raise LogFailed(f"{self._data} is in use by another orderline process: stop it first") from error
            raise StorageFailed(f"cannot {what} {self._data}: {text}") from error


def _rows_of(records: Sequence[layout.StoredRecord]) -> Iterator[Sequence[layout.StoredRecord]]:
    """Parts of bounded size, in order; a larger record is a part of its own."""
    start = size = 0
    for end, (_, _, value, _) in enumerate(records):
        if end - start == _ROW_RECORDS or size >= _ROW_BYTES:
            yield records[start:end]
            start, size = end, 0
        size += len(value or b"")
    yield records[start:]
