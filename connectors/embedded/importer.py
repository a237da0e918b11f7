"""Imports the files that other processes write to `incoming/`, in commits of bounded size."""

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
    """The content of one commit of the owner: many small files, or a part of a large one."""

    def __init__(self) -> None:
        self.records: list[Outgoing] = []
        self.offsets: list[GroupOffset] = []
        self.rows: dict[bytes, bytes | None] = {}
        self.imported: list[IncomingFile] = []
        """Files completely in the log after the commit."""
        self._sequences: dict[str, int] = {}
        self._size = 0

    @property
    def is_full(self) -> bool:
        """Whether the commit has reached its size."""
        return self._size >= _COMMIT_BYTES

    def take(self, file: IncomingFile, reader: EmbeddedReader) -> bool:
        """Add the file, or as much of it as fits; returns whether it was finished."""
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
    """The owner's importer: each call makes at most one commit, so that flows run between two commits."""

    def __init__(self, folder: Path, reader: EmbeddedReader) -> None:
        self._folder = folder
        self._reader = reader
        self._waiting: deque[IncomingFile] = deque()
        self._look_at_s = 0.0

    def next_commit(self) -> Commit | None:
        """The next commit; None when no file waits."""
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
        """Delete the files after the commit; those left by a crash are recognised by the writer's last sequence."""
        with writing(self._folder):
            for file in commit.imported:
                file.path.unlink()

    def is_empty(self) -> bool:
        """Whether no file waits."""
        return not incoming.waiting_files(self._folder)
