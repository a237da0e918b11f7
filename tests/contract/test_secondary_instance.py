"""A look at an embedded log while its owner puts write-ahead logs away: all that was committed, without a hole."""

import multiprocessing
import time
from contextlib import closing
from pathlib import Path

from rocksdict import Rdict

from connectors.embedded_client import SecondaryInstance
from connectors.embedded_store import EmbeddedStore
from connectors.log import Outgoing, TopicPartition

_TOPIC = "orders"
_SOURCE = TopicPartition(_TOPIC, 0)
_COMMITS = 4_000
_COMMITS_A_FLUSH = 20


class _Flushing(EmbeddedStore):
    """An owner whose memory table is full after every few commits, as that of a busy one is after each 64 MB."""

    _database: Rdict

    def flush(self) -> None:
        self._database.flush()


def _opened(data: Path) -> _Flushing:
    return _Flushing(data, "contract", {_TOPIC: 1}, lambda: 0, synced=False)


def _write(data: Path) -> None:
    with closing(_opened(data)) as store:
        for number in range(_COMMITS):
            store.write([Outgoing(_TOPIC, None, str(number).encode())], [])
            if number % _COMMITS_A_FLUSH == 0:
                store.flush()


def test_a_reader_beside_a_busy_owner_meets_every_record_in_order(tmp_path: Path) -> None:
    owner = multiprocessing.get_context("spawn").Process(target=_write, args=(tmp_path,))
    owner.start()
    met: list[bytes | None] = []
    deadline = time.monotonic() + 60.0
    with closing(SecondaryInstance(tmp_path, wait_s=30.0)) as instance:
        while len(met) < _COMMITS and time.monotonic() < deadline:
            instance.look()
            met.extend(record.value for record in instance.reader.records(_SOURCE, len(met), 1_000))
    owner.join()
    assert [str(number).encode() for number in range(_COMMITS)] == met
