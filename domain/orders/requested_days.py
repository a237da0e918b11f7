"""The days on which a customer wants an order and its lines (docs/domain.md#requested-days).

An order that ships as a whole is wanted on one day, the earliest of its lines: its claims have one place in all queues.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace

from domain.identifiers import LineId
from domain.messages.inventory import ReservationsMoved
from domain.messages.orders import OrderPlaced, PromisePolicy
from domain.orders import counters
from domain.orders.decision import OrderDecision
from domain.orders.state import Order
from domain.papers import NO_LINE, RequestedDay


def days_placed(event: OrderPlaced) -> tuple[RequestedDay, ...]:
    """The days of a placed order, as it keeps them."""
    if event.policy.promise is PromisePolicy.SHIP_AVAILABLE or not event.requested:
        return event.requested
    days = _by_line(event.requested)
    of_order = days.get(NO_LINE, 0)
    return _of_whole(min((days.get(line.line_id, of_order) for line in event.lines), default=of_order))


def day_of(order: Order, line_id: LineId) -> int:
    """When the line is wanted; 0: as soon as possible."""
    if not order.requested:
        return 0
    days = _by_line(order.requested)
    return days.get(line_id, days.get(NO_LINE, 0))


def days_of(order: Order) -> Mapping[LineId, int]:
    """The same of every line."""
    days = _by_line(order.requested)
    of_order = days.get(NO_LINE, 0)
    return {line.line_id: days.get(line.line_id, of_order) for line in order.lines}


def change_days(decision: OrderDecision, requested: Sequence[RequestedDay]) -> None:
    """The customer wants it on other days: what is claimed moves in the queues."""
    order = decision.order
    before = days_of(order)
    decision.order = replace(order, requested=amended(order.policy.promise, order.requested, requested))
    now = days_of(decision.order)
    moving: dict[int, set[LineId]] = {}
    for line_id, day in now.items():
        if day != before[line_id]:
            moving.setdefault(day, set()).add(line_id)
    for day, line_ids in moving.items():
        _move(decision, day, line_ids)


def _move(decision: OrderDecision, requested_us: int, line_ids: Container[LineId]) -> None:
    claims = decision.change_claims(lambda line: counters.state(line) if line.line_id in line_ids else (line, ()))
    if claims:
        decision.send(ReservationsMoved(decision.order.order_id, requested_us, claims))


def amended(
    promise: PromisePolicy, kept: Sequence[RequestedDay], requested: Sequence[RequestedDay]
) -> tuple[RequestedDay, ...]:
    """The days of an order after an amendment of them."""
    if promise is not PromisePolicy.SHIP_AVAILABLE:
        return _of_whole(min(each.requested_us for each in requested))
    is_of_order = any(each.line_id == NO_LINE for each in requested)
    known = {} if is_of_order else _by_line(kept)
    return tuple(RequestedDay(day, line_id) for line_id, day in (known | _by_line(requested)).items())


def _of_whole(requested_us: int) -> tuple[RequestedDay, ...]:
    return (RequestedDay(requested_us),) if requested_us else ()


def _by_line(requested: Sequence[RequestedDay]) -> dict[LineId, int]:
    return {each.line_id: each.requested_us for each in requested}
