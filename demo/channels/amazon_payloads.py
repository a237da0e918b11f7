"""Amazon's orders, as getOrder of the Orders API 2026-01-01 answers and a poller writes them."""

import json
from typing import Final

from demo.channels.order_plans import OrderPlan, WantedLine, line_id_of
from demo.channels.written_values import iso_time, two_places

_CURRENCY: Final = "GBP"


def amazon_order(plan: OrderPlan) -> bytes:
    """One order, wrapped as the API wraps it."""
    placed_at = iso_time(plan.placed_at_ms)
    order: dict[str, object] = {
        "orderId": plan.number,
        "createdTime": placed_at,
        "lastUpdatedTime": placed_at,
        "programs": ["PRIME"],
        "salesChannel": {
            "channelName": "AMAZON",
            "marketplaceId": "A1F83G8C2ARO7P",
            "marketplaceName": "Amazon.co.uk",
        },
        "buyer": {"buyerName": plan.name, "buyerEmail": f"buyer-{plan.customer}@marketplace.amazon.co.uk"},
        "recipient": {"deliveryAddress": _address(plan)},
        "proceeds": {
            "grandTotal": _money(plan.total),
            "breakdowns": [{"type": "ITEM", "subtotal": _money(plan.total)}],
        },
        "fulfillment": {
            "fulfillmentStatus": "UNSHIPPED",
            "fulfilledBy": "MERCHANT",
            "fulfillmentServiceLevel": "STANDARD",
        },
        "orderItems": [_line(plan, line) for line in plan.lines],
    }
    return json.dumps({"order": order}, separators=(",", ":")).encode()


def _address(plan: OrderPlan) -> dict[str, object]:
    return {
        "name": plan.name,
        "addressLine1": plan.street,
        "addressLine2": "",
        "city": plan.town.city,
        "stateOrRegion": plan.town.state,
        "postalCode": plan.town.postal_code,
        "countryCode": plan.town.country,
        "addressType": "RESIDENTIAL",
    }


def _line(plan: OrderPlan, line: WantedLine) -> dict[str, object]:
    return {
        "orderItemId": line_id_of(plan, line),
        "quantityOrdered": line.quantity,
        "product": {
            "asin": f"B0{line.item.item_id.removeprefix('ORL-'):0>8}",
            "title": line.item.name,
            "sellerSku": line.item.item_id,
            "condition": {"conditionType": "NEW", "conditionSubtype": "NEW", "conditionNote": ""},
            "price": {"unitPrice": _money(line.item.price)},
        },
        "proceeds": {"proceedsTotal": _money(line.item.price * line.quantity)},
        "fulfillment": {"quantityFulfilled": 0, "quantityUnfulfilled": line.quantity},
    }


def _money(amount: int) -> dict[str, object]:
    return {"amount": two_places(amount), "currencyCode": _CURRENCY}
