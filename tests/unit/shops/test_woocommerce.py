"""A WooCommerce order has one entry and one note of each shipment, and is completed by the last, whatever happens."""

from collections.abc import Generator, Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.erp.conversations.conversation import Proven
from connectors.erp.conversations.conversing_erp import ConversingErp
from connectors.erp.http.exchange import ErpCall, ErpReply
from connectors.erp.http.wire import HttpWire
from connectors.shops.reporting import ShopRules
from connectors.shops.woocommerce.answers import WooOrder
from connectors.shops.woocommerce.rules import WooCommerce, WooCommerceRules
from connectors.shops.woocommerce.settings import WooCommerceSettings
from domain.messages.dispatch import ErpCommand, Outcome
from tests.unit.erp.commands import PERMIT, query
from tests.unit.shops.doubles import Fault, FaultyWire, Saying, reply, served
from tests.unit.shops.reports import availability, reported, shipment, with_unit
from tests.unit.shops.woocommerce_double import BASE, WooCommerceDouble

SHIPMENT = shipment("727", "S-1", (("315", 2), ("316", 1)), carrier="Brown & <Co>")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> WooCommerceSettings:
    folder = tmp_path_factory.mktemp("secrets")
    (folder / "key").write_text("ck_1", encoding="utf-8")
    (folder / "secret").write_text("cs_2", encoding="utf-8")
    return WooCommerceSettings(
        path=BASE, consumer_key_file=folder / "key", consumer_secret_file=folder / "secret", notify_customer=True
    )


@pytest.fixture(scope="module")
def rules(settings: WooCommerceSettings) -> WooCommerceRules:
    return WooCommerceRules(settings)


def double(status: str = "processing") -> WooCommerceDouble:
    lines = [{"id": 315, "quantity": 2, "meta_data": []}, {"id": 316, "quantity": 1}]
    other = [{"id": 1, "key": "is_vat_exempt", "value": "no"}, {"id": 2, "key": "odd", "value": {"a": [1]}}]
    order = {"id": 727, "status": status, "line_items": lines, "meta_data": other, "refunds": []}
    products = {
        81: {"id": 81, "sku": "a-1", "parent_id": 0, "type": "simple", "stock_quantity": None},
        82: {"id": 82, "sku": "V 1", "parent_id": 80, "type": "variation", "stock_quantity": 4},
        83: {"id": 83, "sku": "TWICE", "parent_id": 0, "type": "simple", "stock_quantity": 4},
        84: {"id": 84, "sku": "twice", "parent_id": 0, "type": "simple", "stock_quantity": 4},
    }
    return WooCommerceDouble("ck_1:cs_2", {727: order}, products)


def adapter_to(rules: ShopRules, shop: WooCommerceDouble, faults: Iterable[Fault] = ()) -> ConversingErp:
    return ConversingErp(rules, FaultyWire(shop, faults))


def entries(shop: WooCommerceDouble) -> Sequence[Any]:
    return [
        msgspec.json.decode(each["value"])
        for each in shop.orders[727]["meta_data"]
        if each["key"].startswith("orderline_shipment_")
    ]


@given(faults=st.lists(st.sampled_from(Fault), max_size=12))
def test_a_shipment_has_one_entry_and_completes_the_order_whatever_happens(
    rules: WooCommerceRules, faults: Sequence[Fault]
) -> None:
    shop = double()
    ended = reported(adapter_to(rules, shop, faults), SHIPMENT)
    assert ended.outcome in {Outcome.APPLIED, Outcome.DUPLICATE}
    assert "702" == ended.response.document_number
    expected = {
        "shipment_id": "S-1",
        "carrier": "Brown & <Co>",
        "tracking_number": "T-1",
        "lines": {"315": 2, "316": 1},
    }
    assert [expected] == entries(shop)
    assert "completed" == shop.orders[727]["status"]
    if Fault.DOUBLED not in faults:
        note = "Shipped by Brown &amp; &lt;Co>, tracking number T-1 [S-1]"
        assert [(note, True)] == [(each["note"], each["customer_note"]) for each in shop.notes]


class Forgetful(WooCommerce):
    """A planted bug: it never sees the entries that are there."""

    def _order(self, command: ErpCommand) -> Generator[ErpCall, ErpReply, WooOrder | Proven]:
        order = yield from super()._order(command)
        return msgspec.structs.replace(order, meta_data=[]) if isinstance(order, WooOrder) else order


def test_rules_that_do_not_look_up_write_twice_where_keys_are_not_unique(settings: WooCommerceSettings) -> None:
    faults = (Fault.NONE, Fault.NONE, Fault.NONE, Fault.LOST_ANSWER)
    for rules, effects in ((ShopRules(Forgetful(settings)), 2), (WooCommerceRules(settings), 1)):
        shop = double()
        shop.has_unique_keys = False
        reported(adapter_to(rules, shop, faults), shipment("727", "S-1", (("315", 1),)))
        assert effects == len(entries(shop))


def test_partial_shipments_complete_the_order_with_the_last(rules: WooCommerceRules) -> None:
    shop = double()
    adapter = adapter_to(rules, shop)
    first, second = shipment("727", "S-1", (("315", 2),)), shipment("727", "S-10", (("316", 1),))
    assert Outcome.APPLIED == adapter.execute(first, PERMIT).outcome
    assert "processing" == shop.orders[727]["status"]
    assert Outcome.NOT_FOUND == adapter.find(query(second)).outcome
    assert Outcome.APPLIED == adapter.execute(second, PERMIT).outcome
    assert "completed" == shop.orders[727]["status"]
    assert [Outcome.DUPLICATE] * 2 == [adapter.execute(each, PERMIT).outcome for each in (first, second)]
    assert (2, 2) == (shop.written, len(shop.notes))


