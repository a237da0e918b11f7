"""The position of a partition's state: META, the last record of each epoch in the changelog, and its local copy.

Layout of both: one version byte (0x01), then a msgpack map with the field names of the class below. In the changelog
topic the key of META is `META_KEY`; in the local RocksDB the same key has `Position`, which wraps it.
"""

import msgspec

from connectors.log.port import LogFailed

META_KEY = b"\x00META"
LAYOUT_VERSION = 1

_FORMAT = b"\x01"


class Meta(msgspec.Struct, frozen=True):
    """The position of one partition after a committed epoch.

    `offsets`: the next offset to read, by input topic; `owner`: the transactional.id that wrote it; `partitions`: how
    many the inputs had, because keys move with another number (0: unknown).
    """

    offsets: dict[str, int]
    owner: str
    layout: int = LAYOUT_VERSION
    partitions: int = 0


class Position(msgspec.Struct, frozen=True):
    """The position of a local folder: its META (None before the first), the next changelog offset, and its age.

    `as_of_ms`: when the changelog was last read from its beginning, or to its end: all later deletions are in the
    folder, or still to be read. 0 when it was never read.
    """

    meta: Meta | None
    next_offset: int
    as_of_ms: int


_metas = msgspec.msgpack.Decoder(Meta)
_positions = msgspec.msgpack.Decoder(Position)


def encoded(value: Meta | Position) -> bytes:
    """The bytes to store."""
    return _FORMAT + msgspec.msgpack.encode(value)


def decoded_meta(data: bytes) -> Meta:
    """Decode META from the changelog."""
    meta = _metas.decode(_body(data))
    if meta.layout != LAYOUT_VERSION:
        raise LogFailed(f"changelog META has layout {meta.layout}, this program knows {LAYOUT_VERSION}: update it")
    return meta


def decoded_position(data: bytes) -> Position:
    """Decode the position from RocksDB."""
    return _positions.decode(_body(data))


def _body(data: bytes) -> bytes:
    if data[:1] != _FORMAT:
        raise LogFailed(f"META begins with byte {data[:1].hex()}, this program knows {_FORMAT.hex()}: update it")
    return data[1:]
