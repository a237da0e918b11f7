"""Messages to bytes and back, and what is refused before and while it is decoded."""

import dataclasses

import pytest

from domain.identifiers import OrderId
from domain.messages.inventory import ReservationsConfirmed
from domain.messages.orders import OrderPlaced
from domain.messages.ticks import Tick
from schemas.codec import Codec, NewerSchema, Unreadable
from schemas.contracts.contracts import Contracts, load_contracts
from schemas.contracts.released import FIRST_ID, LAST_ID, Release, read_releases

INBOX = "orders.inbox.v1"
TICK = "orderline.orders.v1.Tick"


@pytest.fixture
def codec() -> Codec:
    return Codec(load_contracts())


def framed(schema_id: int, payload: bytes) -> bytes:
    return b"\0" + schema_id.to_bytes(4, "big") + payload


def test_the_wire_is_a_zero_byte_the_schema_id_and_avro(codec: Codec) -> None:
    schema_id = codec.schema_id_of(INBOX, Tick)

    assert b"\0" + schema_id.to_bytes(4, "big") + b"\x0e" == codec.encode(INBOX, Tick(7))
    assert Tick(7) == codec.decode(INBOX, codec.encode(INBOX, Tick(7)))


def test_one_record_has_one_id_in_all_its_topics(codec: Codec) -> None:
    assert codec.schema_id_of(INBOX, Tick) == codec.schema_id_of("inventory.inbox.v1", Tick)


def test_a_message_that_the_topic_does_not_carry_is_not_written(codec: Codec) -> None:
    with pytest.raises(ValueError, match=r"orders\.events\.v1 does not carry Tick"):
        codec.encode("orders.events.v1", Tick(7))


def test_a_topic_without_descriptor_is_reported_as_such(codec: Codec) -> None:
    with pytest.raises(ValueError, match=r"no descriptor schemas/contracts/topics/orders\.outbox\.v1\.yaml"):
        codec.decode("orders.outbox.v1", b"")
    with pytest.raises(ValueError, match=r"no descriptor schemas/contracts/topics/orders\.outbox\.v1\.yaml"):
        codec.encode("orders.outbox.v1", Tick(7))


def test_a_record_that_another_topic_carries_is_unreadable_here(codec: Codec) -> None:
    value = codec.encode("inventory.inbox.v1", ReservationsConfirmed(OrderId("o"), ()))

    with pytest.raises(Unreadable, match="unknown schema id"):
        codec.decode(INBOX, value)


def test_nothing_is_readable_in_a_topic_of_raw_bytes(codec: Codec) -> None:
    with pytest.raises(Unreadable, match="unknown schema id"):
        codec.decode("orders.changelog.v1", codec.encode(INBOX, Tick(7)))


def test_too_many_bytes_are_refused_undecoded(codec: Codec) -> None:
    limit = load_contracts().topics[INBOX].max_message_bytes
    value = codec.encode(INBOX, Tick(7))

    with pytest.raises(Unreadable, match=f"{limit + 1} bytes, more than the {limit}"):
        codec.decode(INBOX, value.ljust(limit + 1, b"\0"))
    with pytest.raises(Unreadable, match="ends at byte"):
        codec.decode(INBOX, value.ljust(limit, b"\0"))


@pytest.mark.parametrize("value", (b"", b"\0", b"\0\0\0\0", b"\x01\0\x0fB@\x0e", b'{"due_at_ms": 7}'))
def test_bytes_without_a_frame_are_unreadable(codec: Codec, value: bytes) -> None:
    with pytest.raises(Unreadable, match="no schema id at the beginning"):
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


HIGHEST = max(release.schema_id for release in read_releases())


@pytest.mark.parametrize("schema_id", (HIGHEST + 1, HIGHEST + 100, LAST_ID))
def test_an_id_that_a_later_release_may_have_is_recognised(codec: Codec, schema_id: int) -> None:
    with pytest.raises(NewerSchema, match=f"unknown schema id {schema_id}"):
        codec.decode(INBOX, framed(schema_id, b"\x0e"))


@pytest.mark.parametrize("schema_id", (0, 1, 900, FIRST_ID - 1, LAST_ID + 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF))
def test_an_id_that_no_release_will_ever_have_is_unreadable(codec: Codec, schema_id: int) -> None:
    with pytest.raises(Unreadable, match=f"unknown schema id {schema_id}") as refusal:
        codec.decode(INBOX, framed(schema_id, b"\x0e"))
    assert Unreadable is type(refusal.value)


def test_an_id_of_a_record_of_another_topic_is_unreadable(codec: Codec) -> None:
    elsewhere = codec.encode("inventory.inbox.v1", ReservationsConfirmed(OrderId("o"), ()))

    with pytest.raises(Unreadable) as refusal:
        codec.decode(INBOX, elsewhere)
    assert Unreadable is type(refusal.value)


def test_a_quantity_is_a_standard_decimal_to_other_readers() -> None:
    contract = load_contracts().by_message[OrderPlaced]
    lines = next(field for field in contract.current.schema["fields"] if field["name"] == "lines")
    quantity = lines["type"]["items"]["fields"][2]["type"]

    assert ("fixed", 16, "decimal", 38, 6) == tuple(
        quantity[key] for key in ("type", "size", "logicalType", "precision", "scale")
    )
