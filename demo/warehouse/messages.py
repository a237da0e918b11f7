"""The JSON that the simulated warehouse, its carriers and finance write; its shape is read by the channel files.

Message ids follow from the command's id, so that what is said twice is dropped as a repeat.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import msgspec

from domain.identifiers import OrderId
from domain.messages.warehouse import ReleasedLine, WarehouseCancelCommanded, WarehouseReleaseCommanded
from domain.quantities import UNIT, format_quantity

_WAREHOUSE = uuid5(NAMESPACE_URL, "https://orderline.example/simulated-warehouse")
_CARRIERS = ("DHL", "UPS", "DPD", "GLS")
WAREHOUSE = "source.wms_central.v1"
CARRIER = "source.carrier.v1"
FINANCE = "source.finance.v1"

Command = WarehouseReleaseCommanded | WarehouseCancelCommanded
Lines = Sequence[ReleasedLine]


@dataclass(frozen=True, slots=True)
class Message:
    """One raw record, keyed by the order."""

    order_id: OrderId
    value: bytes
    topic: str = WAREHOUSE


def pick_messages(
    command: WarehouseReleaseCommanded, lines: Lines, missing: Lines, at_ms: int, *, is_put_back: bool
) -> list[Message]:
    """These lines are picked, perhaps put back and picked again; what is missing was not found."""
    short = [_short_pick_message(command, missing, at_ms)] if missing else []
    if not lines:
        return short
    picked = _pick_message(command, "pick", lines, at_ms)
    if not is_put_back:
        return [*short, picked]
    again = _pick_message(command, "pick/again", lines, at_ms)
    return [*short, picked, _unpick_message(command, lines, at_ms), again]


def _pick_message(command: WarehouseReleaseCommanded, name: str, lines: Lines, at_ms: int) -> Message:
    message_id = _id_of(command, name)
    return _message(command, "pick", message_id, at_ms, pick_id=message_id, lines=_written(lines))


def _unpick_message(command: WarehouseReleaseCommanded, lines: Lines, at_ms: int) -> Message:
    message_id = _id_of(command, "unpick")
    written = [{**line, "condition": "RESTOCKED"} for line in _written(lines)]
    return _message(command, "unpick", message_id, at_ms, unpick_id=message_id, reason="wrong tote", lines=written)


def _short_pick_message(command: WarehouseReleaseCommanded, missing: Lines, at_ms: int) -> Message:
    message_id = _id_of(command, "short_pick")
    return _message(
        command,
        "short_pick",
        message_id,
        at_ms,
        short_pick_id=message_id,
        reason="bin empty",
        lines=_written(missing),
    )


def shipment_message(command: WarehouseReleaseCommanded, number: int, lines: Lines, at_ms: int) -> Message:
    """These lines left as the `number`-th shipment of the release, counted from 0."""
    message_id = _shipment(command, number)
    return _message(
        command,
        "shipment",
        message_id,
        at_ms,
        shipment_id=f"S-{message_id}",
        carrier=_carrier(message_id),
        tracking_number=f"{_digits(message_id):015d}",
        lines=_written(lines),
    )


def reversal_message(command: WarehouseReleaseCommanded, number: int, lines: Lines, at_ms: int) -> Message:
    """The `number`-th shipment of the release did not leave: its goods are in stock again."""
    message_id = _id_of(command, f"reversal/{number}")
    return _message(
        command,
        "shipment_reversed",
        message_id,
        at_ms,
        shipment_id=f"S-{_shipment(command, number)}",
        reversal_id=message_id,
        reason="left on the dock",
        lines=_written(lines),
    )


def delivery_message(command: WarehouseReleaseCommanded, number: int, lines: Lines, at_ms: int) -> Message:
    """The carrier handed over the `number`-th shipment of the release."""
    message_id = _id_of(command, f"delivery/{number}")
    shipment = _shipment(command, number)
    delivered = _message(
        command,
        "delivered",
        message_id,
        at_ms,
        delivery_id=message_id,
        shipment_id=f"S-{shipment}",
        carrier=_carrier(shipment),
        lines=_written(lines),
    )
    return replace(delivered, topic=CARRIER)


def invoice_message(command: WarehouseReleaseCommanded, name: str, lines: Lines, at_ms: int) -> Message:
    """Finance invoices these lines, under a number that `name` makes."""
    return _of_finance(command, "invoiced", name, name, lines, at_ms)


def invoice_cancelled_message(command: WarehouseReleaseCommanded, name: str, lines: Lines, at_ms: int) -> Message:
    """Finance cancels the invoice that `name` made."""
    return _of_finance(command, "invoice_cancelled", f"{name}/cancelled", name, lines, at_ms)


def _of_finance(  # noqa: PLR0913, PLR0917  what a document says
    command: WarehouseReleaseCommanded, event: str, message: str, invoice: str, lines: Lines, at_ms: int
) -> Message:
    number = f"I-{_id_of(command, invoice)}"
    written = _message(command, event, _id_of(command, message), at_ms, invoice_id=number, lines=_written(lines))
    return replace(written, topic=FINANCE)


def _shipment(command: WarehouseReleaseCommanded, number: int) -> str:
    return _id_of(command, f"shipment/{number}")


def _carrier(shipment: str) -> str:
    return _CARRIERS[_digits(shipment) % len(_CARRIERS)]


def _digits(shipment: str) -> int:
    return int(shipment.replace("-", "")[:12], 16)


def cancel_message(command: WarehouseCancelCommanded, reason: str, at_ms: int) -> Message:
    """The cancellation is done; with a reason, it is refused."""
    message_id = _id_of(command, "cancel")
    if reason:
        return _message(command, "cancel_refused", message_id, at_ms, reason=reason)
    return _message(command, "cancel_accepted", message_id, at_ms)


def halves(lines: Lines) -> tuple[Lines, Lines]:
    """The lines as two parcels; the second is empty when there is but one unit to send."""
    if len(lines) > 1:
        middle = len(lines) // 2
        return lines[:middle], lines[middle:]
    (line,) = lines
    first = line.quantity // UNIT // 2 * UNIT
    if not first:
        return lines, ()
    return [_part(line, first)], [_part(line, line.quantity - first)]


def without_a_unit(lines: Lines) -> tuple[Lines, Lines]:
    """The lines less a unit of the first, and that unit; a line of no more than that is left out."""
    first, *others = lines
    missing = min(first.quantity, UNIT)
    found = [_part(first, first.quantity - missing)] if first.quantity > missing else []
    return [*found, *others], [_part(first, missing)]


def with_a_unit_too_many(lines: Lines) -> Lines:
    """What somebody types who invoices one unit more of the first line."""
    first, *others = lines
    return [_part(first, first.quantity + UNIT), *others]


def _part(line: ReleasedLine, quantity: int) -> ReleasedLine:
    return ReleasedLine(line.line_id, line.item_id, quantity)


def _id_of(command: Command, what: str) -> str:
    return str(uuid5(_WAREHOUSE, f"{command.command_id}/{what}"))


def _message(command: Command, event: str, message_id: str, at_ms: int, **fields: Any) -> Message:  # noqa: ANN401 - JSON
    content = {
        "message_id": message_id,
        "event": event,
        "occurred_at": _rfc_3339(at_ms),
        "node_id": command.node_id,
        "order_id": command.order_id,
        "command_id": command.command_id,
        **fields,
    }
    return Message(command.order_id, msgspec.json.encode(content))


def _written(lines: Lines) -> list[dict[str, str]]:
    return [
        {"line_id": line.line_id, "sku": line.item_id, "quantity": format_quantity(line.quantity)} for line in lines
    ]


def _rfc_3339(at_ms: int) -> str:
    seconds, milliseconds = divmod(at_ms, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{milliseconds:03d}Z"
