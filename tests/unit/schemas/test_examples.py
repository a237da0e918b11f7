"""The examples of the contracts: good ones as an ordinary Avro client writes them, and refused ones."""

import json
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import fastavro
import pytest

from schemas.avro.avro_files import SCHEMAS
from schemas.avro.compatibility import named_types
from schemas.codec import Codec, Unreadable
from schemas.contracts.contracts import load_contracts

EXAMPLES = SCHEMAS / "examples"
CONTRACTS = load_contracts()
GOOD = {path.stem: path for path in sorted(EXAMPLES.glob("*.json"))}
REFUSED = {path.stem: path for path in sorted((EXAMPLES / "refused").glob("*.json"))}


def value_of(kind: Any, shown: Any, named: dict[str, dict[str, Any]]) -> Any:
    """What an Avro client gives its library for a value as the examples show it."""
    kind = named.get(kind, kind) if isinstance(kind, str) else kind
    match kind:
        case {"logicalType": "decimal"}:
            return Decimal(shown)
        case {"logicalType": "timestamp-micros" | "timestamp-millis"}:
            return datetime.fromisoformat(shown)
        case {"type": "record", "fields": fields}:
            assert [field["name"] for field in fields] == list(shown)
            return {field["name"]: value_of(field["type"], shown[field["name"]], named) for field in fields}
        case {"type": "array", "items": items}:
            return [value_of(items, each, named) for each in shown]
        case _:
            return shown


def test_every_record_has_an_example() -> None:
    assert {record.rpartition(".")[2] for record in CONTRACTS.by_record} == set(GOOD)


@pytest.mark.parametrize("name", GOOD)
def test_what_an_ordinary_client_writes_is_our_message_and_comes_out_as_the_same_bytes(name: str) -> None:
    contract = next(each for each in CONTRACTS.by_record.values() if each.record.endswith(f".{name}"))
    topic = next(topic for topic in CONTRACTS.topics if contract in CONTRACTS.of_topic(topic))
    schema = contract.current.schema
    stream = BytesIO(b"\0" + contract.current.schema_id.to_bytes(4, "big"))
    stream.seek(5)
    shown = json.loads(GOOD[name].read_text(encoding="utf-8"))
    fastavro.schemaless_writer(stream, schema, value_of(schema, shown, named_types(schema)), strict=True)
    codec = Codec(CONTRACTS)

    message = codec.decode(topic, stream.getvalue())

    assert contract.message is type(message)
    assert stream.getvalue() == codec.encode(topic, message)


@pytest.mark.parametrize("path", REFUSED.values(), ids=REFUSED)
def test_refused(path: Path) -> None:
    example = json.loads(path.read_text(encoding="utf-8"))
    value = bytes.fromhex(example.get("value", ""))
    if "record" in example:
        schema_id = CONTRACTS.by_record[example["record"]].current.schema_id
        value = b"\0" + schema_id.to_bytes(4, "big") + bytes.fromhex(example["payload"])

    with pytest.raises(Unreadable) as refusal:
        Codec(CONTRACTS).decode(example["topic"], value)

    assert example["reason"] in refusal.value.reason


def test_there_are_refused_examples() -> None:
    assert len(REFUSED) >= 10
