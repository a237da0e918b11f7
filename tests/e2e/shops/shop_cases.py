"""Four shops: how an order comes from each, its double that keeps the rules of its API, and what that has in the end.

Each order has two lines, three of LAMP-1 (`FIRST`) and one of CORD-2 (`SECOND`).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from tests.unit.shops.amazon_double import LOGIN, MARKETPLACE, SELLER, AmazonDouble
from tests.unit.shops.marketplace_double import MarketplaceDouble
from tests.unit.shops.shopify_double import LOCATION, OpenLine, ShopifyDouble, Stocked
from tests.unit.shops.woocommerce_double import BASE, WooCommerceDouble

FIRST, SECOND = "LAMP-1", "CORD-2"
Reported = Sequence[tuple[str, Mapping[str, int]]]
"""Of each shipment: its tracking number, and the pieces of each line."""
_SECRET: Final = "secret-of-the-double"  # noqa: S105


@dataclass(frozen=True)
class ShopCase:
    """One shop. `settings` writes its secrets into a folder, and returns what its file says of its adapter."""

    adapter: str
    source: str
    order_id: str
    line_ids: tuple[str, str]
    payload: Mapping[str, Any]
    headers: tuple[tuple[str, bytes], ...]
    settings: Callable[[Path], Mapping[str, str]]
    double: Callable[[], Any]
    reported: Callable[[Any], Reported]
    shown: Callable[[Any, str], int]

    @property
    def record(self) -> bytes:
        """The order as the shop sends it."""
        return json.dumps(self.payload).encode()


def _address() -> dict[str, str]:
    return {"first_name": "Ida", "last_name": "Lund", "address_1": "Quay 3", "city": "Oslo", "country": "NO"}


def _secrets(folder: Path, *names: str) -> dict[str, str]:
    for name in names:
        (folder / name).write_text(_SECRET, encoding="utf-8")
    return {f"{name}_file": str(folder / name) for name in names}


def _shopify_order() -> Mapping[str, Any]:
    lines = [
        {"id": line_id, "sku": sku, "title": sku, "quantity": quantity, "price": "10.00"}
        for line_id, sku, quantity in ((11, FIRST, 3), (12, SECOND, 1))
    ]
    address = {"name": "Ida Lund", "address1": "Quay 3", "city": "Oslo", "zip": "0150", "country_code": "NO"}
    return {
        "id": 6001,
        "created_at": "2026-11-20T10:00:00Z",
        "currency": "EUR",
        "taxes_included": True,
        "total_price": "40.00",
        "customer": {"id": 7},
        "shipping_address": address,
        "line_items": lines,
    }


def _shopify_reported(shop: ShopifyDouble) -> Reported:
    return [(each["tracking"], dict(each["lines"])) for each in shop.fulfilments.get("6001", ())]


def _shopify_shown(shop: ShopifyDouble, item_id: str) -> int:
    (item,) = (each for each in shop.items.values() if each.sku == item_id)
    return item.available[LOCATION]


SHOPIFY = ShopCase(
    "shopify",
    "shopify",
    "shopify_eu:6001",
    ("11", "12"),
    _shopify_order(),
    (("X-Shopify-Topic", b"orders/create"), ("X-Shopify-Event-Id", b"event-1")),
    lambda folder: {**_secrets(folder, "access_token"), "location_id": LOCATION},
    lambda: ShopifyDouble(
        _SECRET,
        {"6001": {"31": ("OPEN", LOCATION, [OpenLine("11", 3), OpenLine("12", 1)])}},
        {"51": Stocked("41", "lamp-1", {LOCATION: 0}), "52": Stocked("42", SECOND, {LOCATION: 0})},
    ),
    _shopify_reported,
    lambda shop, item_id: _shopify_shown(shop, item_id.lower() if item_id == FIRST else item_id),
)


def _woocommerce_order() -> Mapping[str, Any]:
    lines = [
        {"id": line_id, "name": sku, "sku": sku, "quantity": quantity, "price": 10.0, "subtotal": total, "total": total}
        for line_id, sku, quantity, total in ((901, FIRST, 3, "30.00"), (902, SECOND, 1, "10.00"))
    ]
    return {
        "id": 5101,
        "status": "processing",
        "currency": "SEK",
        "date_created_gmt": "2026-11-20T10:00:00",
        "date_modified_gmt": "2026-11-20T10:00:00",
        "prices_include_tax": False,
        "total": "40.00",
        "customer_id": 77,
        "billing": _address(),
        "shipping": _address(),
        "line_items": lines,
        "shipping_lines": [],
        "fee_lines": [],
        "coupon_lines": [],
        "refunds": [],
    }


def _woocommerce() -> WooCommerceDouble:
    lines = [{"id": 901, "quantity": 3}, {"id": 902, "quantity": 1}]
    order = {"id": 5101, "status": "processing", "line_items": lines, "meta_data": [], "refunds": []}
    products = {
        number: {"id": number, "sku": sku, "parent_id": 0, "type": "simple", "stock_quantity": None}
        for number, sku in ((81, FIRST), (82, SECOND))
    }
    return WooCommerceDouble(f"{_SECRET}:{_SECRET}", {5101: order}, products)


def _woocommerce_reported(shop: WooCommerceDouble) -> Reported:
    entries = [
        msgspec.json.decode(each["value"])
        for each in shop.orders[5101]["meta_data"]
        if each["key"].startswith("orderline_shipment_")
    ]
    return [(each["tracking_number"], {str(line): units for line, units in each["lines"].items()}) for each in entries]


WOOCOMMERCE = ShopCase(
    "woocommerce",
    "woocommerce",
    "woocommerce_eu:5101",
    ("901", "902"),
    _woocommerce_order(),
    (("X-WC-Webhook-Topic", b"order.created"), ("X-WC-Webhook-Delivery-ID", b"delivery-1")),
    lambda folder: {**_secrets(folder, "consumer_key", "consumer_secret"), "path": BASE},
    _woocommerce,
    _woocommerce_reported,
    lambda shop, item_id: next(each["stock_quantity"] for each in shop.products.values() if each["sku"] == item_id),
)


def _amazon_order() -> Mapping[str, Any]:
    items = [
        {
            "orderItemId": line_id,
            "quantityOrdered": quantity,
            "product": {"sellerSku": sku, "price": {"unitPrice": {"amount": "10.00", "currencyCode": "GBP"}}},
            "proceeds": {"proceedsTotal": {"amount": total, "currencyCode": "GBP"}},
            "fulfillment": {"quantityFulfilled": 0, "quantityUnfulfilled": quantity},
        }
        for line_id, sku, quantity, total in (("11", FIRST, 3, "30.00"), ("12", SECOND, 1, "10.00"))
    ]
    address = {"name": "Tom", "addressLine1": "8 Canal Row", "city": "Leeds", "postalCode": "LS1", "countryCode": "GB"}
    return {
        "order": {
            "orderId": "204-1",
            "createdTime": "2026-11-20T10:00:00Z",
            "lastUpdatedTime": "2026-11-20T10:00:00Z",
            "salesChannel": {"marketplaceId": "A1F83G8C2ARO7P"},
            "buyer": {"buyerName": "Tom"},
            "recipient": {"deliveryAddress": address},
            "proceeds": {"grandTotal": {"amount": "40.00", "currencyCode": "GBP"}},
            "fulfillment": {"fulfillmentStatus": "UNSHIPPED", "fulfilledBy": "MERCHANT"},
            "orderItems": items,
        }
    }


def _amazon_settings(folder: Path) -> Mapping[str, str]:
    for name, secret in LOGIN.items():
        (folder / name).write_text(secret, encoding="utf-8")
    files = {f"{name}_file": str(folder / name) for name in LOGIN}
    return {"marketplace_id": MARKETPLACE, "seller_id": SELLER, **files}


def _amazon_reported(shop: AmazonDouble) -> Reported:
    return [
        (each["trackingNumber"], {item["orderItemId"]: item["quantity"] for item in each["packageItems"]})
        for each in shop.packages.get("204-1", ())
    ]


AMAZON = ShopCase(
    "amazon",
    "amazon",
    "amazon_uk:204-1",
    ("11", "12"),
    _amazon_order(),
    (),
    _amazon_settings,
    lambda: AmazonDouble({"204-1": {"11": 3, "12": 1}}, {FIRST: {"quantity": 0}, SECOND: {"quantity": 0}}),
    _amazon_reported,
    lambda shop, item_id: int(shop.listings[item_id]["quantity"]),
)


def _marketplace_order() -> Mapping[str, Any]:
    items = [
        {"row": 1, "sku": FIRST, "quantity": "3", "price": "10,00"},
        {"row": 2, "sku": SECOND, "quantity": "1", "price": "10,00"},
    ]
    return {
        "message": "m-1",
        "order": "MP-1",
        "state": 20,
        "at": 1795168800000,
        "buyer": {"id": 5, "address": {"last": "Kowal", "lines": ["Quay 3"], "town": "Gdansk", "land": "POL"}},
        "parcels": [{"parcel": "A", "items": items}],
        "total": "40,00",
    }


def _marketplace_reported(shop: MarketplaceDouble) -> Reported:
    return [
        (each["tracking_number"], {line["line_id"]: int(line["quantity"]) for line in each["lines"]})
        for each in shop.shipments
    ]


MARKETPLACE_JSONL = ShopCase(
    "marketplace",
    "marketplace_jsonl",
    "marketplace_jsonl:MP-1",
    ("A-1", "A-2"),
    _marketplace_order(),
    (),
    lambda folder: _secrets(folder, "token"),
    lambda: MarketplaceDouble({"MP-1": {"A-1": 3, "A-2": 1}}, {FIRST: "0", SECOND: "0"}, token=_SECRET),
    _marketplace_reported,
    lambda shop, item_id: int(shop.items[item_id]),
)

SHOPS: Final = (SHOPIFY, WOOCOMMERCE, AMAZON, MARKETPLACE_JSONL)
