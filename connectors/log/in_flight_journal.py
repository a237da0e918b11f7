"""Which records a process is working on, noted in a file, so that the next process knows at which one it died.

The file is mapped into memory: a note costs a write to memory, and the kernel keeps it however the process ends. A
power cut may lose the last notes; then the count of deaths starts again at zero.

Layout: the version byte 1, three zero bytes, the length of the body (4 bytes, big-endian), the body (msgpack
[sources, kills]: sources [[flow, topic, partition], ...], kills [[flow, topic, partition, offset, times], ...]), zeros
up to a multiple of 8, then cells of 8 bytes in the machine's order: the one record in flight (number of its source
<< 48 | offset; -1: none), then for each source the offset behind what may have killed (0: nothing).
"""

import logging
import mmap
import os
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import msgspec

from connectors.log.storage import writing

_HEAD = struct.Struct(">B3xI")
_VERSION = 1
_CELL = 8
_OFFSET_BITS = 48
_NONE = -1
_ALONE = 0
_FIRST_END = 1

_LOGGER = logging.getLogger(__name__)


class InputPartition(NamedTuple):
    """One input partition of one flow."""

    flow: str
    topic: str
    partition: int


class RecordPlace(NamedTuple):
    """One record of a source."""

    source: InputPartition
    offset: int


@dataclass(frozen=True, slots=True)
class Left:
    """What was in flight when a process ended; nothing after an orderly end, or when nothing is known.

    `alone`: the one record at which it died, where that is known. `ends`: for each source with records in flight the
    offset behind the last. `kills`: how often a record was the only one in flight at earlier deaths.
    """

    alone: RecordPlace | None
    ends: Mapping[InputPartition, int]
    kills: Mapping[RecordPlace, int]


_NOTHING = Left(None, {}, {})
_Body = tuple[list[InputPartition], list[tuple[str, str, int, int, int]]]
_bodies: msgspec.msgpack.Decoder[_Body] = msgspec.msgpack.Decoder(_Body)


class InFlightJournal:
    """The notes of one process, in a file that no other writes meanwhile; without a file they end with the process."""

    def __init__(self, file: Path | None) -> None:
        self.left = _NOTHING if file is None else _left_in(file)
        self._file = file
        self._sources: dict[InputPartition, int] = {}
        self._map: mmap.mmap | None = None
        self._cells = memoryview(bytearray(_CELL)).cast("q")

    def begin(self, sources: Iterable[InputPartition], kills: Mapping[RecordPlace, int]) -> None:
        """Make room for further sources and note the kills, durably; those that were there keep their numbers."""
        ends = self._cells[_FIRST_END:].tolist()
        for source in sources:
            self._sources.setdefault(source, len(self._sources))
        cells = [_NONE, *ends, *[0] * (len(self._sources) - len(ends))]
        page = _body(self._sources, kills) + struct.pack(f"={len(cells)}q", *cells)
        start = len(page) - len(cells) * _CELL
        if self._file is None:
            self._cells = memoryview(bytearray(page))[start:].cast("q")
            return
        _write(self._file, page)
        with writing(self._file.parent), self._file.open("r+b") as opened:
            # Every page was written, not only the length set: on a full disk a page without a block kills the process.
            self._map = mmap.mmap(opened.fileno(), len(page))
        self._cells = memoryview(self._map)[start:].cast("q")

    def base_of(self, source: InputPartition) -> int:
        """What, added to an offset, makes the word for `hold`."""
        return self._sources[source] << _OFFSET_BITS

    def hold(self, word: int) -> None:
        """This is the only record in flight."""
        self._cells[_ALONE] = word

    def hold_none(self) -> None:
        """No single record is known to be in flight."""
        self._cells[_ALONE] = _NONE

    def reach(self, source: InputPartition, end: int) -> None:
        """Of this source, records below `end` are in flight; 0: none."""
        self._cells[_FIRST_END + self._sources[source]] = end

    def sync(self) -> None:
        """Make the notes survive a power cut too."""
        if self._map is not None and self._file is not None:
            with writing(self._file.parent):
                self._map.flush()


def _body(sources: Mapping[InputPartition, int], kills: Mapping[RecordPlace, int]) -> bytes:
    listed = [(*place.source, place.offset, times) for place, times in kills.items()]
    body = msgspec.msgpack.encode((list(sources), listed))
    page = _HEAD.pack(_VERSION, len(body)) + body
    return page.ljust(-(-len(page) // _CELL) * _CELL, b"\0")


def _write(file: Path, page: bytes) -> None:
    aside = file.with_name(f"{file.name}.new")
    with writing(file.parent):
        file.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("wb") as opened:
            opened.write(page)
            opened.flush()
            os.fsync(opened.fileno())
        aside.replace(file)


def _left_in(file: Path) -> Left:
    """What a file says; one that is torn, or of another release, says nothing: the log never depends on it."""
    try:
        return _read(file.read_bytes())
    except FileNotFoundError:
        return _NOTHING
    except (OSError, struct.error, msgspec.MsgspecError, ValueError, IndexError) as error:
        _LOGGER.warning("%s is not readable, so nothing is known of how the last process ended: %s", file, error)
        return _NOTHING


def _read(page: bytes) -> Left:
    version, length = _HEAD.unpack_from(page)
    if version != _VERSION:
        raise ValueError(f"version {version}")
    sources, listed = _bodies.decode(page[_HEAD.size : _HEAD.size + length])
    start = -(-(_HEAD.size + length) // _CELL) * _CELL
    alone, *ends = struct.unpack_from(f"={1 + len(sources)}q", page, start)
    return Left(
        None if alone == _NONE else RecordPlace(sources[alone >> _OFFSET_BITS], alone & ((1 << _OFFSET_BITS) - 1)),
        {source: end for source, end in zip(sources, ends, strict=True) if end},
        {
            RecordPlace(InputPartition(flow, topic, partition), offset): times
            for flow, topic, partition, offset, times in listed
        },
    )
