"""A WooCommerce shop: orders with notes, extra data and refunds, and products with their stock."""

import re
from base64 import b64decode
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from connectors.erp.http.exchange import ErpCall, ErpReply
from tests.unit.shops.doubles import body_of, reply

BASE: Final = "/shop/wp-json/wc/v3"
_PATHS: Final = re.compile(
    r"/(?:orders/(?P<order>\d+)(?P<part>/notes|/refunds)?|products(?:/(?P<product>\d+))?(?P<variations>/variations/(?P<variation>\d+))?)"
)


@dataclass
class WooCommerceDouble:
    """`orders` and `products` as the API shows them, by id."""

    login: str
    orders: dict[int, dict[str, Any]]
    products: dict[int, dict[str, Any]]
    notes: list[dict[str, Any]] = field(default_factory=list)
    refunds: list[dict[str, Any]] = field(default_factory=list)
    written: int = 0
    """How often an order was written."""
    has_unique_keys: bool = True
    """WooCommerce replaces an entry of the same key; False: a plugin adds another."""

    def answer(self, call: ErpCall) -> ErpReply:
        path = urlsplit(call.path)
        login = b64decode(call.headers["Authorization"].removeprefix("Basic ")).decode()
        if login != self.login:
            return _error(
                401, "woocommerce_rest_authentication_error", f"Consumer key {login.split(':')[0]} is invalid."
            )
        found = _PATHS.fullmatch(path.path.removeprefix(BASE))
        if not path.path.startswith(BASE) or found is None:
            return _error(404, "rest_no_route", "No route was found matching the URL and request method.")
        fields = parse_qs(path.query)
        if found["order"]:
            return self._of_order(call, int(found["order"]), found["part"])
        return self._of_products(call, found["product"], found["variation"], fields.get("sku", [""])[0])

    def throttled(self, _: ErpCall) -> ErpReply:
        """The host's words: WooCommerce has no limit of its own."""
        return reply(429, b"<html>Too Many Requests</html>", {"retry-after": "3"})

    def _of_order(self, call: ErpCall, number: int, part: str | None) -> ErpReply:
        order = self.orders.get(number)
        if order is None:
            return _error(404, "woocommerce_rest_shop_order_invalid_id", "Invalid ID.")
        match (call.method, part):
            case ("GET", "/notes"):
                return _list(self.notes)
            case ("POST", "/notes"):
                note = {"id": 900 + len(self.notes), **body_of(call)}
                note["note"] = note["note"].replace("&", "&amp;").replace("<", "&lt;")
                self.notes.append(note)
                return reply(201, note)
            case ("GET", "/refunds"):
                return _list(self.refunds)
            case ("PUT", None):
                self._write(order, body_of(call))
            case _:
                assert (call.method, part) == ("GET", None), call.path
        return reply(200, order)

    def _write(self, order: dict[str, Any], body: dict[str, Any]) -> None:
        self.written += 1
        order["status"] = body.get("status", order["status"])
        for entry in body["meta_data"]:
            same = [each for each in order["meta_data"] if each["key"] == entry["key"]]
            if same and self.has_unique_keys:
                same[0]["value"] = entry["value"]
            else:
                order["meta_data"].append({"id": 700 + len(order["meta_data"]), **entry})

    def _of_products(self, call: ErpCall, product: str | None, variation: str | None, sku: str) -> ErpReply:
        if call.method == "GET":
            return _list(
                [each for each in self.products.values() if not sku or each["sku"].casefold() == sku.casefold()]
            )
        found = self.products.get(int(variation or product or 0))
        if found is None or (found["type"] == "variation") is (variation is None):
            return _error(404, "woocommerce_rest_product_invalid_id", "Invalid ID.")
        if variation and found["parent_id"] != int(product or 0):
            return _error(404, "woocommerce_rest_product_variation_invalid_id", "Invalid ID.")
        found.update(body_of(call))
        return reply(200, found)


def _list(content: list[Any]) -> ErpReply:
    return reply(200, content, {"x-wp-total": str(len(content))})


def _error(status: int, code: str, message: str) -> ErpReply:
    return reply(status, {"code": code, "message": message, "data": {"status": status}})
