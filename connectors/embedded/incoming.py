"""The folder `incoming/` of an embedded log: how other processes write to it (design: architecture, section 4).

A file is one commit of one writer: its records and its offsets. It is written aside, fsynced and renamed in, named
`<writer>.<sequence, 20 digits>`, so that the owner takes the files of a writer in order and each exactly once.

Layout of a file: the version byte 1, then msgpack [records, offsets] with
records [[topic, key, value, headers, partition | null], ...] and offsets [[group, topic, partition, next offset], ...].
"""

import fcntl
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec

from connectors.log.port import LogFailed, Outgoing

_VERSION = b"\x01"
_DIGITS = 20
_LOOK_EVERY_S = 0.05
_CLAIM_WITHIN_S = 10.0
"""A predecessor that was killed may take a moment to be gone."""


class GroupOffset(NamedTuple):
    """One committed offset of one group."""

    group: str
    topic: str
    partition: int
    next_offset: int


Content = tuple[list[Outgoing], list[GroupOffset]]
_decoder: msgspec.msgpack.Decoder[Content] = msgspec.msgpack.Decoder(Content)


class IncomingFile(NamedTuple):
    """A file that waits for the owner."""

    path: Path
    writer: str
    sequence: int


def waiting_files(folder: Path) -> Sequence[IncomingFile]:
    """All files that wait, those of one writer in their order."""
    found = []
    for entry in os.scandir(folder):
        writer, _, digits = entry.name.rpartition(".")
        if writer and len(digits) == _DIGITS and digits.isdigit():
            found.append(IncomingFile(Path(entry.path), writer, int(digits)))
    return sorted(found, key=lambda file: (file.sequence, file.writer))


def read_file(path: Path) -> Content:
    """What a file holds; `LogFailed` names a file that no writer of ours has made."""
    data = path.read_bytes()
    try:
        if data[:1] != _VERSION:
            raise msgspec.DecodeError(f"version {data[:1].hex()}")
        return _decoder.decode(memoryview(data)[1:])
    except msgspec.MsgspecError as error:
        raise LogFailed(f"{path} is not a file of orderline ({error}): move it out of incoming/") from error


def write_file(
    folder: Path, writer: str, sequence: int, records: Sequence[Outgoing], offsets: Sequence[GroupOffset]
) -> None:
    """Put one commit into the folder, durable before it is visible."""
    name = f"{writer}.{sequence:0{_DIGITS}d}"
    aside = folder / "aside" / name
    with aside.open("wb") as file:
        file.write(_VERSION + msgspec.msgpack.encode((records, offsets)))
        file.flush()
        os.fsync(file.fileno())
    aside.rename(folder / name)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def claim_writer(folder: Path, writer: str) -> BinaryIO:
    """Be the only process that writes under this name, as long as the file returned is open.

    Two would give their commits the same numbers, and one of each two would be taken for a repetition.
    """
    claim = (folder / "aside" / f"{writer}.lock").open("ab")
    deadline = time.monotonic() + _CLAIM_WITHIN_S
    while True:
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() >= deadline:
                claim.close()
                raise LogFailed(f"{writer} runs already on {folder.parent}: stop the other one first") from None
            time.sleep(_LOOK_EVERY_S)
        else:
            return claim


def make_folder(data: Path) -> Path:
    """The folder of a data folder, made when it is missing."""
    folder = data / "incoming"
    (folder / "aside").mkdir(parents=True, exist_ok=True)
    return folder
