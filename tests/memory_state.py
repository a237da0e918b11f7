"""A partition of a flow in memory: rows and timers as in production, encoded at each commit, without a log."""

from collections.abc import Iterator
from typing import TypeVar, cast

from connectors.log.port import Log, StateReader
from operators.engine.partition import Partition
from operators.engine.tables import Table
from tests.memory_log import MemoryState

Row = TypeVar("Row")


class _StateOnlyLog:
    """As much of a log as a partition asks for."""

    def __init__(self, pairs: dict[bytes, bytes]) -> None:
        self._pairs = pairs

    def state(self, partition: int) -> StateReader:
        assert partition == 0
        return MemoryState(self._pairs)


class MemoryRows:
    """The stored rows of one partition; `partition` is what a machine works on until the next `restart`."""

    def __init__(self) -> None:
        self.pairs: dict[bytes, bytes] = {}
        self.partition = self._opened()

    def restart(self) -> None:
        """Commit, forget all that is cached, and read the rows again."""
        for key, value in self.partition.state.changes().items():
            if value is None:
                self.pairs.pop(key, None)
            else:
                self.pairs[key] = value
        self.partition = self._opened()

    def rows(self, table: Table[Row]) -> Iterator[tuple[str, Row]]:
        """Every row of a table, the open epoch's included."""
        changes = self.partition.state.changes()
        for key, value in sorted({**self.pairs, **changes}.items()):
            if key.startswith(table.prefix) and value is not None:
                yield table.key_of(key), table.decode(value)

    def _opened(self) -> Partition:
        return Partition(cast("Log", _StateOnlyLog(self.pairs)), 0)
