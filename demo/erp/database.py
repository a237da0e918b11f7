"""The simulated ERP's own SQLite file: its documents are evidence independent of our log.

A document is synced to disk before it is answered. Tallies are not: they outlive `kill -9`, not a power cut.
Times are milliseconds since 1970 in UTC.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from connectors.log.port import LogFailed

_LAYOUT = 1
_TABLES = """
CREATE TABLE documents (
    number TEXT PRIMARY KEY, kind TEXT NOT NULL, business_key TEXT NOT NULL, order_id TEXT NOT NULL,
    idempotency_key TEXT NOT NULL, content_hash BLOB NOT NULL, content BLOB NOT NULL, booked_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX documents_by_business_key ON documents (kind, business_key);
CREATE INDEX documents_by_order ON documents (kind, order_id);
CREATE TABLE series (kind TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT;
CREATE TABLE attempts (
    kind TEXT NOT NULL, business_key TEXT NOT NULL, calls INTEGER NOT NULL, PRIMARY KEY (kind, business_key)
) STRICT;
CREATE TABLE tallies (name TEXT PRIMARY KEY, number INTEGER NOT NULL) STRICT;
CREATE TABLE outages (cause TEXT NOT NULL, started_at_ms INTEGER NOT NULL, ends_at_ms INTEGER) STRICT;
CREATE UNIQUE INDEX one_planned_outage ON outages (cause) WHERE cause = 'planned';
"""


class ErpDatabase:
    """One file, used by one process; safe to call from several threads, one at a time.

    Not `synced`, it outlives `kill -9`, but no power cut.
    """

    def __init__(self, path: Path, *, synced: bool = True) -> None:
        self._lock = RLock()
        self._synced = synced
        self._connection = _opened(path)
        try:
            self._prepare(path)
        except sqlite3.Error as error:
            self._connection.close()
            raise _refused(path, str(error)) from error
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self, *, synced: bool = True) -> Iterator[None]:
        """All of the statements inside or none of them; synced to disk when `synced`."""
        with self._lock:
            self._connection.execute(f"PRAGMA synchronous = {'FULL' if synced and self._synced else 'NORMAL'}")
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def rows(self, statement: str, *values: object) -> Sequence[tuple[Any, ...]]:
        """Run one statement; the rows it returns."""
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    def _prepare(self, path: Path) -> None:
        self.rows("PRAGMA journal_mode = WAL")
        ((layout,),) = self.rows("PRAGMA user_version")
        if layout not in (0, _LAYOUT):
            raise _refused(path, f"it has layout {layout}, this program knows {_LAYOUT}")
        if layout == 0:
            self._connection.executescript(f"BEGIN IMMEDIATE; {_TABLES} PRAGMA user_version = {_LAYOUT}; COMMIT;")


def _opened(path: Path) -> sqlite3.Connection:
    try:
        return sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as error:
        raise _refused(path, str(error)) from error


def _refused(path: Path, reason: str) -> LogFailed:
    return LogFailed(f"{path} cannot be the database of the ERP simulator ({reason}): name another --database file")
