"""What waits for stock at nodes that stood in for a warehouse is asked for again when that warehouse is back.

Only what waits: what the ledger has granted stays where it is. It is given up and asked for in one message after the
other, so no unit is asked for twice; and it keeps its place, since the ledger's order of claims does not count when a
claim was made. While an amendment is under way it waits for its end.
"""

from domain.messages.inventory import ReservationsReleased
from domain.orders import counters
from domain.orders.claims import ClaimChange
from domain.orders.decision import OrderDecision
from domain.orders.lines import OrderLine
from domain.orders.state import Order
from domain.values import replace


def is_due(decision: OrderDecision) -> bool:
    """Whether a warehouse is back in whose place others were asked."""
    order = decision.order
    away = decision.rules.conditions.warehouses_away
    return not order.amendments and any(node not in away for node in order.sourced_instead_of)


def settle(decision: OrderDecision) -> bool:
    """After every event: give up what waits, if it is due; whether there is anything to ask for then."""
    if not decision.order.sourced_instead_of or not is_due(decision):
        return False
    order = decision.order = replace(decision.order, sourced_instead_of=())
    given_up = decision.change_claims(lambda line: _given_up(order, line))
    if given_up:
        decision.send(ReservationsReleased(order.order_id, given_up))
    return bool(given_up)


def _given_up(order: Order, line: OrderLine) -> tuple[OrderLine, tuple[ClaimChange, ...]]:
    """Not of a line that is held, and waits outside the queue; nor of one that a single node is to serve, and does."""
    is_served = any(claim.held for claim in line.claims)
    if line.line_id in order.held_lines or (is_served and not order.policy.split):
        return line, ()
    return counters.give_up_waiting(line)
