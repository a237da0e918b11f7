"""What goes wrong in the demo's channels: unreadable bytes, and orders that break the contract."""

import json
from dataclasses import replace
from random import Random
from typing import Final

from connectors.log.port import Outgoing
from demo.channels.order_plans import plan_order
from demo.channels.raw_orders import raw_order, topic_of
from domain.identifiers import SourceId

_BEYOND: Final = 900_000_000
"""Refused orders have indexes, and so numbers, that no real order of the demo has."""


def garbage(seed: int, number: int, at_ms: int) -> Outgoing:
    """The garbage of that number: each kind in its turn."""
    chance = Random(f"{seed}/garbage/{number}")
    plan = plan_order(seed, _BEYOND + number, at_ms, ("shopify", "portal"))
    order = raw_order(plan)
    value = order.value or b""
    edi = raw_order(plan_order(seed, _BEYOND + number, at_ms, ("edi_wholesale",)))
    kinds = (
        order._replace(value=value[: len(value) // 2]),
        order._replace(value=b"\xff\xfe" + chance.randbytes(200)),
        order._replace(value=b"<html><body><h1>502 Bad Gateway</h1></body></html>"),
        edi._replace(value=(edi.value or b"")[:-25]),
        order._replace(value=b""),
        order._replace(value=value[:-1] + b',"currency":"EUR","currency":"USD"}'),
        Outgoing(topic_of(SourceId("wms_central")), None, b'{"event":"receipt","quantity":NaN}'),
    )
    return kinds[number % len(kinds)]


def refused_order(seed: int, number: int, at_ms: int) -> Outgoing:
    """An order that can be read and must be refused: each kind in its turn."""
    kinds = (_nothing_ordered, _strange_money, _nobody_ordered, _price_below_zero, _strange_unit)
    return kinds[number % len(kinds)](seed, _BEYOND + number, at_ms)


def _nothing_ordered(seed: int, index: int, at_ms: int) -> Outgoing:
    plan = plan_order(seed, index, at_ms, ("portal",))
    first, *others = plan.lines
    return raw_order(replace(plan, lines=(replace(first, quantity=-1), *others)))


def _strange_money(seed: int, index: int, at_ms: int) -> Outgoing:
    record = raw_order(plan_order(seed, index, at_ms, ("shopify",)))
    return record._replace(value=(record.value or b"").replace(b'"currency":"EUR"', b'"currency":"XXZ"'))


def _nobody_ordered(seed: int, index: int, at_ms: int) -> Outgoing:
    record = raw_order(plan_order(seed, index, at_ms, ("inside_sales",)))
    content = json.loads(record.value or b"")
    del content["account"]
    return record._replace(value=json.dumps(content).encode())


def _price_below_zero(seed: int, index: int, at_ms: int) -> Outgoing:
    record = raw_order(plan_order(seed, index, at_ms, ("amazon",)))
    content = json.loads(record.value or b"")
    content["order"]["orderItems"][0]["product"]["price"]["unitPrice"]["amount"] = "-1.00"
    return record._replace(value=json.dumps(content).encode())


def _strange_unit(seed: int, index: int, at_ms: int) -> Outgoing:
    record = raw_order(plan_order(seed, index, at_ms, ("edi_wholesale",)))
    value = (record.value or b"").replace(b"*EA*", b"*QQ*").replace(b"|EA|", b"|QQ|")
    return record._replace(value=value)
