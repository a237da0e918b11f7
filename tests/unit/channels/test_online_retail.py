"""A wholesaler's hub: invoices of 38 countries, each a channel, and credit notes that name the order they credit."""

import json
from typing import Any

import pytest

from connectors.formats.mapping import map_record
from domain.identifiers import ItemId, LineId, SourceId
from domain.messages.orders import OrderPlaced, OrderReturned
from domain.money.charges import Charge
from domain.returns import ReturnCondition, ReturnedLine
from tests.unit.channels.given import CHANNELS, changed, record, the_message, verdict

HUB = CHANNELS[SourceId("online_retail")]
COUNTRIES = """United Kingdom, Germany, France, EIRE, Spain, Netherlands, Belgium, Switzerland, Portugal, Australia,
Norway, Italy, Channel Islands, Finland, Cyprus, Sweden, Unspecified, Austria, Denmark, Japan, Poland, Israel, USA,
Hong Kong, Singapore, Iceland, Canada, Greece, Malta, United Arab Emirates, European Community, RSA, Lebanon, Lithuania,
Brazil, Czech Republic, Bahrain, Saudi Arabia""".replace("\n", " ").split(", ")
INVOICE: dict[str, Any] = json.loads(
    """{"event":"order_placed","message_id":"536365","invoice":"536365","at":"2010-12-01T08:26:00","customer":"17850",
    "country":"United Kingdom","lines":[{"line":"1","item":"85123A","description":"WHITE HANGING HEART T-LIGHT HOLDER",
    "quantity":"6","price":"2.55"},{"line":"2","item":"71053","description":"","quantity":"1","price":"0"}],
    "charges":[{"line":"7","code":"POST","description":"POSTAGE","quantity":"1","price":"18.00"}]}"""
)
CREDIT_NOTE: dict[str, Any] = json.loads(
    """{"event":"return_received","message_id":"C536379/536365","credit_note":"C536379","at":"2010-12-01T09:41:00",
    "customer":"14527","country":"United Kingdom","invoice":"536365",
    "lines":[{"line":"3","item":"22632","quantity":"1","price":"27.50"}],
    "charges":[{"line":"1","code":"D","description":"Discount","quantity":"-1","price":"27.50"}]}"""
)


def placed(payload: dict[str, Any]) -> OrderPlaced:
    message = the_message(HUB, payload)
    assert isinstance(message, OrderPlaced)
    return message


def test_an_invoice_is_an_order_of_the_channel_of_its_country() -> None:
    order = placed(INVOICE)
    assert ("uk:536365", "uk", "UK", "GB", "GBP", "17850") == (
        order.order_id,
        order.channel_id,
        order.region,
        order.ship_to.country,
        order.currency,
        order.customer_id,
    )
    assert [("1", "85123A", 6_000_000, 25_500), ("2", "71053", 1_000_000, 0)] == [
        (line.line_id, line.item_id, line.quantity, line.unit_price) for line in order.lines
    ]
    assert (Charge(LineId("7"), "POST", "POSTAGE", 1_000_000, 180_000),) == order.charges
    assert ("536365", 1_291_191_960_000_000) == (order.provenance.correlation_id, order.provenance.occurred_at_us)
    assert {} == order.extensions


def test_an_hour_of_summer_is_british_summer_time() -> None:
    summer = placed(changed(INVOICE, "at", "2011-06-01T08:26:00"))
    assert 7 * 3_600 + 26 * 60 == summer.provenance.occurred_at_us // 1_000_000 % 86_400


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_country_has_a_channel_a_region_and_a_destination(country: str) -> None:
    order = placed(changed(INVOICE, "country", country))
    names = {"United Kingdom": "uk", "EIRE": "ireland", "RSA": "south_africa"}
    assert names.get(country, country.lower().replace(" ", "_")) == order.channel_id
    assert order.region in {"UK", "EU", "WORLD"}
    assert (order.ship_to.country == "") == (country in {"Channel Islands", "Unspecified", "European Community"})


def test_no_two_countries_share_a_channel() -> None:
    channels = [placed(changed(INVOICE, "country", country)).channel_id for country in COUNTRIES]
    assert 38 == len(set(channels))


def test_a_sale_without_account_is_an_order_of_an_unknown_customer() -> None:
    assert "unknown" == placed(changed(INVOICE, "customer", "")).customer_id


def test_an_invoice_may_be_charges_alone() -> None:
    assert ((), 1) == (placed(changed(INVOICE, "lines", [])).lines, len(placed(INVOICE).charges))


def test_a_credit_note_is_a_return_of_the_order_that_it_credits() -> None:
    message = the_message(HUB, CREDIT_NOTE)
    assert isinstance(message, OrderReturned)
    assert ("uk:536365", "C536379", "C536379/536365", "central") == (
        message.order_id,
        message.return_id,
        message.provenance.correlation_id,
        message.node_id,
    )
    assert (ReturnedLine(LineId("3"), ItemId("22632"), 1_000_000, 275_000, ReturnCondition.RESTOCKED),) == message.lines
    assert (Charge(LineId("1"), "D", "Discount", -1_000_000, 275_000),) == message.charges


@pytest.mark.parametrize(("condition", "expected"), (("damaged", "DAMAGED"), ("missing", "MISSING"), ("", "RESTOCKED")))
def test_a_line_of_a_credit_note_may_say_what_became_of_the_goods(condition: str, expected: str) -> None:
    message = the_message(HUB, changed(CREDIT_NOTE, "lines.0.condition", condition))
    assert isinstance(message, OrderReturned)
    assert expected == message.lines[0].condition


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    (
        ("country", "Atlantis", "refused: channel_id: 'Atlantis' is not in the code list 'channel'"),
        ("charges.0.code", "B", "refused: charges.1.code: 'B' is not in the code list 'charge'"),
        ("lines.0.price", "-11062.06", "refused: lines.1.unit_price: -11062.06 is below zero"),
        ("lines.0.quantity", "-6", "refused: lines.1.quantity: -6 is not above zero"),
        ("lines.1.line", "1", "refused: lines: the line id '1' is used twice"),
    ),
)
def test_what_is_no_order_is_refused_with_its_field(path: str, value: str, expected: str) -> None:
    (outcome,) = map_record(HUB, record(changed(INVOICE, path, value)))
    assert expected == verdict(outcome)


def test_an_invoice_of_a_thousand_lines_is_one_order() -> None:
    lines = [{"line": str(line), "item": "85123A", "quantity": "1", "price": "2.55"} for line in range(1, 1_115)]
    assert 1_114 == len(placed(changed(INVOICE, "lines", lines)).lines)
