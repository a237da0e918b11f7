"""The content of a record: its hash, which distinguishes equal and conflicting repeats, and its extensions.

The hash covers the event's name and fields without provenance, policy and the ids of its business document and
purchase order: the arrival time and our treatment of the channel are not part of the source's message. Whitespace, key
order, and the notation of numbers (1, 1.0, 1e0) do not change it. Nor does a field with its default value,
of a placed line as well: an order sent again after a release that added the field is still equal. Of a stock document
the units of each item count, not in which lines they stand.
"""

import json
from collections import Counter
from dataclasses import fields
from fnmatch import fnmatchcase
from functools import lru_cache
from hashlib import blake2b
from typing import Final, TypeVar

import msgspec

from connectors.formats.documents import LazyNode, SourceDocument, SourceNode
from connectors.formats.outcomes import CanonicalMessage
from domain.addresses import Address
from domain.messages.orders import PlacedLine
from domain.messages.snapshots.stock import StockSnapshotContinued
from domain.messages.stock import StockDocument
from domain.provenance import Provenance
from domain.units import PIECE
from domain.values import replace

_HASH_BYTES: Final = 16
_NOT_CONTENT: Final = frozenset(
    {"provenance", "policy", "document_id", "purchase_order_id", "prices_are_agreed", "disputed_prices", "by_document"}
)
_NOT_DOCUMENT_CONTENT: Final = _NOT_CONTENT | {"lines", "by_message", "refused_lines"}
_OF_PLACED_LINES: Final = tuple((field.name, field.default) for field in fields(PlacedLine))
_LONGEST_VALUE: Final = 1_000
_LARGEST_EXTENSIONS: Final = 8_192
LEFT_OUT: Final = "orderline.left_out"
"""The extension that names the fields that did not fit."""
CLAIMED_TIME: Final = "orderline.occurred_at"
"""The extension that keeps, in microseconds, a source time that was rejected as too far in the future."""

M = TypeVar("M", bound=CanonicalMessage)
D = TypeVar("D", bound=StockDocument | StockSnapshotContinued)


def with_content_hash(message: M) -> M:
    """The same message, with its hash in its provenance."""
    return _hashed(message, _content_of(message, _NOT_CONTENT))


def with_document_hash(document: D) -> D:
    """The same for a stock document, or a part of a snapshot with lines."""
    units: Counter[str] = Counter()
    for line in document.lines:
        item = line.item_id if line.unit == PIECE else f"{line.unit}\0{line.item_id}"
        units[f"{item}\0{line.expected_at_us}" if line.expected_at_us else item] += line.quantity
    return _hashed(document, {**_content_of(document, _NOT_DOCUMENT_CONTENT), "units": units})


def _content_of(message: CanonicalMessage, left_out: frozenset[str]) -> dict[str, object]:
    content: dict[str, object] = {
        field.name: _placed_lines(value) if type(value) is tuple else value
        for field in fields(message)
        if field.name not in left_out and (value := getattr(message, field.name)) != field.default
    }
    if "ship_to" in content:
        content["ship_to"] = _without_later_fields(content["ship_to"])
    content["event"] = type(message).__name__
    return content


def _placed_lines(values: tuple[object, ...]) -> tuple[object, ...]:
    """Lines as they are ordered, without the fields that have their default values; anything else as it is."""
    return tuple(_said(value) if isinstance(value, PlacedLine) else value for value in values)


def _said(line: PlacedLine) -> dict[str, object]:
    return {name: value for name, default in _OF_PLACED_LINES if (value := getattr(line, name)) != default}


def _without_later_fields(ship_to: object) -> object:
    """An address has the fields that every release knew, and what it says in others."""
    if isinstance(ship_to, tuple):
        return tuple(map(_without_later_fields, ship_to))
    said = ((field, getattr(ship_to, field.name)) for field in fields(Address))
    return {field.name: value for field, value in said if value != field.default}


def _hashed(message: M, content: dict[str, object]) -> M:
    digest = blake2b(msgspec.json.encode(content, order="sorted"), digest_size=_HASH_BYTES).hexdigest()
    provenance: Provenance = replace(message.provenance, content_hash=digest)
    return replace(message, provenance=provenance)


def extensions_of(document: SourceDocument, named: frozenset[str], leave_out: tuple[str, ...]) -> dict[str, str]:
    """The top-level fields that no rule names, as texts; nested ones as compact JSON.

    Bounded: a value of more than 1,000 characters, and all fields after 8 KiB in total, are only listed by name.
    """
    kept: dict[str, str] = {}
    without_room: list[str] = []
    room = _LARGEST_EXTENSIONS
    for name, node in document.items():
        if name in named or node is None or _is_left_out(name, leave_out):
            continue
        text = _as_text(node)
        room -= len(name) + len(text)
        if len(text) > _LONGEST_VALUE or len(name) > _LONGEST_VALUE or room < 0:
            without_room.append(name)
        else:
            kept[name] = text
    if without_room:
        kept[LEFT_OUT] = ",".join(sorted(without_room))[:_LONGEST_VALUE]
    return kept


@lru_cache(maxsize=8192)
def _is_left_out(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _as_text(node: SourceNode) -> str:
    if isinstance(node, str):
        return node
    if isinstance(node, bool):
        return "true" if node else "false"
    return json.dumps(node, default=_fields_of, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _fields_of(node: object) -> object:
    if not isinstance(node, LazyNode):
        raise TypeError(f"{type(node).__name__} is no node of a document")
    return dict(node.items())
