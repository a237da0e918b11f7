"""An address comes from one block, and codes of the standard lists are understood in lower case."""

from typing import Any

import pytest

from domain.addresses import Address
from domain.messages.orders import OrderPictured, OrderPlaced
from schemas.yaml_files import YamlFileInvalid
from tests.unit.channels.given import PORTAL_ORDER, changed, message, outcomes, verdict
from tests.unit.channels.language.market import LINES, ORDER, market, placed, placing, verdicts

SHIP_TO = """\
ship_to: {from: [shipping, billing, $.buyer.home], name: {first: [name, $.to]}, street: {path: road, default: ""},
  city: {path: town, default: ""}, postal_code: {path: zip, default: ""}, state: {path: state, default: ""},
  country: {first: [country, ^.country], default: ""}}
"""
FILE = market(placing(ship_to=SHIP_TO))


def ship_to(**fields: Any) -> Address:
    return placed(FILE, {**ORDER, **fields}).ship_to


def test_all_fields_are_of_the_first_block_that_has_any() -> None:
    billing = {"name": "Ben", "road": "R 1", "town": "Austin", "zip": "1", "state": "TX", "country": "US"}
    shipping = {"name": "Ada", "town": "Utrecht", "country": "NL"}
    assert Address("Ada", "", "Utrecht", "", "", "NL") == ship_to(shipping=shipping, billing=billing)
    assert Address("Ben", "R 1", "Austin", "1", "TX", "US") == ship_to(billing=billing)


@pytest.mark.parametrize("nothing", (None, {}, {"name": " ", "town": None}, {"name": {}, "town": []}, "text", [], True))
def test_a_block_without_any_of_the_fields_is_none(nothing: object) -> None:
    assert "Austin" == ship_to(shipping=nothing, billing={"town": "Austin", "name": "B"}).city


def test_paths_start_in_the_block_or_at_the_root_or_at_what_is_around_it() -> None:
    assert Address("Ada Kowal", "", "Graz", "", "", "AT") == ship_to(shipping={"town": "Graz"}, country="AT")
    assert "Home" == ship_to(buyer={"home": {"town": "Home"}}).city


def test_without_any_block_the_fields_have_their_defaults() -> None:
    assert Address("Ada Kowal", "", "", "", "", "") == ship_to()


def test_a_required_field_of_the_block_refuses_the_order() -> None:
    file = market(placing(ship_to=SHIP_TO.replace("{first: [name, $.to]}", "name")))
    assert ["refused: ship_to.name: is missing (name)"] == verdicts(file, {**ORDER, "shipping": {"town": "Graz"}})


def test_blocks_are_fields_that_are_read_and_their_fields_are_not() -> None:
    assert {"shipping", "billing", "buyer", "to", "country"} <= FILE.named_fields
    assert not {"road", "town", "zip", "name"} & FILE.named_fields


def test_an_address_field_by_field_of_two_blocks_is_refused_with_the_file() -> None:
    mixed = SHIP_TO.replace("from: [shipping, billing, $.buyer.home], ", "").replace(
        "path: town", "first: [a.town, b.town]"
    )
    with pytest.raises(YamlFileInvalid, match=r"events\.1\.ship_to: a\.town and b\.town mix two addresses"):
        market(placing(ship_to=mixed.replace(", ^.country", "")))


SHOPIFY: dict[str, Any] = {
    "id": 7,
    "created_at": "2026-01-05T07:59:00Z",
    "currency": "EUR",
    "line_items": [{"id": 1, "sku": "LAMP-1", "quantity": 1, "price": "10.00"}],
    "shipping_address": {"name": "Jan", "address1": "Kade 1", "city": "Utrecht", "zip": "3511", "country_code": "NL"},
    "billing_address": {
        "name": "HQ",
        "address1": "Main 5",
        "city": "Austin",
        "province_code": "TX",
        "country_code": "US",
    },
}


@pytest.mark.parametrize("topic", (b"orders/create", b"orders/updated"))
def test_a_shop_order_never_gets_the_state_of_the_billing_address(topic: bytes) -> None:
    payload = {**SHOPIFY, "updated_at": SHOPIFY["created_at"]}
    (found,) = outcomes("shopify", payload, (("X-Shopify-Topic", topic), ("X-Shopify-Webhook-Id", b"w1")))
    shown = message(found)
    order = shown.placed if isinstance(shown, OrderPictured) else shown
    assert isinstance(order, OrderPlaced)
    assert ("", "TX") == (order.ship_to.state, order.bill_to[0].state)
    assert "Utrecht" in repr(found)


def test_currency_country_and_unit_are_understood_in_lower_case() -> None:
    order = changed(changed(PORTAL_ORDER, "currency", "eur"), "ship_to.country", "at")
    assert ["placed portal:P-1: 2 lines, 6.5 units, 8.0004 EUR"] == [verdict(one) for one in outcomes("portal", order)]
    unit = LINES.replace("{path: uom, codes: unit, default: EA}", "uom")
    assert "MTR" == placed(market(placing(lines=unit)), {**ORDER, "goods": [{"sku": "A", "uom": "mtr"}]}).lines[0].unit


@pytest.mark.parametrize(("field", "value"), (("currency", "eux"), ("ship_to.country", "xx"), ("currency", "€")))
def test_what_is_in_no_standard_is_refused_in_any_case(field: str, value: str) -> None:
    (found,) = outcomes("portal", changed(PORTAL_ORDER, field, value))
    assert verdict(found).startswith(f"refused: {field}: {value!r} is not a c")
