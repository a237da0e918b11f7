"""A partition of a flow in memory: rows and timers as in production, encoded at each commit, without a log."""

from collections.abc import Iterator
from typing import Any, TypeVar, cast

from sortedcontainers import SortedDict

from connectors.log.port import Log, StateReader
from operators.engine.partition import Partition
from operators.engine.tables import Table
from tests.memory_log import SortedState

Row = TypeVar("Row")


class _StateOnlyLog:
    """As much of a log as a partition asks for."""

    def __init__(self, pairs: SortedDict) -> None:
        self._pairs = pairs

    def state(self, partition: int) -> StateReader:
        assert partition == 0
        return SortedState(self._pairs)


class MemoryRows:
    """The stored rows of one partition; `partition` is what a machine works on until the next `restart`."""

    def __init__(self) -> None:
        self.pairs = SortedDict()
        self.partition = self._opened()
        self._as_stored: dict[bytes, tuple[Any, Any]] = {}
        """By key: a row as somebody put it, and as the next start reads it."""

    def restart(self) -> None:
        """Commit, forget all that is cached, and read the rows again."""
        for key, value in self.partition.state.changes().items():
            if value is None:
                self.pairs.pop(key, None)
            else:
                self.pairs[key] = value
        self.partition = self._opened()

    def rows(self, table: Table[Row]) -> Iterator[tuple[str, Row]]:
        """Every row of a table as the next start reads it, the open epoch's included."""
        put: dict[str, Any] = {
            table.key_of(key): value for key, value in self.pairs.items() if key.startswith(table.prefix)
        }
        put |= self.partition.state._open.get(table, {})
        for key in sorted(put):
            if put[key] is not None:
                yield key, self._read(table, key, put[key])

    def _read(self, table: Table[Row], key: str, put: bytes | Row) -> Row:
        """Rows are looked at after every step: each is encoded and decoded once."""
        stored_key = table.stored_key(key)
        known = self._as_stored.get(stored_key)
        if known is None or known[0] is not put:
            stored = put if isinstance(put, bytes) else table.encode(put)
            known = self._as_stored[stored_key] = (put, table.decode(stored))
        row: Row = known[1]
        return row

    def _opened(self) -> Partition:
        return Partition(cast("Log", _StateOnlyLog(self.pairs)), 0)
