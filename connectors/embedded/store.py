"""The owner of an embedded log: topics, offsets and the state of all flows in one RocksDB, one WriteBatch a commit."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from rocksdict import Options, Rdict, WriteBatch, WriteOptions

from connectors.embedded import incoming, layout
from connectors.embedded.incoming import GroupOffset
from connectors.embedded.reader import EmbeddedReader
from connectors.log.failpoints import Failpoints
from connectors.log.partitioner import partition_of
from connectors.log.port import LogFailed, Outgoing, TopicPartition

_LOOK_EVERY_S = 0.005
_NO_FAILPOINTS = Failpoints()


class EmbeddedStore:
    """Open it once a data folder and process; flows in this process share it.

    `clock` gives milliseconds since 1970 and is the only source of append times. Commits are synced to the disk:
    what was committed survives a power cut; not `synced`, it survives the end of the process only.
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
        self._incoming = incoming.make_folder(data)
        self._database = _open(data / "log")
        self.reader = EmbeddedReader(self._database)
        self.clock = clock
        self._options = WriteOptions()
        self._options.sync = synced
        self._look_at = 0.0
        self._introduce(application, topics)
        self._partitions = self.reader.topics()
        self._ends = {
            TopicPartition(topic, partition): self.reader.end(topic, partition)
            for topic, count in self._partitions.items()
            for partition in range(count)
        }

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
        self._database.write(batch, self._options)

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
        state: Iterable[tuple[bytes, bytes | None]] = (),
        imported: Sequence[tuple[str, int]] = (),
    ) -> None:
        """Make records, offsets, state and the names of imported files durable and visible in one step."""
        batch = WriteBatch(raw_mode=True)
        ends = self._append(batch, records)
        for group, topic, partition, next_offset in offsets:
            batch.put(layout.offset_key(group, topic, partition), layout.encode(next_offset))
        for key, value in state:
            if value is None:
                batch.delete(key)
            else:
                batch.put(key, value)
        for writer, sequence in imported:
            batch.put(layout.writer_key(writer), layout.encode(sequence))
        self._database.write(batch, self._options)
        self._ends.update(ends)

    def _append(self, batch: WriteBatch, records: Iterable[Outgoing]) -> dict[TopicPartition, tuple[int, int]]:
        chunks: dict[TopicPartition, list[layout.StoredRecord]] = {}
        now_ms = self.clock()
        for topic, key, value, headers, partition in records:
            home = self._home(topic, key, partition)
            chunks.setdefault(home, []).append((max(now_ms, self._ends[home][1]), key, value, headers))
        ends = {}
        for home, chunk in chunks.items():
            first = self._ends[home][0]
            batch.put(layout.records_key(*home, first), layout.encode(chunk))
            ends[home] = (first + len(chunk), chunk[-1][0])
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
        """Take over what other processes wrote, each file exactly once, in order per writer.

        A file is deleted after its commit: what a crash leaves behind is known by the writer's last sequence.
        """
        if time.monotonic() < self._look_at:
            return
        self._look_at = time.monotonic() + _LOOK_EVERY_S
        files = incoming.waiting_files(self._incoming)
        if not files:
            return
        records: list[Outgoing] = []
        offsets: list[GroupOffset] = []
        last: dict[str, int] = {}
        for file in files:
            if file.sequence <= last.get(file.writer, self.reader.last_file(file.writer)):
                continue
            content = incoming.read_file(file.path)
            records.extend(content[0])
            offsets.extend(content[1])
            last[file.writer] = file.sequence
        if last:
            self.write(records, offsets, imported=tuple(last.items()))
            failpoints.hit("mid_import")
        for file in files:
            file.path.unlink()

    def incoming_is_empty(self) -> bool:
        """Whether all that other processes handed over was taken."""
        return not incoming.waiting_files(self._incoming)

    def close(self) -> None:
        """Close the database; nothing is lost without it."""
        self._database.close()


def _open(path: Path) -> Rdict:
    try:
        return Rdict(str(path), Options(raw_mode=True))
    except Exception as error:  # rocksdict raises plain Exception; this is the one place that reads its text
        if "lock" in str(error).lower():
            raise LogFailed(f"{path.parent} is in use by another orderline process: stop it first") from error
        raise LogFailed(f"cannot open the log in {path.parent}: {error}") from error
