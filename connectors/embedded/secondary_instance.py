"""Reads the RocksDB of an embedded log while its owner writes it: a read-only secondary instance."""

import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from rocksdict import AccessType, Options, Rdict

from connectors.embedded.data_folder import has_log, log_folder
from connectors.embedded.reader import EmbeddedReader
from connectors.log.port import LogFailed
from connectors.log.storage import database_failed, writing
from connectors.state.database_options import database_options

_WAIT_S = 0.005
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
    options = database_options()
    options.set_max_file_opening_threads(1)
    return options
