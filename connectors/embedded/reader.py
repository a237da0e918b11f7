"""Reading the embedded log: the same for its owner and for an external process."""

from collections.abc import Iterator, Sequence
from itertools import islice

from rocksdict import Rdict, ReadOptions

from connectors.embedded import layout
from connectors.log.port import LogFailed, Record, TopicPartition

_LARGE = 4_194_304
"""A read ends after this many bytes, however few the records are."""


class EmbeddedReader:
    """Reads one open RocksDB, primary or secondary; caches nothing."""

    def __init__(self, database: Rdict) -> None:
        self._database = database

    def look_at(self, database: Rdict) -> None:
        """Read the same log through another RocksDB instance."""
        self._database = database

    def application(self) -> str | None:
        """The application whose log this is, or None for a new one."""
        data = self._database.get(layout.APPLICATION_KEY)
        return None if data is None else layout.decode_text(data)

    def topics(self) -> dict[str, int]:
        """Every topic with its number of partitions."""
        return {key[1:].decode(): layout.decode_number(value) for key, value in self._pairs(b"t")}

    def partitions_of(self, topic: str) -> int:
        """How many partitions a topic has."""
        data = self._database.get(layout.topic_key(topic))
        if data is None:
            raise LogFailed(f"no topic {topic!r} in this log: `orderline run all --data DIR` creates it")
        return layout.decode_number(data)

    def end(self, topic: str, partition: int) -> tuple[int, int]:
        """(offset behind the last record, its append time); (0, 0) for an empty partition."""
        data = self._database.get(layout.end_key(topic, partition))
        return (0, 0) if data is None else layout.decode_end(data)

    def committed(self, group: str, source: TopicPartition) -> int | None:
        """A group's next offset in a partition, or None."""
        data = self._database.get(layout.offset_key(group, *source))
        return None if data is None else layout.decode_number(data)

    def last_file(self, writer: str) -> int:
        """The sequence of the writer's last imported file; 0 when there was none."""
        data = self._database.get(layout.writer_key(writer))
        return 0 if data is None else layout.decode_number(data)

    def position_in_file(self, writer: str, sequence: int) -> int:
        """The position to continue at in a writer's file; 0 for one that was not begun."""
        data = self._database.get(layout.position_key(writer))
        begun, position = (0, 0) if data is None else layout.decode_position(data)
        return position if begun == sequence else 0

    def records(self, source: TopicPartition, offset: int, limit: int) -> Sequence[Record]:
        """About `limit` records from `offset` on, at least one, fewer large ones, without gaps; empty at the end."""
        return self.read(source, offset, limit, _LARGE)[0]

    def read(self, source: TopicPartition, offset: int, limit: int, most_bytes: int) -> tuple[Sequence[Record], int]:
        """The same with at most about `most_bytes` bytes; also returns their size in bytes."""
        topic, partition = source
        prefix = layout.records_prefix(topic, partition)
        most_bytes = min(most_bytes, _LARGE)
        iterator = self._database.iter(ReadOptions())
        iterator.seek_for_prev(layout.records_key(topic, partition, offset))
        if not (iterator.valid() and iterator.key().startswith(prefix)):
            iterator.seek(prefix)
        found: list[Record] = []
        size = 0
        while (
            len(found) < limit and size < most_bytes and iterator.valid() and (key := iterator.key()).startswith(prefix)
        ):
            first = layout.first_offset_of(key)
            value = iterator.value()
            stored = layout.decode_records(value)
            skip = offset + len(found) - first
            if skip < 0:
                raise LogFailed(f"{topic}/{partition} has a hole at offset {offset + len(found)}: the log is damaged")
            if skip < len(stored):
                size += len(value)
            found.extend(Record(topic, partition, first + index, *stored[index]) for index in range(skip, len(stored)))
            iterator.next()
        return found, size

    def state(self, flow: str, partition: int, key: bytes) -> bytes | None:
        """A committed value of a flow's state."""
        value: bytes | None = self._database.get(layout.state_prefix(flow, partition) + key)
        return value

    def scan_state(
        self, flow: str, partition: int, prefix: bytes, after: bytes | None, limit: int
    ) -> Sequence[tuple[bytes, bytes]]:
        """Committed pairs in key order, as `StateReader.scan` says."""
        home = layout.state_prefix(flow, partition)
        start = home + (prefix if after is None else after + b"\0")
        pairs = islice(self._pairs(home + prefix, start), limit)
        return [(key[len(home) :], value) for key, value in pairs]

    def _pairs(self, prefix: bytes, start: bytes | None = None) -> Iterator[tuple[bytes, bytes]]:
        iterator = self._database.iter(ReadOptions())
        iterator.seek(start or prefix)
        while iterator.valid() and (key := iterator.key()).startswith(prefix):
            yield key, iterator.value()
            iterator.next()
