"""What other processes hand to an embedded log: in order per writer, each file once, even if a process is killed."""

import tracemalloc
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.embedded import incoming, writer_claim
from connectors.embedded.client import EmbeddedClient
from connectors.embedded.incoming import GroupOffset
from connectors.embedded.store import EmbeddedStore
from connectors.embedded.writer_claim import claim_writer
from connectors.log.failpoints import Failpoints
from connectors.log.port import LogFailed, Outgoing, Record, TopicPartition
from tests.unit.erp.running import wait_until

_TOPIC = "in"
_IN = TopicPartition(_TOPIC, 0)
_OUT = TopicPartition("out", 0)


class KilledError(Exception):
    """Stands for kill -9."""


class KilledBeforeDeletion(Failpoints):
    """The owner dies when the files are committed and not yet deleted."""

    def hit(self, name: str) -> None:
        if name == "mid_import":
            raise KilledError


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def owner(data: Path) -> EmbeddedStore:
    return EmbeddedStore(data, "orderline", {_TOPIC: 1, "out": 1}, lambda: 1_000)


def hand_over(data: Path, writer: str, sequence: int, *texts: str) -> None:
    records = [Outgoing(_TOPIC, None, text.encode()) for text in texts]
    incoming.write_file(incoming.make_folder(data), writer, sequence, records, ())


def taken(store: EmbeddedStore) -> list[str]:
    """What is in the log once nothing waits any more."""
    wait_until(lambda: imported(store), "all files are taken")
    return texts_in(store)


def imported(store: EmbeddedStore) -> bool:
    store.import_incoming()
    return store.incoming_is_empty()


def texts_in(store: EmbeddedStore, source: TopicPartition = _IN) -> list[str]:
    return [(record.value or b"").decode() for record in store.reader.records(source, 0, 1_000)]


def test_the_files_of_a_writer_are_taken_in_order_and_once(data: Path) -> None:
    for sequence in (3, 1, 2):
        hand_over(data, "shop", sequence, f"{sequence}a", f"{sequence}b")

    with closing(owner(data)) as store:
        assert ["1a", "1b", "2a", "2b", "3a", "3b"] == taken(store)


@settings(max_examples=15, deadline=None)
@given(writers=st.lists(st.sampled_from("abc"), max_size=12), seed=st.integers(0, 1_000))
def test_each_writer_keeps_its_order_whenever_the_owner_dies(
    tmp_path_factory: pytest.TempPathFactory, writers: Sequence[str], seed: int
) -> None:
    chance = Random(seed)
    data = tmp_path_factory.mktemp("data")
    sent: dict[str, list[str]] = {}
    for number, writer in enumerate(writers):
        sent.setdefault(writer, []).append(f"{writer}{number}")
        hand_over(data, writer, len(sent[writer]), f"{writer}{number}")
        if chance.random() < 0.4:
            die_while_importing(data)

    with closing(owner(data)) as store:
        found = taken(store)
    assert sorted(text for texts in sent.values() for text in texts) == sorted(found)
    assert sent == {writer: [text for text in found if text.startswith(writer)] for writer in sent}


def die_while_importing(data: Path) -> None:
    with closing(owner(data)) as store, pytest.raises(KilledError):
        store.import_incoming(KilledBeforeDeletion())


def test_a_file_that_was_committed_and_not_deleted_is_not_taken_twice(data: Path) -> None:
    hand_over(data, "shop", 1, "once")
    die_while_importing(data)
    assert ["shop.00000000000000000001"] == [file.path.name for file in incoming.waiting_files(data / "incoming")]

    with closing(owner(data)) as store:
        assert ["once"] == taken(store)
    assert [] == list(incoming.waiting_files(data / "incoming"))


def test_a_file_that_is_still_being_written_is_not_seen(data: Path) -> None:
    (incoming.make_folder(data) / "aside" / "shop.00000000000000000001").write_bytes(b"\x01half")

    with closing(owner(data)) as store:
        assert [] == taken(store)


def client(data: Path) -> EmbeddedClient:
    copier = EmbeddedClient(data, "orderline", "copier", (_TOPIC,), lambda: 1_000)
    copier.take_assignment()
    return copier


def copy_all(copier: EmbeddedClient) -> list[str]:
    """One commit per record, the slowest way."""
    copied = []
    for batch in copier.poll(100, 0.0):
        for record in batch.records:
            copier.send([Outgoing(_OUT.topic, None, record.value)])
            copier.commit({batch.source: record.offset + 1}, {})
            copied.append((record.value or b"").decode())
    return copied


