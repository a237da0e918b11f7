"""A repeat in other bytes has the same hash; another content has another."""

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identifiers import SourceId
from domain.messages.orders import OrderPlaced
from tests.unit.channels.given import CHANNELS, PORTAL_ORDER, WMS_SHIPMENT, changed, the_message


def hash_of(source_id: str, value: bytes | dict[str, Any]) -> str:
    return the_message(CHANNELS[SourceId(source_id)], value).provenance.content_hash


def shuffled(node: Any, chance: Random) -> Any:
    if isinstance(node, dict):
        names = list(node)
        chance.shuffle(names)
        return {name: shuffled(node[name], chance) for name in names}
    return [shuffled(child, chance) for child in node] if isinstance(node, list) else node


@given(seed=st.integers(0, 10_000), indent=st.sampled_from([None, 0, 1, 7]), ascii_only=st.booleans())
def test_white_space_and_key_order_are_no_content(seed: int, indent: int | None, ascii_only: bool) -> None:
    payload = {**PORTAL_ORDER, "note": "für", "nested": {"b": 1, "a": [{"d": 2, "c": 3}]}}
    text = json.dumps(shuffled(payload, Random(seed)), indent=indent, ensure_ascii=ascii_only)
    assert hash_of("portal", payload) == hash_of("portal", text.encode())


@pytest.mark.parametrize("number", ("4", "4.0", "4.000000", "4e0", "+4", "04", 4, 4.0))
def test_how_a_quantity_is_written_is_no_content(number: object) -> None:
    assert hash_of("portal", PORTAL_ORDER) == hash_of("portal", changed(PORTAL_ORDER, "lines.1.quantity", number))


def test_the_times_of_a_message_and_its_correlation_id_are_no_content() -> None:
    later = changed(changed(PORTAL_ORDER, "occurred_at", "2026-01-01T00:00:00Z"), "message_id", "m-9")
    assert hash_of("portal", PORTAL_ORDER) == hash_of("portal", later)


@pytest.mark.parametrize(
    ("path", "value"),
    (
        ("order_number", "P-2"),
        ("customer.number", "K2"),
        ("currency", "USD"),
        ("ship_to.street", "2 Mill Lane"),
        ("lines.0.quantity", "2.500001"),
        ("lines.0.unit_price", "3.2001"),
        ("lines.0.item", "ORL-3"),
        ("lines.0.unit", "L"),
        ("lines.0.line", "7"),
        ("lines.0.description", "other"),
        ("note", "other"),
    ),
)
def test_every_field_of_an_order_is_content(path: str, value: object) -> None:
    assert hash_of("portal", PORTAL_ORDER) != hash_of("portal", changed(PORTAL_ORDER, path, value))


def test_how_the_channel_is_treated_is_no_content() -> None:
    newer = CHANNELS[SourceId("portal")].model_copy(update={"version": 2, "priority_class": 5})
    found = the_message(newer, PORTAL_ORDER)
    assert isinstance(found, OrderPlaced)
    assert 2 == found.policy.channel_file_version
    assert hash_of("portal", PORTAL_ORDER) == found.provenance.content_hash


def test_the_kind_of_event_is_content() -> None:
    lines = [{"line_id": "1", "sku": "ORL-1", "quantity": 2}]
    pick = {**WMS_SHIPMENT, "event": "pick", "lines": lines}
    assert hash_of("wms_central", pick) != hash_of("wms_central", {**WMS_SHIPMENT, "lines": lines})


def test_a_hash_is_sixteen_bytes_in_hex_and_never_changes() -> None:
    assert "b8bad75ad1b73bb76a52ced56903a557" == hash_of("portal", PORTAL_ORDER)
