"""Which schemas from outside we decode with."""

import json
from typing import Any

import pytest

from schemas.contracts.contracts import load_contracts
from schemas.foreign_schemas import RefusedSchema, checked


def record(*kinds: Any, name: str = "R", **more: Any) -> dict[str, Any]:
    fields = [{"name": f"f{index}", "type": kind} for index, kind in enumerate(kinds)]
    return {"type": "record", "name": name, "fields": fields, **more}


def nested(depth: int) -> Any:
    kind: Any = "string"
    for _ in range(depth):
        kind = {"type": "array", "items": kind}
    return kind


def doubling() -> dict[str, Any]:
    """Few types of which each holds the next twice: deep by name only."""
    kind: Any = "string"
    for level in range(40):
        kind = record(kind, kind["name"] if isinstance(kind, dict) else kind, name=f"L{level}")
    return record(kind)


EMPTY = {"type": "record", "name": "Empty", "fields": []}

REFUSED = [
    (record({"type": "array", "items": "R"}), "R holds itself"),
    (record(["null", record("R", name="S")]), "R holds itself"),
    (record({"type": "array", "items": "null"}), "no size"),
    (record("null"), "no size"),
    (record({"type": "array", "items": EMPTY}), "no size"),
    (record({"type": "fixed", "name": "F", "size": 0}), "no size"),
    (record({"type": "bytes", "logicalType": "decimal", "precision": 38, "scale": 6}), "decimal on bytes"),
    (record({"type": {"type": "bytes", "logicalType": "decimal"}}), "decimal on bytes"),
    (record("Missing"), "names Missing"),
    (record(EMPTY | {"fields": [{"name": "f", "type": "int"}]}, record("int", name="Empty")), "defines Empty twice"),
    (record(nested(40)), "nests deeper"),
    (doubling(), "nests deeper"),
    ({"type": "array", "items": "int"}, "not a record"),
    ("string", "not a record"),
    ({"type": "record", "name": "R"}, "not an Avro schema"),
    (record(7), "not an Avro schema"),
]


@pytest.mark.parametrize(("schema", "reason"), REFUSED)
def test_refused(schema: Any, reason: str) -> None:
    with pytest.raises(RefusedSchema, match=reason):
        checked(json.dumps(schema))


def test_a_text_that_is_not_json_is_refused() -> None:
    with pytest.raises(RefusedSchema, match="not JSON"):
        checked("{")
    with pytest.raises(RefusedSchema, match="not JSON"):
        checked("[" * 100_000)


def test_a_text_that_is_too_long_is_refused_before_it_is_read() -> None:
    with pytest.raises(RefusedSchema, match="longer than"):
        checked(" " * 300_000)


def test_all_that_a_contract_may_hold_is_taken() -> None:
    kinds = (["null", "string"], nested(3), {"type": "enum", "name": "E", "symbols": ["A"]}, {"type": "bytes"}, "E")

    assert record(*kinds) == checked(json.dumps(record(*kinds)))


def test_our_own_schemas_pass() -> None:
    for contract in load_contracts().by_record.values():
        assert contract.current.schema == checked(json.dumps(contract.current.schema))
