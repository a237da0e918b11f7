"""Announced supply is one event with all its lines, each with the day on which it is expected."""

from typing import Any

import pytest

from connectors.formats.mapping import map_record
from connectors.formats.outcomes import Refused
from domain.identifiers import SourceId
from domain.messages.stock import GoodsReceived, SupplyAnnounced
from schemas.channel_language.loader import CHANNELS as FOLDER
from schemas.channel_language.loader import parse_channel_file
from schemas.yaml_files import YamlFileInvalid
from tests.unit.channels.given import CHANNELS, WMS_RECEIPT, changed, message, record

DAY_US = 24 * 3_600_000_000
ON_ORDER: dict[str, Any] = {
    "message_id": "p-1",
    "event": "purchase_order",
    "occurred_at": "2026-01-05T07:59:00Z",
    "purchase_order": "PO-881",
    "revision": 2,
    "lines": [
        {"line": 1, "sku": "ORL-1", "quantity": 100, "expected_on": "2026-01-15"},
        {"line": 2, "sku": "ORL-1", "quantity": 20, "expected_on": "2026-01-22"},
        {"line": 3, "sku": "ORL-2", "quantity": 0, "expected_on": "2026-01-15"},
    ],
}
PLANNING = CHANNELS[SourceId("planning")]
TEXT = (FOLDER / "planning.yaml").read_text(encoding="utf-8")


def announced(payload: dict[str, Any]) -> SupplyAnnounced:
    found = message(map_record(PLANNING, record(payload))[0])
    assert isinstance(found, SupplyAnnounced)
    return found


def test_a_purchase_order_is_one_event_with_the_day_of_each_line() -> None:
    found = announced(ON_ORDER)
    first = 20_468 * DAY_US

    assert ("central", "PO-881", 2) == (found.node_id, found.supply_id, found.provenance.revision)
    assert [("ORL-1", 100_000_000, first), ("ORL-1", 20_000_000, first + 7 * DAY_US), ("ORL-2", 0, first)] == [
        (line.item_id, line.quantity, line.expected_at_us) for line in found.lines
    ]
    assert "supply/central/PO-881" == found.home_key


@pytest.mark.parametrize(
    "text", ("2026-01-15", "20260115", "2026-01-15T00:30:00", "2026-01-14T23:30:00Z", "2026-01-15T22:59:59Z")
)
def test_a_day_is_one_of_the_files_time_zone(text: str) -> None:
    found = announced(changed(ON_ORDER, "lines.0.expected_on", text))

    assert 20_468 * DAY_US == found.lines[0].expected_at_us


def test_the_day_of_a_line_is_part_of_the_content_and_the_order_of_lines_is_not() -> None:
    moved = changed(ON_ORDER, "lines.0.expected_on", "2026-01-16")
    turned = {**ON_ORDER, "lines": ON_ORDER["lines"][::-1]}

    assert announced(ON_ORDER).provenance.content_hash != announced(moved).provenance.content_hash
    assert announced(ON_ORDER).provenance.content_hash == announced(turned).provenance.content_hash


def test_one_invalid_line_refuses_the_announcement() -> None:
    (outcome,) = map_record(PLANNING, record(changed(ON_ORDER, "lines.0.expected_on", "soon")))

    assert isinstance(outcome, Refused)
    assert "lines.1.expected_at" == outcome.field


def test_a_receipt_names_the_supply_that_has_come() -> None:
    wms = CHANNELS[SourceId("wms_central")]
    found = message(map_record(wms, record({**WMS_RECEIPT, "purchase_order": "PO-881"}))[0])

    assert isinstance(found, GoodsReceived)
    assert "PO-881" == found.supply_id


def test_an_announcement_cannot_come_in_parts() -> None:
    text = TEXT.replace("  - event: SupplyAnnounced\n", "  - event: SupplyAnnounced\n    document: by_message\n")

    with pytest.raises(YamlFileInvalid, match="announced supply is whole"):
        parse_channel_file(text, "planning.yaml")
