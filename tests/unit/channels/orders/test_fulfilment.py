"""From whose stock a line is served, as channel files find it."""

from typing import Any

import pytest

from domain.identifiers import SourceId
from domain.messages.orders import OrderAmendRequested, OrderPictured, OrderPlaced, OrderShipped
from schemas.channel_language.loader import CHANNELS as FOLDER
from schemas.channel_language.loader import parse_channel_file
from schemas.yaml_files import YamlFileInvalid
from tests.unit.channels.given import CHANNELS, PORTAL_ORDER, changed, outcomes, the_message, verdict

TO_SHOP = (("X-Shopify-Topic", b"orders/create"), ("X-Shopify-Webhook-Id", b"w-1"))
SHOPIFY_ORDER: dict[str, Any] = {
    "id": 1,
    "created_at": "2026-01-05T07:59:00Z",
    "currency": "EUR",
    "shipping_address": {"name": "Ada", "city": "Graz", "zip": "8010", "country_code": "AT"},
}
SHOPIFY_LINE: dict[str, Any] = {
    "id": 7,
    "sku": "LAMP",
    "variant_id": 9,
    "quantity": 1,
    "price": "1.00",
    "title": "A lamp",
}
AMAZON_ORDER: dict[str, Any] = {
    "orderId": "204-1",
    "createdTime": "2026-01-05T07:59:00Z",
    "orderItems": [
        {
            "orderItemId": "1",
            "quantityOrdered": 2,
            "product": {"sellerSku": "MUG", "price": {"unitPrice": {"amount": "1", "currencyCode": "GBP"}}},
        }
    ],
}


@pytest.mark.parametrize(
    ("line", "item", "fulfilment"),
    (
        ({}, "LAMP", "STOCK"),
        ({"gift_card": False, "requires_shipping": True}, "LAMP", "STOCK"),
        ({"sku": None}, "9", "STOCK"),
        ({"variant_id": None}, "LAMP", "STOCK"),
        ({"gift_card": True}, "LAMP", "NONE"),
        ({"gift_card": True, "requires_shipping": True}, "LAMP", "NONE"),
        ({"requires_shipping": False}, "LAMP", "NONE"),
        ({"sku": None, "variant_id": None}, "custom/A lamp", "NONE"),
        ({"sku": "", "variant_id": None, "requires_shipping": True}, "custom/A lamp", "NONE"),
        ({"sku": None, "variant_id": None, "title": None}, "custom/7", "NONE"),
    ),
)
@pytest.mark.parametrize("topic", (b"orders/create", b"orders/updated"))
def test_nothing_leaves_of_gift_cards_services_and_lines_without_an_item(
    line: dict[str, Any], item: str, fulfilment: str, topic: bytes
) -> None:
    order = {**SHOPIFY_ORDER, "updated_at": "2026-01-05T08:00:00Z", "line_items": [{**SHOPIFY_LINE, **line}]}
    found = the_message(CHANNELS[SourceId("shopify")], order, (("X-Shopify-Topic", topic), *TO_SHOP[1:]))
    assert isinstance(found, OrderPlaced | OrderPictured)
    placed = found if isinstance(found, OrderPlaced) else found.placed
    assert [(item, fulfilment)] == [(each.item_id, each.fulfilment) for each in placed.lines]


@pytest.mark.parametrize(
    ("fulfilled", "expected"),
    ((None, "STOCK"), ({}, "STOCK"), ({"fulfilledBy": "MERCHANT"}, "STOCK"), ({"fulfilledBy": "AMAZON"}, "CHANNEL")),
)
def test_what_amazon_fulfils_it_ships_from_its_own_stock(fulfilled: object, expected: str) -> None:
    found = the_message(CHANNELS[SourceId("amazon")], {"order": {**AMAZON_ORDER, "fulfillment": fulfilled}})
    assert isinstance(found, OrderPictured)
    assert [expected] == [line.fulfilment for line in found.placed.lines]


def test_somebody_who_fulfils_and_is_not_known_is_refused() -> None:
    order = {**AMAZON_ORDER, "fulfillment": {"fulfilledBy": "NEIGHBOUR"}}
    assert ["refused: lines.1.fulfilment: 'NEIGHBOUR' is not in the code list 'fulfilled_by'"] == [
        verdict(one) for one in outcomes("amazon", {"order": order})
    ]


@pytest.mark.parametrize("fulfilment", ("STOCK", "NONE", "CHANNEL"))
def test_the_portal_says_it_of_each_line(fulfilment: str) -> None:
    found = the_message(CHANNELS[SourceId("portal")], changed(PORTAL_ORDER, "lines.1.fulfilment", fulfilment))
    assert isinstance(found, OrderPlaced)
    assert ["STOCK", fulfilment] == [line.fulfilment for line in found.lines]


def test_the_portal_says_it_of_lines_that_an_amendment_adds() -> None:
    added = [{"line": "3", "item": "CARE", "quantity": 1, "unit_price": 5, "fulfilment": "NONE"}]
    request = {**PORTAL_ORDER, "event": "order_amended", "revision": 1, "added": added}
    found = the_message(CHANNELS[SourceId("portal")], request)
    assert isinstance(found, OrderAmendRequested)
    assert ["NONE"] == [line.fulfilment for line in found.added]


def test_what_nobody_has_heard_of_is_refused_with_the_line() -> None:
    for said in ("none", "DROPSHIP", "__class__"):
        expected = f"refused: lines.2.fulfilment: '{said}' is none of STOCK, NONE, CHANNEL"
        assert [expected] == [
            verdict(one) for one in outcomes("portal", changed(PORTAL_ORDER, "lines.1.fulfilment", said))
        ]


def test_what_a_file_can_never_mean_is_found_when_it_is_read() -> None:
    text = (FOLDER / "amazon.yaml").read_text(encoding="utf-8")
    with pytest.raises(YamlFileInvalid, match="fulfilment: SELLER is none of STOCK, NONE, CHANNEL"):
        parse_channel_file(text.replace("AMAZON: CHANNEL", "AMAZON: SELLER"), "amazon.yaml")


def test_a_line_that_says_what_is_the_default_is_the_same_content() -> None:
    channel = CHANNELS[SourceId("portal")]
    silent, said = (
        the_message(channel, order) for order in (PORTAL_ORDER, changed(PORTAL_ORDER, "lines.1.fulfilment", "STOCK"))
    )
    other = the_message(channel, changed(PORTAL_ORDER, "lines.1.fulfilment", "NONE"))
    assert silent.provenance.content_hash == said.provenance.content_hash
    assert silent.provenance.content_hash != other.provenance.content_hash


SHOP = (FOLDER.parents[1] / "docs/scenarios/channels/without-stock/shop.yaml").read_text(encoding="utf-8")
SHIPPED = {
    "message_id": "s-1",
    "event": "shipped",
    "occurred_at": "2026-01-05T07:59:00Z",
    "order_number": "1",
    "parcel": "P1",
    "lines": [{"line": "1", "item": "LAMP", "quantity": 1}],
}


def test_a_channel_reports_what_has_left_its_own_node() -> None:
    found = the_message(parse_channel_file(SHOP, "shop.yaml"), SHIPPED)
    assert isinstance(found, OrderShipped)
    assert "shop" == found.node_id


def test_a_node_is_of_the_channel_or_ours() -> None:
    with pytest.raises(YamlFileInvalid, match="channel_nodes: 'central' is a node of ours too"):
        parse_channel_file(SHOP.replace("channel_nodes: [shop]", "channel_nodes: [central]"), "shop.yaml")
