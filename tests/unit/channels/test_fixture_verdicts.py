"""The verdict on files that sources sent, or could have sent: which become orders, and why the rest does not."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors.formats.mapping import map_record
from domain.identifiers import SourceId
from domain.messages.orders import OrderPlaced
from domain.money.amounts import format_amount
from tests.fixture_sets import OURS, FixtureSet, fixture_sets
from tests.unit.channels.given import CHANNELS, grand_total, message, outcomes, record, verdict

WIDGETS = "placed edi_wholesale:12:4405197800:4405197800:08292233294: 6 lines, 1310 units, 13045.94 USD"
WIDGETS_OF_SET = "placed edi_wholesale:ZZ:ABCDEFGHIJKLMNO:4405197800:08292233294: 2 lines, 340 units, 4143.8 USD"
HARBOR = "placed edi_wholesale:ZZ:HARBORTOOLS:HARBORTOOLS:"
NO_RULE = "refused: : no rule of the channel file fits this document "
NOTHING_ORDERED = (
    "refused: lines: there is nothing in line_items: the source left it out, or the channel file names a wrong path"
    " (one that says may_be_empty: true takes it)"
)
NO_ORDER = "refused: : no rule of the channel file fits this document"
OTHER_CONTROL_NUMBER = "unreadable: control number 000000055 in ISA13 and 000000001 in IEA02"
NO_FIRM_ORDER = (
    "refused: : the type of the order (data element 92) says that it is no firm order of goods: a blanket order,"
    " a quote, a copy, an agreement. Its releases (RL) are placed"
)


def no_rule(seen: str) -> str:
    """What a set is refused with that is neither an order nor an acknowledgement."""
    paths = ("BCH.01", "N1.ST.N3", "POC", "DTM.002.02", "DTM.010.02", "SAC", "MSG", "all.N9.0.MSG")
    changed = ", ".join(f"{path} is missing" for path in paths)
    return f"{NO_RULE}({seen}, {changed}, and 5 others)"


OUR_X12 = [
    ("x12/850.plain.edi", [f"{HARBOR}HT-5001: 3 lines, 39 units, 251.5 USD"]),
    (
        "x12/850.two_sets.edi",
        [
            f"{HARBOR}HT-5002: 1 lines, 24 units, 84 USD",
            f"{HARBOR}HT-5003: 2 lines, 15 units, 167.5 USD",
        ],
    ),
    (
        "x12/850.pipes_and_lines.edi",
        [f"{HARBOR}HT-5004: 3 lines, 39 units, 251.5 USD"],
    ),
    ("x12/850.one_line.edi", [f"{HARBOR}HT-5005: 2 lines, 34 units, 206.5 USD"]),
    ("x12/850.no_ship_to.edi", [f"{HARBOR}HT-5012: 1 lines, 24 units, 84 USD"]),
    ("x12/850.cancel.edi", ["OrderCancelRequested"]),
    ("x12/850.change.edi", ["shown edi_wholesale:ZZ:HARBORTOOLS:HARBORTOOLS:HT-5001: 3 lines, 39 units, 251.5 USD"]),
    ("x12/850.unknown_unit.edi", ["refused: lines.1.unit: 'ZZ' is not in the code list 'unit'"]),
    ("x12/850.id_missing.edi", ["refused: PO1.1: a product id qualifier without its id"]),
    (
        "x12/850.wrong_total.edi",
        [f"{HARBOR}HT-5008: 3 lines, 39 units, 251.5 USD, goods of 999 disputed"],
    ),
    ("x12/850.wrong_count.edi", ["refused: SE.01: SE01 counts 20 segments, 17 were found"]),
    (
        "x12/850.other_control_number.edi",
        ["unreadable: control number 000000007 in ISA13 and 000000008 in IEA02"],
    ),
    ("x12/850.groups_missing.edi", ["unreadable: IEA01 counts 2 groups, 1 were found"]),
    ("x12/855.acknowledgment.edi", [no_rule("ST.01 is '855', BEG.01 is missing")]),
    ("x12/order.edifact.edi", ["unreadable: does not begin with an ISA segment of 16 elements"]),
    ("x12/not_x12.edi", ["unreadable: does not begin with an ISA segment of 16 elements"]),
]

OUR_AMAZON = [
    ("getOrder.200.one_line.json", ["shown amazon_uk:204-0000001-0000001: 1 lines, 3 units, 59.97 GBP"]),
    ("getOrder.200.no_buyer.json", ["shown amazon_uk:204-0000001-0000002: 2 lines, 3 units, 7 GBP"]),
    ("getOrder.200.no_address.json", ["shown amazon_uk:204-0000001-0000003: 1 lines, 1 units, 19.99 GBP"]),
    (
        "searchOrders.200.two.json",
        [
            "shown amazon_uk:204-0000001-0000004: 1 lines, 8 units, 10 GBP",
            "shown amazon_uk:250-0000001-0000005: 1 lines, 1 units, 2400 JPY",
        ],
    ),
    ("getOrder.404.json", [NO_ORDER]),
]

OUR_WMS = {
    "receipt.json": ["GoodsReceived"],
    "stock_adjusted.json": ["StockAdjusted"],
    "shipment.json": ["OrderShipped"],
    "shipment_without_quantity.json": ["refused: lines.1.quantity: is missing (quantity)"],
    "unknown_event.json": [NO_RULE + "(event is 'forklift_repaired')"],
}

PURCHASE_ORDERS = [
    ("node-x12/850.edi", [WIDGETS]),
    ("node-x12/850_2.edi", [WIDGETS]),
    ("node-x12/850_fat.edi", [WIDGETS, WIDGETS]),
    ("node-x12/850_3.edi", ["refused: lines.1.unit: 'KI' is not in the code list 'unit'"]),
    ("EdiEngine/850.OK.edi", [WIDGETS.replace("12:4405197800:", "ZZ:ABCDEFGHIJKLMNO:")]),
    ("EdiEngine/850.SyntaxNotes.ERR.edi", ["refused: PO1.1: a product id qualifier without its id"]),
    (
        "EdiEngine/850.Composite.SLN.OK.edi",
        [f"{WIDGETS_OF_SET}, goods of 13045.94 disputed"],
    ),
    ("stupidedi/004010/PO850/pass/1.edi", ["placed edi_wholesale:ZZ:SENDER:SENDER:PO12345: 1 lines, 1 units, 10 USD"]),
    (
        "stupidedi/004010/X357_SC850_Aerospace_Industry_Purchase_Order/pass/basic-po.edi",
        ["placed edi_wholesale:ZZ:123456789012345:1234567890:508517:1001: 1 lines, 48 units, 144 USD"],
    ),
    (
        "stupidedi/004010/X357_SC850_Aerospace_Industry_Purchase_Order/pass/taxexempt-po.edi",
        ["placed edi_wholesale:ZZ:123456789012345:1234567890:XX-1234: 1 lines, 25 units, 900 USD"],
    ),
    (
        "stupidedi/003050/PO850/fail/1.edi",
        ["placed edi_wholesale:16:054481205NPPT:54481205:NP00001234: 1 lines, 3 units, 3.63 USD"],
    ),
    ("stupidedi/003010/PO850/fail/1.edi", ["refused: SE.01: SE01 counts 28 segments, 27 were found"]),
    (
        "x12-types/004010_850.edi",
        ["placed edi_wholesale:ZZ:SENDERISA:SENDERGS:A99999-01: 7 lines, 207 units, 2554.38 USD"],
    ),
    ("EDI.Net/x12.850.edi", [OTHER_CONTROL_NUMBER]),
    ("EDI.Net/x12.850a.edi", [OTHER_CONTROL_NUMBER]),
    ("EDI.Net/x12.850.issue135.edi", [NO_FIRM_ORDER] * 2),
    ("EDI.Net/x12.810.mandatory-conditions.edi", [OTHER_CONTROL_NUMBER]),
    ("EDI.Net/x12.Issue91.edi", [OTHER_CONTROL_NUMBER]),
    ("EDI.Net/x12.Issue101.edi", [OTHER_CONTROL_NUMBER]),
    ("EDI.Net/x12.Issue172.edi", [OTHER_CONTROL_NUMBER]),
    (
        "php-edi-coedition/850-sample.edi",
        [
            "placed edi_wholesale:ZZ:COMPANY:COMPANY:117649143: 1 lines, 1 units, 32.96 USD",
            "placed edi_wholesale:ZZ:COMPANY:COMPANY:117649153: 1 lines, 1 units, 5.38 USD",
            "placed edi_wholesale:ZZ:COMPANY:COMPANY:117649160: 1 lines, 1 units, 45.72 USD",
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
    ("EdiEngine/WrongGroupsAndTranCount.edi", ["unreadable: IEA01 counts 2 groups, 1 were found"]),
    ("EdiEngine/MultipleInterchangesAndGroups.edi", [no_rule("ST.01 is '940', BEG.01 is missing")] * 6),
    ("EdiEngine/940_Failed_SE01.edi", ["refused: SE.01: SE01 counts 12 segments, 9 were found"]),
    ("node-x12/855.edi", [no_rule("ST.01 is '855', BEG.01 is missing")]),
    ("x12-types/004060_856.edi", [no_rule("ST.01 is '856', BEG.01 is missing")]),
    ("EDI.Net/edifact.01.edi", ["unreadable: does not begin with an ISA segment of 16 elements"]),
]

THEIR_AMAZON = [
    ("getOrder.200.example.json", ["shown amazon_uk:202-1234567-8901234: 1 lines, 3 units, 103.97 GBP"]),
    ("getOrder.200.sandbox1.json", ["shown amazon_uk:171-9876543-2109876: 1 lines, 1 units, 299.9 BRL"]),
    ("getOrder.200.sandbox2.json", ["shown amazon_uk:028-1234567-8901234: 1 lines, 2 units, 125 TRY"]),
    ("getOrder.200.sandbox3.json", ["shown amazon_uk:114-9876543-1234567: 1 lines, 1 units, 49.99 USD"]),
    ("getOrder.400.sandbox1.json", [NO_ORDER]),
    ("searchOrders.200.example.json", ["shown amazon_uk:123-4567890-1234567: 2 lines, 3 units, 154.99 USD"]),
    ("searchOrders.200.sandbox1.json", ["shown amazon_uk:250-1234567-8901234: 2 lines, 3 units, 19940 JPY"]),
    ("searchOrders.200.sandbox2.json", ["shown amazon_uk:202-7654321-1098765: 1 lines, 1 units, 34.99 GBP"]),
    ("searchOrders.200.sandbox3.json", ["shown amazon_uk:171-2345678-9012345: 1 lines, 1 units, 1599.9 BRL"]),
    ("searchOrders.400.sandbox1.json", [NO_ORDER]),
]

REFUSED_SHOPIFY = {
    "ours": {
        "get.order.some_fields.json": "refused: occurred_at: is missing (created_at)",
        "get.order.without_lines.json": NOTHING_ORDERED,
    },
    "theirs": {
        "2024_10.order.02.get.orders.json": NOTHING_ORDERED,
        "2024_10.order.05.get.orders-450789469.json": "refused: occurred_at: is missing (created_at)",
        "orders.json": NOTHING_ORDERED,
    },
}
"""Answers that Shopify cut down to some fields; all others are placed."""

DISPUTED_SHOPIFY: dict[str, set[str]] = {"ours": set(), "theirs": {"order.json"}}
"""Their lines do not add up to what they state: the file is from 2009, and shortened."""
PLACED_SHOPIFY = {"ours": 6, "theirs": 40}
"""At least so many orders are placed."""

TEST_INTERCHANGES = frozenset(
    {
        "stupidedi/004010/PO850/pass/1.edi",
        "stupidedi/004010/X357_SC850_Aerospace_Industry_Purchase_Order/pass/basic-po.edi",
        "stupidedi/004010/X357_SC850_Aerospace_Industry_Purchase_Order/pass/taxexempt-po.edi",
        "stupidedi/003050/PO850/fail/1.edi",
        "x12-types/004010_850.edi",
        "EDI.Net/x12.850.issue135.edi",
    }
)
"""They are marked as tests, and passed over; the table says what becomes of them where the file takes tests as live."""

TESTS_ARE_LIVE = CHANNELS[SourceId("edi_wholesale")].model_copy(update={"test_interchanges": "live"})

X12 = {"ours": OUR_X12, "theirs": [*PURCHASE_ORDERS, *OTHER_X12]}
AMAZON = {"ours": OUR_AMAZON, "theirs": THEIR_AMAZON}


def rows(table: Mapping[str, list[tuple[str, list[str]]]]) -> list[Any]:
    """A table's rows for the sets that are here."""
    return [
        pytest.param(one, name, expected, id=f"{one.name}-{name}")
        for one in fixture_sets()
        for name, expected in table[one.name]
    ]


