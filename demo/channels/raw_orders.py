"""Puts planned orders into their channels' words: the raw records of the source topics."""

import json
from dataclasses import replace
from typing import Final

from connectors.log.port import Outgoing
from demo.channels.amazon_payloads import amazon_order
from demo.channels.edi_partners import partner_of
from demo.channels.edi_payloads import edi_interchange
from demo.channels.order_plans import OrderPlan, another_line
from demo.channels.own_payloads import (
    credit_decision,
    inside_sales_order,
    portal_amendment,
    portal_cancellation,
    portal_order,
    portal_part_cancellation,
)
from demo.channels.shopify_payloads import shopify_headers, shopify_order
from domain.identifiers import SourceId
from schemas.headers import Headers

CANCELLING: Final = ("shopify", "portal")
"""The channels of the demo that cancel orders."""
AMENDING: Final = ("portal",)
"""Those that change orders, and cancel parts of them."""
_JSON: Final[Headers] = (("content-type", b"application/json"),)
_X12: Final[Headers] = (("content-type", b"application/edi-x12"),)


def topic_of(source_id: SourceId) -> str:
    """Where a source's raw records go."""
    return f"source.{source_id}.v1"


def raw_order(plan: OrderPlan) -> Outgoing:
    """The record that places the order."""
    topic = topic_of(plan.source_id)
    if plan.source_id == "shopify":
        return Outgoing(topic, plan.number, shopify_order(plan), shopify_headers(plan, "orders/create"))
    if plan.source_id == "amazon":
        return Outgoing(topic, plan.number, amazon_order(plan), _JSON)
    if plan.source_id == "edi_wholesale":
        return raw_interchange((plan,))
    payload = portal_order(plan) if plan.source_id == "portal" else inside_sales_order(plan)
    return Outgoing(topic, plan.number, payload, _JSON)


def raw_interchange(plans: tuple[OrderPlan, ...], *, broken_set: bool = False) -> Outgoing:
    """The record that holds one X12 interchange with all these orders."""
    first = plans[0]
    key = f"{partner_of(first.customer).sender}/{first.index + 1}"
    return Outgoing(topic_of(SourceId("edi_wholesale")), key, edi_interchange(plans, broken_set=broken_set), _X12)


def raw_cancellation(plan: OrderPlan, at_ms: int) -> Outgoing:
    """The record that asks to cancel the order; only of a channel that does such a thing."""
    topic = topic_of(plan.source_id)
    if plan.source_id == "shopify":
        return Outgoing(topic, plan.number, shopify_order(plan, at_ms), shopify_headers(plan, "orders/cancelled"))
    return Outgoing(topic, plan.number, portal_cancellation(plan, at_ms), _JSON)


def raw_amendment(plan: OrderPlan, at_ms: int) -> Outgoing:
    """The record that changes an order of the portal."""
    return Outgoing(topic_of(plan.source_id), plan.number, portal_amendment(plan, another_line(plan), at_ms), _JSON)


def raw_part_cancellation(plan: OrderPlan, at_ms: int) -> Outgoing:
    """The record that cancels a part of an order of the portal."""
    return Outgoing(topic_of(plan.source_id), plan.number, portal_part_cancellation(plan, at_ms), _JSON)


def raw_credit_decision(plan: OrderPlan, outcome: str, at_ms: int) -> Outgoing:
    """The record of the credit check that holds an order, or releases it; it may come before the order."""
    return Outgoing(topic_of(SourceId("decisions")), plan.order_id, credit_decision(plan, outcome, at_ms), _JSON)


def normalized(plan: OrderPlan) -> Outgoing:
    """The same order under the same correlation id, in other bytes: line ends, indentation, order of keys."""
    record = raw_order(plan)
    if plan.source_id == "edi_wholesale":
        return record._replace(value=edi_interchange((plan,), line_end="\r\n"))
    content = json.loads(record.value or b"")
    return record._replace(value=json.dumps(content, indent=1, sort_keys=True).encode())


def contradicting(plan: OrderPlan) -> Outgoing:
    """Another content under the same correlation id: one unit more on the first line."""
    first, *others = plan.lines
    return raw_order(replace(plan, lines=(replace(first, quantity=first.quantity + 1), *others)))