@pytest.mark.parametrize(("refunded", "status"), (("316", "completed"), ("315", "processing"), ("x", "processing")))
def test_what_was_refunded_need_not_leave(rules: WooCommerceRules, refunded: str, status: str) -> None:
    shop = double()
    shop.orders[727]["refunds"] = [{"id": 1, "total": "-5"}]
    line = {"id": 9, "quantity": -1, "meta_data": [{"id": 1, "key": "_refunded_item_id", "value": refunded}]}
    shop.refunds = [{"id": 1, "line_items": [line]}]
    adapter_to(rules, shop).execute(shipment("727", "S-1", (("315", 2),)), PERMIT)
    assert status == shop.orders[727]["status"]


@pytest.mark.parametrize("status", ("on-hold", "cancelled", "refunded", "pending", "completed"))
def test_a_shipment_does_not_complete_what_is_over_or_not_paid(rules: WooCommerceRules, status: str) -> None:
    shop = double(status)
    assert Outcome.APPLIED == adapter_to(rules, shop).execute(SHIPMENT, PERMIT).outcome
    assert (status, 1) == (shop.orders[727]["status"], len(entries(shop)))


def test_an_entry_that_somebody_has_edited_counts_for_nothing(rules: WooCommerceRules) -> None:
    shop = double()
    adapter = adapter_to(rules, shop)
    adapter.execute(shipment("727", "S-1", (("315", 2),)), PERMIT)
    shop.orders[727]["meta_data"][-1]["value"] = "[" * 9
    adapter.execute(shipment("727", "S-2", (("316", 1),)), PERMIT)
    assert "processing" == shop.orders[727]["status"]


@given(faults=st.lists(st.sampled_from(Fault), max_size=8))
def test_the_stock_is_set_whatever_happens(rules: WooCommerceRules, faults: Sequence[Fault]) -> None:
    shop = double()
    for item, product in (("A-1", 81), ("V 1", 82)):
        reported(adapter_to(rules, shop, faults), availability(item, 3))
        assert (3, True) == (shop.products[product]["stock_quantity"], shop.products[product]["manage_stock"])


@pytest.mark.parametrize(
    ("command", "words"),
    (
        (shipment("728", "S-1", (("315", 1),)), "WooCommerce has no order 728"),
        (shipment("A/7", "S-1", (("315", 1),)), "'A/7' is no id of a WooCommerce order"),
        (shipment("727", "S-1", (("1", 1), ("315", 1))), "the order has no line 1"),
        (with_unit(SHIPMENT, "KGM"), "line 315: 2 KGM is no number of pieces"),
        (availability("NO", 1), "no product has the SKU NO"),
        (availability("TWICE", 1), "2 products have the SKU TWICE"),
    ),
)
def test_what_cannot_be_reported_is_refused_with_words(
    rules: WooCommerceRules, command: ErpCommand, words: str
) -> None:
    shop = double()
    adapter = adapter_to(rules, shop)
    response = adapter.execute(command, PERMIT)
    assert (Outcome.REJECTED_BUSINESS, words) == (response.outcome, response.reason)
    assert (0, []) == (shop.written, shop.notes)
    assert Outcome.NOT_FOUND == adapter.find(query(command)).outcome


def test_a_wrong_key_is_told_without_the_key_and_nothing_is_lost(settings: WooCommerceSettings, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("ck_wrong", encoding="utf-8")
    wrong = WooCommerceRules(settings.model_copy(update={"consumer_key_file": tmp_path / "key"}))
    response = adapter_to(wrong, double()).execute(SHIPMENT, PERMIT)
    assert (Outcome.REJECTED_TRANSIENT, "woocommerce_rest_authentication_error Consumer key *** is invalid.") == (
        response.outcome,
        response.reason,
    )


@pytest.mark.parametrize(
    "answer",
    (
        reply(200, {"id": 728, "status": "x", "line_items": [], "meta_data": []}),
        reply(200, []),
        reply(404, {"code": "woocommerce_rest_shop_order_invalid_id", "message": "?", "data": {"status": 200}}),
        reply(404, {"code": "woocommerce_rest_shop_order_invalid_id", "message": "?", "data": None}),
        reply(500, {"code": "internal_server_error", "message": "?", "data": {"status": 500}}),
        reply(200, b"[" * 100_000),
    ),
)
def test_what_others_say_proves_nothing(rules: WooCommerceRules, answer: ErpReply) -> None:
    adapter = ConversingErp(rules, FaultyWire(Saying(answer)))
    for command in (SHIPMENT, availability("A-1", 1)):
        assert Outcome.UNKNOWN == adapter.find(query(command)).outcome
        assert Outcome.REJECTED_TRANSIENT == adapter.execute(command, PERMIT).outcome
    assert not adapter.reachable()


def test_the_hosts_limit_is_kept(rules: WooCommerceRules) -> None:
    response = adapter_to(rules, double(), (Fault.THROTTLED,)).execute(SHIPMENT, PERMIT)
    assert (Outcome.REJECTED_TRANSIENT, 3_000) == (response.outcome, response.retry_after_ms)


def test_it_works_over_http(rules: WooCommerceRules) -> None:
    shop = double()
    with served(shop) as url:
        adapter = ConversingErp(rules, HttpWire(url, 2, 5_000))
        assert adapter.reachable()
        assert Outcome.APPLIED == adapter.execute(SHIPMENT, PERMIT).outcome
        assert Outcome.DUPLICATE == adapter.find(query(SHIPMENT)).outcome
        adapter.close()
