"""The byte layout of one of our records, as the steps in which it is read and written.

Adjacent fields of one kind are one step: a run of texts, a run of quantities or amounts. Only the kinds of type that
our contracts use have a layout; for a schema with any other, `layout_of` returns None and fastavro is used. Schemas
are self-contained and have passed `avro_files`, so no type contains itself and each takes a byte or more.
"""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from schemas.avro.avro_files import AvroType, full_name


@dataclass(frozen=True, slots=True)
class Texts:
    """A string, or consecutive ones."""


@dataclass(frozen=True, slots=True)
class ScaledNumbers:
    """A decimal of 16 bytes, or consecutive ones."""


@dataclass(frozen=True, slots=True)
class Whole:
    """An int or long."""


@dataclass(frozen=True, slots=True)
class Truth:
    """A boolean."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An enum."""

    symbols: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Several:
    """An array."""

    item: "Layout"


@dataclass(frozen=True, slots=True)
class Dictionary:
    """A map of strings."""


@dataclass(frozen=True, slots=True)
class FieldRun:
    """Consecutive fields that are read in one go; several only where they are texts or scaled numbers."""

    names: tuple[str, ...]
    layout: "Layout"


@dataclass(frozen=True, slots=True)
class Fields:
    """A record."""

    steps: tuple[FieldRun, ...]


Layout = Texts | ScaledNumbers | Whole | Truth | Choice | Several | Dictionary | Fields


class _NoLayout(Exception):
    """The schema contains a kind of type that has no layout."""


def layout_of(schema: dict[str, Any]) -> Fields | None:
    """The layout of a record's schema, or None when the schema contains a type without one."""
    try:
        layout = _layout(schema, {})
    except _NoLayout:
        return None
    return layout if isinstance(layout, Fields) else None


def _layout(kind: AvroType, named: dict[str, Layout]) -> Layout:  # noqa: PLR0911 - one a case
    match kind:
        case "string":
            return Texts()
        case "boolean":
            return Truth()
        case "int" | "long" | {"type": "int" | "long"}:
            return Whole()
        case {"type": "array", "items": item}:
            return Several(_layout(item, named))
        case {"type": "map", "values": "string"}:
            return Dictionary()
        case str() if kind in named:
            return named[kind]
        case dict() if "name" in kind:
            return named.setdefault(full_name(kind), _definition(kind, named))
        case _:
            raise _NoLayout


def _definition(kind: dict[str, Any], named: dict[str, Layout]) -> Layout:
    match kind:
        case {"type": "fixed", "logicalType": "decimal", "size": 16}:
            return ScaledNumbers()
        case {"type": "enum", "symbols": symbols}:
            return Choice(tuple(symbols))
        case {"type": "record", "fields": fields}:
            return Fields(_steps([(field["name"], _layout(field["type"], named)) for field in fields]))
        case _:
            raise _NoLayout


def _steps(fields: list[tuple[str, Layout]]) -> tuple[FieldRun, ...]:
    steps: list[FieldRun] = []
    for layout, together in groupby(fields, key=lambda field: field[1]):
        names = tuple(name for name, _ in together)
        match layout:
            case Texts() | ScaledNumbers():
                steps.append(FieldRun(names, layout))
            case _:
                steps.extend(FieldRun((name,), layout) for name in names)
    return tuple(steps)
