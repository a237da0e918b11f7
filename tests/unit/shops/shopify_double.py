"""A Shopify shop: the GraphQL documents that we send, by their root field, with Shopify's rules for them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from connectors.erp.http.exchange import ErpCall, ErpReply
from tests.unit.shops.doubles import body_of, reply

_ROOT: Final = re.compile(r"\{\s*(\w+): (\w+)")
_PAGE: Final = 2
"""A shop with short pages: what a reader of one page only sees is wrong."""
_COST: Final = 40
LOCATION: Final = "7"


@dataclass
class OpenLine:
    """A line of a fulfilment order."""

    line_id: str
    remaining: int


@dataclass
class Stocked:
    """A variant with its inventory item; `available` by location."""

    variant: str
    sku: str | None
    available: dict[str, int]


@dataclass
class ShopifyDouble:
    """Orders, each of fulfilment orders: id → (status, location, lines)."""

    token: str
    orders: Mapping[str, Mapping[str, tuple[str, str, list[OpenLine]]]]
    items: Mapping[str, Stocked] = field(default_factory=dict)
    """By the number of the inventory item."""
    fulfilments: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """By order."""
    sets: int = 0
    points: int = 1_000_000
    known_keys: set[str] = field(default_factory=set)
    """Of `@idempotent`: the mutation of one that is known is not executed again."""

    def answer(self, call: ErpCall) -> ErpReply:
        if call.headers["X-Shopify-Access-Token"] != self.token:
            words = f"[API] Invalid API key or access token {call.headers['X-Shopify-Access-Token']}"
            return reply(401, {"errors": words}, {"x-request-id": "r-1"})
        version = re.fullmatch(r"/admin/api/(\d{4}-\d\d)/graphql.json", call.path)
        assert version, call.path
        self.points -= _COST
        if self.points < 0:
            return self.throttled(call)
        body = body_of(call)
        root = _ROOT.search(body["query"])
        assert root, body["query"]
        assert (body["query"].startswith("mutation")) is call.changes or call.changes is False
        result = getattr(self, f"_{root[2]}")(body["variables"], body["query"], version[1])
        if isinstance(result, str):
            return reply(200, {"errors": [{"message": result}], "data": None})
        return reply(200, {"data": {root[1]: result}, "extensions": {"cost": {"requestedQueryCost": _COST}}})

    def throttled(self, _: ErpCall) -> ErpReply:
        status = {"maximumAvailable": 100.0, "currentlyAvailable": 15, "restoreRate": 50.0}
        cost = {"requestedQueryCost": _COST, "actualQueryCost": None, "throttleStatus": status}
        error = {"message": "Throttled", "extensions": {"code": "THROTTLED"}}
        return reply(200, {"errors": [error], "extensions": {"cost": cost}})

    def _shop(self, *_: object) -> object:
        return {"id": "gid://shopify/Shop/1"}

    def _order(self, variables: Mapping[str, str], *_: object) -> object:
        number = _number(variables["id"])
        if number not in self.orders:
            return None
        return {
            "fulfillments": [
                {"id": each["id"], "status": each["status"], "trackingInfo": [{"number": each["tracking"]}]}
                for each in self.fulfilments.get(number, ())
            ],
            "fulfillmentOrders": {
                "nodes": [
                    {
                        "id": f"gid://shopify/FulfillmentOrder/{each}",
                        "status": status,
                        "assignedLocation": _at(location),
                    }
                    for each, (status, location, _) in self.orders[number].items()
                ],
                "pageInfo": {"hasNextPage": False},
            },
        }

    def _fulfillment(self, variables: Mapping[str, str], *_: object) -> object:
        found = [each for all_of in self.fulfilments.values() for each in all_of if each["id"] == variables["id"]]
        lines = [{"quantity": quantity, "lineItem": _item(line)} for line, quantity in found[0]["lines"]]
        return _page(lines, variables["after"])

    def _fulfillmentOrder(self, variables: Mapping[str, str], *_: object) -> object:  # noqa: N802 - Shopify's name
        lines = self._fulfilment_order(_number(variables["id"]))[2]
        nodes = [
            {
                "id": _open_line(variables["id"], line),
                "remainingQuantity": line.remaining,
                "lineItem": _item(line.line_id),
            }
            for line in lines
        ]
        return _page(nodes, variables["after"])

    def _fulfillmentCreate(self, variables: Mapping[str, Any], *_: object) -> object:  # noqa: N802 - Shopify's name
        wanted = variables["fulfillment"]
        taken: list[tuple[OpenLine, int]] = []
        locations = set()
        for each in wanted["lineItemsByFulfillmentOrder"]:
            gid = each["fulfillmentOrderId"]
            status, location, lines = self._fulfilment_order(_number(gid))
            locations.add(location)
            by_id = {_open_line(gid, line): line for line in lines}
            if status not in {"OPEN", "IN_PROGRESS"}:
                return _refused("The fulfillment order is not open")
            for line in each["fulfillmentOrderLineItems"]:
                if line["id"] not in by_id or not 0 < line["quantity"] <= by_id[line["id"]].remaining:
                    return _refused("Invalid fulfillment order line item quantity requested.")
                taken.append((by_id[line["id"]], line["quantity"]))
        if len(locations) != 1 or not taken:
            return _refused("All fulfillment orders must be assigned to the same location")
        for taken_line, quantity in taken:
            taken_line.remaining -= quantity
        gid = f"gid://shopify/Fulfillment/{1 + sum(map(len, self.fulfilments.values()))}"
        lines_of = [(line.line_id, quantity) for line, quantity in taken]
        number = next(order for order, parts in self.orders.items() if _number(wanted_order(wanted)) in parts)
        info = wanted["trackingInfo"]
        self.fulfilments.setdefault(number, []).append(
            {"id": gid, "status": "SUCCESS", "tracking": info["number"], "company": info["company"], "lines": lines_of}
        )
        return {"fulfillment": {"id": gid}, "userErrors": []}

    def _inventoryItems(self, variables: Mapping[str, str], *_: object) -> object:  # noqa: N802 - Shopify's name
        """Finds more than asked for, as a search does."""
        beginning = variables["query"].removeprefix('sku:"').removesuffix('"')[:2].casefold()
        found = [self._inventory_item(number, variables["location"]) for number in self.items]
        return {"nodes": [each for each in found if (each["sku"] or "").casefold().startswith(beginning)]}

    def _productVariant(self, variables: Mapping[str, str], *_: object) -> object:  # noqa: N802 - Shopify's name
        for number, item in self.items.items():
            if item.variant == _number(variables["id"]):
                return {"inventoryItem": self._inventory_item(number, variables["location"])}
        return None

    def _inventorySetQuantities(self, variables: Mapping[str, Any], query: str, version: str) -> object:  # noqa: N802
        content = variables["input"]
        quantity = content["quantities"][0]
        if version >= "2026-04":
            if "@idempotent(key: $key)" not in query or "changeFromQuantity" not in quantity:
                return "The @idempotent directive is required"
            if "ignoreCompareQuantity" in content:
                return "Field is not defined on InventorySetQuantitiesInput"
            if variables["key"] in self.known_keys:
                return {"userErrors": []}
            self.known_keys.add(variables["key"])
        elif content.get("ignoreCompareQuantity") is not True or "@idempotent" in query:
            return "compareQuantity is required"
        self.sets += 1
        item = self.items[_number(quantity["inventoryItemId"])]
        location = _number(quantity["locationId"])
        if location not in item.available or quantity["quantity"] < 0:
            return {"userErrors": [{"code": "ITEM_NOT_STOCKED_AT_LOCATION", "message": "not stocked"}]}
        item.available[location] = quantity["quantity"]
        return {"userErrors": []}

    def _inventory_item(self, number: str, location: str) -> dict[str, Any]:
        item = self.items[number]
        available = item.available.get(_number(location))
        level = None if available is None else {"quantities": [{"quantity": available}]}
        return {"id": f"gid://shopify/InventoryItem/{number}", "sku": item.sku, "inventoryLevel": level}

    def _fulfilment_order(self, number: str) -> tuple[str, str, list[OpenLine]]:
        return next(parts[number] for parts in self.orders.values() if number in parts)


def wanted_order(wanted: Mapping[str, Any]) -> str:
    gid: str = wanted["lineItemsByFulfillmentOrder"][0]["fulfillmentOrderId"]
    return gid


def _number(gid: str) -> str:
    assert gid.startswith("gid://shopify/"), gid
    return gid.rpartition("/")[2]


def _at(location: str) -> object:
    return {"location": {"id": f"gid://shopify/Location/{location}"} if location else None}


def _item(line_id: str) -> object:
    return {"id": f"gid://shopify/LineItem/{line_id}"}


def _open_line(fulfilment_order: str, line: OpenLine) -> str:
    return f"gid://shopify/FulfillmentOrderLineItem/{_number(fulfilment_order)}{line.line_id}"


def _page(nodes: list[Any], after: str | None) -> object:
    start = int(after or 0)
    has_more = start + _PAGE < len(nodes)
    page = {"hasNextPage": has_more, "endCursor": str(start + _PAGE) if has_more else None}
    return {"lines": {"nodes": nodes[start : start + _PAGE], "pageInfo": page}}


def _refused(message: str) -> object:
    return {"fulfillment": None, "userErrors": [{"message": message}]}
