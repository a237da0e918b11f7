"""What waits while an amendment is under way: releases that would have to be stopped again, and postings.

The ERP is told of a change before it is told that goods of it have left: otherwise it would be asked to post more than
is on its order.
"""

from domain.identifiers import NO_COMMAND, LineId
from domain.orders.amending.amendments import AmendmentStep
from domain.orders.state import Order


def held_back(order: Order) -> frozenset[LineId]:
    """The lines that the amendment whose turn it is changes; all, if the address does."""
    if not order.amendments or order.amendments[0].step is AmendmentStep.TURN:
        return frozenset()
    amendment = order.amendments[0]
    if amendment.ship_to:
        return frozenset(line.line_id for line in order.lines)
    return frozenset(part.line_id for part in (*amendment.more, *amendment.fewer))


def posts_first(order: Order) -> bool:
    """Whether more has left of a line than its ERP has on the order, and an amendment is to tell it."""
    if not order.amendments or order.amendments[0].step is AmendmentStep.TURN:
        return False
    amendment = order.amendments[0]
    if amendment.step is AmendmentStep.UNITS:
        untold = amendment.more
    else:
        untold = amendment.fewer if amendment.command_id != NO_COMMAND else ()
    less = {part.line_id: part.quantity for part in untold}
    changed = (line for line in order.lines if line.line_id in less)
    return any(line.shipped > line.ordered - line.cancelled - less[line.line_id] for line in changed)
