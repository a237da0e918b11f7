"""What of a schema from outside (a registry) we are willing to decode with.

A schema steers the decoder: one that holds itself overflows the stack and kills the process, items of no size make a
few bytes into 2^40 items, a decimal on `bytes` of 900 kB keeps the decoder busy for a minute. None of that is met
when every type takes at least one byte and no type holds itself, so exactly this is asked for.
"""

import json
from typing import Any

from schemas.avro.avro_files import PRIMITIVES, AvroType, full_name, qualified

_LARGEST_TEXT = 262_144
_DEEPEST = 32


class RefusedSchema(Exception):
    """The schema is not one that we decode with; the message says why."""


def checked(text: str) -> dict[str, Any]:
    """The schema of a record, or `RefusedSchema`."""
    if len(text) > _LARGEST_TEXT:
        raise RefusedSchema(f"its text is longer than {_LARGEST_TEXT} characters")
    try:
        schema = json.loads(text)
    except (ValueError, RecursionError):
        raise RefusedSchema("its text is not JSON") from None
    if not isinstance(schema, dict) or schema.get("type") != "record":
        raise RefusedSchema("it is not a record")
    try:
        _Check().kind(schema, "", 0)
    except (KeyError, TypeError, AttributeError) as error:
        raise RefusedSchema(f"it is not an Avro schema ({error!r})") from None
    return schema


class _Check:
    """One walk over a schema in the order of definition."""

    def __init__(self) -> None:
        self._open: set[str] = set()
        self._heights: dict[str, int] = {}

    def kind(self, kind: AvroType, namespace: str, depth: int) -> int:
        """Check a type; gives how deep it nests."""
        if depth > _DEEPEST:
            raise RefusedSchema(f"it nests deeper than {_DEEPEST}")
        if isinstance(kind, list):
            return self._union(kind, namespace, depth)
        if isinstance(kind, str):
            return self._named(qualified(kind, namespace), depth) if kind not in PRIMITIVES else self._sized(kind)
        match kind["type"]:
            case "record" | "enum" | "fixed":
                return self._definition(kind, namespace, depth)
            case "array":
                return 1 + self.kind(kind["items"], namespace, depth + 1)
            case "map":
                return 1 + self.kind(kind["values"], namespace, depth + 1)
            case "bytes" if kind.get("logicalType") == "decimal":
                raise RefusedSchema("it has a decimal on bytes; use fixed(16)")
        return self.kind(kind["type"], namespace, depth + 1)

    def _union(self, branches: list[Any], namespace: str, depth: int) -> int:
        return max((1 + self.kind(each, namespace, depth + 1) for each in branches if each != "null"), default=0)

    def _sized(self, primitive: str) -> int:
        if primitive == "null":
            raise RefusedSchema("it has a type of no size (null outside a union)")
        return 0

    def _named(self, name: str, depth: int) -> int:
        if name in self._open:
            raise RefusedSchema(f"{name} holds itself")
        if name not in self._heights:
            raise RefusedSchema(f"it names {name}, which it does not define")
        if depth + self._heights[name] > _DEEPEST:
            raise RefusedSchema(f"it nests deeper than {_DEEPEST}")
        return self._heights[name]

    def _definition(self, kind: dict[str, Any], namespace: str, depth: int) -> int:
        name = full_name(kind, namespace)
        if name in self._open or name in self._heights:
            raise RefusedSchema(f"it defines {name} twice")
        self._open.add(name)
        self._heights[name] = self._height(kind, name.rpartition(".")[0], depth)
        self._open.discard(name)
        return self._heights[name]

    def _height(self, kind: dict[str, Any], namespace: str, depth: int) -> int:
        if kind["type"] == "record":
            if not kind["fields"]:
                raise RefusedSchema("it has a type of no size (a record without fields)")
            return max(1 + self.kind(field["type"], namespace, depth + 1) for field in kind["fields"])
        if kind["type"] == "fixed" and not (isinstance(kind["size"], int) and kind["size"] > 0):
            raise RefusedSchema("it has a type of no size (fixed)")
        return 0
