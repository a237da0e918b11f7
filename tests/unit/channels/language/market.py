"""A small marketplace of the tests, whose channel file is written in pieces."""

from textwrap import indent
from typing import Any

from connectors.formats.mapping import map_record
from connectors.formats.outcomes import Canonical
from domain.messages.orders import OrderPlaced
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.loader import parse_channel_file
from schemas.headers import Headers
from tests.unit.channels.given import record, verdict

HEAD = """\
source_id: market
channel_id: market
region: EU
kind: orders
format: json
version: 1
currency: EUR
priority_class: 2
erp_id: main
nodes: [central]
dedup_horizon_days: 30
future_tolerance_s: 300
max_record_bytes: 65536
code_lists:
  unit: {szt: EA, mb: MTR}
correlation_id: ref
"""

SHIP_TO = """\
ship_to: {name: to, street: {constant: ""}, city: {constant: ""}, postal_code: {constant: ""},
  state: {constant: ""}, country: {constant: DE}}
"""

LINES = """\
lines:
  each: goods
  line_id: {path: id, default: "1"}
  item_id: sku
  quantity: {path: qty, default: "1"}
  unit: {path: uom, codes: unit, default: EA}
  unit_price: {path: price, default: "1"}
"""

ORDER: dict[str, Any] = {"ref": "M-1", "ts": "2026-01-05T07:59:00Z", "to": "Ada Kowal", "goods": [{"sku": "LAMP-1"}]}


def placing(when: str = "", lines: str = LINES, ship_to: str = SHIP_TO, more: str = "") -> str:
    """The rule that places an order; `more` are fields of it."""
    fields = f"""\
event: OrderPlaced
occurred_at: ts
channel_order_id: ref
customer_id: {{constant: C-1}}
{when}{ship_to}{lines}{more}"""
    return _entry(fields)


def passing_over(when: str, reason: str = "") -> str:
    """The rule that passes a document over."""
    return _entry(f"event: PassedOver\nwhen: {when}\n" + (f"reason: {reason}\n" if reason else ""))


def market(*rules: str, head: str = HEAD) -> ChannelFile:
    """The channel file with these rules."""
    return parse_channel_file(market_text(*rules, head=head), "market.yaml")


def market_text(*rules: str, head: str = HEAD) -> str:
    """The same as text."""
    return f"{head}events:\n{''.join(rules)}"


def verdicts(channel: ChannelFile, value: bytes | dict[str, Any], headers: Headers = ()) -> list[str]:
    """What becomes of a record, one line for each outcome."""
    return [verdict(outcome) for outcome in map_record(channel, record(value, headers))]


def placed(channel: ChannelFile, value: bytes | dict[str, Any], headers: Headers = ()) -> OrderPlaced:
    """The only order of a record."""
    (outcome,) = map_record(channel, record(value, headers))
    assert isinstance(outcome, Canonical), outcome
    assert isinstance(outcome.message, OrderPlaced)
    return outcome.message


def _entry(fields: str) -> str:
    first, *others = indent(fields, "    ").splitlines(keepends=True)
    return "".join((f"  - {first.strip()}\n", *others))