def test_a_client_that_starts_again_continues_behind_its_own_files_that_still_wait(data: Path) -> None:
    hand_over(data, "shop", 1, "a", "b")
    with closing(owner(data)) as store:
        assert ["a", "b"] == taken(store)

        first = client(data)
        assert ["a", "b"] == copy_all(first)
        first.close()
        second = client(data)
        assert [] == copy_all(second)
        assert {_IN: 2} == second.committed(_TOPIC)

        hand_over(data, "shop", 2, "c")
        store.write([Outgoing(_TOPIC, None, b"d")], [])
        assert ["d"] == copy_all(second)
        second.close()
        assert 3 == len([file for file in incoming.waiting_files(data / "incoming") if file.writer != "shop"])

        assert ["a", "b", "d", "c"] == taken(store)
        assert ["a", "b", "d"] == texts_in(store, _OUT)
        third = client(data)
        assert ["c"] == copy_all(third)
        third.close()
        taken(store)
        assert ["a", "b", "d", "c"] == texts_in(store, _OUT)


def test_a_client_of_another_application_is_refused(data: Path) -> None:
    reason = "belongs to the application 'orderline': choose another --data folder"
    with closing(owner(data)) as store, pytest.raises(LogFailed, match=reason):
        EmbeddedClient(data, "other", "copier", (_TOPIC,), store.now_ms)


def test_two_programs_cannot_write_under_one_name(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_claim, "_CLAIM_WITHIN_S", 0.0)
    folder = incoming.make_folder(data)
    with claim_writer(folder, "orderline.erp-connector-main"):
        with pytest.raises(LogFailed, match="erp-connector-main runs already on"):
            claim_writer(folder, "orderline.erp-connector-main")
        claim_writer(folder, "orderline.warehouse-simulator").close()
    claim_writer(folder, "orderline.erp-connector-main").close()


def test_a_file_of_the_first_layout_is_still_taken(data: Path) -> None:
    body = msgspec.msgpack.encode(([[_TOPIC, None, b"old", [], None]], [["g", _TOPIC, 0, 7]]))
    (incoming.make_folder(data) / "shop.00000000000000000001").write_bytes(b"\x01" + body)

    with closing(owner(data)) as store:
        assert ["old"] == taken(store)
        assert 7 == store.reader.committed("g", _IN)


LARGE = [Outgoing(_TOPIC, None, b"%06d" % number + b"x" * 20_000) for number in range(1_000)]
"""Twenty megabytes in one file: five commits of the owner's."""


def numbers_in(store: EmbeddedStore) -> list[int]:
    found: list[int] = []
    while records := store.reader.records(_IN, len(found), 1_000):
        found += [int((record.value or b"")[:6]) for record in records]
    return found


def test_a_large_file_is_taken_in_commits_of_bounded_size(data: Path) -> None:
    incoming.write_file(incoming.make_folder(data), "shop", 1, LARGE, [GroupOffset("g", _TOPIC, 0, 3)])
    sizes: list[int] = []
    with closing(owner(data)) as store:
        while not store.incoming_is_empty():
            before = store.end(_IN)
            store.import_incoming()
            sizes.append(store.end(_IN) - before)
            assert (3 if store.incoming_is_empty() else None) == store.reader.committed("g", _IN)
        assert list(range(1_000)) == numbers_in(store)
    assert len(sizes) >= 5
    assert max(sizes) <= 300


def test_many_small_files_share_a_commit(data: Path) -> None:
    for sequence in range(1, 11):
        hand_over(data, "shop", sequence, f"{sequence}")
    with closing(owner(data)) as store:
        store.import_incoming()
        assert store.incoming_is_empty()
        assert 10 == store.end(_IN)


@pytest.mark.parametrize("deaths", range(1, 6))
def test_an_owner_that_dies_between_two_pieces_of_a_file_continues_after_the_last_one(data: Path, deaths: int) -> None:
    incoming.write_file(incoming.make_folder(data), "shop", 1, LARGE, [GroupOffset("g", _TOPIC, 0, 3)])
    hand_over(data, "shop", 2, "001000")
    for _ in range(deaths):
        die_while_importing(data)
    with closing(owner(data)) as store:
        wait_until(lambda: imported(store), "all files are taken")
        assert list(range(1_001)) == numbers_in(store)
        assert 3 == store.reader.committed("g", _IN)


def test_a_large_file_takes_little_memory(data: Path) -> None:
    incoming.write_file(incoming.make_folder(data), "shop", 1, LARGE, [])
    with closing(owner(data)) as store:
        store.import_incoming()
        tracemalloc.start()
        try:
            wait_until(lambda: imported(store), "the file is taken")
            assert tracemalloc.get_traced_memory()[1] < 4 * 4_194_304
        finally:
            tracemalloc.stop()


def test_rows_are_of_bounded_size_so_that_a_reader_takes_no_more_than_it_wants(data: Path) -> None:
    with closing(owner(data)) as store:
        store.write([Outgoing(_TOPIC, None, b"x")] * 2_000, [])
        store.write(LARGE, [])
        assert 500 == len(store.reader.records(_IN, 0, 10))
        assert 100 > len(store.reader.records(_IN, 2_000, 10))
        assert 3_000 == store.end(_IN)
        assert list(range(1_000)) == [
            int((record.value or b"")[:6]) for first in range(2_000, 3_000, 50) for record in fifty(store, first)
        ]


def fifty(store: EmbeddedStore, first: int) -> list[Record]:
    return list(store.reader.records(_IN, first, 50))[:50]
