"""Amazon: Login with Amazon, the packages of orders, and listings; tokens expire, operations have rates."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

from connectors.erp.http.exchange import ErpCall, ErpReply
from tests.unit.shops.doubles import body_of, reply

MARKETPLACE: Final = "A1PA6795UKMFR9"
SELLER: Final = "A2SELLER"
LOGIN: Final = {"client_id": "amzn1.client", "client_secret": "client-secret", "refresh_token": "Atzr|refresh"}
_FORM: Final = {"grant_type": "refresh_token", **LOGIN}


@dataclass
class AmazonDouble:
    """`orders`: order → item → what can still be shipped; `listings`: SKU → what is offered."""

    orders: Mapping[str, dict[str, int]]
    listings: dict[str, dict[str, Any]]
    packages: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """By order; one package a reference."""
    tokens: int = 0
    """How many were given; only the last is good."""
    calls_until_expiry: int = 1_000_000
    is_revoked: bool = False

    def answer(self, call: ErpCall) -> ErpReply:
        path = urlsplit(call.path)
        if path.path == "/auth/o2/token":
            return self._give_token(call)
        token = {name.lower(): value for name, value in call.headers.items()}.get("x-amz-access-token", "")
        self.calls_until_expiry -= 1
        if self.is_revoked or self.calls_until_expiry < 0 or token != f"Atza|{self.tokens}":
            details = f"The access token you provided has expired: {token}."
            return _error(403, "Unauthorized", "Access to requested resource is denied.", details)
        parts = [unquote(each) for each in path.path.split("/")[1:]]
        query = parse_qs(path.query)
        match (call.method, parts):
            case ("GET", ["orders", "2026-01-01", "orders", order]):
                assert ["PACKAGES"] == query["includedData"]
                return self._order(order)
            case ("POST", ["orders", "v0", "orders", order, "shipmentConfirmation"]):
                return self._confirm(order, body_of(call))
            case (_, ["listings", "2021-08-01", "items", seller, sku]):
                assert (SELLER, [MARKETPLACE]) == (seller, query["marketplaceIds"])
                return self._listing(call, sku)
            case _:
                return _error(404, "NotFound", "Resource not found.")

    def throttled(self, _: ErpCall) -> ErpReply:
        content = {"errors": [{"code": "QuotaExceeded", "message": "You exceeded your quota."}]}
        return reply(429, content, {"x-amzn-requestid": "r-9", "x-amzn-ratelimit-limit": "0.5"})

    def _give_token(self, call: ErpCall) -> ErpReply:
        assert call.server.startswith("http") or "Host" in call.headers
        form = {name: values[0] for name, values in parse_qs((call.body or b"").decode()).items()}
        if form != _FORM:
            description = f"The request has an invalid grant parameter : {form.get('refresh_token')}"
            return reply(400, {"error": "invalid_grant", "error_description": description})
        self.tokens += 1
        self.calls_until_expiry = max(self.calls_until_expiry, 1_000_000)
        return reply(200, {"access_token": f"Atza|{self.tokens}", "token_type": "bearer", "expires_in": 3600})

    def _order(self, number: str) -> ErpReply:
        if number not in self.orders:
            return _error(404, "NotFound", f"no order {number}")
        return _own(200, {"order": {"orderId": number, "packages": self.packages.get(number, [])}})

    def _confirm(self, number: str, body: Any) -> ErpReply:
        package = body["packageDetail"]
        reference = package["packageReferenceId"]
        still_open = self.orders.get(number)
        if body["marketplaceId"] != MARKETPLACE or not (reference.isdecimal() and int(reference) > 0):
            return _error(400, "InvalidInput", "packageReferenceId or marketplaceId is wrong")
        if still_open is None:
            return _error(404, "NotFound", f"no order {number}")
        datetime.strptime(package["shipDate"], "%Y-%m-%dT%H:%M:%S%z")
        if package["carrierCode"] == "Other" and not package["carrierName"]:
            return _error(400, "InvalidInput", "carrierName is required")
        kept = [each for each in self.packages.get(number, []) if each["packageReferenceId"] != reference]
        for item in package["orderItems"]:
            others = sum(
                each["quantity"]
                for other in kept
                for each in other["packageItems"]
                if each["orderItemId"] == item["orderItemId"]
            )
            if others + item["quantity"] > still_open.get(item["orderItemId"], 0):
                return _error(400, "InvalidInput", f"order item {item['orderItemId']}: more than is open")
        made = {**package, "packageItems": package["orderItems"]}
        self.packages[number] = [*kept, made]
        return ErpReply(204, {"x-amzn-requestid": "r-3"}, b"", 0)

    def _listing(self, call: ErpCall, sku: str) -> ErpReply:
        listing = self.listings.get(sku)
        if listing is None:
            return _error(404, "NOT_FOUND", f"SKU '{sku}' not found in marketplace {MARKETPLACE}")
        if call.method == "GET":
            offered = {"fulfillmentChannelCode": "DEFAULT", "quantity": listing["quantity"]}
            return _own(
                200, {"sku": sku, "fulfillmentAvailability": [{"fulfillmentChannelCode": "AMAZON_EU"}, offered]}
            )
        patch = body_of(call)["patches"][0]
        assert ("merge", "/attributes/fulfillment_availability") == (patch["op"], patch["path"])
        if listing.get("is_fba"):
            issues = [{"code": "8", "message": "is fulfilled by Amazon", "severity": "ERROR"}]
            return _own(200, {"sku": sku, "status": "INVALID", "submissionId": "s-0", "issues": issues})
        assert "DEFAULT" == patch["value"][0]["fulfillment_channel_code"]
        listing["quantity"] = patch["value"][0]["quantity"]
        return _own(200, {"sku": sku, "status": "ACCEPTED", "submissionId": "s-1", "issues": []})


def _own(status: int, content: object) -> ErpReply:
    return reply(status, msgspec.json.encode(content), {"x-amzn-requestid": "r-1"})


def _error(status: int, code: str, message: str, details: str | None = None) -> ErpReply:
    return _own(status, {"errors": [{"code": code, "message": message, "details": details}]})
