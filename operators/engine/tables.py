"""Tables of a flow's state: typed rows under readable keys.

A stored key is the table's name, a zero byte and the row's key in UTF-8; a stored value is the table's version as a
byte, then msgpack (`connectors/state/wide_numbers.py`). Rows are frozen values: a changed row is a new one, so an
aborted epoch leaves nothing behind.

Whoever changes what a row holds raises the version of its table and adds an upgrade from the one before: rows are
upgraded when they are read, and written in the new layout when they change. A row of a later release is refused.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import msgspec
from sortedcontainers import SortedList

from connectors.log.port import LogFailed
from connectors.state.wide_numbers import decode_content, decode_row, encode_row

Row = TypeVar("Row")

Upgrade = Callable[[Any], Any]
"""From what one version wrote to what the next one writes, as msgpack gives it: maps, lists, texts, whole numbers."""

_NO_UPGRADES: Mapping[int, Upgrade] = {}


def as_it_is(row: Any) -> Any:  # noqa: ANN401 - as any version wrote it
    """The upgrade to a version that only adds fields: where they are missing, their default says what was true."""
    return row


class UnreadableState(LogFailed):
    """A stored row is damaged, or of a release whose rows this one does not read: the flow must stop."""


@dataclass(frozen=True, slots=True, eq=False)
class Table(Generic[Row]):
    """One kind of row. `ordered` tables can be scanned in key order, within an open epoch too.

    A table is itself, made once and never equal to another: every access looks it up.
    """

    name: str
    row: type[Row]
    ordered: bool = False
    version: int = 1
    upgrades: Mapping[int, Upgrade] = field(default_factory=lambda: _NO_UPGRADES)
    """By the version that is read; each leads to the next."""
    prefix: bytes = field(init=False)
    _mark: bytes = field(init=False, repr=False)
    _decoder: "msgspec.msgpack.Decoder[Any]" = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "prefix", self.name.encode() + b"\0")
        object.__setattr__(self, "_mark", bytes((self.version,)))
        object.__setattr__(self, "_decoder", msgspec.msgpack.Decoder(self.row))

    def stored_key(self, key: str) -> bytes:
        """Where the row of a key is stored."""
        return self.prefix + key.encode()

    def key_of(self, stored_key: bytes) -> str:
        """The row's key."""
        return stored_key[len(self.prefix) :].decode()

    def encode(self, row: Row) -> bytes:
        """The stored form of a row."""
        return self._mark + encode_row(row)

    def stored(self, rows: Mapping[str, Row | None]) -> Iterator[tuple[bytes, bytes | None]]:
        """The stored forms of many keys and rows; None stays None."""
        prefix, mark = self.prefix, self._mark
        for key, row in rows.items():
            yield prefix + key.encode(), None if row is None else mark + encode_row(row)

    def decode(self, stored: bytes) -> Row:
        """The row of a stored form; `UnreadableState` says what to do with a version that cannot be read."""
        if stored[:1] != self._mark:
            return self._upgraded(stored)
        try:
            row: Row = decode_row(self._decoder, memoryview(stored)[1:])
        except msgspec.MsgspecError as error:
            raise UnreadableState(f"the state holds a damaged row of table {self.name!r}: {error}") from error
        return row

    def _upgraded(self, stored: bytes) -> Row:
        written = int.from_bytes(stored[:1], "big")
        steps = range(written, self.version)
        if not steps or any(version not in self.upgrades for version in steps):
            raise UnreadableState(self._refusal(written))
        content = decode_content(memoryview(stored)[1:])
        for version in steps:
            content = self.upgrades[version](content)
        return msgspec.convert(content, self.row)

    def _refusal(self, written: int) -> str:
        found = f"the state holds a row of table {self.name!r} in version {written}, this release reads"
        if written > self.version:
            return f"{found} up to {self.version}: it is older than its state; start the release that wrote it"
        oldest = min((self.version, *self.upgrades))
        return f"{found} from {oldest} on: start a release between first, and let it process what is open"


class OrderedRows(dict[str, Any]):
    """The changed rows of an ordered table, by key; None for a deleted one.

    Most are only put, few are ever scanned: keys are sorted when somebody looks, each once. So an index that is kept at
    every movement and read when stock is short costs a movement no more than a row without an order.
    """

    def __init__(self) -> None:
        super().__init__()
        self._sorted: SortedList = SortedList()
        self._unsorted: list[str] = []

    def __setitem__(self, key: str, row: Any) -> None:  # noqa: ANN401 - any row
        if key not in self:
            self._unsorted.append(key)
        super().__setitem__(key, row)

    def keys_between(self, start: str, end: str, *, including_start: bool) -> Iterator[str]:
        """The keys in their order, up to `end`."""
        if self._unsorted:
            self._sorted.update(self._unsorted)
            self._unsorted = []
        found: Iterator[str] = self._sorted.irange(start, end, inclusive=(including_start, True))
        return found
