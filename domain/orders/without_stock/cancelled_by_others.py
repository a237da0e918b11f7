"""What a channel ships itself is cancelled by somebody else: the channel does not know of it, and may ship it."""

from collections.abc import Mapping
from typing import Final

from domain.fulfilment import Fulfilment
from domain.identifiers import LineId, SourceId
from domain.messages.cases import CaseClass, CaseOrigin, CaseState
from domain.orders.cases import shortened, state_case
from domain.orders.decision import OrderDecision
from domain.quantities import format_quantity

_ACTION: Final = "have it cancelled at the channel as well, then resolve the case"


def report(decision: OrderDecision, source_id: SourceId, quantities: Mapping[LineId, int]) -> None:
    """A person has to tell the channel, unless the source is the one that has placed the order."""
    order = decision.order
    units = [
        f"{format_quantity(quantities[line.line_id])} of line {line.line_id}"
        for line in order.lines
        if line.fulfilment is Fulfilment.CHANNEL and quantities.get(line.line_id)
    ]
    if not units or source_id == order.placed_by or not order.placed_by:
        return
    reason = f"{source_id} cancels {shortened(units)}, which the channel ships itself: it may leave all the same"
    key = f"channel ships/{decision.cause.event_id}"
    state_case(
        decision, CaseClass.ALLOCATION_CONFLICT, CaseOrigin.CHANNEL_MAPPING, key, CaseState.OPEN, reason, _ACTION
    )
