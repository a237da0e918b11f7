"""A marketplace that implements the protocol of docs/reference/shops.md."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from connectors.erp.http.exchange import ErpCall, ErpReply
from tests.unit.shops.doubles import body_of, reply


class MarketplaceDouble:
    """Knows orders by their lines, and items; remembers each `Idempotency-Key` for ever."""

    def __init__(self, orders: Mapping[str, Mapping[str, int]], items: Mapping[str, str], *, token: str) -> None:
        self.orders = {order: dict(lines) for order, lines in orders.items()}
        """Order id → line id → what can still be shipped."""
        self.items = dict(items)
        """Item id → the quantity that is shown."""
        self.shipments: list[dict[str, Any]] = []
        self.has_idempotency = True
        self._token = token
        self._known: dict[str, tuple[Any, str]] = {}

    def answer(self, call: ErpCall) -> ErpReply:  # noqa: PLR0911 - one a route
        call_id = call.headers["Orderline-Call"]
        path = urlsplit(call.path)
        if call.headers["Authorization"] != f"Bearer {self._token}":
            return self._says(call_id, 401, error="UNAUTHORIZED", message=f"not {call.headers['Authorization']}")
        match (call.method, path.path.split("/")[1:]):
            case ("GET", ["health"]):
                return self._says(call_id, 200)
            case ("POST", ["shipments"]):
                return self._ship(call_id, call.headers["Idempotency-Key"], body_of(call))
            case ("GET", ["shipments"]):
                return self._found(call_id, parse_qs(path.query)["shipment_key"][0])
            case ("PUT", ["availability", item]):
                return self._show(call_id, unquote(item), body_of(call))
            case ("GET", ["availability", item]) if unquote(item) in self.items:
                return self._says(call_id, 200, quantity=self.items[unquote(item)])
        return self._says(call_id, 404, error="NOT_FOUND")

    def throttled(self, call: ErpCall) -> ErpReply:
        answer = self._says(call.headers["Orderline-Call"], 429, error="TOO_MANY_CALLS")
        return reply(429, answer.body, {"retry-after": "2"})

    def _ship(self, call_id: str, key: str, body: Any) -> ErpReply:
        if self.has_idempotency and key in self._known:
            content, shipment = self._known[key]
            if content != body:
                return self._says(call_id, 409, error="OTHER_CONTENT")
            return self._says(call_id, 200, id=shipment)
        open_lines = self.orders.get(body["order_id"])
        if open_lines is None:
            return self._says(call_id, 404, error="UNKNOWN_ORDER", message=f"no order {body['order_id']}")
        wanted = {line["line_id"]: int(line["quantity"]) for line in body["lines"]}
        if not wanted.keys() <= open_lines.keys():
            return self._says(call_id, 404, error="UNKNOWN_LINE")
        if any(quantity > open_lines[line] for line, quantity in wanted.items()):
            return self._says(call_id, 422, error="TOO_MANY_UNITS", message="more than is open")
        for line, quantity in wanted.items():
            open_lines[line] -= quantity
        self.shipments.append(body)
        shipment = f"M-{len(self.shipments)}"
        self._known[key] = (body, shipment)
        return self._says(call_id, 201, id=shipment)

    def _found(self, call_id: str, shipment_key: str) -> ErpReply:
        for number, shipment in enumerate(self.shipments, 1):
            if shipment["shipment_key"] == shipment_key:
                return self._says(call_id, 200, id=f"M-{number}")
        return self._says(call_id, 404, error="NOT_FOUND")

    def _show(self, call_id: str, item: str, body: Mapping[str, str]) -> ErpReply:
        if item not in self.items:
            return self._says(call_id, 404, error="UNKNOWN_ITEM", message=f"no item {item}")
        self.items[item] = body["quantity"]
        return self._says(call_id, 200)

    @staticmethod
    def _says(call_id: str, status: int, **content: str) -> ErpReply:
        return reply(status, {"in_answer_to": call_id, **content}, {"content-type": "application/json"})
