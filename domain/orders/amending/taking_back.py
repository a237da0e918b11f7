"""Takes back what an amendment has raised, when the ERP refuses it."""

from collections import Counter

from domain.identifiers import LineId
from domain.messages.inventory import ReservationsReleased
from domain.orders import counters
from domain.orders.amending.amendments import Amendment
from domain.orders.amending.ending import ends_with_amendment
from domain.orders.decision import OrderDecision
from domain.orders.erp import refused_lines
from domain.orders.erp.booking import has_ended_unshipped
from domain.orders.erp.cancellations import post_cancellation, units_of
from domain.orders.lines import OrderLine
from domain.orders.pictures.order_to_be import being_cancelled
from domain.orders.state import Order
from domain.orders.warehouses.cancelling import cancel_units


def take_back(decision: OrderDecision, amendment: Amendment) -> None:
    """What was raised is not ordered; goods that have left for it meanwhile are shipped beyond the order.

    What was not wanted any more is not wanted again; of that, what came back meanwhile is cancelled.
    """
    raised = units_of(amendment.more)
    more, since = raised - _without_killed(decision, amendment), units_of(amendment.untold)
    before = decision.order

    def apply(line: OrderLine) -> tuple[OrderLine, counters.Moves]:
        if line.line_id not in more:
            return line, ()
        cancelled = min(since[line.line_id], line.cancelled)
        return counters.take_back_raise(line, more[line.line_id], cancelled, being_cancelled(before, line))

    released = decision.change_claims(apply)
    if released:
        decision.send(ReservationsReleased(decision.order.order_id, released))
    _want_less_again(decision, amendment)
    _cancel_untold(decision, amendment, before)
    refused_lines.refused(decision, raised)


def _without_killed(decision: OrderDecision, amendment: Amendment) -> Counter[LineId]:
    """As if what is killed of it had never been added; returns it, without what was shipped of it all the same."""
    if not amendment.killed:
        return Counter()
    units = units_of(amendment.killed)
    cancelled = {line.line_id: line.cancelled for line in decision.order.lines}
    never = Counter({line_id: min(quantity, cancelled[line_id]) for line_id, quantity in units.items()})
    decision.change_named_lines(
        never,
        lambda line: line._replace(
            ordered=line.ordered - never[line.line_id], cancelled=line.cancelled - never[line.line_id]
        ),
    )
    return never


def _cancel_untold(decision: OrderDecision, amendment: Amendment, before: Order) -> None:
    """What was cancelled of the raise counts against what was ordered before it, which the ERP still has.

    Where nothing is left of the order, it ends with the amendment, and the ERP is told so then.
    """
    beyond, untold = units_of(decision.order.overbooked), units_of(amendment.untold)
    cancelled = {line.line_id: line.cancelled for line in before.lines}
    owed = {}
    for line in decision.order.lines:
        units = untold[line.line_id]
        booked = line.ordered - cancelled.get(line.line_id, 0) + units + beyond[line.line_id]
        owed[line.line_id] = max(0, min(units, booked - line.due_quantity))
    _, *waiting = decision.order.amendments
    if any(owed.values()) and not (has_ended_unshipped(decision.order) or ends_with_amendment(decision.order, waiting)):
        post_cancellation(decision, owed, amendment.reason)


def _want_less_again(decision: OrderDecision, amendment: Amendment) -> None:
    unwanted = units_of(amendment.unwanted)
    decision.change_named_lines(unwanted, lambda line: counters.want_less(line, unwanted[line.line_id]))
    lines = [line for line in decision.order.lines if line.line_id in unwanted]
    in_hands = {line.line_id: line.out_of_reach + line.worked_on for line in lines}
    back = {line.line_id: min(line.cancellable, max(0, line.unwanted - in_hands[line.line_id])) for line in lines}
    if any(back.values()):
        decision.change_named_lines(back, lambda line: counters.cancelled_at_last(line, back[line.line_id]))
        cancel_units(decision, back, amendment.reason)
