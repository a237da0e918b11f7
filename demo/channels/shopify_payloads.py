"""Shopify's order webhooks, in the shape of the order resource (Admin REST API, 2024-10 to 2026-07)."""

import json
from typing import Final
from uuid import NAMESPACE_OID, uuid5

from demo.channels.order_plans import OrderPlan, WantedLine, line_id_of
from demo.channels.written_values import iso_time, two_places
from schemas.headers import Headers

_CURRENCY: Final = "EUR"


def shopify_order(plan: OrderPlan, cancelled_at_ms: int | None = None) -> bytes:
    """The body of orders/create, or of orders/cancelled when there is a time of cancellation."""
    placed_at = iso_time(plan.placed_at_ms)
    cancelled_at = None if cancelled_at_ms is None else iso_time(cancelled_at_ms)
    total = two_places(plan.total)
    order: dict[str, object] = {
        "id": int(plan.number),
        "admin_graphql_api_id": f"gid://shopify/Order/{plan.number}",
        "browser_ip": None,
        "cancel_reason": "customer" if cancelled_at else None,
        "cancelled_at": cancelled_at,
        "confirmed": True,
        "created_at": placed_at,
        "currency": _CURRENCY,
        "current_total_price": total,
        "current_total_price_set": _money_set(total),
        "email": f"customer{plan.customer}@example.com",
        "financial_status": "voided" if cancelled_at else "paid",
        "fulfillment_status": None,
        "name": f"#{1001 + plan.index}",
        "note": None,
        "number": plan.index + 1,
        "order_number": 1001 + plan.index,
        "processed_at": placed_at,
        "source_name": "web",
        "subtotal_price": total,
        "tags": "",
        "taxes_included": True,
        "test": False,
        "token": f"{plan.mark:032x}",
        "total_discounts": "0.00",
        "total_line_items_price": total,
        "total_price": total,
        "total_tax": "0.00",
        "updated_at": cancelled_at or placed_at,
        "customer": _customer(plan),
        "line_items": [_line(plan, line) for line in plan.lines],
        "shipping_address": _address(plan),
        "billing_address": _address(plan),
    }
    return json.dumps(order, separators=(",", ":")).encode()


def shopify_headers(plan: OrderPlan, topic: str) -> Headers:
    """The headers that Shopify sends with the body; the id of the webhook is the event's, on every delivery."""
    webhook_id = str(uuid5(NAMESPACE_OID, f"{plan.mark}/{plan.number}/{topic}"))
    return (
        ("content-type", b"application/json"),
        ("X-Shopify-Topic", topic.encode()),
        ("X-Shopify-Webhook-Id", webhook_id.encode()),
        ("X-Shopify-Shop-Domain", b"orderline-demo.myshopify.com"),
        ("X-Shopify-API-Version", b"2026-07"),
    )


def _customer(plan: OrderPlan) -> dict[str, object]:
    return {
        "id": 207_000_000 + plan.customer,
        "email": f"customer{plan.customer}@example.com",
        "first_name": plan.first_name,
        "last_name": plan.last_name,
        "state": "enabled",
        "verified_email": True,
        "tax_exempt": False,
    }


def _line(plan: OrderPlan, line: WantedLine) -> dict[str, object]:
    line_id = line_id_of(plan, line)
    price = two_places(line.item.price)
    return {
        "id": int(line_id),
        "admin_graphql_api_id": f"gid://shopify/LineItem/{line_id}",
        "fulfillable_quantity": line.quantity,
        "fulfillment_service": "manual",
        "fulfillment_status": None,
        "gift_card": False,
        "grams": 200,
        "name": line.item.name,
        "price": price,
        "price_set": _money_set(price),
        "product_exists": True,
        "quantity": line.quantity,
        "requires_shipping": True,
        "sku": line.item.item_id,
        "taxable": True,
        "title": line.item.name,
        "total_discount": "0.00",
        "variant_id": 44_000_000 + int(line.item.item_id.removeprefix("ORL-")),
        "vendor": "Orderline",
    }


def _money_set(amount: str) -> dict[str, object]:
    money = {"amount": amount, "currency_code": _CURRENCY}
    return {"shop_money": money, "presentment_money": money}


def _address(plan: OrderPlan) -> dict[str, object]:
    return {
        "first_name": plan.first_name,
        "last_name": plan.last_name,
        "name": plan.name,
        "company": None,
        "address1": plan.street,
        "address2": "",
        "city": plan.town.city,
        "zip": plan.town.postal_code,
        "province": plan.town.state_name,
        "province_code": plan.town.state,
        "country": plan.town.country_name,
        "country_code": plan.town.country,
        "phone": None,
    }
