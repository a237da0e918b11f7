"""Tables of a flow's state: typed rows under readable keys.

A stored key is the table's name, a zero byte and the row's key in UTF-8; a stored value is a version byte, then
msgpack. Rows are frozen values: a changed row is a new one, so an aborted epoch leaves nothing behind.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import msgspec

Row = TypeVar("Row")

VERSION = b"\x01"


class UnreadableState(Exception):
    """A stored row was written by another release: the flow must not go on with it."""


@dataclass(frozen=True, slots=True, eq=False)
class Table(Generic[Row]):
    """One kind of row. `ordered` tables can be scanned in key order, within an open epoch too.

    A table is itself, made once and never equal to another: every access looks it up.
    """

    name: str
    row: type[Row]
    ordered: bool = False
    prefix: bytes = field(init=False)
    _decoder: "msgspec.msgpack.Decoder[Any]" = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "prefix", self.name.encode() + b"\0")
        object.__setattr__(self, "_decoder", msgspec.msgpack.Decoder(self.row))

    def stored_key(self, key: str) -> bytes:
        """Where the row of a key is stored."""
        return self.prefix + key.encode()

    def key_of(self, stored_key: bytes) -> str:
        """The row's key."""
        return stored_key[len(self.prefix) :].decode()

    def encode(self, row: Row) -> bytes:
        """The stored form of a row."""
        return VERSION + _encode(row)

    def stored(self, rows: Mapping[str, Row | None]) -> Iterator[tuple[bytes, bytes | None]]:
        """The stored forms of many keys and rows; None stays None."""
        prefix = self.prefix
        for key, row in rows.items():
            yield prefix + key.encode(), None if row is None else VERSION + _encode(row)

    def decode(self, stored: bytes) -> Row:
        """The row of a stored form; `UnreadableState` names the table and the version it cannot read."""
        if stored[:1] != VERSION:
            raise UnreadableState(
                f"table {self.name!r}: version {stored[:1].hex()}, this release reads {VERSION.hex()}"
            )
        row: Row = self._decoder.decode(memoryview(stored)[1:])
        return row


_encode = msgspec.msgpack.Encoder().encode
