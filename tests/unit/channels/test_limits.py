"""Numbers that would be trillions together are refused at intake, with the field that holds them."""

from typing import Any

import pytest

from connectors.formats.mapping import map_record
from connectors.formats.outcomes import Canonical, Refused
from domain.identifiers import SourceId
from schemas.channel_language.channel_file import LimitsRule
from tests.unit.channels.given import (
    CHANNELS,
    PORTAL_ORDER,
    WMS_ADJUSTMENT,
    WMS_RECEIPT,
    WMS_SHIPMENT,
    changed,
    outcomes,
    record,
)

UPC = "885544332211"


def line(quantity: object, price: object, item: str = "ORL-1") -> dict[str, Any]:
    return {"item": item, "quantity": quantity, "unit_price": price}


def order(*lines: dict[str, Any]) -> dict[str, Any]:
    return changed(PORTAL_ORDER, "lines", list(lines))


@pytest.mark.parametrize(
    ("lines", "field"),
    (
        ([line(500, UPC)], "lines.1.unit_price"),
        ([line(1, 1), line(UPC, "2.50")], "lines.2.quantity"),
        ([line(1_000_000_000, 1)], "lines.1.quantity"),
        ([line(1, 1_000_000_000)], "lines.1.unit_price"),
        ([line(1_000_000, 999_999_999)], "lines"),
        ([line(5_001, 999_999_999), line(5_000, 999_999_999)], "lines"),
        ([line(500_000_000, 1), line(500_000_000, 1)], "lines.2.quantity"),
    ),
)
def test_an_order_out_of_all_proportion_is_refused(lines: list[dict[str, Any]], field: str) -> None:
    (outcome,) = outcomes("portal", order(*lines))
    assert isinstance(outcome, Refused)
    assert field == outcome.field


@pytest.mark.parametrize(
    "lines",
    (
        [line("999999999.999999", "9999.9999")],
        [line(10_000, "999999999.9999")],
        [line(500_000_000, 1), line(499_999_999, 1)],
        [line(600_000_000, 1), line(600_000_000, 1, "ORL-2")],
    ),
)
def test_an_order_just_within_the_bounds_is_taken(lines: list[dict[str, Any]]) -> None:
    (outcome,) = outcomes("portal", order(*lines))
    assert isinstance(outcome, Canonical)


@pytest.mark.parametrize("quantity", (1_000_000_000, UPC, "1e12", f"-{UPC}"))
@pytest.mark.parametrize("payload", (WMS_RECEIPT, WMS_ADJUSTMENT))
def test_only_the_stock_line_with_an_impossible_quantity_is_refused(payload: dict[str, Any], quantity: object) -> None:
    document, refused = outcomes("wms_central", changed(payload, "lines.0.quantity", quantity))
    assert isinstance(refused, Refused)
    assert "lines.1.quantity" == refused.field
    assert isinstance(document, Canonical)


def test_units_shipped_in_lots_are_bounded_together() -> None:
    lots = [{"line_id": "1", "sku": "ORL-1", "quantity": 400_000_000}] * 3
    (outcome,) = outcomes("wms_central", changed(WMS_SHIPMENT, "lines", lots))
    assert isinstance(outcome, Refused)


@pytest.mark.parametrize(
    ("limits", "field"),
    (
        (LimitsRule(quantity=4), "lines.2.quantity"),
        (LimitsRule(unit_price=3), "lines.1.unit_price"),
        (LimitsRule(document=8), "lines"),
    ),
)
def test_a_channel_file_may_set_lower_limits(limits: LimitsRule, field: str) -> None:
    channel = CHANNELS[SourceId("portal")].model_copy(update={"limits": limits})
    (outcome,) = map_record(channel, record(PORTAL_ORDER))
    assert isinstance(outcome, Refused)
    assert field == outcome.field
