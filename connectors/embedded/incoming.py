"""The folder `incoming/` of an embedded log: how other processes write to it (docs/adr/0006).

A file is one commit of one writer: its records and its offsets. It is written in `aside/`, fsynced and renamed into the
folder, named `<writer>.<sequence, 20 digits>`, so the owner imports the files of a writer in order and each
exactly once. A large file is imported in pieces, each a commit of the owner's.

Layout of a file: the version byte 2, then frames: the length of the body (4 bytes, big-endian), the body, which is
msgpack [records, offsets] with records [[topic, key, value, headers, partition | null], ...] and offsets
[[group, topic, partition, next offset], ...]. Only the last frame has offsets: everything they cover precedes them.
Version 1 (read, no longer written): the version byte 1, then one body without a length.
"""

import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

import msgspec

from connectors.log.port import LogFailed, Outgoing
from connectors.log.storage import writing

_FRAMED: Final = b"\x02"
_ONE_BODY: Final = b"\x01"
_LENGTH_BYTES: Final = 4
_FRAME_BYTES: Final = 1_048_576
"""The approximate size of a frame in bytes; a frame with a larger record is as large as the record."""
_DIGITS: Final = 20
_CLAIM_AGAIN_S: Final = 0.05
_CLAIM_WITHIN_S = 10.0
"""Seconds to wait for the lock: a killed predecessor may take a moment to exit."""


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
    """All waiting files, those of one writer in order."""
    found = []
    for entry in os.scandir(folder):
        writer, _, digits = entry.name.rpartition(".")
        if writer and len(digits) == _DIGITS and digits.isdigit():
            found.append(IncomingFile(Path(entry.path), writer, int(digits)))
    return sorted(found, key=lambda file: (file.sequence, file.writer))


def pieces_of(path: Path, position: int = 0) -> Iterator[Piece]:
    """A file from a position on, one frame in memory at a time; `LogFailed` names a file in another format."""
    with path.open("rb") as file:
        try:
            yield from _pieces(file, position)
        except (msgspec.MsgspecError, EOFError) as error:
            raise LogFailed(f"{path} is not a file of orderline ({error}): move it out of incoming/") from error


def _pieces(file: BinaryIO, position: int) -> Iterator[Piece]:
    version = file.read(1)
    if version == _ONE_BODY:
        yield _piece(file.read(), None)
        return
    if version != _FRAMED:
        raise msgspec.DecodeError(f"version {version.hex()}")
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


def claim_writer(folder: Path, writer: str) -> BinaryIO:
    """Lock the writer's name for this process, as long as the returned file is open.

    Two processes would give their commits the same numbers, and one of each pair would be dropped as a repeat.
    """
    with writing(folder):
        claim = (folder / "aside" / f"{writer}.lock").open("ab")
    deadline = time.monotonic() + _CLAIM_WITHIN_S
    while True:
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() >= deadline:
                claim.close()
                raise LogFailed(f"{writer} runs already on {folder.parent}: stop the other one first") from None
            time.sleep(_CLAIM_AGAIN_S)
        else:
            return claim


def make_folder(data: Path) -> Path:
    """The folder `incoming/` of a data folder, created when it is missing."""
    folder = data / "incoming"
    with writing(data):
        (folder / "aside").mkdir(parents=True, exist_ok=True)
    return folder
