"""What our own portal and our own sales people send."""

import json

from demo.channels.order_plans import OrderPlan, WantedLine
from demo.channels.written_values import iso_time, two_places


def portal_order(plan: OrderPlan) -> bytes:
    """An order of the B2B portal."""
    return _json(
        {
            "message_id": f"portal-{plan.number}-placed",
            "event": "order_placed",
            "occurred_at": iso_time(plan.placed_at_ms),
            "order_number": plan.number,
            "customer": {"number": f"K{10_000 + plan.customer}", "contact": plan.name},
            "currency": "EUR",
            "ship_to": {
                "name": plan.name,
                "street": plan.street,
                "city": plan.town.city,
                "postal_code": plan.town.postal_code,
                "country": plan.town.country,
            },
            "lines": [
                {
                    "line": line.position,
                    "item": line.item.item_id,
                    "description": line.item.name,
                    "quantity": line.quantity,
                    "unit": "PCE",
                    "unit_price": two_places(line.item.price),
                }
                for line in plan.lines
            ],
            "line_count": len(plan.lines),
            "net_amount": two_places(plan.total),
            "customer_reference": f"REF-{plan.mark % 100_000}",
        }
    )


def portal_cancellation(plan: OrderPlan, at_ms: int) -> bytes:
    """The request to cancel an order of the portal."""
    return _json(
        {
            "message_id": f"portal-{plan.number}-cancelled",
            "event": "order_cancelled",
            "occurred_at": iso_time(at_ms),
            "order_number": plan.number,
            "reason": "ordered by mistake",
        }
    )


def portal_amendment(plan: OrderPlan, added: WantedLine, at_ms: int) -> bytes:
    """The request for a unit more of the first line of an order of the portal, and for another line."""
    first = plan.lines[0]
    return _json(
        {
            "message_id": f"portal-{plan.number}-amended-1",
            "event": "order_amended",
            "revision": 1,
            "occurred_at": iso_time(at_ms),
            "order_number": plan.number,
            "reason": "the customer called",
            "quantities": [{"line": first.position, "quantity": first.quantity + 1}],
            "added": [
                {
                    "line": added.position,
                    "item": added.item.item_id,
                    "quantity": added.quantity,
                    "unit_price": two_places(added.item.price),
                }
            ],
        }
    )


def portal_part_cancellation(plan: OrderPlan, at_ms: int) -> bytes:
    """The request to cancel a unit of the last line of an order of the portal."""
    return _json(
        {
            "message_id": f"portal-{plan.number}-reduced",
            "event": "order_cancelled",
            "occurred_at": iso_time(at_ms),
            "order_number": plan.number,
            "reason": "ordered too many",
            "parts": [{"line": plan.lines[-1].position, "quantity": 1}],
        }
    )


def credit_decision(plan: OrderPlan, outcome: str, at_ms: int) -> bytes:
    """What the credit check says of an order: `outcome` is hold or release."""
    return _json(
        {
            "decision_id": f"credit-{plan.order_id}-{outcome}",
            "outcome": outcome,
            "check": "CREDIT",
            "order_id": plan.order_id,
            "decided_at": iso_time(at_ms),
            "decided_by": "credit desk",
            "reason": "limit reached" if outcome == "hold" else "",
        }
    )


def inside_sales_order(plan: OrderPlan) -> bytes:
    """An order taken by telephone."""
    return _json(
        {
            "type": "sales_order",
            "sales_order": plan.number,
            "entry": 1,
            "entered_at": iso_time(plan.placed_at_ms),
            "entered_by": f"agent{plan.mark % 7}",
            "account": f"A-{2_000 + plan.customer}",
            "delivery": {
                "name": plan.name,
                "street": plan.street,
                "city": plan.town.city,
                "zip": plan.town.postal_code,
                "country": plan.town.country,
            },
            "positions": [
                {
                    "pos": line.position,
                    "item": line.item.item_id,
                    "text": line.item.name,
                    "qty": line.quantity,
                    "uom": "EA",
                    "price": two_places(line.item.price),
                }
                for line in plan.lines
            ],
        }
    )


def _json(content: dict[str, object]) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode()
