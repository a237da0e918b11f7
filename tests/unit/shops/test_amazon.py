"""Amazon has one package of each shipment and offers the newest quantity, whatever happens to calls and tokens."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.erp.conversations.conversing_erp import ConversingErp
from connectors.erp.http.exchange import ErpReply
from connectors.erp.http.wire import HttpWire
from connectors.shops.amazon.rules import AmazonRules
from connectors.shops.amazon.settings import AmazonSettings
from domain.messages.dispatch import ErpCommand, Outcome
from tests.unit.erp.commands import PERMIT, query
from tests.unit.shops.amazon_double import LOGIN, MARKETPLACE, SELLER, AmazonDouble
from tests.unit.shops.doubles import Fault, FaultyWire, Saying, reply, served
from tests.unit.shops.reports import availability, reported, shipment, with_unit

ORDER = "902-1106328-1059050"
SHIPMENT = shipment(ORDER, "S-1", (("79039765272157", 2), ("2", 1)), carrier="dhl")


def settings_in(folder: Path, **other: str) -> AmazonSettings:
    files = {}
    for name, secret in {**LOGIN, **other}.items():
        files[f"{name}_file"] = folder / name
        files[f"{name}_file"].write_text(secret, encoding="utf-8")
    return AmazonSettings(
        marketplace_id=MARKETPLACE,
        seller_id=SELLER,
        carrier_codes={"Brown": "UPS"},
        **files,  # type: ignore[arg-type]
    )


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> AmazonSettings:
    return settings_in(tmp_path_factory.mktemp("secrets"))


@pytest.fixture
def rules(settings: AmazonSettings) -> AmazonRules:
    return AmazonRules(settings)


def double() -> AmazonDouble:
    return AmazonDouble(
        {ORDER: {"79039765272157": 4, "2": 1}}, {"A B/1": {"quantity": 7}, "FBA": {"quantity": 0, "is_fba": True}}
    )


def adapter_to(rules: AmazonRules, shop: AmazonDouble, faults: Iterable[Fault] = ()) -> ConversingErp:
    return ConversingErp(rules, FaultyWire(shop, faults))


def packed(shop: AmazonDouble) -> Sequence[Mapping[str, int]]:
    return [
        {each["orderItemId"]: each["quantity"] for each in package["packageItems"]}
        for package in shop.packages.get(ORDER, ())
    ]


@given(faults=st.lists(st.sampled_from(Fault), max_size=12))
def test_a_shipment_is_one_package_whatever_happens(settings: AmazonSettings, faults: Sequence[Fault]) -> None:
    shop = double()
    ended = reported(adapter_to(AmazonRules(settings), shop, faults), SHIPMENT)
    assert ended.outcome in {Outcome.APPLIED, Outcome.DUPLICATE}
    assert ended.response.document_number == shop.packages[ORDER][0]["packageReferenceId"]
    assert [{"79039765272157": 2, "2": 1}] == packed(shop)


@pytest.mark.parametrize("fault", (Fault.LOST_ANSWER, Fault.GATEWAY_AFTER))
def test_a_reference_that_changes_with_the_attempt_makes_two_packages(
    settings: AmazonSettings, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    partly = shipment(ORDER, "S-1", (("79039765272157", 1),))
    faults = (Fault.NONE, Fault.NONE, fault)
    shop = double()
    reported(adapter_to(AmazonRules(settings), shop, faults), partly)
    assert 1 == len(packed(shop))
    monkeypatch.setattr("connectors.shops.amazon.rules._reference_of", lambda command: str(command.attempt))
    shop = double()
    reported(adapter_to(AmazonRules(settings), shop, faults), partly, looks_up=False)
    assert 2 == len(packed(shop))


def test_two_shipments_are_two_packages(rules: AmazonRules) -> None:
    shop = double()
    adapter = adapter_to(rules, shop)
    for number in (1, 2):
        command = shipment(ORDER, f"S-{number}", (("79039765272157", number),))
        assert Outcome.APPLIED == adapter.execute(command, PERMIT).outcome
        assert Outcome.DUPLICATE == adapter.find(query(command)).outcome
    assert [{"79039765272157": 1}, {"79039765272157": 2}] == packed(shop)


@pytest.mark.parametrize(
    ("carrier", "tracking", "expected"),
    (
        ("dhl", "T-1", ("DHL", None, "T-1")),
        ("BROWN", "T-1", ("UPS", None, "T-1")),
        ("Bike", "T-1", ("Other", "Bike", "T-1")),
        (" ", " ", ("Other", "Other", "S-1")),
    ),
)
def test_carriers_have_codes_or_a_name(
    rules: AmazonRules, carrier: str, tracking: str, expected: tuple[str, str | None, str]
) -> None:
    shop = double()
    command = shipment(ORDER, "S-1", (("2", 1),), carrier=carrier, tracking=tracking)
    assert Outcome.APPLIED == adapter_to(rules, shop).execute(command, PERMIT).outcome
    package = shop.packages[ORDER][0]
    assert expected == (package["carrierCode"], package.get("carrierName"), package["trackingNumber"])
    assert "2023-11-14T22:13:20Z" == package["shipDate"]


@pytest.mark.parametrize("calls", (0, 1))
def test_a_token_that_expires_between_two_calls_is_replaced_once(rules: AmazonRules, calls: int) -> None:
    shop = double()
    adapter = adapter_to(rules, shop)
    adapter.reachable()
    adapter.find(query(SHIPMENT))
    shop.calls_until_expiry = calls
    assert Outcome.APPLIED == adapter.execute(SHIPMENT, PERMIT).outcome
    assert (2, 1) == (shop.tokens, len(packed(shop)))


def test_one_token_serves_many_calls_and_threads(rules: AmazonRules) -> None:
    shop = double()
    adapter = adapter_to(rules, shop)
    adapter.find(query(SHIPMENT))
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda _: adapter.find(query(SHIPMENT)).outcome, range(20)))
    assert ({Outcome.NOT_FOUND}, 1) == (set(outcomes), shop.tokens)


def test_an_application_that_is_not_authorised_waits_for_people_and_no_secret_is_told(rules: AmazonRules) -> None:
    shop = double()
    shop.is_revoked = True
    response = adapter_to(rules, shop).execute(SHIPMENT, PERMIT)
    words = "Unauthorized Access to requested resource is denied. The access token you provided has expired: ***."
    assert (Outcome.REJECTED_TRANSIENT, words, 2) == (response.outcome, response.reason, shop.tokens)


def test_a_wrong_login_is_told_without_it(tmp_path: Path) -> None:
    rules = AmazonRules(settings_in(tmp_path, refresh_token="Atzr|wrong"))  # noqa: S106 - of the double
    response = adapter_to(rules, double()).execute(SHIPMENT, PERMIT)
    assert (Outcome.REJECTED_TRANSIENT, "no token: invalid_grant The request has an invalid grant parameter : ***") == (
        response.outcome,
        response.reason,
    )


@given(faults=st.lists(st.sampled_from(Fault), max_size=8))
def test_the_quantity_is_set_whatever_happens(settings: AmazonSettings, faults: Sequence[Fault]) -> None:
    shop = double()
    reported(adapter_to(AmazonRules(settings), shop, faults), availability("A B/1", 3))
    assert 3 == shop.listings["A B/1"]["quantity"]


@pytest.mark.parametrize(
    ("command", "words"),
    (
        (shipment("9", "S-1", (("2", 1),)), "NotFound no order 9"),
        (shipment(ORDER, "S-1", (("2", 2),)), "InvalidInput order item 2: more than is open"),
        (shipment(ORDER, "S-1", (("3", 1),)), "InvalidInput order item 3: more than is open"),
        (with_unit(SHIPMENT, "KGM"), "line 79039765272157: 2 KGM is no number of pieces"),
        (availability("NO", 1), f"NOT_FOUND SKU 'NO' not found in marketplace {MARKETPLACE}"),
        (availability("FBA", 1), "is fulfilled by Amazon"),
    ),
)
def test_what_cannot_be_reported_is_refused_with_words(rules: AmazonRules, command: ErpCommand, words: str) -> None:
    shop = double()
    adapter = adapter_to(rules, shop)
    response = adapter.execute(command, PERMIT)
    assert (Outcome.REJECTED_BUSINESS, words, {}) == (response.outcome, response.reason, shop.packages)
    assert Outcome.NOT_FOUND == adapter.find(query(command)).outcome


def test_a_quota_waits_as_long_as_one_call_takes(rules: AmazonRules) -> None:
    response = adapter_to(rules, double(), (Fault.NONE, Fault.THROTTLED)).execute(SHIPMENT, PERMIT)
    assert (Outcome.REJECTED_TRANSIENT, 2_000) == (response.outcome, response.retry_after_ms)


@pytest.mark.parametrize(
    "answer",
    (
        reply(200, {"order": {"orderId": ORDER}}),
        reply(200, {"order": {"orderId": "other"}}, {"x-amzn-requestid": "r"}),
        reply(204),
        reply(403, {"errors": [{"code": "Unauthorized"}]}),
        reply(500, {"errors": [{"code": "InternalFailure"}]}, {"x-amzn-requestid": "r"}),
        reply(200, b"[" * 100_000, {"x-amzn-requestid": "r"}),
    ),
)
def test_what_others_say_proves_nothing(rules: AmazonRules, answer: ErpReply) -> None:
    adapter_to(rules, double()).find(query(SHIPMENT))
    adapter = ConversingErp(rules, FaultyWire(Saying(answer)))
    assert Outcome.UNKNOWN == adapter.find(query(SHIPMENT)).outcome
    assert Outcome.REJECTED_TRANSIENT == adapter.execute(SHIPMENT, PERMIT).outcome
    assert Outcome.UNKNOWN == adapter.execute(availability("A B/1", 1), PERMIT).outcome


@pytest.mark.parametrize(
    ("answer", "is_up"),
    (
        (reply(403, {"errors": []}, {"x-amzn-requestid": "r"}), True),
        (reply(403), False),
        (reply(200), False),
        (reply(503, b"", {"x-amzn-requestid": "r"}), False),
    ),
)
def test_a_refusal_of_its_own_shows_that_it_works(rules: AmazonRules, answer: ErpReply, is_up: bool) -> None:
    assert is_up is ConversingErp(rules, FaultyWire(Saying(answer))).reachable()


def test_it_works_over_http_with_its_login_on_another_server(settings: AmazonSettings) -> None:
    shop = double()
    with served(shop) as url, served(shop) as login:
        rules = AmazonRules(settings.model_copy(update={"login_server": login}))
        adapter = ConversingErp(rules, HttpWire(url, 2, 5_000))
        assert adapter.reachable()
        assert Outcome.APPLIED == adapter.execute(SHIPMENT, PERMIT).outcome
        assert Outcome.DUPLICATE == adapter.find(query(SHIPMENT)).outcome
        adapter.close()
    assert 1 == shop.tokens
