"""Messages to bytes and back, and what is refused before and while it is decoded."""

import dataclasses
from collections.abc import Callable
from io import BytesIO
from typing import Any

import fastavro
import pytest

from domain.messages.inventory import ReservationsConfirmed
from domain.messages.orders import OrderPlaced
from domain.messages.status import OrderAccepted
from domain.messages.ticks import Tick
from schemas.codec import Codec, Unreadable
from schemas.contracts.contracts import Contracts, load_contracts
from schemas.contracts.released import Release, text_of

INBOX = "orders.inbox.v1"
TICK = "orderline.orders.v1.Tick"


@pytest.fixture
def codec() -> Codec:
    return Codec(load_contracts())


def framed(schema_id: int, payload: bytes) -> bytes:
    return b"\0" + schema_id.to_bytes(4, "big") + payload


def foreign_tick(**changes: Any) -> dict[str, Any]:
    """Another version of our tick, as a newer producer might have registered it."""
    note = {"name": "note", "type": ["null", "string"], "default": None}
    schema = load_contracts().by_record[TICK].current.schema
    return schema | {"fields": [note, *schema["fields"]]} | changes


def foreign_value(schema: dict[str, Any], schema_id: int) -> bytes:
    stream = BytesIO()
    fastavro.schemaless_writer(stream, schema, {"note": "hello", "due_at_ms": 7})
    return framed(schema_id, stream.getvalue())


class AskedRegistry:
    """A registry's answers, and what it was asked."""

    def __init__(self, answers: dict[int, str]) -> None:
        self.answers = answers
        self.asked: list[int] = []

    def __call__(self, schema_id: int) -> str | None:
        self.asked.append(schema_id)
        return self.answers.get(schema_id)


def test_the_wire_is_a_zero_byte_the_schema_id_and_avro(codec: Codec) -> None:
    schema_id = codec.schema_id_of(INBOX, Tick)

    assert b"\0" + schema_id.to_bytes(4, "big") + b"\x0e" == codec.encode(INBOX, Tick(7))
    assert Tick(7) == codec.decode(INBOX, codec.encode(INBOX, Tick(7)))


def test_one_record_has_one_id_in_all_its_topics(codec: Codec) -> None:
    assert codec.schema_id_of(INBOX, Tick) == codec.schema_id_of("inventory.inbox.v1", Tick)


def test_a_message_that_the_topic_does_not_carry_is_not_written(codec: Codec) -> None:
    with pytest.raises(ValueError, match=r"orders\.events\.v1 does not carry Tick"):
        codec.encode("orders.events.v1", Tick(7))


def test_a_topic_without_descriptor_is_told_as_such(codec: Codec) -> None:
    with pytest.raises(ValueError, match=r"no descriptor schemas/contracts/topics/orders\.outbox\.v1\.yaml"):
        codec.decode("orders.outbox.v1", b"")
    with pytest.raises(ValueError, match=r"no descriptor schemas/contracts/topics/orders\.outbox\.v1\.yaml"):
        codec.encode("orders.outbox.v1", Tick(7))


def test_a_record_that_another_topic_carries_is_unreadable_here(codec: Codec) -> None:
    value = codec.encode("inventory.inbox.v1", ReservationsConfirmed("o", ()))

    with pytest.raises(Unreadable, match="unknown schema id"):
        codec.decode(INBOX, value)


def test_nothing_is_readable_in_a_topic_of_raw_bytes(codec: Codec) -> None:
    with pytest.raises(Unreadable, match="unknown schema id"):
        codec.decode("source.shopify.v1", codec.encode(INBOX, Tick(7)))


def test_too_many_bytes_are_refused_undecoded(codec: Codec) -> None:
    limit = load_contracts().topics[INBOX].max_message_bytes
    value = codec.encode(INBOX, Tick(7))

    with pytest.raises(Unreadable, match=f"{limit + 1} bytes, more than the {limit}"):
        codec.decode(INBOX, value.ljust(limit + 1, b"\0"))
    with pytest.raises(Unreadable, match="ends at byte"):
        codec.decode(INBOX, value.ljust(limit, b"\0"))


@pytest.mark.parametrize("value", (b"", b"\0", b"\0\0\0\0", b"\x01\0\x0fB@\x0e", b'{"due_at_ms": 7}'))
def test_bytes_without_a_frame_are_unreadable(codec: Codec, value: bytes) -> None:
    with pytest.raises(Unreadable, match="no schema id in front"):
        codec.decode(INBOX, value)


def test_an_older_version_is_read_as_the_one_we_have() -> None:
    contracts = load_contracts()
    tick = contracts.by_record[TICK]
    old = Release(1, TICK, 1, tick.current.schema)
    new = Release(2, TICK, 2, tick.current.schema | {"doc": "A newer text."})
    both = dataclasses.replace(tick, releases=(old, new))
    codec = Codec(
        Contracts(contracts.topics, {**contracts.by_record, TICK: both}, {**contracts.by_message, Tick: both})
    )

    assert 2 == codec.schema_id_of(INBOX, Tick)
    assert Tick(7) == codec.decode(INBOX, framed(1, b"\x0e")) == codec.decode(INBOX, framed(2, b"\x0e"))


def test_with_a_registry_its_ids_are_written_and_both_are_read() -> None:
    ours = Codec(load_contracts()).schema_id_of(INBOX, Tick)
    codec = Codec(load_contracts(), registered={ours: 17})

    assert framed(17, b"\x0e") == codec.encode(INBOX, Tick(7))
    assert Tick(7) == codec.decode(INBOX, framed(17, b"\x0e")) == codec.decode(INBOX, framed(ours, b"\x0e"))


