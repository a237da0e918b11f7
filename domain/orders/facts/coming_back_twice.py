"""Goods that were returned, and whose shipment is reversed besides: they came back once, and are in stock twice.

Both facts apply, since a return is not taken back: a person finds out which of the two was reported by mistake. Or the
goods are of another shipment, which is reported late: one that left before the reversal ends the case as far as it
covers what was returned. What is shipped after the reversal does not: those may be the same units once more. In the
other order the return waits for a shipment, and is a case of its own (`domain.orders.facts.crediting`).
"""

from collections.abc import Mapping
from typing import Final

from domain.identifiers import LineId
from domain.messages.cases import CaseState
from domain.messages.orders import OrderShipped, PartOfLine
from domain.orders.cases import shortened
from domain.orders.decision import OrderDecision
from domain.orders.lines import OrderLine
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited, PendingAnswer
from domain.orders.state import HeldReversal, Order
from domain.quantities import format_quantity

MOST_AWAITED: Final = 20
"""Such reversals of one order; the case of a further one ends when a person closes it, or with the order."""
_MS_IN_US: Final = 1_000


def report(decision: OrderDecision, before: Order, reversal: HeldReversal) -> None:
    """Open a case for what the reversal has just taken off that had been returned already."""
    parts = tuple(
        PartOfLine(now.line_id, units)
        for then, now in zip(before.lines, decision.order.lines, strict=True)
        if (units := _beyond(now) - _beyond(then)) > 0
    )
    if not parts:
        return
    key = f"came back twice/{reversal.reversal_id}/{decision.cause.event_id}"
    since_ms = reversal.occurred_at_us // _MS_IN_US
    pending = PendingAnswer(Awaited.RETURNED_SHIPMENT, key, since_ms, due_at_ms=0, is_late=True, parts=parts)
    if sum(1 for _ in awaiting.all_of(decision.order, Awaited.RETURNED_SHIPMENT)) < MOST_AWAITED:
        awaiting.expect(decision, pending)
    named = shortened([f"{format_quantity(part.quantity)} of line {part.line_id}" for part in parts])
    reason = f"{named} came back beyond what was shipped: returned, and reversed with {reversal.reversal_id}"
    awaiting.state(decision, pending, CaseState.OPEN, reason)


def shipped(decision: OrderDecision, event: OrderShipped, units: Mapping[LineId, int]) -> None:
    """A shipment that left before a reversal, and is reported after it: the returned goods may be these."""
    left = dict(units)
    for pending in tuple(awaiting.all_of(decision.order, Awaited.RETURNED_SHIPMENT)):
        if event.provenance.occurred_at_us // _MS_IN_US < pending.since_ms:
            parts = tuple(_covered(part, left) for part in pending.parts)
            awaiting.change(decision, pending._replace(parts=tuple(part for part in parts if part.quantity)))
            if not any(part.quantity for part in parts):
                awaiting.settle(decision, pending, f"shipment {event.shipment_id} covers what was returned")


def _covered(part: PartOfLine, left: dict[LineId, int]) -> PartOfLine:
    units = min(part.quantity, left.get(part.line_id, 0))
    left[part.line_id] = left.get(part.line_id, 0) - units
    return PartOfLine(part.line_id, part.quantity - units)


def let_go(decision: OrderDecision, case_key: str) -> None:
    """A person has closed the case."""
    for pending in tuple(awaiting.all_of(decision.order, Awaited.RETURNED_SHIPMENT)):
        if pending.key == case_key:
            awaiting.drop(decision, pending)


def _beyond(line: OrderLine) -> int:
    """What is taken back beyond what is shipped."""
    return max(0, line.taken_back - line.shipped)
