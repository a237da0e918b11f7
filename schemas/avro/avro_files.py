"""The contract files `schemas/<area>/<Name>.avsc`, and how one of them becomes a self-contained schema.

A file holds one named type. It may name the types of other files (short within its own namespace, else in full);
a self-contained schema has each of these written out at its first use and named in full afterwards.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

AvroType = str | list[Any] | dict[str, Any]
"""An Avro schema as parsed JSON, as fastavro expects it."""

PRIMITIVES = frozenset({"null", "boolean", "int", "long", "float", "double", "bytes", "string"})

SCHEMAS = Path(__file__).parents[1] / "contracts"


class BadSchema(Exception):
    """A contract file cannot be used; the message names it."""


def read_definitions(root: Path = SCHEMAS) -> dict[str, dict[str, Any]]:
    """Every named type under `root`, by full name."""
    definitions = {}
    for path in sorted(root.glob("*/*.avsc")):
        definition = msgspec.json.decode(path.read_bytes())
        if definition["name"] != path.stem or definition["namespace"] != f"orderline.{path.parent.name}.v1":
            raise BadSchema(f"{path}: must define orderline.{path.parent.name}.v1.{path.stem}")
        definitions[full_name(definition)] = definition
    return definitions


def full_name(definition: Mapping[str, Any], namespace: str = "") -> str:
    """The name of a record, enum or fixed with its namespace."""
    return qualified(definition["name"], definition.get("namespace", namespace))


def qualified(name: str, namespace: str) -> str:
    """The full name of a name used inside a namespace."""
    return name if "." in name or not namespace else f"{namespace}.{name}"


def self_contained(name: str, definitions: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """The self-contained schema of a record."""
    written = _Inlining(definitions).named(name)
    if not isinstance(written, dict):
        raise BadSchema(f"{name}: not a named type")
    return written


class _Inlining:
    """Expands one schema: a type is written out at its first use, and may not contain itself."""

    def __init__(self, definitions: Mapping[str, dict[str, Any]]) -> None:
        self._definitions = definitions
        self._written: set[str] = set()
        self._open: list[str] = []

    def named(self, name: str) -> AvroType:
        if name in self._open:
            raise BadSchema(f"{name}: contains itself ({' > '.join(self._open)}); recursive types are refused")
        if name in self._written:
            return name
        if name not in self._definitions:
            raise BadSchema(f"{self._open[-1] if self._open else 'a topic'}: names {name}, which no file defines")
        self._written.add(name)
        self._open.append(name)
        definition = self._definitions[name]
        written = self._definition(definition, definition["namespace"])
        self._open.pop()
        return written

    def _definition(self, definition: dict[str, Any], namespace: str) -> dict[str, Any]:
        fields = [field | {"type": self._type(field["type"], namespace)} for field in definition.get("fields", ())]
        return definition | {"fields": fields} if fields else definition

    def _type(self, kind: AvroType, namespace: str) -> AvroType:
        if isinstance(kind, list):
            return [self._type(branch, namespace) for branch in kind]
        if isinstance(kind, str):
            return kind if kind in PRIMITIVES else self.named(qualified(kind, namespace))
        if kind["type"] == "array":
            return kind | {"items": self._type(kind["items"], namespace)}
        if kind["type"] == "map":
            return kind | {"values": self._type(kind["values"], namespace)}
        return kind
