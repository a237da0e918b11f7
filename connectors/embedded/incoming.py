"""The folder `incoming/` of an embedded log: how other processes write to it (docs/adr/0006).

A file is one commit of one writer: its records and its offsets. It is written in `aside/`, fsynced and renamed into the
folder, named `<writer>.<sequence, 20 digits>`, so the owner imports the files of a writer in order and each
exactly once. A large file is imported in pieces, each a commit of the owner's. What cannot be imported is moved to
`refused/` (`connectors/embedded/refused_files.py`).

Layout of a file: the version byte 2, then frames: the length of the body (4 bytes, big-endian), the body, which is
msgpack [records, offsets] with records [[topic, key, value, headers, partition | null], ...] and offsets
[[group, topic, partition, next offset], ...]. Only the last frame has offsets: everything they cover precedes them.
Version 1 (read, no longer written): the version byte 1, then one body without a length.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

import msgspec

from connectors.embedded.importable_file import NotImportable, open_importable
from connectors.log.port import Outgoing
from connectors.log.storage import writing

_FRAMED: Final = b"\x02"
_ONE_BODY: Final = b"\x01"
_LENGTH_BYTES: Final = 4
_FRAME_BYTES: Final = 1_048_576
"""The approximate size of a frame in bytes; a frame with a larger record is as large as the record."""
_DIGITS: Final = 20
_MOST_SEQUENCE: Final = 2**63 - 1
_MOST_WAITING_FILES: Final = 2_000
_MOST_WAITING_BYTES: Final = 268_435_456
FOLDERS: Final = ("aside", "refused")
"""The folders within `incoming/`: for files being written, and for files that cannot be imported."""


class GroupOffset(NamedTuple):
    """One committed offset of one group."""

    group: str
    topic: str
    partition: int
    next_offset: int


Content = tuple[list[Outgoing], list[GroupOffset]]
_decoder: msgspec.msgpack.Decoder[Content] = msgspec.msgpack.Decoder(Content)
_encode = msgspec.msgpack.Encoder().encode


class IncomingFile(NamedTuple):
    """A file that the owner has not imported yet."""

    path: Path
    writer: str
    sequence: int


class Piece(NamedTuple):
    """One frame of a file, its size in bytes, and the position after it; None at the end of the file."""

    records: Sequence[Outgoing]
    offsets: Sequence[GroupOffset]
    size: int
    next_position: int | None


def waiting_files(folder: Path) -> Sequence[IncomingFile]:
    """All entries of the folder that have the name of a commit, those of one writer in order."""
    return in_order(file for path in folder.iterdir() if (file := named_file(path)) is not None)


def backlog_of(folder: Path) -> str | None:
    """Why a writer that could go on for ever waits for the owner; None when there is room."""
    sizes: list[int] = []
    for file in waiting_files(folder):
        with suppress(FileNotFoundError):  # it has just been imported
            sizes.append(file.path.stat().st_size)
    if len(sizes) < _MOST_WAITING_FILES and sum(sizes) < _MOST_WAITING_BYTES:
        return None
    return f"{len(sizes)} files wait in {folder}: is `orderline run all` running?"


def in_order(files: Iterable[IncomingFile]) -> Sequence[IncomingFile]:
    """The order in which they are imported."""
    return sorted(files, key=lambda file: (file.sequence, file.writer))


def named_file(path: Path) -> IncomingFile | None:
    """The writer and the sequence in a file's name; None for any other name."""
    writer, _, digits = path.name.rpartition(".")
    if not (writer.isprintable() and len(digits) == _DIGITS and digits.isascii() and digits.isdigit()):
        return None
    is_ours = bool(writer.strip(".")) and int(digits) <= _MOST_SEQUENCE
    return IncomingFile(path, writer, int(digits)) if is_ours else None


def last_refused(folder: Path, writer: str) -> int:
    """The highest sequence of the writer's files in `refused/`: a writer must not use it again. 0 if there is none."""
    named = (named_file(path) for path in (folder / "refused").glob("*"))
    return max((file.sequence for file in named if file is not None and file.writer == writer), default=0)


def pieces_of(path: Path, position: int = 0) -> Iterator[Piece]:
    """A file from a position on, one frame in memory at a time.

    `NotImportable` for a file in another format, `FileNotFoundError` for one that is gone.
    """
    with open_importable(path) as file:
        try:
            yield from _pieces(file, position)
        except (msgspec.MsgspecError, EOFError) as error:
            raise NotImportable(path, str(error)) from error


def _pieces(file: BinaryIO, position: int) -> Iterator[Piece]:
    version = file.read(1)
    if not version:
        raise EOFError("it is empty")
    if version == _ONE_BODY:
        yield _piece(file.read(), None)
        return
    if version != _FRAMED:
        raise msgspec.DecodeError(f"its version is {version.hex()}, this release reads 01 and 02")
    end = os.fstat(file.fileno()).st_size
    file.seek(max(position, 1))
    while True:
        length = int.from_bytes(_exactly(file, _LENGTH_BYTES), "big")
        body = _exactly(file, length)
        yield _piece(body, file.tell() if file.tell() < end else None)
        if file.tell() >= end:
            return


def _exactly(file: BinaryIO, size: int) -> bytes:
    data = file.read(size)
    if len(data) < size:
        raise EOFError("it is truncated")
    return data


def _piece(body: bytes, next_position: int | None) -> Piece:
    records, offsets = _decoder.decode(body)
    return Piece(records, offsets, len(body), next_position)


def offsets_in(path: Path) -> Sequence[GroupOffset]:
    """The offsets that a file commits."""
    return [offset for piece in pieces_of(path) for offset in piece.offsets]


def write_file(
    folder: Path, writer: str, sequence: int, records: Sequence[Outgoing], offsets: Sequence[GroupOffset]
) -> None:
    """Write one commit to the folder; it is durable before it is visible."""
    name = f"{writer}.{sequence:0{_DIGITS}d}"
    aside = folder / "aside" / name
    with writing(folder):
        try:
            with aside.open("wb") as file:
                file.write(_FRAMED)
                file.writelines(_frames(records, offsets))
                file.flush()
                os.fsync(file.fileno())
            aside.rename(folder / name)
        except OSError:
            aside.unlink(missing_ok=True)
            raise
        _sync_folder(folder)


def _frames(records: Sequence[Outgoing], offsets: Sequence[GroupOffset]) -> Iterator[bytes]:
    start = size = 0
    for end, record in enumerate(records):
        if size >= _FRAME_BYTES:
            yield _frame(records[start:end], ())
            start, size = end, 0
        size += len(record.value or b"") + sum(len(value) for _, value in record.headers)
    yield _frame(records[start:], offsets)


def _frame(records: Sequence[Outgoing], offsets: Sequence[GroupOffset]) -> bytes:
    body = _encode((records, offsets))
    return len(body).to_bytes(_LENGTH_BYTES, "big") + body


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(data: Path) -> Path:
    """The folder `incoming/` of a data folder, created when it is missing."""
    folder = data / "incoming"
    with writing(data):
        for name in FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True)
    return folder
