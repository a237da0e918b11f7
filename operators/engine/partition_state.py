"""The state of one partition as a transition sees it: open epoch, then cache, then the store.

A row changed ten times in an epoch is encoded and written once, at the commit.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from connectors.log.port import LogFailed, StateReader
from operators.engine.tables import OrderedRows, Table

Row = TypeVar("Row")

_CACHED_BYTES = 4_000_000
"""Of a table, as stored: an order is read again within seconds, or not for hours. In memory it is ten times that."""
_KEY_BYTES = 50
_PAGE = 256


class _Front:
    """Where the rows of a prefix begin, in a table that is consumed from its front, as a queue is.

    Rows that left a queue stay in front as tombstones until the store compacts: each look at the first row would pass
    over all of them again.
    """

    __slots__ = ("_prefix", "first", "gone")

    def __init__(self, prefix: str) -> None:
        self.gone: str | None = None
        """No row has this key or one before it."""
        self.first: str | None = None
        """The key of the first row, while it is known."""
        self._prefix = prefix

    def put(self, key: str) -> None:
        """A row may be in front of all others now."""
        if not key.startswith(self._prefix):
            return
        if self.gone is not None and key <= self.gone:
            self.gone = None
        if self.first is not None and key < self.first:
            self.first = None

    def deleted(self, key: str) -> None:
        """When the first row is deleted, nothing is before it either."""
        if key == self.first:
            self.gone, self.first = key, None


class PartitionState:
    """Reads see the open epoch's writes. `changes`, then `absorb`, commit the epoch; `forget` drops it."""

    def __init__(self, reader: StateReader, cached_bytes: int = _CACHED_BYTES) -> None:
        self._reader = reader
        self._cached_bytes = cached_bytes
        self._row_bytes: dict[Table[Any], int] = {}
        """How much a row takes as stored, by the last epoch's."""
        self._cache: dict[Table[Any], dict[str, Any]] = {}
        self._open: dict[Table[Any], dict[str, Any]] = {}
        self._fronts: dict[Table[Any], dict[str, _Front]] = {}

    def get(self, table: Table[Row], key: str) -> Row | None:
        """The row, or None."""
        changed = self._open.get(table)
        if changed is not None and key in changed:
            fresh: Row | None = changed[key]
            return fresh
        cached = self._cache.get(table)
        if cached is not None and key in cached:
            hit: Row | None = cached[key]
            return hit
        stored = self._read(table.stored_key(key))
        row = None if stored is None else table.decode(stored)
        self._remember(table, {key: row})
        return row

    def put(self, table: Table[Row], key: str, row: Row) -> None:
        """Store a row when the epoch commits."""
        changed = self._open.get(table)
        if changed is None:
            changed = self._changes_of(table)
        changed[key] = row
        if table in self._fronts:
            for front in self._fronts[table].values():
                front.put(key)

    def delete(self, table: Table[Row], key: str) -> None:
        """Delete a row when the epoch commits."""
        self._changes_of(table)[key] = None
        if table in self._fronts:
            for front in self._fronts[table].values():
                front.deleted(key)

    def scan(self, table: Table[Row], prefix: str = "", after: str | None = None) -> Iterator[tuple[str, Row]]:
        """The rows of an ordered table in key order, strictly behind `after`; do not write to it while iterating."""
        if not table.ordered:
            raise TypeError(f"table {table.name!r} is not ordered")
        changed: OrderedRows = self._changes_of(table)
        start = prefix if after is None else after
        fresh = changed.keys_between(start, prefix + "\U0010ffff", including_start=after is None)
        return _merged(fresh, changed, self._stored(table, prefix, after))

    def first(self, table: Table[Row], prefix: str = "") -> tuple[str, Row] | None:
        """The first row of an ordered table that is consumed from its front; meant for a few prefixes a table."""
        front = self._fronts.setdefault(table, {}).setdefault(prefix, _Front(prefix))
        found = next(self.scan(table, prefix, front.gone), None)
        front.first = None if found is None else found[0]
        return found

    def _stored(self, table: Table[Row], prefix: str, after: str | None) -> Iterator[tuple[str, Row]]:
        position = None if after is None else table.stored_key(after)
        page = 1
        while True:
            pairs = self._read_page(table.stored_key(prefix), position, page)
            for stored_key, stored in pairs:
                yield table.key_of(stored_key), table.decode(stored)
            if len(pairs) < page:
                return
            position = pairs[-1][0]
            page = _PAGE

    def _read(self, stored_key: bytes) -> bytes | None:
        """A store that fails is never the fault of a record, so it is a `LogFailed`: no record is put aside for it."""
        try:
            return self._reader.get(stored_key)
        except LogFailed:
            raise
        except Exception as error:
            raise LogFailed(f"the state cannot be read: {error}") from error

    def _read_page(self, prefix: bytes, after: bytes | None, limit: int) -> Sequence[tuple[bytes, bytes]]:
        try:
            return self._reader.scan(prefix, after, limit)
        except LogFailed:
            raise
        except Exception as error:
            raise LogFailed(f"the state cannot be read: {error}") from error

    def _changes_of(self, table: Table[Any]) -> Any:  # noqa: ANN401  a dict, that of an ordered table with an order
        changed = self._open.get(table)
        if changed is None:
            changed = self._open[table] = OrderedRows() if table.ordered else {}
        return changed

    @property
    def cached_rows(self) -> int:
        """How many decoded rows are in the cache."""
        return sum(map(len, self._cache.values()))

    def changes(self) -> dict[bytes, bytes | None]:
        """What the open epoch changed, encoded, each row once."""
        changes: dict[bytes, bytes | None] = {}
        for table, rows in self._open.items():
            stored = dict(table.stored(rows))
            self._row_bytes[table] = sum(map(len, filter(None, stored.values()))) // max(1, len(stored))
            changes |= stored
        return changes

    def absorb(self) -> None:
        """The epoch is committed: its rows are the stored ones."""
        for table, rows in self._open.items():
            self._remember(table, rows)
        self._open = {}

    def forget(self) -> None:
        """The epoch was aborted: the stored rows count again, and a commit of unknown outcome may have changed them."""
        self._open = {}
        self._cache = {}
        self._fronts = {}

    def _remember(self, table: Table[Any], rows: Mapping[str, Any]) -> None:
        """Cache rows; the oldest leave first."""
        cached = self._cache.setdefault(table, {})
        cached.update(rows)
        most = self._cached_bytes // (_KEY_BYTES + self._row_bytes.get(table, 0))
        if len(cached) > most:
            for oldest in list(islice(cached, len(cached) - most + most // 10)):
                del cached[oldest]


def _merged(
    fresh: Iterator[str], changed: Mapping[str, Any], stored: Iterator[tuple[str, Row]]
) -> Iterator[tuple[str, Row]]:
    """Two streams in key order as one; a changed row hides the stored one, a deleted row hides both."""
    new = next(fresh, None)
    old = next(stored, None)
    while new is not None or old is not None:
        if old is None or (new is not None and new <= old[0]):
            if old is not None and new == old[0]:
                old = next(stored, None)
            if new is not None and changed[new] is not None:
                yield new, changed[new]
            new = next(fresh, None)
        else:
            yield old
            old = next(stored, None)