@pytest.mark.parametrize(("one", "name", "expected"), rows(X12))
def test_the_verdict_on_x12(one: FixtureSet, name: str, expected: list[str]) -> None:
    value = (one.folder / name).read_bytes()
    found = [verdict(each) for each in outcomes("edi_wholesale", value)]
    if name in TEST_INTERCHANGES:
        assert ["passed over: interchange of usage T"] * len(expected) == found
        found = [verdict(each) for each in map_record(TESTS_ARE_LIVE, record(value))]
    assert expected == found


def test_every_purchase_order_has_its_verdict(fixtures: FixtureSet) -> None:
    found = {str(path.relative_to(fixtures.folder)) for path in fixtures.files(fixtures.x12) if is_850(path)}
    assert set() == found - {name for name, _ in X12[fixtures.name]}


def is_850(path: Path) -> bool:
    content = path.read_bytes()
    return b"ST*850*" in content or b"ST|850|" in content


@pytest.mark.parametrize(("one", "name", "expected"), rows(AMAZON))
def test_the_verdict_on_amazon_orders(one: FixtureSet, name: str, expected: list[str]) -> None:
    content = json.loads((one.folder / one.amazon).with_name(name).read_text(), parse_float=str)
    body = json.dumps(content.get("response", content)).encode()
    assert expected == [verdict(each).partition(" (")[0] for each in outcomes("amazon", body)]


