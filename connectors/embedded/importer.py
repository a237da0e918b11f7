"""Imports the files that other processes write to `incoming/`, in commits of bounded size."""

import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from connectors.embedded import incoming, layout
from connectors.embedded.importable_file import NotImportable
from connectors.embedded.incoming import GroupOffset, IncomingFile, Piece
from connectors.embedded.reader import EmbeddedReader
from connectors.embedded.refused_files import IncomingFolder
from connectors.log.port import Outgoing
from connectors.log.storage import writing

_LOOK_EVERY_S: Final = 0.005
_COMMIT_BYTES: Final = 4_194_304
_OFFSETS_END: Final = 2**63


class Commit:
    """The content of one commit of the owner: many small files, or a part of a large one."""

    def __init__(self, reader: EmbeddedReader, partitions: Mapping[str, int]) -> None:
        self._reader = reader
        self._partitions = partitions
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

    def take(self, file: IncomingFile) -> bool:
        """Add the file, or as much of it as fits; returns whether it was finished.

        Nothing of it is added when it raises `NotImportable` or `FileNotFoundError`.
        """
        if file.sequence > self._sequences.get(file.writer, self._reader.last_file(file.writer)):
            begin = self._reader.position_in_file(file.writer, file.sequence)
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
        pieces: list[Piece] = []
        size = self._size
        for piece in incoming.pieces_of(file.path, position):
            self._require_known(file.path, piece)
            pieces.append(piece)
            size += piece.size
            if size >= _COMMIT_BYTES:
                break
        self._size = size
        for piece in pieces:
            self.records.extend(piece.records)
            self.offsets.extend(piece.offsets)
        return pieces[-1].next_position

    def _require_known(self, path: Path, piece: Piece) -> None:
        """What names an unknown partition would fail the whole commit."""
        for record in piece.records:
            self._require_partition(path, record.topic, record.partition or 0)
        for offset in piece.offsets:
            self._require_partition(path, offset.topic, offset.partition)
            if "\0" in offset.group or not 0 <= offset.next_offset < _OFFSETS_END:
                raise NotImportable(path, f"{offset.next_offset} of {offset.group!r} is no offset of a group")

    def _require_partition(self, path: Path, topic: str, partition: int) -> None:
        if not 0 <= partition < self._partitions.get(topic, 0):
            raise NotImportable(path, f"this log has no partition {partition} of topic {topic!r}")


class Importer:
    """The owner's importer: each call makes at most one commit, so that flows run between two commits."""

    def __init__(self, folder: Path, reader: EmbeddedReader) -> None:
        self._folder = folder
        self._files = IncomingFolder(folder)
        self._reader = reader
        self._waiting: deque[IncomingFile] = deque()
        self._look_at_s = 0.0

    def next_commit(self, partitions: Mapping[str, int]) -> Commit | None:
        """The next commit; None when no file waits. `partitions`: the number of partitions of each topic."""
        if not self._waiting and not self._look():
            return None
        commit = Commit(self._reader, partitions)
        while self._waiting and not commit.is_full and self._take(commit, self._waiting[0]):
            self._waiting.popleft()
        return commit

    def _take(self, commit: Commit, file: IncomingFile) -> bool:
        """Whether the commit needs nothing more of the file."""
        try:
            return commit.take(file)
        except NotImportable as refusal:
            self._files.refuse(file, refusal)
        except FileNotFoundError:
            self._files.report_vanished(file)
        return True

    def _look(self) -> bool:
        now_s = time.monotonic()
        if now_s < self._look_at_s:
            return False
        self._look_at_s = now_s + _LOOK_EVERY_S
        self._waiting.extend(self._files.waiting())
        return bool(self._waiting)

    def delete(self, commit: Commit) -> None:
        """Delete the files after the commit; those left by a crash are recognised by the writer's last sequence."""
        with writing(self._folder):
            for file in commit.imported:
                file.path.unlink(missing_ok=True)

    def is_empty(self) -> bool:
        """Whether no file waits."""
        return not self._files.waiting()
