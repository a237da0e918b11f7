"""The committed state of one partition on this machine: a RocksDB that is a cache of the changelog, never the truth.

Keys and values are the caller's bytes; one more row, under `META_KEY`, is the folder's position. All of an
epoch's changes and that row are one WriteBatch, so a folder is always a prefix of the changelog.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from rocksdict import Options, Rdict, WriteBatch, WriteOptions

from connectors.log.port import LogFailed
from connectors.log.storage import database_failed
from connectors.state.database_options import database_options
from connectors.state.folder import Identity, claim, mark_bad, set_aside
from connectors.state.position import META_KEY, Position, decoded_position, encoded

_LOGGER = logging.getLogger(__name__)

_ROCKSDB = "rocksdb"
_WRITE_BUFFER_BYTES = 32 << 20


class StateStore:
    """One open folder. RocksDB's lock keeps every other process out of it."""

    def __init__(self, folder: Path, identity: Identity) -> None:
        self._folder = folder
        self._identity = identity
        tables = self._open()
        if lost := self._lost(tables):
            _LOGGER.warning("%s is rebuilt: its manifest does not name %s", folder, ", ".join(lost))
            self._database.close()
            set_aside(folder)
            self._open()
        with _rocksdb(folder):
            self._database.set_options({"disable_auto_compactions": "false"})
        self.position = self._read_position()

    def _open(self) -> set[str]:
        """Claim and open the folder; the names of the tables that were in it before."""
        claim(self._folder, self._identity)
        tables = {file.name for file in (self._folder / _ROCKSDB).glob("*.sst")}
        with _rocksdb(self._folder):
            self._database = Rdict(str(self._folder / _ROCKSDB), _options())
        return tables

    def _lost(self, tables: set[str]) -> Sequence[str]:
        """The tables that a manifest that was cut short no longer names: RocksDB opens it and deletes them.

        They are newer than all that it names. Older ones are left over from a compaction behind which the process was
        killed. A kill in the middle of a flush looks like a cut manifest, and is rebuilt without need.
        """
        with _rocksdb(self._folder):
            known = {str(file["name"]).lstrip("/") for file in self._database.live_files()}
        newest = max(map(_number_of, tables & known), default=0)
        return sorted(name for name in tables - known if _number_of(name) > newest)

    def rebuilt(self) -> Self:
        """Replace the folder with an empty one; the old one is set aside."""
        self.close()
        set_aside(self._folder)
        return type(self)(self._folder, self._identity)

    def get(self, key: bytes) -> bytes | None:
        """The value, or None."""
        with _rocksdb(self._folder):
            value: bytes | None = self._database.get(key)
        return value

    def scan(self, prefix: bytes, after: bytes | None = None, limit: int = 1000) -> Sequence[tuple[bytes, bytes]]:
        """At most `limit` pairs whose key starts with `prefix`, in key order, strictly after `after`."""
        with _rocksdb(self._folder):
            return tuple(self._pairs(prefix, after, limit))

    def write(self, changes: Mapping[bytes, bytes | None], position: Position) -> None:
        """Apply one committed epoch."""
        with _rocksdb(self._folder):
            self._database.write(_batch(changes.items(), position))
        self.position = position

    def write_restored(self, changes: Iterable[tuple[bytes, bytes | None]], position: Position) -> None:
        """Apply a part of a restore: without the write-ahead log, so it is durable only after `flush`."""
        unlogged = WriteOptions()
        unlogged.disable_wal = True  # type: ignore[method-assign,assignment]  # an attribute: the stub is wrong
        with _rocksdb(self._folder):
            self._database.write(_batch(changes, position), unlogged)
        self.position = position

    def flush(self) -> None:
        """Make everything written so far durable."""
        with _rocksdb(self._folder):
            self._database.flush()

    def bytes_on_disk(self) -> int:
        """The size of its tables in bytes, without the memory tables and the write-ahead log."""
        with _rocksdb(self._folder):
            return self._database.property_int_value("rocksdb.total-sst-files-size") or 0

    def close(self) -> None:
        """Close the folder; optional for durability."""
        with _rocksdb(self._folder):
            self._database.close()

    def _read_position(self) -> Position:
        data = self.get(META_KEY)
        return Position(None, 0, 0) if data is None else decoded_position(data)

    def _pairs(self, prefix: bytes, after: bytes | None, limit: int) -> Iterator[tuple[bytes, bytes]]:
        """No upper bound is given to RocksDB: this binding frees its bytes while the iterator still reads them."""
        rows = self._database.iter()
        rows.seek(prefix if after is None else max(prefix, after + b"\x00"))
        found = 0
        while found < limit and rows.valid():
            key: bytes = rows.key()
            if not key.startswith(prefix):
                break
            if key != META_KEY:
                found += 1
                yield key, rows.value()
            rows.next()
        rows.status()


@contextmanager
def _rocksdb(folder: Path) -> Iterator[None]:
    """RocksDB's errors are plain exceptions with a text; this is the only place that parses them."""
    try:
        yield
    except LogFailed:
        raise
    except Exception as error:
        text = " ".join(str(error).split())
        if "Corruption" in text:
            mark_bad(folder)
            raise LogFailed(f"state folder {folder} is damaged ({text}): start again, it is rebuilt") from error
        if (failure := database_failed(folder, text)) is not None:
            raise failure from error
        if "lock" in text.lower():
            raise LogFailed(f"state folder {folder} is in use by another process: stop that one first") from error
        raise LogFailed(f"state folder {folder} cannot be used: {text}") from error


def _number_of(table: str) -> int:
    """RocksDB numbers its files in the order in which it creates them."""
    return int(table.removesuffix(".sst"))


def _batch(changes: Iterable[tuple[bytes, bytes | None]], position: Position) -> WriteBatch:
    batch = WriteBatch(raw_mode=True)
    for key, value in changes:
        if value is None:
            batch.delete(key)
        else:
            batch.put(key, value)
    batch.put(META_KEY, encoded(position))
    return batch


def _options() -> Options:
    options = database_options()
    options.create_if_missing(True)  # noqa: FBT003 - RocksDB's own signature
    options.set_disable_auto_compactions(True)
    options.set_write_buffer_size(_WRITE_BUFFER_BYTES)
    options.set_keep_log_file_num(2)
    return options
