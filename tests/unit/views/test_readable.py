"""Every contract's example reads as the example is written; foreign bytes cannot harm a terminal."""

import json
import re
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from connectors.log.port import Record
from dataflows.views.readable import RecordView, headers_of, printable, time_of
from domain.money.amounts import parse_amount
from domain.quantities import parse_quantity
from schemas.avro.avro_files import SCHEMAS
from schemas.codec import Codec
from schemas.contracts.contracts import Contract, load_contracts

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CONTRACTS = load_contracts()
_CARRIED = [(topic, contract) for topic in _CONTRACTS.topics for contract in _CONTRACTS.of_topic(topic)]


def message_of(hint: Any, name: str, written: Any) -> Any:
    """What an example's text means, by the rules of naming alone."""
    if is_dataclass(hint) and isinstance(hint, type):
        hints = get_type_hints(hint)
        return hint(**{each.name: message_of(hints[each.name], each.name, written[each.name]) for each in fields(hint)})
    if get_origin(hint) is tuple:
        return tuple(message_of(get_args(hint)[0], name, each) for each in written)
    if hint is int and isinstance(written, str):
        return number_of(name, written)
    return hint(written) if isinstance(hint, type) else written


AMOUNTS = {"computed", "credit", "rounding", "stated", "unit_price", "value"}


def number_of(name: str, written: str) -> int:
    if name.endswith(("_us", "_ms")):
        since = datetime.fromisoformat(written) - _EPOCH
        return since // timedelta(microseconds=1 if name.endswith("_us") else 1_000)
    is_amount = name in AMOUNTS or name.endswith("_total")
    return parse_amount(written) if is_amount else parse_quantity(written)


def shortened(text: str) -> str:
    """Times without the zeros at their ends."""
    return re.sub(r"(T[\d:]{8})(\.\d+)?Z", lambda time: time[1] + (time[2] or "").rstrip("0.") + "Z", text)


def record_of(topic: str, value: bytes | None) -> Record:
    return Record(topic, 0, 7, 1_000, "key", value, (("origin", b"a/0/1"),))


@pytest.mark.parametrize(("topic", "contract"), _CARRIED, ids=[f"{topic} {each.record}" for topic, each in _CARRIED])
def test_a_record_reads_as_its_example_is_written(topic: str, contract: Contract) -> None:
    name = contract.message.__name__
    example = json.loads((SCHEMAS / "examples" / f"{name}.json").read_text())
    message = message_of(contract.message, "", example)

    shown = RecordView().read(record_of(topic, Codec(_CONTRACTS).encode(topic, message)))

    assert name == shown.type
    assert shortened(json.dumps(example)) == shortened(json.dumps(shown.value))


def test_bytes_of_a_topic_of_ours_that_cannot_be_read_are_shown_with_the_reason() -> None:
    shown = RecordView().as_json(record_of("orders.events.v1", b"\x01nothing"))

    assert (None, "\x01nothing") == (shown["type"], shown["value"])
    assert "no schema id" in shown["problem"]


def test_a_deletion_has_no_value() -> None:
    shown = RecordView().as_json(record_of("orders.state.v1", None))

    assert (None, None) == (shown["type"], shown["value"])


@pytest.mark.parametrize(
    ("expected", "text"),
    (
        ("plain, with ü and 漢", "plain, with ü and 漢"),
        (r"\x1b[2Jgone", "\x1b[2Jgone"),
        (r"two\nlines", "two\nlines"),
        (r"\x9b31m", "\x9b31m"),
        (r"\udcff", "\udcff"),
        (r"\u202etxt", "\u202etxt"),
    ),
)
def test_what_could_move_a_cursor_is_escaped(expected: str, text: str) -> None:
    assert expected == printable(text)


@pytest.mark.parametrize(
    ("expected", "microseconds"),
    (
        ("2026-01-05T06:00:00.000Z", 1_767_592_800_000_000),
        ("2026-01-05T06:00:00.000001Z", 1_767_592_800_000_001),
        ("1969-12-31T23:59:59.999Z", -1_000),
        ("999999999999999999999", 999_999_999_999_999_999_999),
    ),
)
def test_a_time_is_written_as_rfc_3339(expected: str, microseconds: int) -> None:
    assert expected == time_of(microseconds)


def test_a_header_that_is_set_twice_has_all_its_values() -> None:
    headers = (("a", b"1"), ("b", b"\xff"), ("a", b"2"))

    assert {"a": ["1", "2"], "b": r"\xff"} == headers_of(headers)
