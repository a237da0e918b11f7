"""The contract suite's log on RocksDB: its owner, and external programs that write through `incoming/`."""

import time
from collections.abc import Sequence
from pathlib import Path

from connectors.embedded.client import EmbeddedClient
from connectors.embedded.log import EmbeddedLog
from connectors.embedded.store import EmbeddedStore
from connectors.log.clock import wall_clock_ms
from connectors.log.port import Changes, Log, Offsets, Record, TopicPartition
from tests.contract.logs import DEADLINE_S, PARTITIONS, TOPICS


class EmbeddedLogs:
    """Every member shares the owner's process, as the flows do."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._store = EmbeddedStore(directory, "contract", dict.fromkeys(TOPICS, PARTITIONS), wall_clock_ms)
        self._open: list[Log] = []

    def topic(self, name: str) -> str:
        return name

    def member(self, flow: str, inputs: Sequence[str] = (), *, stateful: bool = False) -> Log:
        if self.is_external(stateful=stateful):
            log: Log = _Served(self.directory, flow, inputs, self._store)
        else:
            log = EmbeddedLog(self._store, "contract", flow, inputs, classes=None if stateful else {})
        self._open.append(log)
        return log

    def is_external(self, *, stateful: bool) -> bool:
        """Whether a member is a program of its own."""
        del stateful
        return False

    def records(self, name: str) -> Sequence[Record]:
        take_over(self._store)
        return self.visible(name)

    def visible(self, name: str) -> Sequence[Record]:
        reader = self._store.reader
        return [
            record
            for partition in range(PARTITIONS)
            for record in reader.records(TopicPartition(name, partition), 0, 1_000_000)
        ]

    def close(self) -> None:
        for log in self._open:
            log.close()
        self._store.close()


class EmbeddedClients(EmbeddedLogs):
    """Members without state are external programs."""

    def is_external(self, *, stateful: bool) -> bool:
        return not stateful


class _Served(EmbeddedClient):
    """A client whose owner is awake: it takes over what the client has just committed."""

    def __init__(self, directory: Path, flow: str, inputs: Sequence[str], store: EmbeddedStore) -> None:
        super().__init__(directory, "contract", flow, inputs, wall_clock_ms)
        self._store = store

    def commit(self, offsets: Offsets, changes: Changes) -> None:
        super().commit(offsets, changes)
        take_over(self._store)


def take_over(store: EmbeddedStore) -> None:
    """Until nothing waits in `incoming/`."""
    deadline = time.monotonic() + DEADLINE_S
    while not store.incoming_is_empty():
        assert time.monotonic() < deadline
        store.import_incoming()
