"""A look at an embedded log while its owner puts write-ahead logs away: all that was committed, without a hole."""

import multiprocessing
import time
from contextlib import closing
from pathlib import Path

from rocksdict import Rdict

from connectors.embedded.secondary_instance import SecondaryInstance
from connectors.embedded.store import EmbeddedStore
from connectors.log.port import Outgoing, TopicPartition

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


def test_a_reader_next_to_a_busy_owner_meets_every_record_in_order(tmp_path: Path) -> None:
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


def test_the_next_look_sees_each_commit_also_when_it_was_put_away_before(tmp_path: Path) -> None:
    with closing(_opened(tmp_path)) as store, closing(SecondaryInstance(tmp_path, wait_s=30.0)) as instance:
        for number in range(60):
            store.write([Outgoing(_TOPIC, None, b"value")], [])
            if number % 3:
                store.flush()
            instance.look()
            assert (number + 1, 0) == instance.reader.end(*_SOURCE)
            if number % 3 == 1:
                store.flush()


class _Counted:
    """A database whose looks at the owner's are counted."""

    def __init__(self, database: Rdict) -> None:
        self._database = database
        self.looks = 0

    def try_catch_up_with_primary(self) -> None:
        self.looks += 1
        self._database.try_catch_up_with_primary()

    def close(self) -> None:
        self._database.close()


def test_a_look_where_nothing_was_written_does_not_read_the_log_again(tmp_path: Path) -> None:
    with closing(_opened(tmp_path)) as store, closing(SecondaryInstance(tmp_path, wait_s=30.0)) as instance:
        counted = instance._database = _Counted(instance._database)  # type: ignore[assignment]
        instance.look()
        before = counted.looks
        instance.look()
        assert before == counted.looks
        store.write([Outgoing(_TOPIC, None, b"value")], [])
        instance.look()
        instance.look()
        assert before + 1 == counted.looks
        assert 1 == instance.reader.end(*_SOURCE)[0]
