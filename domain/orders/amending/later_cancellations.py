"""Cancellations that a source has asked for after an amendment of its own, and that count after it.

An amendment says what is wanted of a line in all, at the time at which it was asked for. What the same source cancels
of the line later takes that much off it, whichever arrives first, and also while the amendment waits for its turn.
Clocks of two sources are not compared: between these the order of arrival decides.
"""

from typing import Final

from domain.identifiers import LineId
from domain.messages.orders import OrderCancelRequested, PartOfLine
from domain.orders.amending.amendments import Amendment, RequestedCancellation
from domain.orders.decision import OrderDecision
from domain.orders.state import Order
from domain.papers import NO_LINE
from domain.values import replace

MOST_KEPT: Final = 50
"""The last requests of an order to cancel; an amendment that is older than all of these counts as the newest."""


def remember(decision: OrderDecision, event: OrderCancelRequested) -> None:
    """Keep what a request asks for."""
    asked_at_us, asked_by = event.provenance.occurred_at_us, event.provenance.source_id
    lines = event.line_ids or (() if event.parts else (NO_LINE,))
    parts = [*(PartOfLine(line_id, 0) for line_id in lines), *event.parts]
    requested = (RequestedCancellation(part.line_id, part.quantity, asked_at_us, asked_by) for part in parts)
    kept = (*decision.order.cancellations, *requested)[-MOST_KEPT:]
    decision.order = replace(decision.order, cancellations=kept)


def counted(order: Order, amendment: Amendment) -> Amendment:
    """The amendment with what its source still wants of its lines."""
    later = [
        each
        for each in order.cancellations
        if each.asked_by == amendment.asked_by and each.asked_at_us > amendment.asked_at_us
    ]
    if not later:
        return amendment
    quantities = (PartOfLine(part.line_id, _left(part.line_id, part.quantity, later)) for part in amendment.quantities)
    added = (replace(line, quantity=_left(line.line_id, line.quantity, later)) for line in amendment.added)
    return amendment._replace(quantities=tuple(quantities), added=tuple(line for line in added if line.quantity))


def _left(line_id: LineId, quantity: int, later: list[RequestedCancellation]) -> int:
    own = [each.quantity for each in later if each.line_id in {line_id, NO_LINE}]
    return max(0, quantity - sum(own)) if all(own) else 0
