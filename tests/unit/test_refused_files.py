"""Files in `incoming/`: the owner imports its own, and reports every other one once, with its place."""

import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from connectors.embedded import incoming
from connectors.embedded.client import EmbeddedClient
from connectors.embedded.incoming import GroupOffset
from connectors.log.port import Outgoing
from tests.unit.test_incoming import _TOPIC, hand_over, imported, owner, taken, texts_in

NAME = "shop.00000000000000000001"
TEXTS = ["before", "after"]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    hand_over(folder, "a", 1, "before")
    hand_over(folder, "z", 2, "after")
    return folder


def fifo(path: Path) -> None:
    os.mkfifo(path)


def dangling_link(path: Path) -> None:
    path.symlink_to("nowhere")


def link_to_a_file(path: Path) -> None:
    path.with_name("target").write_bytes(b"x")
    path.symlink_to("target")


def full_folder(path: Path) -> None:
    path.mkdir()
    (path / "inner").write_bytes(b"x")


def of_bytes(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


def of_commit(*records: Outgoing, offsets: tuple[GroupOffset, ...] = ()) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        incoming.write_file(path.parent, path.stem, 1, records, offsets)

    return write


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


KINDS: dict[str, Callable[[Path], object]] = {
    "folder": Path.mkdir,
    "full folder": full_folder,
    "fifo": fifo,
    "dangling link": dangling_link,
    "link": link_to_a_file,
    "empty": of_bytes(b""),
    "text": of_bytes(b"{}"),
    "newer": of_bytes(b"\x03\x92\x90\x90"),
    "no msgpack": of_bytes(b"\x01\xc1"),
    "truncated": of_bytes(b"\x02\0\0\0\x05\x92"),
    "no frame": of_bytes(b"\x02"),
    "no topic": of_commit(Outgoing(_TOPIC, None, b"lost"), Outgoing("nowhere", None, b"1")),
    "no partition": of_commit(Outgoing(_TOPIC, None, b"1", (), 1)),
    "negative partition": of_commit(Outgoing(_TOPIC, None, b"1", (), -1)),
    "offset of no topic": of_commit(offsets=(GroupOffset("g", "nowhere", 0, 1),)),
    "offset of no partition": of_commit(offsets=(GroupOffset("g", _TOPIC, 70_000, 1),)),
    "negative offset": of_commit(offsets=(GroupOffset("g", _TOPIC, 0, -1),)),
    "offset beyond all": of_commit(offsets=(GroupOffset("g", _TOPIC, 0, 2**64 - 1),)),
}


def test_what_has_the_name_of_a_commit_and_is_none_is_moved_aside_once(
    data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = data / "incoming"
    names = {f"{kind.replace(' ', '-')}.00000000000000000001": make for kind, make in KINDS.items()}
    for name, make in names.items():
        make(folder / name)
    with closing(owner(data)) as store:
        assert TEXTS == taken(store)
        assert imported(store)
    assert {*incoming.FOLDERS, "target"} == names_in(folder)
    assert set(names) == names_in(folder / "refused")
    lines = [line for line in caplog.messages if " cannot be imported: " in line]
    assert sorted(names) == sorted(next(name for name in names if f"/{name} cannot" in line) for line in lines)
    assert all("correct it and move it back, or delete it" in line for line in lines)


OTHER_DIGITS = "\N{ARABIC-INDIC DIGIT ZERO}" * 20
STRAYS = (
    ".DS_Store",
    ".shop.00000000000000000001.swp",
    ".00000000000000000001",
    "orders.jsonl",
    "a.tmp",
    "shop.1",
    "shop.0000000000000000000\N{SUPERSCRIPT TWO}",
    "shop.99999999999999999999",
    f"shop.{OTHER_DIGITS}",
    "s\udcff.tmp",
    "s\udcff.00000000000000000001",
)


@pytest.mark.parametrize("make", (of_bytes(b"x"), Path.mkdir, dangling_link, fifo))
def test_what_has_another_name_is_left_and_reported_once(
    data: Path, make: Callable[[Path], object], caplog: pytest.LogCaptureFixture
) -> None:
    for name in STRAYS:
        make(data / "incoming" / name)
    with closing(owner(data)) as store:
        assert TEXTS == taken(store)
        assert imported(store)
    assert {*STRAYS, *incoming.FOLDERS} == names_in(data / "incoming")
    for name in STRAYS:
        assert 1 == len([line for line in caplog.messages if f"{name!r} is not imported" in line])


def test_a_file_without_read_permission_is_moved_aside(
    data: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    hand_over(data, "shop", 1, "secret")
    refuse(monkeypatch, "open")
    with closing(owner(data)) as store:
        assert TEXTS == taken(store)
    assert (data / "incoming" / "refused" / NAME).exists()
    assert "this user has no right to read it" in caplog.text


def refuse(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The tests may run as root, which may read everything."""
    real = getattr(os, name)

    def call(path: "str | Path", *rest: object, **named: object) -> object:
        if str(path).endswith(f"incoming/{NAME}"):
            raise PermissionError(13, "Permission denied")
        return real(path, *rest, **named)

    monkeypatch.setattr(os, name, call)


def test_what_cannot_be_moved_either_is_left_and_not_read_again(
    data: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (data / "incoming" / NAME).mkdir()
    refuse(monkeypatch, "rename")
    with closing(owner(data)) as store:
        assert TEXTS == taken(store)
        assert imported(store)
    assert (data / "incoming" / NAME).is_dir()
    assert 1 == len([line for line in caplog.messages if "it cannot be moved: Permission denied" in line])


def test_a_file_that_vanishes_before_it_is_imported_is_reported(
    data: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    hand_over(data, "shop", 1, "gone")
    listed = [path.name for path in (data / "incoming").iterdir()]
    (data / "incoming" / NAME).unlink()
    monkeypatch.setattr(os, "listdir", lambda _folder: listed)
    with closing(owner(data)) as store:
        store.import_incoming()
        assert TEXTS == texts_in(store)
    assert f"{NAME} vanished before it was imported" in caplog.text


def test_a_folder_that_was_removed_is_created_again(data: Path) -> None:
    with closing(owner(data)) as store:
        assert TEXTS == taken(store)
        for name in incoming.FOLDERS:
            (data / "incoming" / name).rmdir()
        (data / "incoming").rmdir()
        assert imported(store)
        hand_over(data, "shop", 1, "later")
        assert [*TEXTS, "later"] == taken(store)


def test_two_refused_files_of_one_name_are_both_kept(data: Path) -> None:
    with closing(owner(data)) as store:
        for content in (b"one", b"two"):
            (data / "incoming" / NAME).write_bytes(content)
            taken(store)
    refused = data / "incoming" / "refused"
    assert {NAME: b"one", f"{NAME}.1": b"two"} == {path.name: path.read_bytes() for path in refused.iterdir()}


def test_a_refused_file_is_imported_once_it_is_corrected_and_moved_back(data: Path) -> None:
    (data / "incoming" / NAME).write_bytes(b"")
    with closing(owner(data)) as store:
        taken(store)
        (data / "incoming" / "refused" / NAME).unlink()
        hand_over(data, "shop", 1, "corrected")
        assert [*TEXTS, "corrected"] == taken(store)


def test_a_client_does_not_use_the_number_of_a_refused_file_again(data: Path) -> None:
    with closing(owner(data)) as store:
        taken(store)
        (data / "incoming" / "refused" / "orderline.copier.00000000000000000007").write_bytes(b"")
        with closing(EmbeddedClient(data, "orderline", "copier", (_TOPIC,), store.now_ms)) as copier:
            copier.send([Outgoing("out", None, b"1")])
            copier.commit({}, {})
        assert [8] == [file.sequence for file in incoming.waiting_files(data / "incoming")]
