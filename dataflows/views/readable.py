"""Readable records: decimals written out, times as RFC 3339, raw bytes as escaped text."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from connectors.log.port import Record
from domain.quantities import format_scaled
from schemas.avro.avro_files import AvroType, full_name
from schemas.codec import Codec, Unreadable
from schemas.contracts.contracts import Contracts, load_contracts
from schemas.headers import Headers

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECONDS = {"timestamp-micros": 1, "timestamp-millis": 1_000}


@dataclass(frozen=True, slots=True)
class Readable:
    """A record's value. `type` is the event's name, None for bytes that are not one of our messages."""

    type: str | None
    value: Any
    problem: str | None = None
    """Why the value of one of our topics could not be read."""


class RecordView:
    """Makes records readable, by the contracts of their topics."""

    def __init__(self, contracts: Contracts | None = None) -> None:
        self._contracts = contracts or load_contracts()
        self._codec = Codec(self._contracts)

    def read(self, record: Record) -> Readable:
        """The value of a record of any topic, raw ones as text."""
        if record.value is None:
            return Readable(None, None)
        topic = self._contracts.topic(record.topic)
        if topic is None or not topic.records:
            return Readable(None, as_text(record.value))
        try:
            message = self._codec.decode(record.topic, record.value)
        except Unreadable as error:
            return Readable(None, as_text(record.value), error.reason)
        return Readable(type(message).__name__, self.readable(message))

    def message(self, record: Record) -> object | None:
        """The decoded message; None when it cannot be read."""
        try:
            return self._codec.decode(record.topic, record.value or b"")
        except Unreadable:
            return None

    def readable(self, message: object) -> Any:  # noqa: ANN401 - any JSON
        """A message of ours as JSON for people: numbers of its schema as decimal texts, times as RFC 3339."""
        return _readable(self._contracts.by_message[type(message)].current.schema, msgspec.to_builtins(message), {})

    def as_json(self, record: Record) -> dict[str, Any]:
        """The whole record, with its coordinates."""
        shown = self.read(record)
        content = {
            "topic": record.topic,
            "partition": record.partition,
            "offset": record.offset,
            "timestamp": time_of(record.timestamp_ms * 1_000),
            "key": record.key,
            "headers": headers_of(record.headers),
            "type": shown.type,
            "value": shown.value,
        }
        return content if shown.problem is None else content | {"problem": shown.problem}


def headers_of(headers: Headers) -> dict[str, str | list[str]]:
    """Headers by name; a repeated header has a list of its values."""
    found: dict[str, list[str]] = {}
    for name, value in headers:
        found.setdefault(name, []).append(as_text(value))
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def as_text(value: bytes) -> str:
    """Bytes as UTF-8; invalid bytes as backslash escapes."""
    return value.decode("utf-8", "backslashreplace")


def printable(text: str) -> str:
    """Text that is safe on a terminal: one line, with backslash escapes for unprintable characters."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)


def one_line_json(value: Any) -> str:  # noqa: ANN401 - any JSON
    """JSON for a line of plain output."""
    return printable(json.dumps(value, ensure_ascii=False))


def time_of(microseconds: int) -> str:
    """RFC 3339 in UTC; a number outside the calendar is returned as a number."""
    try:
        moment = _EPOCH + timedelta(microseconds=microseconds)
    except OverflowError:
        return str(microseconds)
    places = "microseconds" if microseconds % 1_000 else "milliseconds"
    return moment.isoformat(timespec=places).replace("+00:00", "Z")


def _readable(kind: Any, value: Any, named: dict[str, AvroType]) -> Any:  # noqa: ANN401 - a schema, and any JSON
    """Walk schema and value together; `named` collects the types that are written out once and named afterwards."""
    match kind:
        case str() if kind in named:
            return _readable(named[kind], value, named)
        case {"type": "record", "fields": fields}:
            named.setdefault(full_name(kind), kind)
            return {field["name"]: _readable(field["type"], value[field["name"]], named) for field in fields}
        case {"type": "array", "items": items}:
            return _readable_items(items, value, named)
        case {"logicalType": "decimal", "scale": scale}:
            named.setdefault(full_name(kind), kind)
            return format_scaled(value, 10 ** int(scale))
        case {"logicalType": str() as logical} if logical in _MICROSECONDS:
            return time_of(value * _MICROSECONDS[logical])
    if isinstance(kind, dict) and "name" in kind:
        named.setdefault(full_name(kind), kind)
    return value


def _readable_items(items: AvroType, values: list[Any], named: dict[str, AvroType]) -> list[Any]:
    """An empty list also registers its types, because later schemas may refer to them by name."""
    if not values:
        _collect(items, named)
    return [_readable(items, value, named) for value in values]


def _collect(kind: AvroType, named: dict[str, AvroType]) -> None:
    if not isinstance(kind, dict):
        return
    if "name" in kind:
        named.setdefault(full_name(kind), kind)
    for inner in (*(field["type"] for field in kind.get("fields", ())), kind.get("items"), kind.get("values")):
        if inner is not None:
            _collect(inner, named)