def test_every_amazon_answer_has_its_verdict(fixtures: FixtureSet) -> None:
    assert {name for name, _ in AMAZON[fixtures.name]} == {path.name for path in fixtures.files(fixtures.amazon)}


def test_orders_of_amazons_old_api_without_their_items_are_refused_each_with_a_reason(fixtures: FixtureSet) -> None:
    for path in fixtures.files(fixtures.amazon_v0):
        content = json.loads(path.read_text(), parse_float=str)
        for one in outcomes("amazon", json.dumps(content.get("response", content)).encode()):
            assert verdict(one).startswith(("refused: ", "passed over: pending order"))


def test_the_verdict_on_messages_of_a_warehouse() -> None:
    assert OUR_WMS == {
        path.name: [verdict(one) for one in outcomes("wms_central", path.read_bytes())]
        for path in OURS.files("wms/*.json")
    }


def shopify_orders(fixtures: FixtureSet) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in fixtures.files(*fixtures.shopify):
        content = json.loads(path.read_text())
        yield from ((path.name, order) for order in content.get("orders", [content.get("order")]))


def test_every_shopify_order_is_placed_as_it_says_or_refused_as_listed(fixtures: FixtureSet) -> None:
    refused: dict[str, str] = {}
    disputed: set[str] = set()
    placed = 0
    for name, order in shopify_orders(fixtures):
        order["cancelled_at"] = None
        (outcome,) = outcomes("shopify", order, (("X-Shopify-Topic", b"orders/create"),))
        if verdict(outcome).startswith("refused"):
            refused[name] = verdict(outcome)
            continue
        placed += 1
        found = message(outcome)
        assert isinstance(found, OrderPlaced)
        if found.disputed_totals:
            disputed.add(name)
        elif "total_price" in order:
            assert Decimal(order["total_price"]) == Decimal(format_amount(grand_total(found)))
        assert f"shopify_eu:{order['id']}" == found.order_id
        assert order["currency"] == found.currency
        quantities = [(str(line["id"]), line["quantity"] * 1_000_000) for line in order["line_items"]]
        assert quantities == [(line.line_id, line.quantity) for line in found.lines]
        items = [line["sku"] or line["variant_id"] or f"custom/{line['title']}" for line in order["line_items"]]
        assert [str(item) for item in items] == [line.item_id for line in found.lines]
        assert [Decimal(line["price"]) for line in order["line_items"]] == [
            Decimal(format_amount(line.unit_price)) for line in found.lines
        ]
        address = order.get("shipping_address") or order.get("billing_address") or {}
        assert (address.get("city") or "") == found.ship_to.city
    assert REFUSED_SHOPIFY[fixtures.name] == refused
    assert DISPUTED_SHOPIFY[fixtures.name] == disputed
    assert PLACED_SHOPIFY[fixtures.name] <= placed


@pytest.mark.parametrize("topic", (b"orders/create", b"orders/updated"))
def test_a_shopify_order_that_is_cancelled_already_is_shown_as_cancelled(fixtures: FixtureSet, topic: bytes) -> None:
    cancelled = [order for _, order in shopify_orders(fixtures) if order.get("cancelled_at")]
    assert cancelled
    for order in cancelled:
        (outcome,) = outcomes("shopify", order, (("X-Shopify-Topic", topic),))
        assert verdict(outcome).startswith("cancelled shopify_eu:")


def test_a_shopify_order_that_was_cancelled_asks_to_cancel(fixtures: FixtureSet) -> None:
    cancelled = [order for _, order in shopify_orders(fixtures) if order.get("cancelled_at")]
    assert cancelled
    for order in cancelled:
        (outcome,) = outcomes("shopify", order, (("X-Shopify-Topic", b"orders/cancelled"),))
        assert "OrderCancelRequested" == verdict(outcome)
