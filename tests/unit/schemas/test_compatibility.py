"""Reader and writer, a pair a line: may the one read what the other wrote?"""

from typing import Any

import pytest

from schemas.avro.compatibility import problems


def record(*fields: dict[str, Any], name: str = "R") -> dict[str, Any]:
    return {"type": "record", "name": name, "namespace": "n", "fields": list(fields)}


def field(kind: Any, **more: Any) -> dict[str, Any]:
    return {"name": "f", "type": kind, **more}


def enum(*symbols: str, **more: Any) -> dict[str, Any]:
    return {"type": "enum", "name": "E", "symbols": list(symbols), **more}


def decimal(scale: int, size: int = 16) -> dict[str, Any]:
    return {
        "type": "fixed", "name": "D", "size": size, "logicalType": "decimal", "precision": 38, "scale": scale
    }  # fmt: skip


MICROS = {"type": "long", "logicalType": "timestamp-micros"}
MILLIS = {"type": "long", "logicalType": "timestamp-millis"}
LINE = record(field("int"), name="Line")
WIDE_LINE = record(field("int"), {"name": "g", "type": "string"}, name="Line")

READABLE = [
    ("string", "string"),
    ("long", "int"),
    ("double", "long"),
    ("bytes", "string"),
    (MICROS, MICROS),
    (decimal(6), decimal(6)),
    (enum("A", "B"), enum("A")),
    (enum("U", default="U"), enum("U", "B")),
    ({"type": "array", "items": "long"}, {"type": "array", "items": "int"}),
    (["null", "string"], "string"),
    (["null", "string"], ["string", "null"]),
    ("string", ["string"]),
    (LINE, WIDE_LINE),
]

UNREADABLE = [
    ("string", "long", "long cannot be read as string"),
    ("int", "long", "long cannot be read as int"),
    (MICROS, MILLIS, "logical type"),
    ("long", MICROS, "logical type"),
    (decimal(6), decimal(4), "logical type"),
    (decimal(6), decimal(6, size=8), "size 8 is not 16"),
    (enum("A"), enum("A", "B"), "does not know B"),
    ({"type": "array", "items": "string"}, {"type": "array", "items": "int"}, "f[]: int"),
    ({"type": "map", "values": "string"}, {"type": "map", "values": "int"}, "f{}: int"),
    ("string", ["null", "string"], "null cannot be read as string"),
    (["null", "long"], "string", "no branch"),
    (WIDE_LINE, LINE, "f.g: is not written and has no default"),
    (LINE, record(field("int"), name="Other"), "n.Other cannot be read as n.Line"),
]


@pytest.mark.parametrize(("reader", "writer"), READABLE)
def test_may_be_read(reader: Any, writer: Any) -> None:
    assert [] == problems(record(field(reader)), record(field(writer)))


@pytest.mark.parametrize(("reader", "writer", "reason"), UNREADABLE)
def test_may_not_be_read(reader: Any, writer: Any, reason: str) -> None:
    (problem,) = problems(record(field(reader)), record(field(writer)))

    assert reason in problem


def test_a_field_that_is_not_written_needs_a_default() -> None:
    assert [] == problems(record(field("string", default="")), record())
    assert ["f: is not written and has no default"] == problems(record(field("string")), record())


def test_a_field_that_is_not_read_is_passed_over() -> None:
    assert [] == problems(record(), record(field("string")))


def test_a_type_that_is_named_is_looked_up_in_its_own_schema() -> None:
    both = [field(decimal(6)), {"name": "g", "type": "D"}]
    other = [field(decimal(6)), {"name": "g", "type": "string"}]

    assert [] == problems(record(*both), record(*both))
    assert ["g: string cannot be read as fixed"] == problems(record(*both), record(*other))
