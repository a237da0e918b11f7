"""What a channel file reads of a record that reverses a shipment."""

import pytest

from domain.identifiers import ItemId, LineId, SourceId
from domain.messages.orders import OrderShipmentReversed, UnpickedLine
from domain.returns import ReturnCondition
from tests.unit.channels.given import CHANNELS, outcomes, the_message, verdict

REVERSED = {
    "message_id": "v-1",
    "event": "shipment_reversed",
    "occurred_at": "2026-01-05T07:59:00Z",
    "order_id": "portal:P-1",
    "shipment_id": "S-1",
    "reversal_id": "V/1",
    "reason": "not collected",
    "lines": [
        {"line_id": "1", "sku": "NUT", "quantity": "4"},
        {"line_id": "1", "sku": "NUT", "quantity": "1", "condition": "DAMAGED"},
    ],
}


def test_a_reversal_names_its_shipment_and_what_became_of_the_units() -> None:
    found = the_message(CHANNELS[SourceId("wms_central")], REVERSED)
    assert isinstance(found, OrderShipmentReversed)
    assert ("portal:P-1", "central", "S-1", "V/1") == (
        found.order_id,
        found.node_id,
        found.shipment_id,
        found.reversal_id,
    )
    assert (
        UnpickedLine(LineId("1"), ItemId("NUT"), 4_000_000, ReturnCondition.RESTOCKED),
        UnpickedLine(LineId("1"), ItemId("NUT"), 1_000_000, ReturnCondition.DAMAGED),
    ) == found.lines


def test_a_reversal_is_known_again_by_its_number_at_its_node() -> None:
    found = the_message(CHANNELS[SourceId("wms_central")], REVERSED)
    assert isinstance(found, OrderShipmentReversed)
    assert "central/V%2F1" == found.document_id


@pytest.mark.parametrize("path", ("reversal_id", "shipment_id", "order_id", "lines"))
def test_a_reversal_without_what_it_needs_is_refused(path: str) -> None:
    document = {name: value for name, value in REVERSED.items() if name != path}
    (found,) = (verdict(one) for one in outcomes("wms_central", document))
    assert path.split("_", maxsplit=1)[0] in found
