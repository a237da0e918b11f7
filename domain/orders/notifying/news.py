"""From an order's events to what its customer is to hear: each fact once, in the order of the events.

Most events concern nobody outside. What was said before is no news: of units that wait or are cancelled only those
count that are more than before, and an event without any is left out.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from domain.identifiers import ItemId, LineId, ReturnId, ShipmentId
from domain.messages import status
from domain.messages.notifications.events import CustomerNotification, NotificationKind, NotifiedLine
from domain.messages.orders import FulfilmentLine, UnpickedLine
from domain.messages.status import StatusEvent
from domain.orders.lines import OrderLine
from domain.orders.state import Order
from domain.returns import InspectedLine, ReturnedLine

_MovedLine = FulfilmentLine | UnpickedLine | ReturnedLine | InspectedLine


def news_of(  # noqa: PLR0911, C901  one return a kind of news
    event: StatusEvent, order: Order, first: Order, said: Sequence[CustomerNotification]
) -> CustomerNotification | None:
    """What the customer is to hear of an event; None: nothing.

    `first` is the order before the decision, `said` what the decision has said before.
    """
    match event:
        case status.OrderAccepted():
            return _news(event, order, NotificationKind.ACCEPTED, _all_ordered(order.lines))
        case status.OrderRejected():
            return _news(event, order, NotificationKind.REJECTED, ())
        case status.InventoryBackordered():
            return _if_any(event, order, NotificationKind.BACKORDERED, _more_waiting(order, first, said))
        case status.OrderRepromised():
            moved = {line.line_id for line in event.lines}
            return _if_any(event, order, NotificationKind.REPROMISED, _waiting(order, moved))
        case status.OrderAmended():
            changed = {line.line_id for line in event.order.lines}
            return _news(event, order, NotificationKind.AMENDED, _wanted(order, changed))
        case status.OrderCancelled():
            return _if_any(event, order, NotificationKind.CANCELLED, _more_cancelled(order, first, said))
        case status.ShipmentConfirmed():
            return _news(event, order, NotificationKind.SHIPPED, _moved(order, event.lines))
        case status.ShipmentReversed():
            return _news(event, order, NotificationKind.SHIPMENT_REVERSED, _moved(order, event.lines))
        case status.ShipmentDelivered(is_reversal=is_reversal):
            kind = NotificationKind.DELIVERY_REVERSED if is_reversal else NotificationKind.DELIVERED
            return _news(event, order, kind, _moved(order, event.lines))
        case status.ReturnReceived() | status.ReturnInspected() | status.ReturnCredited():
            return _refunded(event, order)
        case _:
            return None


def _refunded(
    event: status.ReturnReceived | status.ReturnInspected | status.ReturnCredited, order: Order
) -> CustomerNotification | None:
    if event.credit <= 0:
        return None
    return _news(event, order, NotificationKind.REFUNDED, _moved(order, event.lines), event.credit)


def _if_any(
    event: StatusEvent, order: Order, kind: NotificationKind, lines: Iterable[NotifiedLine]
) -> CustomerNotification | None:
    found = tuple(lines)
    return _news(event, order, kind, found) if found else None


def _news(
    event: StatusEvent, order: Order, kind: NotificationKind, lines: Iterable[NotifiedLine], value: int | None = None
) -> CustomerNotification:
    return CustomerNotification(
        order_id=order.order_id,
        channel_id=order.channel_id,
        region=order.region,
        customer_id=order.customer_id,
        channel_order_id=order.channel_order_id,
        kind=kind,
        version=event.order.version,
        cause_event_id=event.cause_event_id,
        currency=order.currency,
        value=event.order.grand_total if value is None else value,
        reason=getattr(event, "reason", ""),
        shipment_id=getattr(event, "shipment_id", ShipmentId("")),
        return_id=getattr(event, "return_id", ReturnId("")),
        carrier=getattr(event, "carrier", ""),
        tracking_number=getattr(event, "tracking_number", ""),
        lines=tuple(lines),
    )


def _all_ordered(lines: Iterable[OrderLine]) -> Iterator[NotifiedLine]:
    for line in lines:
        if line.wanted > 0:
            yield _line(line, line.wanted)


def _wanted(order: Order, changed: Iterable[LineId]) -> Iterator[NotifiedLine]:
    named = set(changed)
    return (_line(line, line.wanted) for line in order.lines if line.line_id in named)


def _waiting(order: Order, named: Iterable[LineId]) -> Iterator[NotifiedLine]:
    wanted = set(named)
    for line in order.lines:
        if line.line_id in wanted and (units := line.open_units.backordered):
            yield _line(line, units, line.promised_us)


def _more_waiting(order: Order, first: Order, said: Sequence[CustomerNotification]) -> Iterator[NotifiedLine]:
    """All that wait when the order is accepted: before that, nobody was promised anything."""
    is_new = any(each.kind is NotificationKind.ACCEPTED for each in said)
    before = {} if is_new else {line.line_id: line.open_units.backordered for line in first.lines}
    known = _said(NotificationKind.BACKORDERED, said)
    for line in order.lines:
        units = line.open_units.backordered
        if units > before.get(line.line_id, 0) + known[line.line_id]:
            yield _line(line, units, line.promised_us)


def _more_cancelled(order: Order, first: Order, said: Sequence[CustomerNotification]) -> Iterator[NotifiedLine]:
    before: Mapping[LineId, int] = {line.line_id: line.cancelled for line in first.lines}
    known = _said(NotificationKind.CANCELLED, said)
    for line in order.lines:
        units = line.cancelled - before.get(line.line_id, 0) - known[line.line_id]
        if units > 0:
            yield _line(line, units)


def _said(kind: NotificationKind, said: Iterable[CustomerNotification]) -> Counter[LineId]:
    units: Counter[LineId] = Counter()
    for each in said:
        if each.kind is kind:
            units.update({line.line_id: line.quantity for line in each.lines})
    return units


def _moved(order: Order, lines: Iterable[_MovedLine]) -> Iterator[NotifiedLine]:
    units = {(line.line_id, line.item_id): line.unit for line in order.lines}
    for line in lines:
        yield NotifiedLine(
            line.line_id, ItemId(line.item_id), line.quantity, units.get((line.line_id, line.item_id), "")
        )


def _line(line: OrderLine, quantity: int, promised_us: int = 0) -> NotifiedLine:
    return NotifiedLine(line.line_id, line.item_id, quantity, line.unit, promised_us)
