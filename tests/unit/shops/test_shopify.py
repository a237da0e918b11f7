"""A Shopify shop has one fulfilment of each shipment and shows the newest quantity, whatever happens."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.erp.classification import NOT_FOUND
from connectors.erp.conversations.conversation import Conversation, Proven
from connectors.erp.conversations.conversing_erp import ConversingErp
from connectors.erp.http.exchange import ErpReply
from connectors.erp.http.wire import HttpWire
from connectors.shops.reporting import ShopRules
from connectors.shops.shopify.rules import Shopify, ShopifyRules
from connectors.shops.shopify.settings import ShopifySettings
from domain.messages.dispatch import ErpCommand, Outcome
from tests.unit.erp.commands import PERMIT, query
from tests.unit.shops.doubles import Fault, FaultyWire, Saying, reply, served
from tests.unit.shops.reports import availability, next_attempt, reported, shipment, with_unit
from tests.unit.shops.shopify_double import LOCATION, OpenLine, ShopifyDouble, Stocked

TOKEN = "shpat_0123456789abcdef"  # noqa: S105 - of the double
SHIPMENT = shipment("1001", "S-1", (("11", 2), ("12", 1), ("13", 1)))


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> ShopifySettings:
    path = tmp_path_factory.mktemp("secrets") / "token"
    path.write_text(TOKEN, encoding="utf-8")
    return ShopifySettings(access_token_file=path, location_id=LOCATION)


@pytest.fixture(scope="module")
def rules(settings: ShopifySettings) -> ShopifyRules:
    return ShopifyRules(settings)


def double() -> ShopifyDouble:
    elsewhere = [OpenLine("11", 9), OpenLine("12", 9), OpenLine("13", 9)]
    here = [OpenLine("11", 5), OpenLine("12", 5), OpenLine("13", 1)]
    items = {"51": Stocked("41", "ab 1", {LOCATION: 7, "8": 1}), "52": Stocked("42", None, {LOCATION: 7})}
    items |= {
        "53": Stocked("43", "AB 12", {"8": 1}),
        "54": Stocked("44", "TWICE", {}),
        "55": Stocked("45", "twice", {}),
    }
    return ShopifyDouble(
        TOKEN, {"1001": {"31": ("OPEN", "8", elsewhere), "32": ("OPEN", LOCATION, here)}, "1002": {}}, items
    )


def adapter_to(rules: ShopRules, shop: ShopifyDouble, faults: Iterable[Fault] = ()) -> ConversingErp:
    return ConversingErp(rules, FaultyWire(shop, faults))


def fulfilled(shop: ShopifyDouble) -> Sequence[Mapping[str, Any]]:
    return shop.fulfilments.get("1001", ())


@given(faults=st.lists(st.sampled_from(Fault), max_size=14))
def test_a_shipment_is_fulfilled_once_whatever_happens(rules: ShopifyRules, faults: Sequence[Fault]) -> None:
    shop = double()
    ended = reported(adapter_to(rules, shop, faults), SHIPMENT)
    assert ended.outcome in {Outcome.APPLIED, Outcome.DUPLICATE}
    assert "1" == ended.response.document_number
    assert [("T-1", "DHL", [("11", 2), ("12", 1), ("13", 1)])] == [
        (each["tracking"], each["company"], each["lines"]) for each in fulfilled(shop)
    ]


class Forgetful(Shopify):
    """A planted bug: it never looks whether the shipment is there already."""

    def _reported(self, *_: object) -> Conversation:
        return Proven(NOT_FOUND)
        yield  # a conversation without a call


@pytest.mark.parametrize("fault", (Fault.LOST_ANSWER, Fault.GATEWAY_AFTER))
def test_rules_that_do_not_look_up_fulfil_twice(settings: ShopifySettings, fault: Fault) -> None:
    partly = shipment("1001", "S-1", (("11", 2),))
    last_call = (Fault.NONE,) * 5 + (fault,)
    for rules, effects in ((ShopRules(Forgetful(settings)), 2), (ShopifyRules(settings), 1)):
        shop = double()
        reported(adapter_to(rules, shop, last_call), partly)
        assert effects == len(fulfilled(shop))


def test_partial_shipments_are_fulfilments_of_their_own(rules: ShopifyRules) -> None:
    shop = double()
    adapter = adapter_to(rules, shop)
    first, second = (shipment("1001", f"S-{n}", (("11", n),), tracking=f"T-{n}") for n in (1, 2))
    assert [Outcome.APPLIED] * 2 == [adapter.execute(each, PERMIT).outcome for each in (first, second)]
    assert Outcome.DUPLICATE == adapter.execute(first, PERMIT).outcome
    assert [("T-1", [("11", 1)]), ("T-2", [("11", 2)])] == [(e["tracking"], e["lines"]) for e in fulfilled(shop)]


def test_one_parcel_may_be_two_shipments(rules: ShopifyRules) -> None:
    shop = double()
    adapter = adapter_to(rules, shop)
    adapter.execute(shipment("1001", "S-1", (("11", 1),)), PERMIT)
    other = shipment("1001", "S-2", (("12", 1),))
    assert Outcome.NOT_FOUND == adapter.find(query(other)).outcome
    assert Outcome.APPLIED == adapter.execute(other, PERMIT).outcome


def test_a_shipment_without_a_tracking_number_is_found_by_its_id(rules: ShopifyRules) -> None:
    shop = double()
    adapter = adapter_to(rules, shop)
    command = shipment("1001", "S-7", (("11", 1),), tracking=" ", carrier="")
    adapter.execute(command, PERMIT)
    assert ("S-7", "Other") == (fulfilled(shop)[0]["tracking"], fulfilled(shop)[0]["company"])
    assert Outcome.DUPLICATE == adapter.find(query(command)).outcome


def test_a_fulfilment_that_was_cancelled_is_not_the_shipment(rules: ShopifyRules) -> None:
    shop = double()
    adapter = adapter_to(rules, shop)
    adapter.execute(SHIPMENT, PERMIT)
    shop.fulfilments["1001"][0]["status"] = "CANCELLED"
    assert Outcome.NOT_FOUND == adapter.find(query(SHIPMENT)).outcome


def test_what_our_location_does_not_have_is_fulfilled_where_it_is_open(rules: ShopifyRules) -> None:
    shop = double()
    more = shipment("1001", "S-1", (("11", 8), ("12", 1)))
    assert Outcome.APPLIED == adapter_to(rules, shop).execute(more, PERMIT).outcome
    assert [[1, 8, 9], [5, 5, 1]] == [
        [line.remaining for line in lines] for _, _, lines in shop.orders["1001"].values()
    ]


@pytest.mark.parametrize(
    ("command", "words"),
    (
        (shipment("1003", "S-1", (("11", 1),)), "Shopify has no order 1003"),
        (shipment("#1001 A", "S-1", (("11", 1),)), "'#1001 A' is no id of a Shopify order"),
        (shipment("A/1001", "S-1", (("11", 1),)), "'A/1001' is no id of a Shopify order"),
        (shipment("1001", "S-1", (("99", 1),)), "line 99: 0 of 1 can be fulfilled"),
        (shipment("1001", "S-1", (("11", 15),)), "line 11: 14 of 15 can be fulfilled"),
        (
            shipment("1001", "S-1", (("11", 14),)),
            "what has left is open at several locations, and a fulfilment is of one",
        ),
        (shipment("1002", "S-1", (("11", 1),)), "line 11: 0 of 1 can be fulfilled"),
        (with_unit(SHIPMENT, "KGM"), "line 11: 2 KGM is no number of pieces"),
        (shipment("1001", "S-1", ()), "the shipment has no lines"),
        (availability("NO", 1), "Shopify has no variant with the SKU NO"),
        (availability("TWICE", 1), "2 variants have the SKU TWICE"),
        (availability("AB 12", 1), f"item AB 12 is not stocked at location {LOCATION}"),
        (with_unit(availability("AB 1", 1), "KGM"), "item AB 1 is counted in KGM, and a shop shows pieces"),
    ),
)
def test_what_cannot_be_reported_is_refused_with_words(rules: ShopifyRules, command: ErpCommand, words: str) -> None:
    shop = double()
    response = adapter_to(rules, shop).execute(command, PERMIT)
    assert (Outcome.REJECTED_BUSINESS, words) == (response.outcome, response.reason)
    assert (0, {}) == (shop.sets, shop.fulfilments)
    assert Outcome.NOT_FOUND == adapter_to(rules, shop).find(query(command)).outcome


def test_an_order_on_hold_cannot_be_fulfilled(rules: ShopifyRules) -> None:
    shop = double()
    shop.orders = {"1001": {"32": ("ON_HOLD", LOCATION, [OpenLine("11", 5)])}}
    response = adapter_to(rules, shop).execute(shipment("1001", "S-1", (("11", 1),)), PERMIT)
    assert (Outcome.REJECTED_BUSINESS, "line 11: 0 of 1 can be fulfilled") == (response.outcome, response.reason)


@given(faults=st.lists(st.sampled_from(Fault), max_size=8))
def test_the_quantity_is_set_whatever_happens(rules: ShopifyRules, faults: Sequence[Fault]) -> None:
    shop = double()
    reported(adapter_to(rules, shop, faults), availability("AB 1", 3))
    assert {LOCATION: 3, "8": 1} == shop.items["51"].available


@pytest.mark.parametrize("version", ("2024-10", "2026-01", "2026-04", "2026-07"))
def test_versions_differ_in_how_a_quantity_is_set(settings: ShopifySettings, version: str) -> None:
    shop = double()
    rules = ShopifyRules(settings.model_copy(update={"api_version": version}))
    assert Outcome.APPLIED == adapter_to(rules, shop).execute(availability("AB 1", 3), PERMIT).outcome
    assert 3 == shop.items["51"].available[LOCATION]


def test_what_somebody_changed_after_a_lost_answer_is_really_set_again(rules: ShopifyRules) -> None:
    shop = double()
    command = availability("AB 1", 3)
    lost = adapter_to(rules, shop, (Fault.NONE, Fault.LOST_ANSWER))
    assert Outcome.UNKNOWN == lost.execute(command, PERMIT).outcome
    shop.items["51"].available[LOCATION] = 9
    adapter = adapter_to(rules, shop)
    assert Outcome.NOT_FOUND == adapter.find(query(command)).outcome
    assert Outcome.APPLIED == adapter.execute(next_attempt(command), PERMIT).outcome
    assert 3 == shop.items["51"].available[LOCATION]


def test_a_variant_without_a_sku_is_named_by_its_id(rules: ShopifyRules) -> None:
    shop = double()
    adapter = adapter_to(rules, shop)
    assert Outcome.NOT_FOUND == adapter.find(query(availability("42", 3))).outcome
    assert Outcome.APPLIED == adapter.execute(availability("42", 3), PERMIT).outcome
    assert Outcome.DUPLICATE == adapter.find(query(availability("42", 3))).outcome


def test_no_shop_shows_less_than_nothing(rules: ShopifyRules) -> None:
    shop = double()
    adapter_to(rules, shop).execute(availability("AB 1", -4), PERMIT)
    assert 0 == shop.items["51"].available[LOCATION]


def test_a_throttled_call_says_when_the_bucket_has_enough(rules: ShopifyRules) -> None:
    shop = double()
    shop.points = 100
    response = adapter_to(rules, shop).execute(SHIPMENT, PERMIT)
    assert (Outcome.REJECTED_TRANSIENT, 501, "THROTTLED Throttled") == (
        response.outcome,
        response.retry_after_ms,
        response.reason,
    )
    assert {} == shop.fulfilments


def test_a_wrong_token_is_told_without_the_token(settings: ShopifySettings, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("shpat_wrong", encoding="utf-8")
    wrong = ShopifyRules(settings.model_copy(update={"access_token_file": tmp_path / "token"}))
    response = adapter_to(wrong, double()).execute(SHIPMENT, PERMIT)
    assert Outcome.REJECTED_TRANSIENT == response.outcome
    assert response.reason == "401 [API] Invalid API key or access token ***"


@pytest.mark.parametrize(
    "answer",
    (
        reply(200, {"data": {"order": None}}),
        reply(200, {"data": {"cOther": {"id": "x"}}}),
        reply(200, b"[]"),
        reply(200, b'{"data": null}'),
        reply(200, {"errors": [{"message": "?", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]}),
        reply(401, {"errors": "a proxy says so"}),
        reply(200, b"[" * 100_000),
        reply(502, b"\xff"),
    ),
)
def test_what_others_say_proves_nothing(rules: ShopifyRules, answer: ErpReply) -> None:
    shop = Saying(answer)
    adapter = ConversingErp(rules, FaultyWire(shop))
    assert Outcome.UNKNOWN == adapter.find(query(SHIPMENT)).outcome
    assert Outcome.REJECTED_TRANSIENT == adapter.execute(SHIPMENT, PERMIT).outcome
    assert not adapter.reachable()


def test_an_order_with_too_many_fulfilments_is_left_to_people(rules: ShopifyRules) -> None:
    shop = double()
    one = {"id": "gid://shopify/Fulfillment/1", "status": "SUCCESS", "tracking": "", "lines": []}
    shop.fulfilments["1001"] = [one] * 100
    assert Outcome.UNKNOWN == adapter_to(rules, shop).find(query(SHIPMENT)).outcome


class Endless(ShopifyDouble):
    """Its lists never end."""

    def _fulfillment(self, *_: object) -> object:
        node = {"quantity": 1, "lineItem": {"id": "gid://shopify/LineItem/9"}}
        return {"lines": {"nodes": [node], "pageInfo": {"hasNextPage": True, "endCursor": "1"}}}


def test_lists_without_an_end_stop_the_report_and_not_the_connector(rules: ShopifyRules) -> None:
    shop = Endless(TOKEN, double().orders)
    one = {"id": "gid://shopify/Fulfillment/1", "status": "SUCCESS", "tracking": "T-1", "lines": []}
    shop.fulfilments["1001"] = [one]
    adapter = adapter_to(rules, shop)
    assert Outcome.UNKNOWN == adapter.find(query(SHIPMENT)).outcome
    assert Outcome.REJECTED_TRANSIENT == adapter.execute(SHIPMENT, PERMIT).outcome


def test_an_order_of_many_parts_stops_the_report_and_not_the_connector(rules: ShopifyRules) -> None:
    parts = {str(number): ("OPEN", LOCATION, [OpenLine("11", 1)]) for number in range(45)}
    adapter = adapter_to(rules, ShopifyDouble(TOKEN, {"1001": parts}))
    response = adapter.execute(shipment("1001", "S-1", (("11", 45),)), PERMIT)
    words = "not done after 40 calls: the order is too large to be reported"
    assert (Outcome.REJECTED_TRANSIENT, words) == (response.outcome, response.reason)


def test_it_works_over_http(rules: ShopifyRules) -> None:
    shop = double()
    with served(shop) as url:
        adapter = ConversingErp(rules, HttpWire(url, 2, 5_000))
        assert adapter.reachable()
        assert Outcome.APPLIED == adapter.execute(SHIPMENT, PERMIT).outcome
        assert Outcome.DUPLICATE == adapter.find(query(replace(SHIPMENT, attempt=2))).outcome
        adapter.close()
