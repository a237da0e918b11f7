"""The folder of one source: files arrive in `in/`, and end in `done/`, or in `failed/` with the reason beside them.

A file is taken only as what it is: a regular file in `in/` itself. A symbolic link, which could lead anywhere, is moved
to `failed/` unread, and so is anything else that is no file. Names are single names of the folder and are never joined
from what a file contains.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from connectors.files.names import is_taken, shown
from connectors.log.port import LogFailed
from connectors.log.storage import writing
from domain.identifiers import SourceId

_FOLDERS: Final = ("in", "done", "failed")
_REASON: Final = ".reason"


class FileState(NamedTuple):
    """What changes when somebody writes to a file."""

    inode: int
    size: int
    changed_at_ns: int


class Entry(NamedTuple):
    """A file in `in/`, as the last look saw it. `refusal`: why it is not read; None for a regular file."""

    name: str
    state: FileState
    refusal: str | None


class DropFolder:
    """One source's folder below the root."""

    def __init__(self, root: Path, source_id: SourceId) -> None:
        self.source_id = source_id
        self._root = root / source_id
        with writing(self._root):
            for name in _FOLDERS:
                (self._root / name).mkdir(parents=True, exist_ok=True)
        self._require_one_file_system()

    def _require_one_file_system(self) -> None:
        """A file is moved by renaming it, so that it is never half there."""
        devices = {(self._root / name).stat().st_dev for name in _FOLDERS}
        if len(devices) > 1:
            raise LogFailed(f"{', '.join(_FOLDERS)} of {self._root} are on several file systems: put them on one")

    @property
    def notes(self) -> Path:
        """Where the watcher may keep notes of its own about the source."""
        return self._root / ".sending"

    def entries(self) -> Iterator[Entry]:
        """What waits in `in/`, the oldest first."""
        with os.scandir(self._root / "in") as found:
            entries = [entry for each in found if is_taken(each.name) and (entry := _entry(each)) is not None]
        yield from sorted(entries, key=lambda entry: (entry.state.changed_at_ns, entry.name))

    def open(self, entry: Entry) -> BinaryIO:
        """Open it for reading; `OSError` when it is not there any more, or is no file any more."""
        descriptor = os.open(self._root / "in" / entry.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        file = os.fdopen(descriptor, "rb")
        if state_of(file) != entry.state:
            file.close()
            raise FileNotFoundError(f"{shown(entry.name)} was replaced while it was opened")
        return file

    def move_done(self, entry: Entry, file_id: str) -> None:
        """Its records are in the log."""
        self._move(entry, "done", file_id)

    def move_failed(self, entry: Entry, file_id: str, reason: str) -> None:
        """It cannot be sent; the reason is written first, so that no file is there without one."""
        name = self._free_name("failed", entry, file_id)
        with writing(self._root):
            note = self._root / "failed" / f"{_cut(name)}{_REASON}"
            note.write_text(f"{reason}\n", encoding="utf-8")
        self._rename(entry, self._root / "failed" / name)

    def _move(self, entry: Entry, to: str, file_id: str) -> None:
        self._rename(entry, self._root / to / self._free_name(to, entry, file_id))

    def _free_name(self, to: str, entry: Entry, file_id: str) -> str:
        """Its own, or with the id of the file when an earlier one has that name."""
        if not os.path.lexists(self._root / to / entry.name):
            return entry.name
        return f"{_cut(entry.name)}.{file_id}"

    def _rename(self, entry: Entry, target: Path) -> None:
        with writing(self._root):
            try:
                (self._root / "in" / entry.name).rename(target)
            except FileNotFoundError:
                return  # somebody has taken it away, which is his right
            descriptor = os.open(target.parent, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def state_of(file: BinaryIO) -> FileState:
    """The state of an open file."""
    return _state(os.fstat(file.fileno()))


def _entry(found: "os.DirEntry[str]") -> Entry | None:
    try:
        status = found.stat(follow_symlinks=False)
    except FileNotFoundError:  # somebody has taken it away
        return None
    return Entry(found.name, _state(status), _refusal(status.st_mode))


def _state(status: os.stat_result) -> FileState:
    return FileState(status.st_ino, status.st_size, status.st_mtime_ns)


def _refusal(mode: int) -> str | None:
    if stat.S_ISREG(mode):
        return None
    if stat.S_ISLNK(mode):
        return "it is a symbolic link: drop the file itself"
    return "it is no file" if not stat.S_ISDIR(mode) else "it is a folder: drop its files one by one"


def _cut(name: str) -> str:
    """Room for what comes behind a name: file systems take 255 bytes."""
    return os.fsdecode(os.fsencode(name)[:180])
