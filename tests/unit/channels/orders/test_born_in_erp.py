"""What a channel file reads of an order that was entered in its ERP."""

from pathlib import Path
from typing import Any

import pytest

from domain.identifiers import SourceId
from domain.messages.orders import OrderPlaced
from schemas.channel_language.loader import load_channel_files
from tests.unit.channels.given import the_message

FILE = load_channel_files(Path("docs/scenarios/channels/born-in-erp"))[SourceId("erp_orders")]
EXPORTED: dict[str, Any] = {
    "event": "sales_order_created",
    "number": "SO-700",
    "entered_at": "2026-01-05T07:59:00Z",
    "account": "C7",
    "delivery": {"name": "Ann", "street": "S 1", "city": "Bonn", "zip": "53111"},
    "positions": [{"pos": "1", "item": "BOLT", "quantity": "4", "price": "2.50"}],
}


def test_an_order_of_the_erp_has_its_number_there() -> None:
    found = the_message(FILE, EXPORTED)
    assert isinstance(found, OrderPlaced)
    assert ("erp_orders:SO-700", "SO-700") == (found.order_id, found.erp_document_number)


@pytest.mark.parametrize("key", ("portal:1", "portal:1/life-2"))
def test_an_order_that_the_erp_has_from_us_is_that_order(key: str) -> None:
    found = the_message(FILE, {**EXPORTED, "external_id": key})
    assert isinstance(found, OrderPlaced)
    assert ("portal:1", "portal") == (found.order_id, found.channel_id)