def test_where_a_registry_gave_an_id_that_is_ours_for_something_else_the_registry_counts() -> None:
    plain = Codec(load_contracts())
    ours, taken = (plain.schema_id_of(INBOX, each) for each in (Tick, OrderPlaced))

    codec = Codec(load_contracts(), registered={ours: taken, taken: 17})

    assert Tick(7) == codec.decode(INBOX, framed(taken, b"\x0e"))


def test_an_unknown_id_is_asked_of_the_registry_once_and_then_known() -> None:
    registry = AskedRegistry({900: text_of(foreign_tick())})
    codec = Codec(load_contracts(), registry)

    assert Tick(7) == codec.decode(INBOX, foreign_value(foreign_tick(), 900))
    assert Tick(7) == codec.decode(INBOX, foreign_value(foreign_tick(), 900))
    assert [900] == registry.asked


def test_an_id_that_the_registry_does_not_know_is_asked_once() -> None:
    registry = AskedRegistry({})
    codec = Codec(load_contracts(), registry)

    for _ in range(2):
        with pytest.raises(Unreadable, match="unknown schema id 900"):
            codec.decode(INBOX, framed(900, b"\x0e"))
    assert [900] == registry.asked


def test_a_registry_that_does_not_answer_makes_nothing_unreadable() -> None:
    def resolve(schema_id: int) -> str | None:
        raise ConnectionError(schema_id)

    with pytest.raises(ConnectionError):
        Codec(load_contracts(), resolve).decode(INBOX, framed(900, b"\x0e"))


def test_unknown_ids_by_the_thousand_are_not_all_asked_for() -> None:
    registry = AskedRegistry({})
    codec = Codec(load_contracts(), registry)

    for schema_id in range(20_000):
        with pytest.raises(Unreadable, match="unknown schema id"):
            codec.decode(INBOX, framed(schema_id, b"\x0e"))

    assert 64 + 20_000 // 64 == len(registry.asked)


def test_an_id_that_is_known_stays_known_among_thousands_that_are_not() -> None:
    registry = AskedRegistry({100_000: text_of(foreign_tick())})
    codec = Codec(load_contracts(), registry)

    for schema_id in range(20_000):
        assert Tick(7) == codec.decode(INBOX, foreign_value(foreign_tick(), 100_000))
        with pytest.raises(Unreadable):
            codec.decode(INBOX, framed(schema_id, b"\x0e"))

    assert 1 == registry.asked.count(100_000)


def test_what_is_remembered_of_unknown_ids_is_bounded() -> None:
    codec = Codec(load_contracts(), AskedRegistry({}))

    for schema_id in range(200_000):
        with pytest.raises(Unreadable):
            codec.decode(INBOX, framed(schema_id, b"\x0e"))

    assert 1024 == len(codec._foreign._refusals)


def test_a_new_id_is_asked_for_again_once_enough_records_have_passed() -> None:
    registry = AskedRegistry({100_000: text_of(foreign_tick())})
    codec = Codec(load_contracts(), registry)
    for schema_id in range(100):
        with pytest.raises(Unreadable):
            codec.decode(INBOX, framed(schema_id, b"\x0e"))
    for _ in range(100):
        with pytest.raises(Unreadable):
            codec.decode(INBOX, framed(0, b"\x0e"))

    assert Tick(7) == codec.decode(INBOX, foreign_value(foreign_tick(), 100_000))


def without_due_time() -> dict[str, Any]:
    return foreign_tick(fields=[{"name": "other", "type": "string"}])


def in_another_resolution() -> dict[str, Any]:
    return foreign_tick(fields=[{"name": "due_at_ms", "type": {"type": "long", "logicalType": "timestamp-micros"}}])


def of_another_topic() -> dict[str, Any]:
    return load_contracts().by_message[OrderAccepted].current.schema


def that_fastavro_does_not_parse() -> dict[str, Any]:
    nameless = {"type": "enum", "name": "E", "symbols": ["not a symbol"]}
    return foreign_tick(fields=[*foreign_tick()["fields"], {"name": "e", "type": nameless}])


def that_holds_itself() -> dict[str, Any]:
    return foreign_tick(fields=[{"name": "due_at_ms", "type": {"type": "array", "items": TICK}}])


REFUSED: list[tuple[Callable[[], dict[str, Any]], str]] = [
    (without_due_time, "cannot be read as orderline.orders.v1.Tick: due_at_ms: is not written"),
    (in_another_resolution, "cannot be read as orderline.orders.v1.Tick: due_at_ms: logical type"),
    (of_another_topic, "orders.inbox.v1 does not carry orderline.orders.v1.OrderAccepted"),
    (that_fastavro_does_not_parse, "is refused: "),
    (that_holds_itself, "is refused: orderline.orders.v1.Tick holds itself"),
]


@pytest.mark.parametrize(("schema", "reason"), REFUSED)
def test_a_schema_from_a_registry_that_we_do_not_decode_with(schema: Callable[[], dict[str, Any]], reason: str) -> None:
    registry = AskedRegistry({900: text_of(schema())})
    codec = Codec(load_contracts(), registry)

    for _ in range(2):
        with pytest.raises(Unreadable) as refusal:
            codec.decode(INBOX, framed(900, b"\x0e"))
        assert reason in refusal.value.reason
    assert [900] == registry.asked


def test_a_quantity_is_a_standard_decimal_to_everybody_else() -> None:
    contract = load_contracts().by_message[OrderPlaced]
    lines = next(field for field in contract.current.schema["fields"] if field["name"] == "lines")
    quantity = lines["type"]["items"]["fields"][2]["type"]

    assert ("fixed", 16, "decimal", 38, 6) == tuple(
        quantity[key] for key in ("type", "size", "logicalType", "precision", "scale")
    )
