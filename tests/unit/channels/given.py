"""Raw records and payloads that the tests of the channel maps begin with."""

import json
from typing import Any

from connectors.formats.mapping import map_record
from connectors.formats.outcomes import Canonical, CanonicalMessage, PassedOver, RecordOutcome, Refused, Unparsable
from connectors.log.port import Record
from domain.identifiers import SourceId
from domain.messages.orders import OrderPictured, OrderPlaced
from domain.money.adjustments import Adjustments, totals
from domain.money.amounts import format_amount
from domain.money.charges import scaled_worth
from domain.money.prices import amount_of, scaled_sum
from domain.quantities import format_quantity
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.loader import load_channel_files
from schemas.headers import Headers

CHANNELS = load_channel_files()
INGESTED_AT_MS = 1_767_600_000_000
"""2026-01-05 08:00 UTC."""

PORTAL_ORDER: dict[str, Any] = {
    "message_id": "m-1",
    "event": "order_placed",
    "occurred_at": "2026-01-05T07:59:00Z",
    "order_number": "P-1",
    "customer": {"number": "K1"},
    "currency": "EUR",
    "ship_to": {"name": "Ada Abel", "street": "1 Mill Lane", "city": "Graz", "postal_code": "8010", "country": "AT"},
    "lines": [
        {"line": 1, "item": "ORL-1", "quantity": "2.5", "unit": "KG", "unit_price": "3.20"},
        {"line": 2, "item": "ORL-2", "quantity": 4, "unit_price": 0.0001},
    ],
}

WMS_RECEIPT: dict[str, Any] = {
    "message_id": "w-1",
    "event": "receipt",
    "occurred_at": "2026-01-05T07:59:00Z",
    "receipt_id": "R1",
    "lines": [{"line": 1, "sku": "ORL-1", "quantity": 100}, {"line": 2, "sku": "ORL-2", "quantity": 5}],
}

WMS_ADJUSTMENT: dict[str, Any] = {
    "message_id": "w-3",
    "event": "stock_adjusted",
    "occurred_at": "2026-01-05T07:59:00Z",
    "node_id": "central",
    "adjustment_id": "A1",
    "reason": "thrown away",
    "lines": [{"line": 1, "sku": "ORL-1", "quantity": "-10"}, {"item": "ORL-2", "quantity": "0.5"}],
}

WMS_COUNT: dict[str, Any] = {
    "message_id": "w-4",
    "event": "count",
    "counted_at": "2026-01-05T07:30:00Z",
    "count_id": "C1",
    "lines": [{"line": 1, "sku": "ORL-1", "quantity": 98}, {"line": 2, "sku": "ORL-2", "quantity": 0}],
}

WMS_STATUS_CHANGE: dict[str, Any] = {
    "message_id": "w-5",
    "event": "status_change",
    "occurred_at": "2026-01-05T07:59:00Z",
    "change_id": "Q1",
    "from_status": "FREE",
    "to_status": "HOLD",
    "reason": "seal broken",
    "lines": [{"line": 1, "sku": "ORL-1", "quantity": 3}, {"line": 2, "sku": "ORL-2", "quantity": 1}],
}

WMS_TRANSFER: dict[str, Any] = {
    "message_id": "w-6",
    "event": "transfer_sent",
    "occurred_at": "2026-01-05T07:59:00Z",
    "transfer_order_id": "T1",
    "to_node_id": "north",
    "lines": [{"line": 1, "sku": "ORL-1", "quantity": 3}, {"line": 2, "sku": "ORL-2", "quantity": 1}],
}

WMS_SHIPMENT: dict[str, Any] = {
    "message_id": "w-2",
    "event": "shipment",
    "occurred_at": "2026-01-05T07:59:00Z",
    "order_id": "portal:P-1",
    "shipment_id": "S1",
    "carrier": "DHL",
    "tracking_number": "JD1",
    "lines": [{"line_id": "1", "sku": "ORL-1", "quantity": 2}],
}


def changed(payload: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """The payload with another value at a path; None takes the field away."""
    copy: dict[str, Any] = json.loads(json.dumps(payload))
    *steps, last = path.split(".")
    node: Any = copy
    for step in steps:
        node = node[int(step)] if isinstance(node, list) else node[step]
    if value is None:
        del node[last]
    else:
        node[int(last) if isinstance(node, list) else last] = value
    return copy


def record(value: bytes | dict[str, Any] | None, headers: Headers = ()) -> Record:
    """A raw record that was appended at INGESTED_AT_MS."""
    content = json.dumps(value).encode() if isinstance(value, dict) else value
    return Record("source.test.v1", 0, 7, INGESTED_AT_MS, None, content, headers)


def outcomes(source_id: str, value: bytes | dict[str, Any] | None, headers: Headers = ()) -> tuple[RecordOutcome, ...]:
    """What becomes of a record of a source that comes with Orderline."""
    return map_record(CHANNELS[SourceId(source_id)], record(value, headers))


def message(outcome: RecordOutcome) -> CanonicalMessage:
    """The message of an outcome that is one."""
    assert isinstance(outcome, Canonical), outcome
    return outcome.message


def the_message(channel: ChannelFile, value: bytes | dict[str, Any], headers: Headers = ()) -> CanonicalMessage:
    """The only message of a record."""
    (outcome,) = map_record(channel, record(value, headers))
    return message(outcome)


def grand_total(order: OrderPlaced) -> int:
    """What the customer has to pay, in ten-thousandths: the state of the order says the same when it is placed."""
    adjustments = Adjustments(order.discounts, order.taxes, order.tenders, order.rounding)
    due = {line.line_id: line.quantity for line in order.lines}
    return amount_of(totals(scaled_sum(order.lines), scaled_worth(order.charges), adjustments, due).grand)


def _disputed(order: OrderPlaced) -> list[str]:
    return [f"{each.kind.lower()} of {format_amount(each.stated)} disputed" for each in order.disputed_totals]


def verdict(outcome: RecordOutcome) -> str:
    """An outcome in one line, for tables of verdicts."""
    match outcome:
        case Unparsable(reason):
            return f"unreadable: {reason}"
        case Refused(reason, field, _):
            return f"refused: {field}: {reason}"
        case PassedOver(reason):
            return f"passed over: {reason}"
        case Canonical(OrderPlaced() as order):
            units = format_quantity(sum(line.quantity for line in order.lines))
            amount = format_amount(grand_total(order))
            worth = ", ".join((f"{amount} {order.currency}", *_disputed(order)))
            return f"placed {order.order_id}: {len(order.lines)} lines, {units} units, {worth}"
        case Canonical(OrderPictured() as picture):
            shown = verdict(Canonical(picture.placed)).removeprefix("placed ")
            return f"{'cancelled' if picture.is_cancelled else 'shown'} {shown}"
        case Canonical(other):
            return type(other).__name__
