"""Taking what other processes put into `incoming/` into the log, in commits of bounded size."""

import time
from collections import deque
from pathlib import Path
from typing import Final

from connectors.embedded import incoming, layout
from connectors.embedded.incoming import GroupOffset, IncomingFile
from connectors.embedded.reader import EmbeddedReader
from connectors.log.port import Outgoing
from connectors.log.storage import writing

_LOOK_EVERY_S: Final = 0.005
_COMMIT_BYTES: Final = 4_194_304


class Commit:
    """What one commit of the owner takes: many small files, or a part of a large one."""

    def __init__(self) -> None:
        self.records: list[Outgoing] = []
        self.offsets: list[GroupOffset] = []
        self.rows: dict[bytes, bytes | None] = {}
        self.imported: list[IncomingFile] = []
        """All of these is in the log once the commit is."""
        self._sequences: dict[str, int] = {}
        self._size = 0

    @property
    def is_full(self) -> bool:
        """Whether what comes next belongs to another commit."""
        return self._size >= _COMMIT_BYTES

    def take(self, file: IncomingFile, reader: EmbeddedReader) -> bool:
        """Add the file, or as much of it as there is room for; whether it was finished."""
        if file.sequence > self._sequences.get(file.writer, reader.last_file(file.writer)):
            begin = reader.position_in_file(file.writer, file.sequence)
            position = self._fill(file, begin)
            if position is not None:
                self.rows[layout.position_key(file.writer)] = layout.encode((file.sequence, position))
                return False
            if begin:
                self.rows[layout.position_key(file.writer)] = None
            self.rows[layout.writer_key(file.writer)] = layout.encode(file.sequence)
            self._sequences[file.writer] = file.sequence
        self.imported.append(file)
        return True

    def _fill(self, file: IncomingFile, position: int) -> int | None:
        """The position to continue at; None when the file is finished."""
        for piece in incoming.pieces_of(file.path, position):
            self.records.extend(piece.records)
            self.offsets.extend(piece.offsets)
            self._size += piece.size
            if self.is_full or piece.next_position is None:
                return piece.next_position
        return None


class Importer:
    """The owner's look at the folder: each call gives at most one commit, so that flows run between two of them."""

    def __init__(self, folder: Path, reader: EmbeddedReader) -> None:
        self._folder = folder
        self._reader = reader
        self._waiting: deque[IncomingFile] = deque()
        self._look_at_s = 0.0

    def next_commit(self) -> Commit | None:
        """What is to be committed next; None when nothing waits."""
        if not self._waiting and not self._look():
            return None
        commit = Commit()
        while self._waiting and not commit.is_full and commit.take(self._waiting[0], self._reader):
            self._waiting.popleft()
        return commit

    def _look(self) -> bool:
        now_s = time.monotonic()
        if now_s < self._look_at_s:
            return False
        self._look_at_s = now_s + _LOOK_EVERY_S
        self._waiting.extend(incoming.waiting_files(self._folder))
        return bool(self._waiting)

    def delete(self, commit: Commit) -> None:
        """After the commit: what a crash leaves in the folder is known by the writer's last sequence."""
        with writing(self._folder):
            for file in commit.imported:
                file.path.unlink()

    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not incoming.waiting_files(self._folder)
