"""The place of an order's claims in the items' queues: from when they wait (docs/domain.md#reservations).

What an amendment adds waits from the time at which it was asked for, so it passes nobody who ordered before that. In an
order that ships what there is, what was ordered before keeps its place. An order that ships complete has one place in
all queues, that of its last raise: with two of them, it and another order could each hold what the other lacks.
"""

from dataclasses import replace

from domain.identifiers import LineId
from domain.messages.inventory import ReservationsMoved
from domain.messages.orders import PromisePolicy
from domain.orders import counters
from domain.orders.amending.amendments import Amendment, AmendmentStep, RaisedLine
from domain.orders.decision import OrderDecision
from domain.orders.requested_days import day_of
from domain.orders.state import Order


def place_of(order: Order, line_id: LineId) -> int:
    """From when the line waits with what it claims from now on, in microseconds by the clock of the order's source."""
    if not (order.raised or order.amendments):
        return max(1, order.placed_at_us)
    raised = (each.raised_us for each in order.raised if each.line_id == line_id)
    return max(place_of_order(order), _under_way(order, line_id), *raised)


def place_of_order(order: Order) -> int:
    """The same of what was ordered before; of an order that ships complete, of all that it claims."""
    is_whole = order.policy.promise is PromisePolicy.SHIP_COMPLETE
    return max(1, order.placed_at_us, *(each.raised_us for each in order.raised if is_whole))


def _under_way(order: Order, line_id: LineId) -> int:
    amendment = next(iter(order.amendments), None)
    if amendment is None or amendment.step is AmendmentStep.TURN:
        return 0
    return amendment.asked_at_us if any(part.line_id == line_id for part in amendment.more) else 0


def raise_lines(decision: OrderDecision, amendment: Amendment) -> None:
    """An amendment is carried out that has raised lines; an order that ships complete moves back with all it claims."""
    order = decision.order
    known = {each.line_id: each for each in order.raised}
    for part in amendment.more:
        before_us = known[part.line_id].raised_us if part.line_id in known else 0
        known[part.line_id] = RaisedLine(part.line_id, max(before_us, amendment.asked_at_us))
    decision.order = replace(order, raised=tuple(known.values()))
    if order.policy.promise is PromisePolicy.SHIP_COMPLETE:
        _move_back(decision, order)


def _move_back(decision: OrderDecision, before: Order) -> None:
    place_us = place_of_order(decision.order)
    if place_us == place_of_order(before):
        return
    if claims := decision.change_claims(counters.state):
        day_us = day_of(decision.order, decision.order.lines[0].line_id)
        decision.send(ReservationsMoved(decision.order.order_id, day_us, claims, place_us))
