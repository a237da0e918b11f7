"""Small sample payloads, like those of a user who tries the product for the first time."""

import json
from collections.abc import Mapping
from typing import Any

from domain.identifiers import OrderId

_AT = "2026-11-21T09:00:00Z"


def portal_order(number: str, goods: Mapping[str, str]) -> dict[str, Any]:
    """An order of the portal; quantities by item."""
    return {
        "message_id": f"order-{number}",
        "event": "order_placed",
        "occurred_at": _AT,
        "order_number": number,
        "customer": {"number": "C1"},
        "currency": "EUR",
        "ship_to": {"name": "n", "street": "s", "city": "c", "postal_code": "1", "country": "DE"},
        "lines": [
            {"line": line, "item": item, "quantity": quantity, "unit_price": "1.50"}
            for line, (item, quantity) in enumerate(goods.items(), start=1)
        ],
    }


def portal_cancellation(number: str) -> dict[str, Any]:
    """The request to cancel it."""
    return {"message_id": f"cancel-{number}", "event": "order_cancelled", "occurred_at": _AT, "order_number": number}


def shopify_webhook(number: int, item: str, quantity: int) -> dict[str, Any]:
    """A webhook with one line, and its headers."""
    body = {
        "id": number,
        "created_at": _AT,
        "currency": "EUR",
        "customer": {"id": 5},
        "shipping_address": {"name": "n", "address1": "s", "city": "c", "zip": "1", "country_code": "DE"},
        "line_items": [{"id": 1, "sku": item, "quantity": quantity, "price": "3.00", "name": item.title()}],
    }
    headers = {"X-Shopify-Topic": "orders/create", "X-Shopify-Webhook-Id": f"webhook-{number}"}
    return {"key": str(number), "value": body, "headers": headers, "timestamp": _AT}


def purchase_order(number: str, item: str, quantity: int) -> str:
    """An X12 850 of one line."""
    return (
        "ISA*00*          *00*          *ZZ*BUYER          *ZZ*US             *261121*0900*U*00401*000000001*0*P*>~"
        "GS*PO*BUYER*US*20261121*0900*1*X*004010~ST*850*0001~"
        f"BEG*00*SA*{number}**20261121~N1*ST*SHOP*92*1~N3*MAIN ST 1~N4*SPRINGFIELD*OH*43000*US~"
        f"PO1*1*{quantity}*EA*2.50**VN*{item}~CTT*1~SE*8*0001~GE*1*1~IEA*1*000000001~"
    )


def receipt(number: str, goods: Mapping[str, str]) -> dict[str, Any]:
    """Goods as the warehouse reports them."""
    return _of_warehouse("receipt", number, receipt_id=number, lines=_lines(goods))


def shipment(number: str, order_id: OrderId, goods: Mapping[str, str]) -> dict[str, Any]:
    """What left the house for an order, line by line."""
    lines = [{"line_id": str(line), **sent} for line, sent in enumerate(_lines(goods), start=1)]
    return _of_warehouse("shipment", number, shipment_id=number, order_id=order_id, lines=lines)


def jsonl(*lines: Mapping[str, Any]) -> str:
    """A line each."""
    return "".join(json.dumps(line) + "\n" for line in lines)


def _of_warehouse(event: str, number: str, **content: object) -> dict[str, Any]:
    return {"message_id": f"{event}-{number}", "event": event, "occurred_at": _AT, **content}


def _lines(goods: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"sku": item, "quantity": quantity} for item, quantity in goods.items()]
