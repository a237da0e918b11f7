"""An amendment that wants less of a line than is picked or shipped: it is refused, and what it wants is remembered.

What comes back of the line beyond that is cancelled, as after a cancellation that came too late. A later amendment that
names the line says what is wanted from then on.
"""

from domain.identifiers import LineId
from domain.orders import counters
from domain.orders.amending.amendments import Amendment
from domain.orders.decision import OrderDecision


def remember(decision: OrderDecision, amendment: Amendment) -> tuple[LineId, ...]:
    """Note it on the lines; returns which these are."""
    wanted = {part.line_id: part.quantity for part in amendment.quantities}
    late = {
        line.line_id: wanted[line.line_id]
        for line in decision.order.lines
        if line.line_id in wanted and line.wanted - wanted[line.line_id] > line.cancellable
    }
    if late:
        decision.change_named_lines(late, lambda line: counters.want(line, late[line.line_id]))
    return tuple(late)
