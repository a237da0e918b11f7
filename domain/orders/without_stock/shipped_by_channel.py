"""Waits for the shipment of what a channel ships from its own stock: nobody of ours knows whether it has.

The time begins when the order is accepted, and anew when the channel reports a part of it. When it has passed, a case
asks a person to ask the channel; the shipment resolves it, and so does the cancellation of what is open.
"""

from typing import Final

from domain.durations import duration_text
from domain.fulfilment import Fulfilment
from domain.orders.cases import shortened
from domain.orders.decision import OrderDecision
from domain.orders.lines import OrderLine
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited, PendingAnswer
from domain.quantities import format_quantity

_KEY: Final = "shipped by the channel"


def watch(decision: OrderDecision) -> None:
    """After every change: begin to wait, or end it."""
    order, first = decision.order, decision.first
    if order.lines is first.lines and order.accepted is first.accepted:
        return
    pending = awaiting.one_of(order, Awaited.CHANNEL_SHIPMENT)
    is_awaited = order.accepted and any(map(_is_left, order.lines))
    if is_awaited and (pending is None or _has_shipped(decision)):
        if pending is not None:
            awaiting.settle(decision, pending, "the channel has shipped a part of it")
        awaiting.expect_within(decision, Awaited.CHANNEL_SHIPMENT, _KEY, decision.rules.channel_ships_within_ms)
    elif pending is not None and not is_awaited:
        awaiting.settle(decision, pending, "nothing is left that the channel has to ship")


def _is_left(line: OrderLine) -> bool:
    return line.fulfilment is Fulfilment.CHANNEL and line.open_quantity > 0


def _has_shipped(decision: OrderDecision) -> bool:
    before = {line.line_id: line.shipped for line in decision.first.lines}
    changed = (line for line in decision.changed_lines() if line.fulfilment is Fulfilment.CHANNEL)
    return any(line.shipped > before.get(line.line_id, 0) for line in changed)


def is_late(decision: OrderDecision, pending: PendingAnswer) -> None:
    """The channel may still report it."""
    left = [
        f"{format_quantity(line.open_quantity)} of line {line.line_id}"
        for line in decision.order.lines
        if _is_left(line)
    ]
    within = duration_text(decision.rules.channel_ships_within_ms)
    awaiting.report(decision, pending, f"not reported as shipped by the channel within {within}: {shortened(left)}")
