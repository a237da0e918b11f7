"""How far the state of a partition has come: META, the last record of each epoch in the changelog, and its local twin.

Layout of both: one version byte (0x01), then a msgpack map with the field names of the class below. In the changelog
topic META lies under `META_KEY`; in the local RocksDB the same key holds `Position`, which wraps it.
"""

import msgspec

from connectors.log.port import LogFailed

META_KEY = b"\x00META"
LAYOUT_VERSION = 1

_FORMAT = b"\x01"


class Meta(msgspec.Struct, frozen=True):
    """What one committed epoch says about its partition.

    `offsets`: the next offset to read, by input topic; `owner`: the transactional.id that wrote it; `partitions`: how
    many the inputs had, for with another number keys live elsewhere (0: not said).
    """

    offsets: dict[str, int]
    owner: str
    layout: int = LAYOUT_VERSION
    partitions: int = 0


class Position(msgspec.Struct, frozen=True):
    """How far a local folder has come: its META (None before the first), the next changelog offset, and as of when.

    `as_of_ms`: when the changelog was last read from its beginning, or to its end: younger deletions are all in it, or
    still to be read. 0 when nothing was.
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
    """META as it lies in the changelog."""
    meta = _metas.decode(_body(data))
    if meta.layout != LAYOUT_VERSION:
        raise LogFailed(f"changelog META has layout {meta.layout}, this program knows {LAYOUT_VERSION}: update it")
    return meta


def decoded_position(data: bytes) -> Position:
    """The local twin as it lies in RocksDB."""
    return _positions.decode(_body(data))


def _body(data: bytes) -> bytes:
    if data[:1] != _FORMAT:
        raise LogFailed(f"META begins with byte {data[:1].hex()}, this program knows {_FORMAT.hex()}: update it")
    return data[1:]
