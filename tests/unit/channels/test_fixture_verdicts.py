"""The verdict on real payloads that others wrote: which become orders, and why the rest does not."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from domain.messages.orders import OrderPlaced
from domain.money import format_amount
from tests.unit.channels.given import message, outcomes, verdict

WIDGETS = "placed edi_wholesale:08292233294: 6 lines, 1310 units, 13045.94 USD"
NO_RULE = "refused: : no rule of the channel file fits this document "
OTHER_CONTROL_NUMBER = "unreadable: control number 000000055 in ISA13 and 000000001 in IEA02"

PURCHASE_ORDERS = [
    ("node-x12/850.edi", [WIDGETS]),
    ("node-x12/850_2.edi", [WIDGETS]),
    ("node-x12/850_fat.edi", [WIDGETS, WIDGETS]),
    ("node-x12/850_3.edi", ["refused: lines.1.unit: 'KI' is not in the code list 'unit'"]),
    ("EdiEngine/850.OK.edi", [WIDGETS]),
    ("EdiEngine/850.SyntaxNotes.ERR.edi", ["refused: PO1.1: a product id qualifier without its id"]),
    (
        "EdiEngine/850.Composite.SLN.OK.edi",
        ["refused: totals.amount: 13045.94 is stated, the lines add up to another amount"],
    ),
    ("stupidedi/004010/PO850/pass/1.edi", ["placed edi_wholesale:PO12345: 1 lines, 1 units, 10 USD"]),
    (
        "stupidedi/004010/X357_SC850_Aerospace_Industry_Purchase_Order/pass/basic-po.edi",
        ["placed edi_wholesale:508517: 1 lines, 48 units, 144 USD"],
    ),
    (
        "stupidedi/004010/X357_SC850_Aerospace_Industry_Purchase_Order/pass/taxexempt-po.edi",
        ["placed edi_wholesale:XX-1234: 1 lines, 25 units, 900 USD"],
    ),
    ("stupidedi/003050/PO850/fail/1.edi", ["placed edi_wholesale:NP00001234: 1 lines, 3 units, 3.63 USD"]),
    ("stupidedi/003010/PO850/fail/1.edi", ["refused: SE.01: SE01 counts 28 segments, 27 are there"]),
    ("x12-types/004010_850.edi", ["placed edi_wholesale:A99999-01: 7 lines, 207 units, 2554.38 USD"]),
    ("EDI.Net/x12.850.edi", [OTHER_CONTROL_NUMBER]),
    ("EDI.Net/x12.850a.edi", [OTHER_CONTROL_NUMBER]),
    ("EDI.Net/x12.850.issue135.edi", [NO_RULE + "(ST.01 is '850', BEG.01 is '05')"] * 2),
    ("EDI.Net/x12.810.mandatory-conditions.edi", [OTHER_CONTROL_NUMBER]),
    ("EDI.Net/x12.Issue91.edi", [OTHER_CONTROL_NUMBER]),
    ("EDI.Net/x12.Issue101.edi", [OTHER_CONTROL_NUMBER]),
    ("EDI.Net/x12.Issue172.edi", [OTHER_CONTROL_NUMBER]),
    (
        "php-edi-coedition/850-sample.edi",
        [
            "placed edi_wholesale:117649143: 1 lines, 1 units, 32.96 USD",
            "placed edi_wholesale:117649153: 1 lines, 1 units, 5.38 USD",
            "placed edi_wholesale:117649160: 1 lines, 1 units, 45.72 USD",
        ],
    ),
    ("php-edi-coedition/850-sample2.edi", ["unreadable: the ISA segment gives no usable delimiters: '||\\n'"]),
]

OTHER_X12 = [
    ("EdiEngine/NonEdi.edi", ["unreadable: does not begin with an ISA segment of 16 elements"]),
    (
        "EdiEngine/ControlNumbersMismatch.edi",
        ["unreadable: control number 000003438 in ISA13 and 000003439 in IEA02"],
    ),
    ("EdiEngine/WrongGroupsAndTranCount.edi", ["unreadable: IEA01 counts 2 groups, 1 are there"]),
    ("EdiEngine/MultipleInterchangesAndGroups.edi", [NO_RULE + "(ST.01 is '940', BEG.01 is missing)"] * 6),
    ("EdiEngine/940_Failed_SE01.edi", ["refused: SE.01: SE01 counts 12 segments, 9 are there"]),
    ("node-x12/855.edi", [NO_RULE + "(ST.01 is '855', BEG.01 is missing)"]),
    ("x12-types/004060_856.edi", [NO_RULE + "(ST.01 is '856', BEG.01 is missing)"]),
    ("EDI.Net/edifact.01.edi", ["unreadable: does not begin with an ISA segment of 16 elements"]),
]

AMAZON = [
    ("getOrder.200.example.json", ["placed amazon_uk:202-1234567-8901234: 1 lines, 3 units, 89.97 GBP"]),
    ("getOrder.200.sandbox1.json", ["placed amazon_uk:171-9876543-2109876: 1 lines, 1 units, 299.9 BRL"]),
    ("getOrder.200.sandbox2.json", ["placed amazon_uk:028-1234567-8901234: 1 lines, 2 units, 125 TRY"]),
    ("getOrder.200.sandbox3.json", ["placed amazon_uk:114-9876543-1234567: 1 lines, 1 units, 39.99 USD"]),
    ("getOrder.400.sandbox1.json", ["refused: : holds none of order, orders"]),
    ("searchOrders.200.example.json", ["placed amazon_uk:123-4567890-1234567: 2 lines, 3 units, 149.97 USD"]),
    ("searchOrders.200.sandbox1.json", ["placed amazon_uk:250-1234567-8901234: 2 lines, 3 units, 19940 JPY"]),
    ("searchOrders.200.sandbox2.json", ["placed amazon_uk:202-7654321-1098765: 1 lines, 1 units, 34.99 GBP"]),
    ("searchOrders.200.sandbox3.json", ["placed amazon_uk:171-2345678-9012345: 1 lines, 1 units, 1599.9 BRL"]),
    ("searchOrders.400.sandbox1.json", ["refused: : holds none of order, orders"]),
]

REFUSED_SHOPIFY = {
    "2024_10.order.02.get.orders.json": "refused: lines: the order has no line (line_items)",
    "2024_10.order.05.get.orders-450789469.json": "refused: occurred_at: is missing (created_at)",
    "2024_10.order.12.post.orders.json": "refused: lines.1.item_id: is missing (sku or variant_id)",
    "2024_10.order.20.post.orders.json": "refused: lines.1.item_id: is missing (sku or variant_id)",
    "2026_07.order.10.post.orders.json": "refused: lines.1.item_id: is missing (sku or variant_id)",
    "2026_07.order.18.post.orders.json": "refused: lines.1.item_id: is missing (sku or variant_id)",
    "orders.json": "refused: lines: the order has no line (line_items)",
}
"""Answers that Shopify cut down to some fields, and orders of goods that are in no catalogue; all others are placed."""


@pytest.mark.parametrize(("name", "expected"), (*PURCHASE_ORDERS, *OTHER_X12))
def test_the_verdict_on_real_x12(fixtures_dir: Path, name: str, expected: list[str]) -> None:
    assert expected == [verdict(one) for one in outcomes("edi_wholesale", (fixtures_dir / name).read_bytes())]


def test_every_purchase_order_of_the_fixtures_has_its_verdict(fixtures_dir: Path) -> None:
    real = [path for path in fixtures_dir.glob("**/*.edi") if is_850(path.read_bytes())]
    assert {name for name, _ in PURCHASE_ORDERS} == {str(path.relative_to(fixtures_dir)) for path in real}


def is_850(content: bytes) -> bool:
    return b"ST*850*" in content or b"ST|850|" in content


@pytest.mark.parametrize(("name", "expected"), AMAZON)
def test_the_verdict_on_real_amazon_orders(fixtures_dir: Path, name: str, expected: list[str]) -> None:
    content = json.loads((fixtures_dir / "amazon-sp-api/orders_2026-01-01" / name).read_text(), parse_float=str)
    body = json.dumps(content.get("response", content)).encode()
    assert expected == [verdict(one) for one in outcomes("amazon", body)]


def test_every_amazon_answer_of_the_fixtures_has_its_verdict(fixtures_dir: Path) -> None:
    folder = fixtures_dir / "amazon-sp-api/orders_2026-01-01"
    assert {name for name, _ in AMAZON} == {path.name for path in folder.glob("*.json")}


def test_orders_of_amazons_old_api_are_refused_each_with_a_reason(fixtures_dir: Path) -> None:
    paths = sorted((fixtures_dir / "amazon-sp-api/ordersV0").glob("*.json"))
    assert paths
    for path in paths:
        assert ["refused: : holds none of order, orders"] == [
            verdict(one) for one in outcomes("amazon", path.read_bytes())
        ]


def shopify_orders(fixtures_dir: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    paths = [
        *sorted((fixtures_dir / "shopify-api-ruby").glob("*/*.order.*.json")),
        *sorted((fixtures_dir / "shopify_python_api").glob("order*.json")),
    ]
    for path in paths:
        content = json.loads(path.read_text())
        yield from ((path.name, order) for order in content.get("orders", [content.get("order")]))


def test_every_real_shopify_order_is_placed_as_it_says_or_refused_as_listed(fixtures_dir: Path) -> None:
    refused: dict[str, str] = {}
    placed = 0
    for name, order in shopify_orders(fixtures_dir):
        (outcome,) = outcomes("shopify", order, (("X-Shopify-Topic", b"orders/create"),))
        if verdict(outcome).startswith("refused"):
            refused[name] = verdict(outcome)
            continue
        placed += 1
        found = message(outcome)
        assert isinstance(found, OrderPlaced)
        assert f"shopify_eu:{order['id']}" == found.order_id
        assert order["currency"] == found.currency
        quantities = [(str(line["id"]), line["quantity"] * 1_000_000) for line in order["line_items"]]
        assert quantities == [(line.line_id, line.quantity) for line in found.lines]
        assert [line["sku"] or str(line["variant_id"]) for line in order["line_items"]] == [
            line.item_id for line in found.lines
        ]
        assert [Decimal(line["price"]) for line in order["line_items"]] == [
            Decimal(format_amount(line.unit_price)) for line in found.lines
        ]
        assert ((order.get("shipping_address") or {}).get("city") or "") == found.ship_to.city
    assert REFUSED_SHOPIFY == refused
    assert 40 <= placed


def test_a_real_shopify_order_that_was_cancelled_asks_to_cancel(fixtures_dir: Path) -> None:
    cancelled = [order for _, order in shopify_orders(fixtures_dir) if order.get("cancelled_at")]
    assert cancelled
    for order in cancelled:
        (outcome,) = outcomes("shopify", order, (("X-Shopify-Topic", b"orders/cancelled"),))
        assert "OrderCancelRequested" == verdict(outcome)
