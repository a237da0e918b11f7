"""A disk that cannot be written to is reported in one line with its remedy, for every kind of write."""

import errno
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.embedded import incoming
from connectors.log.in_flight_journal import InFlightJournal, InputPartition
from connectors.log.port import Outgoing
from connectors.log.storage import StorageFailed, database_failed, is_storage_error, storage_failed
from connectors.state.folder import Identity, claim
from demo.performance.plan import write_atomically

REMEDIES = {
    errno.ENOSPC: "make room on that disk",
    errno.EDQUOT: "raise the quota",
    errno.EFBIG: "ulimit -f",
    errno.EROFS: "mount that disk for writing",
    errno.EACCES: "give this user the right",
    errno.EPERM: "give this user the right",
    errno.EIO: "that disk is failing",
}


def write_state_identity(folder: Path) -> None:
    claim(folder / "state", Identity("orderline", "orders", 0, "id", 1))


def write_journal(folder: Path) -> None:
    InFlightJournal(folder / "journal" / "in-flight").begin([InputPartition("orders", "t", 0)], {}, ())


def write_incoming(folder: Path) -> None:
    incoming.write_file(incoming.make_folder(folder), "shop", 1, [Outgoing("t", None, b"1")], [])


def write_report(folder: Path) -> None:
    write_atomically(folder / "report.json", b"{}")


@pytest.mark.parametrize("write", (write_journal, write_incoming, write_report))
@pytest.mark.parametrize("number", REMEDIES)
def test_a_sync_that_fails_is_reported_with_its_remedy(
    write: Callable[[Path], None], number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(StorageFailed, match=REMEDIES[number]):
        write(tmp_path)


@pytest.mark.parametrize("write", (write_state_identity, write_journal, write_incoming))
def test_a_folder_that_cannot_be_made_is_reported(
    write: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path, **_options: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    monkeypatch.setattr(Path, "mkdir", fail)
    with pytest.raises(StorageFailed, match="mount that disk for writing"):
        write(tmp_path)


def test_a_file_that_was_not_written_whole_is_neither_seen_nor_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = incoming.make_folder(tmp_path)

    def fail(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(StorageFailed, match=re.escape(str(folder))):
        incoming.write_file(folder, "shop", 1, [Outgoing("t", None, b"1")], [])
    assert [] == list(incoming.waiting_files(folder))
    assert [] == list((folder / "aside").iterdir())


@pytest.mark.parametrize("number", REMEDIES)
def test_a_text_of_rocksdb_is_reported_with_the_same_remedy(number: int) -> None:
    failure = database_failed("data", f"IO error: {os.strerror(number)}: While appending to file: data/log/000004.log")
    assert failure is not None
    assert str(storage_failed("data", OSError(number, os.strerror(number)))) == str(failure)
    assert REMEDIES[number] in str(failure)


def test_any_other_text_of_rocksdb_is_not_taken_for_a_full_disk() -> None:
    assert database_failed("data", "Corruption: block checksum mismatch") is None


def test_an_error_about_something_else_is_no_storage_error() -> None:
    assert is_storage_error(OSError(errno.ENOSPC, "full"))
    assert not is_storage_error(ConnectionResetError(errno.ECONNRESET, "reset"))
