"""What other processes hand to an embedded log: in order per writer, each file once, whoever dies in between."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.embedded import incoming
from connectors.embedded.client import EmbeddedClient
from connectors.embedded.store import EmbeddedStore
from connectors.log.failpoints import Failpoints
from connectors.log.port import LogFailed, Outgoing, TopicPartition
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


@pytest.mark.parametrize("content", (b"", b"\x02\x92\x90\x90", b"\x01\xc1", b"\x01\x92\x90"))
def test_a_file_that_is_none_of_ours_is_named_and_left_where_it_is(data: Path, content: bytes) -> None:
    file = incoming.make_folder(data) / "shop.00000000000000000001"
    file.write_bytes(content)

    told = rf"{file} is not a file of orderline .*: move it out of incoming/"
    with closing(owner(data)) as store, pytest.raises(LogFailed, match=told):
        store.import_incoming()
    assert content == file.read_bytes()


def client(data: Path) -> EmbeddedClient:
    copier = EmbeddedClient(data, "orderline", "copier", (_TOPIC,), lambda: 1_000)
    copier.take_assignment()
    return copier


def copy_all(copier: EmbeddedClient) -> list[str]:
    """One commit a record, as nobody does who is in a hurry."""
    copied = []
    for batch in copier.poll(100, 0.0):
        for record in batch.records:
            copier.send([Outgoing(_OUT.topic, None, record.value)])
            copier.commit({batch.source: record.offset + 1}, {})
            copied.append((record.value or b"").decode())
    return copied


def test_a_client_that_starts_again_goes_on_behind_its_own_files_that_still_wait(data: Path) -> None:
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
    told = "belongs to the application 'orderline': choose another --data folder"
    with closing(owner(data)) as store, pytest.raises(LogFailed, match=told):
        EmbeddedClient(data, "other", "copier", (_TOPIC,), store.clock)


def test_two_programs_cannot_write_under_one_name(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "_CLAIM_WITHIN_S", 0.0)
    folder = incoming.make_folder(data)
    with incoming.claim_writer(folder, "orderline.erp-connector-main"):
        with pytest.raises(LogFailed, match="erp-connector-main runs already on"):
            incoming.claim_writer(folder, "orderline.erp-connector-main")
        incoming.claim_writer(folder, "orderline.warehouse-simulator").close()
    incoming.claim_writer(folder, "orderline.erp-connector-main").close()
