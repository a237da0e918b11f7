"""Goods that were returned, and whose shipment is reversed besides: they came back once, and are in stock twice.

Both facts apply. Nothing that comes later makes them right, since a return is not taken back: a person finds out which
of the two was reported by mistake. In the other order the return waits for a shipment, and is a case of its own
(`domain.orders.facts.crediting`).
"""

from domain.messages.cases import CaseClass, CaseOrigin, CaseState
from domain.orders.cases import shortened, state_case
from domain.orders.decision import OrderDecision
from domain.orders.lines import OrderLine
from domain.orders.state import Order
from domain.quantities import format_quantity

_ACTION = "ask the warehouse which of the two it meant, then count the item; see whether the customer is due the credit"


def report(decision: OrderDecision, before: Order, reversal_id: str) -> None:
    """Open a case for what the reversal has just taken off that had been returned already."""
    twice = [
        f"{format_quantity(units)} of line {now.line_id}"
        for then, now in zip(before.lines, decision.order.lines, strict=True)
        if (units := _beyond(now) - _beyond(then)) > 0
    ]
    if twice:
        reason = f"{shortened(twice)} came back twice: returned, and reversed with {reversal_id}"
        key = f"came back twice/{reversal_id}/{decision.cause.event_id}"
        state_case(decision, CaseClass.INVOICE_MISMATCH, CaseOrigin.WAREHOUSE, key, CaseState.OPEN, reason, _ACTION)


def _beyond(line: OrderLine) -> int:
    """What is taken back beyond what is shipped."""
    return max(0, line.taken_back - line.shipped)
