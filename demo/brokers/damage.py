"""Damage on a broker's disk: bytes overwritten, as a bad disk, a bad codec or a careless client leaves them.

The broker refuses a broken batch that is produced, but serves one that is already on disk: it sends the file's bytes.
Layout of a batch (Kafka's message format 2): offset of the first record (8 bytes), length of what follows (4), and so
on up to the records at byte 61.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_HEAD = struct.Struct(">qi")
_RECORDS = 61


class _Batch(NamedTuple):
    place: int
    offset: int
    size: int


def offsets_of_batches(directory: Path, topic: str, partition: int) -> list[int]:
    """The first offset of each batch, in a cluster of one node whose folder is `directory`."""
    return [batch.offset for batch in _batches(_segment(directory, topic, partition).read_bytes())]


def break_batch(directory: Path, topic: str, partition: int, offset: int) -> None:
    """Overwrite the records of the batch that begins at an offset."""
    segment = _segment(directory, topic, partition)
    (batch,) = [each for each in _batches(segment.read_bytes()) if each.offset == offset]
    with segment.open("r+b") as file:
        file.seek(batch.place + _RECORDS)
        file.write(b"\xff" * (batch.size - _RECORDS))


def overwrite(directory: Path, topic: str, partition: int, found: bytes, by: bytes) -> None:
    """Put other bytes where certain bytes lie for the first time, in records that are not compressed."""
    segment = _segment(directory, topic, partition)
    place = segment.read_bytes().index(found)
    with segment.open("r+b") as file:
        file.seek(place)
        file.write(by)


def _segment(directory: Path, topic: str, partition: int) -> Path:
    (segment,) = directory.glob(f"**/{topic}-{partition}/*.log")
    return segment


def _batches(data: bytes) -> Iterator[_Batch]:
    place = 0
    while place + _RECORDS <= len(data):
        offset, length = _HEAD.unpack_from(data, place)
        if length == 0:
            return
        yield _Batch(place, offset, _HEAD.size + length)
        place += _HEAD.size + length
