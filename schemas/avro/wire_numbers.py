"""Number encoding: our in-memory copy of a schema reads fixed(16) decimals as scaled `int`s and times as `int`s.

The contract files stay standard Avro (decimal, timestamp-micros, timestamp-millis). fastavro would make `Decimal` and
`datetime` of them, which is slow and not what the domain uses; so the copy's decimals carry a logical type of our
own (the 16 bytes are a big-endian two's complement number: exactly the scaled int) and its times carry none.
"""

from typing import Any

import fastavro
from fastavro import read, write

from schemas.avro.avro_files import AvroType

WIDTH = 16

_SCALED = "orderline-scaled"


def prepared(schema: dict[str, Any]) -> dict[str, Any]:
    """The copy of a self-contained standard schema that fastavro reads and writes with, already parsed."""
    read.LOGICAL_READERS[f"fixed-{_SCALED}"] = _read_scaled
    write.LOGICAL_WRITERS[f"fixed-{_SCALED}"] = _write_scaled
    parsed = fastavro.parse_schema(_copy(schema))
    if not isinstance(parsed, dict):
        raise TypeError("a record's schema is a mapping")
    return parsed


def _copy(kind: AvroType) -> Any:  # noqa: ANN401 - a schema is JSON, and a copy of a mapping is a mapping
    if isinstance(kind, list):
        return [_copy(branch) for branch in kind]
    if isinstance(kind, str):
        return kind
    copied = {key: value for key, value in kind.items() if key not in {"logicalType", "precision", "scale"}}
    if kind["type"] == "fixed" and kind.get("logicalType") == "decimal":
        copied["logicalType"] = _SCALED
    if "fields" in kind:
        copied["fields"] = [field | {"type": _copy(field["type"])} for field in kind["fields"]]
    for inner in ("items", "values"):
        if inner in kind:
            copied[inner] = _copy(kind[inner])
    if isinstance(kind["type"], dict | list):
        copied["type"] = _copy(kind["type"])
    return copied


def _read_scaled(data: bytes, _writer: object = None, _reader: object = None) -> int:
    return int.from_bytes(data, "big", signed=True)


def _write_scaled(value: int, _schema: object) -> bytes:
    return value.to_bytes(WIDTH, "big", signed=True)
