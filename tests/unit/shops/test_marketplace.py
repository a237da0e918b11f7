"""A marketplace hears of each shipment once and shows the newest quantity, whatever happens to calls and answers."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.erp.conversations.conversing_erp import ConversingErp
from connectors.erp.http.wire import HttpWire
from connectors.shops.marketplace.rules import MarketplaceRules
from connectors.shops.marketplace.settings import MarketplaceSettings
from domain.messages.dispatch import ErpCommand, Outcome
from domain.quantities import Quantity
from tests.unit.erp.commands import PERMIT, create, query
from tests.unit.shops.doubles import Fault, FaultyWire, Saying, served
from tests.unit.shops.marketplace_double import MarketplaceDouble
from tests.unit.shops.reports import availability, next_attempt, reported, shipment, with_lines

TOKEN = "token-of-the-marketplace"  # noqa: S105 - of the double
SHIPMENT = shipment("M/1 ü", "S-1", (("1", 2), ("2", 1)))


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> MarketplaceRules:
    return rules_with(tmp_path_factory.mktemp("secrets") / "token", TOKEN)


def rules_with(path: Path, token: str) -> MarketplaceRules:
    path.write_text(f"{token}\n", encoding="utf-8")
    return MarketplaceRules(MarketplaceSettings(token_file=path))


def double() -> MarketplaceDouble:
    return MarketplaceDouble({"M/1 ü": {"1": 5, "2": 1}}, {"A B/1": "7"}, token=TOKEN)


def adapter_to(rules: MarketplaceRules, shop: MarketplaceDouble, faults: Iterable[Fault] = ()) -> ConversingErp:
    return ConversingErp(rules, FaultyWire(shop, faults))


@given(faults=st.lists(st.sampled_from(Fault), max_size=8))
def test_a_shipment_has_one_effect_whatever_happens(rules: MarketplaceRules, faults: Sequence[Fault]) -> None:
    shop = double()
    ended = reported(adapter_to(rules, shop, faults), SHIPMENT)
    assert {Outcome.APPLIED, Outcome.DUPLICATE} >= {ended.outcome}
    assert "M-1" == ended.response.document_number
    assert [{"1": "2", "2": "1"}] == [
        {line["line_id"]: line["quantity"] for line in each["lines"]} for each in shop.shipments
    ]


@pytest.mark.parametrize("fault", (Fault.LOST_ANSWER, Fault.GATEWAY_AFTER))
def test_a_connector_that_does_not_look_up_ships_twice_where_keys_are_not_remembered(
    rules: MarketplaceRules, fault: Fault
) -> None:
    shop = double()
    shop.has_idempotency = False
    once = shipment("M/1 ü", "S-1", (("1", 2),))
    reported(adapter_to(rules, shop, (fault,)), once, looks_up=False)
    assert 2 == len(shop.shipments)
    shop = double()
    shop.has_idempotency = False
    reported(adapter_to(rules, shop, (fault,)), once)
    assert 1 == len(shop.shipments)


@given(faults=st.lists(st.sampled_from(Fault), max_size=8))
def test_the_quantity_is_set_whatever_happens(rules: MarketplaceRules, faults: Sequence[Fault]) -> None:
    shop = double()
    reported(adapter_to(rules, shop, faults), availability("A B/1", 3))
    assert {"A B/1": "3"} == shop.items


def test_a_quantity_that_somebody_else_changed_is_not_the_one_that_was_reported(rules: MarketplaceRules) -> None:
    shop = double()
    adapter = adapter_to(rules, shop)
    assert Outcome.NOT_FOUND == adapter.find(query(availability("A B/1", 3))).outcome
    assert Outcome.DUPLICATE == adapter.find(query(availability("A B/1", 7))).outcome


def test_a_marketplace_shows_parts_of_a_unit_and_never_less_than_nothing(rules: MarketplaceRules) -> None:
    shop = double()
    adapter = adapter_to(rules, shop)
    for quantity, shown in ((1_500_000, "1.5"), (-1, "0")):
        line = replace(availability("A B/1", 1).document.lines[0], quantity=quantity, unit="KGM")
        command = with_lines(availability("A B/1", 1), line)
        adapter.execute(command, PERMIT)
        assert {"A B/1": shown} == shop.items
        assert Outcome.DUPLICATE == adapter.find(query(command)).outcome


@pytest.mark.parametrize(
    ("command", "words"),
    (
        (shipment("M-9", "S-1", (("1", 1),)), "UNKNOWN_ORDER no order M-9"),
        (shipment("M/1 ü", "S-1", (("9", 1),)), "UNKNOWN_LINE"),
        (shipment("M/1 ü", "S-1", (("1", 6),)), "TOO_MANY_UNITS more than is open"),
        (availability("Z", 1), "UNKNOWN_ITEM no item Z"),
        (create(), "a shop cannot do CREATE_SALES_ORDER of this document"),
        (with_lines(availability("A B/1", 1)), "a shop cannot do REPORT_AVAILABILITY of this document"),
    ),
)
def test_what_the_marketplace_refuses_is_refused_with_its_words(
    rules: MarketplaceRules, command: ErpCommand, words: str
) -> None:
    response = adapter_to(rules, double()).execute(command, PERMIT)
    assert (Outcome.REJECTED_BUSINESS, words) == (response.outcome, response.reason)


def test_other_content_under_the_same_key_is_a_conflict(rules: MarketplaceRules) -> None:
    adapter = adapter_to(rules, double())
    adapter.execute(SHIPMENT, PERMIT)
    line = SHIPMENT.document.lines[0]
    other = with_lines(SHIPMENT, replace(line, quantity=Quantity(1_000_000)))
    assert Outcome.REJECTED_BUSINESS == adapter.execute(next_attempt(other), PERMIT).outcome


def test_too_many_calls_are_made_later(rules: MarketplaceRules) -> None:
    response = adapter_to(rules, double(), (Fault.THROTTLED,)).execute(SHIPMENT, PERMIT)
    assert (Outcome.REJECTED_TRANSIENT, 2_000) == (response.outcome, response.retry_after_ms)


def test_a_wrong_token_is_told_without_the_token_and_nothing_is_lost(tmp_path: Path) -> None:
    rules = rules_with(tmp_path / "token", "a-wrong-token")
    response = adapter_to(rules, double()).execute(SHIPMENT, PERMIT)
    assert (Outcome.REJECTED_TRANSIENT, "UNAUTHORIZED not Bearer ***") == (response.outcome, response.reason)


def test_an_answer_to_another_call_proves_nothing(rules: MarketplaceRules) -> None:
    first = double().answer(next(rules.find(query(SHIPMENT))))
    adapter = ConversingErp(rules, FaultyWire(Saying(first)))
    assert Outcome.NOT_FOUND == adapter.find(query(SHIPMENT)).outcome
    assert Outcome.UNKNOWN == adapter.find(query(next_attempt(SHIPMENT))).outcome


def test_it_works_over_http(rules: MarketplaceRules) -> None:
    shop = double()
    with served(shop) as url:
        adapter = ConversingErp(rules, HttpWire(url, 2, 5_000))
        assert adapter.reachable()
        assert Outcome.APPLIED == adapter.execute(SHIPMENT, PERMIT).outcome
        assert Outcome.DUPLICATE == adapter.find(query(SHIPMENT)).outcome
        assert Outcome.APPLIED == adapter.execute(availability("A B/1", 4), PERMIT).outcome
        adapter.close()
    assert (1, {"A B/1": "4"}) == (len(shop.shipments), shop.items)


@pytest.mark.parametrize("fault", (Fault.PORTAL, Fault.GATEWAY_BEFORE, Fault.LOST_CALL, Fault.THROTTLED))
def test_what_is_not_its_own_good_answer_is_no_sign_of_health(rules: MarketplaceRules, fault: Fault) -> None:
    assert not adapter_to(rules, double(), (fault,)).reachable()
    assert adapter_to(rules, double()).reachable()
