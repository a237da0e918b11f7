"""What is not released to a warehouse while an amendment waits or is under way: it would have to be stopped again."""

from domain.identifiers import LineId
from domain.orders.amending.amendments import AmendmentStep
from domain.orders.state import Order


def held_back(order: Order) -> frozenset[LineId]:
    """The lines that the amendment whose turn it is changes; all, if the address does, or is about to."""
    if any(amendment.ship_to for amendment in order.amendments):
        return frozenset(line.line_id for line in order.lines)
    if not order.amendments or order.amendments[0].step is AmendmentStep.TURN:
        return frozenset()
    amendment = order.amendments[0]
    return frozenset(part.line_id for part in (*amendment.more, *amendment.fewer))
