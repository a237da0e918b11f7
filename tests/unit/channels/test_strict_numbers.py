"""Text that is not a decimal number of a reasonable size is refused in every numeric field, in JSON and in X12."""

import json
from typing import Any

import pytest

from connectors.formats.outcomes import Canonical, Refused
from demo.channels.small_payloads import purchase_order
from domain.messages.orders import OrderPlaced
from tests.unit.channels.given import (
    PORTAL_ORDER,
    WMS_ADJUSTMENT,
    WMS_RECEIPT,
    WMS_SHIPMENT,
    changed,
    outcomes,
    verdict,
)

_NO_NUMBERS: tuple[Any, ...] = (
    True,
    False,
    "NaN",
    "Infinity",
    "-inf",
    "1e999",
    "1e400",
    "9" * 400,
    "0." + "0" * 400 + "1",
    "1_000",
    "1,000",
    "0x10",
    "١٢",
    "\uff11\uff12",
    "½",
    "²",
    "1 000",
    "--1",
    "+-1",
    "1e1.5",
    ".",
    "e5",
    [1],
    {"amount": 1},
)
_FIELDS = (
    ("portal", PORTAL_ORDER, "lines.0.quantity"),
    ("portal", PORTAL_ORDER, "lines.0.unit_price"),
    ("wms_central", WMS_RECEIPT, "lines.0.quantity"),
    ("wms_central", WMS_ADJUSTMENT, "lines.0.quantity"),
    ("wms_central", WMS_SHIPMENT, "lines.0.quantity"),
)


@pytest.mark.parametrize("number", _NO_NUMBERS, ids=lambda value: repr(value)[:20])
@pytest.mark.parametrize(
    ("source_id", "payload", "path"), _FIELDS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_field_of_json_that_is_no_number_is_refused(
    source_id: str, payload: dict[str, Any], path: str, number: object
) -> None:
    outcome = outcomes(source_id, changed(payload, path, number))[-1]
    assert isinstance(outcome, Refused)
    assert path.rpartition(".")[2] == outcome.field.rpartition(".")[2]


@pytest.mark.parametrize("total", ("line_count", "net_amount"))
@pytest.mark.parametrize("number", list(_NO_NUMBERS), ids=lambda value: repr(value)[:20])
def test_a_total_of_json_that_is_no_number_is_refused(total: str, number: object) -> None:
    (outcome,) = outcomes("portal", {**PORTAL_ORDER, total: number})
    assert isinstance(outcome, Refused)


@pytest.mark.parametrize("number", ("9" * 400, "1e400", "1E-400", "1e99"))
@pytest.mark.parametrize("field", ("quantity", "unit_price"))
def test_a_json_number_out_of_range_is_refused(field: str, number: str) -> None:
    text = json.dumps(changed(PORTAL_ORDER, f"lines.0.{field}", "@")).replace('"@"', number)
    (outcome,) = outcomes("portal", text.encode())
    assert isinstance(outcome, Refused)


@pytest.mark.parametrize("zero", ("-0", "-0.0", "0e5"))
def test_a_negative_zero_is_zero(zero: str) -> None:
    (without,) = outcomes("portal", changed(PORTAL_ORDER, "lines.0.quantity", zero))
    assert verdict(without).startswith("placed portal:P-1: 1 lines")
    (free,) = outcomes("portal", changed(PORTAL_ORDER, "lines.0.unit_price", zero))
    assert isinstance(free, Canonical)
    assert isinstance(free.message, OrderPlaced)
    assert 0 == free.message.lines[0].unit_price


@pytest.mark.parametrize("number", [number for number in _NO_NUMBERS if isinstance(number, str)], ids=lambda v: v[:20])
@pytest.mark.parametrize("element", (2, 4))
def test_an_element_of_x12_that_is_no_number_is_refused(element: int, number: str) -> None:
    order = purchase_order("7", "X", 1)
    begin, end = order.index("PO1"), order.index("~", order.index("PO1"))
    elements = order[begin:end].split("*")
    elements[element] = number
    text = order[:begin] + "*".join(elements) + order[end:]
    (outcome,) = outcomes("edi_wholesale", text.encode())
    assert isinstance(outcome, Refused)
    assert outcome.field in {"lines.1.quantity", "lines.1.unit_price"}
