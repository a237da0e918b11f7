"""The channel file that a new source begins with: a marketplace that sends orders and cancellations as JSON."""

import re
from typing import Final

from connectors.log.port import LogFailed

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,49}")


def template_of(source_id: str) -> str:
    """The text of the file; `LogFailed` for a name that no topic can have."""
    if not _NAME.fullmatch(source_id):
        raise LogFailed(f"{source_id!r} is no source_id: use lower-case letters, digits and _, a letter first")
    return _TEMPLATE.replace("NAME", source_id)


_TEMPLATE: Final = """\
# Orders of NAME. What each field may say is in docs/reference/channel-files.md.
source_id: NAME
channel_id: NAME
region: EU
kind: orders
format: json                      # or json_lines, csv, x12, edifact
version: 1                        # raise it with every change
timezone: Europe/Berlin           # of times without an offset
currency: EUR                     # of documents that name none
priority_class: 2
promise_policy: SHIP_AVAILABLE
release_gate: BOOKED
erp_id: main
nodes: [central]
dedup_horizon_days: 30
future_tolerance_s: 300
max_record_bytes: 1048576

# The source's code on the left, ours on the right.
code_lists:
  unit: {piece: EA, box: XBX}

# Where the documents lie in a record; a list contains several.
documents: [orders, "@document"]

# By what the source marks one event: the same id with the same content is a repeat.
correlation_id: {template: "{number}/{state}"}

events:
  - event: PassedOver
    when: {path: state, one_of: [draft, pending]}
    reason: not for sale yet

  - event: OrderCancelRequested
    when: {path: state, equals: cancelled}
    occurred_at: changed_at
    channel_order_id: number
    reason: {path: reason, default: ""}

  - event: OrderPlaced
    when: {path: state, equals: paid}
    occurred_at: created_at
    channel_order_id: number
    customer_id: buyer.id
    currency: {path: currency, default: EUR}
    ship_to:
      from: [shipping_address, billing_address]
      name: name
      street: street
      city: city
      postal_code: postcode
      state: {path: state, default: ""}
      country: country
    lines:
      each: items
      line_id: id
      item_id: sku
      quantity: quantity
      unit: {path: unit, codes: unit, default: EA}
      unit_price: price
      description: {path: title, default: ""}
    charges:
      - line_id: {constant: shipping}
        code: {constant: SHIPPING}
        quantity: {constant: "1"}
        unit_price: shipping
"""
