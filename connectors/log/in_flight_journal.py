"""Records in flight, kept in a file that survives the process, so that the next process knows which one killed it.

The notes are in a memory-mapped file: a note costs one write to memory, and the kernel keeps it however the process
ends. A power failure may lose the last notes; strikes are then counted from the last durable write.

Layout: the version byte 2, three zero bytes, the length of the body (4 bytes, big-endian), the body (msgpack
[sources, strikes, set aside]: sources [[flow, topic, partition], ...], strikes [[flow, topic, partition, offset, timer,
times, reason], ...], set aside [[flow, topic, partition, offset, timer], ...]), zeros up to a multiple of 8, then cells
of 8 bytes in the machine's order: the only record in flight (number of its source << 48 | offset; -1: none);
the key length in bytes of the timer that fires at it (0: none), and 1,000 bytes for that key; then for each source
the offset after the last record in flight (0: nothing).
"""

import logging
import mmap
import os
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import msgspec

from connectors.log.storage import writing

_HEAD = struct.Struct(">B3xI")
_VERSION = 2
_CELL = 8
_OFFSET_BITS = 48
_NONE = -1
_ALONE = 0
_TIMER_LENGTH = 1
_TIMER_CELLS = 125
_FIRST_END = 2 + _TIMER_CELLS
_TIMER_AT = 2 * _CELL
_TIMER_BYTES = _TIMER_CELLS * _CELL

_LOGGER = logging.getLogger(__name__)


class InputPartition(NamedTuple):
    """One input partition of one flow."""

    flow: str
    topic: str
    partition: int


class Suspect(NamedTuple):
    """A record of a source, or the timer with this key that fires when that record advances the time."""

    source: InputPartition
    offset: int
    timer: str = ""


class Strikes(NamedTuple):
    """How often a suspect ended the process or raised while it was alone in flight, and the last failure."""

    times: int
    reason: str


@dataclass(frozen=True, slots=True)
class LeftInFlight:
    """Records in flight when the previous process ended; empty after a clean shutdown, or when nothing is known.

    `alone`: the one suspect in flight, where that is known. `ends`: for each source with records in flight the offset
    after the last. `strikes` and `set_aside` are what `begin` was given.
    """

    alone: Suspect | None
    ends: Mapping[InputPartition, int]
    strikes: Mapping[Suspect, Strikes]
    set_aside: Sequence[Suspect]


_NOTHING = LeftInFlight(None, {}, {}, ())
_Body = tuple[
    list[InputPartition], list[tuple[str, str, int, int, str, int, str]], list[tuple[str, str, int, int, str]]
]
_bodies: msgspec.msgpack.Decoder[_Body] = msgspec.msgpack.Decoder(_Body)


def timer_note(key: str) -> str:
    """A timer's key, truncated to the journal's room for it."""
    return key.encode()[:_TIMER_BYTES].decode(errors="ignore")


