"""A hub that carries several channels, with charges on its orders."""

from typing import Any

from schemas.channel_language.loader import parse_channel_file

HUB_FILE = """
source_id: hub
channel_id: hub
region: WORLD
kind: orders
format: json
version: 1
currency: GBP
priority_class: 4
erp_id: main
nodes: [central]
dedup_horizon_days: 7
future_tolerance_s: 60
max_record_bytes: 10000
code_lists:
  channel: {North: north, East: east}
  region: {North: EU, East: ASIA}
  condition: {broken: DAMAGED, lost: MISSING, eaten: EATEN}
correlation_id: number
events:
  - event: OrderPlaced
    when: {path: event, equals: order}
    occurred_at: {path: at, default: "@ingested"}
    channel_id: {path: shop, codes: channel, default: hub}
    region: {path: shop, codes: region, default: WORLD}
    channel_order_id: number
    customer_id: {path: customer, default: unknown}
    ship_to: {name: {constant: ""}, street: {constant: ""}, city: {constant: ""}, postal_code: {constant: ""},
              state: {constant: ""}, country: {constant: ""}}
    lines: {each: lines, may_be_empty: true, line_id: line, item_id: item, quantity: quantity, unit: {constant: EA},
            unit_price: price}
    charges: {each: charges, line_id: line, code: code, description: {path: text, default: ""}, quantity: quantity,
              unit_price: price}
    totals: {grand: total}
  - event: OrderCancelRequested
    when: {path: event, equals: cancel}
    occurred_at: {path: at, default: "@ingested"}
    channel_id: {path: shop, codes: channel, default: hub}
    channel_order_id: number
  - event: OrderReturned
    when: {path: event, equals: return}
    occurred_at: {path: at, default: "@ingested"}
    correlation_id: {template: "{return}/{number}"}
    channel_id: {path: shop, codes: channel, default: hub}
    channel_order_id: number
    node_id: {constant: central}
    return_id: return
    reason: {path: why, default: ""}
    lines: {each: lines, line_id: line, item_id: item, quantity: quantity, unit_price: price,
            condition: {path: condition, codes: condition, default: RESTOCKED}}
    charges: {each: charges, line_id: line, code: code, quantity: quantity, unit_price: price}
"""
HUB = parse_channel_file(HUB_FILE, "hub.yaml")

HUB_ORDER: dict[str, Any] = {
    "event": "order",
    "number": "7",
    "shop": "North",
    "lines": [{"line": "1", "item": "lamp", "quantity": "2", "price": "3.50"}],
    "charges": [
        {"line": "2", "code": "POST", "text": "Postage", "quantity": "1", "price": "18"},
        {"line": "3", "code": "D", "quantity": "-1", "price": "4.25"},
    ],
    "total": "20.75",
}

HUB_RETURN: dict[str, Any] = {
    "event": "return",
    "return": "C9",
    "number": "7",
    "shop": "North",
    "why": "too bright",
    "lines": [
        {"line": "1", "item": "lamp", "quantity": "1", "price": "3.50"},
        {"line": "1", "item": "lamp", "quantity": "0.5", "price": "3.50", "condition": "broken"},
        {"line": "1", "item": "lamp", "quantity": "0.5", "price": "0", "condition": "lost"},
    ],
    "charges": [{"line": "4", "code": "POST", "quantity": "-1", "price": "18"}],
}
