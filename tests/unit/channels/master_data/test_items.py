"""Items and their units, as a warehouse system sends them."""

from typing import Any

import pytest

from connectors.formats.mapping import map_record
from domain.identifiers import SourceId
from domain.messages.inventory import ItemDescribed, UnitFactor
from tests.unit.channels.given import CHANNELS, WMS_RECEIPT, changed, record, the_message, verdict

WMS = CHANNELS[SourceId("wms_central")]

ITEM: dict[str, Any] = {
    "message_id": "i-1",
    "event": "item",
    "occurred_at": "2026-01-05T07:59:00Z",
    "sku": "ORL-1",
    "unit": "PCE",
    "units": [{"unit": "PAL", "factor": "480"}, {"unit": "KG", "factor": 0.25}],
}


def test_an_item_is_described_with_all_its_units() -> None:
    item = the_message(WMS, ITEM)
    assert isinstance(item, ItemDescribed)
    assert ("ORL-1", "EA") == (item.item_id, item.unit)
    assert (UnitFactor("XPX", 480_000_000), UnitFactor("KGM", 250_000)) == item.units


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    (
        ("unit", "JAR", "refused: unit: 'JAR' is not in the code list 'unit'"),
        ("units.0.factor", "0", "refused: units.1.factor: 0 is not above zero"),
        ("units.0.factor", "0.0000001", "refused: units.1.factor: more than 6 decimal places: '0.0000001'"),
        ("units.1.unit", "PAL", "refused: units: a unit is listed twice"),
        ("units.1.unit", None, "refused: units.2.unit: is missing (unit)"),
    ),
)
def test_an_item_that_breaks_the_contract_is_refused_with_its_field(path: str, value: object, expected: str) -> None:
    (outcome,) = map_record(WMS, record(changed(ITEM, path, value)))
    assert expected == verdict(outcome)


def test_the_unit_is_content_and_pieces_are_as_before() -> None:
    def hash_in(unit: str) -> str:
        return the_message(WMS, changed(WMS_RECEIPT, "lines.0.unit", unit)).provenance.content_hash

    assert the_message(WMS, WMS_RECEIPT).provenance.content_hash == hash_in("PCE")
    assert hash_in("PAL") != hash_in("PCE")