class InFlightJournal:
    """The notes of one process, in a file that no other process writes; without a file they are kept in memory only."""

    def __init__(self, file: Path | None) -> None:
        self.left = _NOTHING if file is None else _left_in(file)
        self._file = file
        self._sources: dict[InputPartition, int] = {}
        self._map: mmap.mmap | None = None
        self._bytes = memoryview(bytearray(_FIRST_END * _CELL))
        self._cells = self._bytes.cast("q")

    def begin(
        self, sources: Iterable[InputPartition], strikes: Mapping[Suspect, Strikes], set_aside: Sequence[Suspect]
    ) -> None:
        """Make room for further sources and store all notes durably; known sources keep their numbers."""
        ends = self._cells[_FIRST_END:].tolist()
        for source in sources:
            self._sources.setdefault(source, len(self._sources))
        cells = [_NONE, *[0] * (_FIRST_END - 1), *ends, *[0] * (len(self._sources) - len(ends))]
        page = _body(self._sources, strikes, set_aside) + struct.pack(f"={len(cells)}q", *cells)
        start = len(page) - len(cells) * _CELL
        if self._file is None:
            self._bytes = memoryview(bytearray(page))[start:]
        else:
            _write(self._file, page)
            with writing(self._file.parent), self._file.open("r+b") as opened:
                # Every page is written, not only the length set: on a full disk, touching a page without a block kills.
                self._map = mmap.mmap(opened.fileno(), len(page))
            self._bytes = memoryview(self._map)[start:]
        self._cells = self._bytes.cast("q")

    def base_of(self, source: InputPartition) -> int:
        """The term that, added to an offset, gives the word for `hold`."""
        return self._sources[source] << _OFFSET_BITS

    def hold(self, word: int) -> None:
        """Note that only this record is in flight."""
        self._cells[_ALONE] = word

    def hold_timer(self, word: int, note: str) -> None:
        """Note that this timer fires, at this record."""
        raw = note.encode()
        self._bytes[_TIMER_AT : _TIMER_AT + len(raw)] = raw
        self._cells[_TIMER_LENGTH] = len(raw)
        self._cells[_ALONE] = word

    def hold_none(self) -> None:
        """Note that no single record is in flight."""
        self._cells[_ALONE] = _NONE
        self._cells[_TIMER_LENGTH] = 0

    def reach(self, source: InputPartition, end: int) -> None:
        """Note that records of this source below `end` are in flight; 0: none."""
        self._cells[_FIRST_END + self._sources[source]] = end

    def sync(self) -> None:
        """Sync the notes to the disk."""
        if self._map is not None and self._file is not None:
            with writing(self._file.parent):
                self._map.flush()


def _body(
    sources: Mapping[InputPartition, int], strikes: Mapping[Suspect, Strikes], set_aside: Sequence[Suspect]
) -> bytes:
    struck = [(*suspect.source, suspect.offset, suspect.timer, *strike) for suspect, strike in strikes.items()]
    aside = [(*suspect.source, suspect.offset, suspect.timer) for suspect in set_aside]
    body = msgspec.msgpack.encode((list(sources), struck, aside))
    page = _HEAD.pack(_VERSION, len(body)) + body
    return page.ljust(-(-len(page) // _CELL) * _CELL, b"\0")


def _write(file: Path, page: bytes) -> None:
    written = file.with_name(f"{file.name}.new")
    with writing(file.parent):
        file.parent.mkdir(parents=True, exist_ok=True)
        with written.open("wb") as opened:
            opened.write(page)
            opened.flush()
            os.fsync(opened.fileno())
        written.replace(file)


def _left_in(file: Path) -> LeftInFlight:
    """Read a file; a torn one, or another release's, counts as empty: the journal is only a hint."""
    try:
        return _read(file.read_bytes())
    except FileNotFoundError:
        return _NOTHING
    except (OSError, struct.error, msgspec.MsgspecError, ValueError, IndexError) as error:
        _LOGGER.warning("%s is not readable, so it is unknown how the last process ended: %s", file, error)
        return _NOTHING


def _read(page: bytes) -> LeftInFlight:
    version, length = _HEAD.unpack_from(page)
    if version != _VERSION:
        raise ValueError(f"version {version}")
    sources, struck, aside = _bodies.decode(page[_HEAD.size : _HEAD.size + length])
    start = -(-(_HEAD.size + length) // _CELL) * _CELL
    word, timer_bytes, *cells = struct.unpack_from(f"={_FIRST_END + len(sources)}q", page, start)
    timer = page[start + _TIMER_AT :][:timer_bytes].decode()
    return LeftInFlight(
        None if word == _NONE else Suspect(sources[word >> _OFFSET_BITS], word & ((1 << _OFFSET_BITS) - 1), timer),
        {source: end for source, end in zip(sources, cells[_TIMER_CELLS:], strict=True) if end},
        {Suspect(InputPartition(*place[:3]), *place[3:5]): Strikes(*place[5:]) for place in struck},
        [Suspect(InputPartition(*place[:3]), *place[3:]) for place in aside],
    )
