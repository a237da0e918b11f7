"""What the facts have in common by which units come back from picking, or from a shipment, and are open again."""

from typing import Protocol

from domain.identifiers import ItemId, LineId, NodeId
from domain.messages.cases import CaseClass, CaseOrigin, CaseState
from domain.messages.inventory import ReservationLine, ReservationsReleased, UnpickedUnits
from domain.messages.orders import ClaimedAs
from domain.orders import counters
from domain.orders.accepting import takes_what_there_is
from domain.orders.amending import readdressing
from domain.orders.cases import state_case
from domain.orders.decision import OrderDecision
from domain.orders.holds.withdrawn import is_withdrawn
from domain.orders.lines import OrderLine
from domain.orders.state import Order, Stage
from domain.orders.warehouses import releases, stopping
from domain.orders.warehouses.cancelling import ask_to_stop_parts, cancel_units, settle
from domain.orders.warehouses.releasing import release_what_is_ready
from domain.orders.watched_cases import watching
from domain.orders.watched_cases.rows import EndsWhen, WatchedCase
from domain.quantities import by_number, format_quantity
from domain.returns import ReturnCondition
from domain.values import replace


class LostLine(Protocol):
    """A line of a fact, of which the units are lost or damaged."""

    @property
    def line_id(self) -> LineId:
        """The order's line."""
        ...

    @property
    def item_id(self) -> ItemId:
        """The item that is lost."""
        ...

    @property
    def quantity(self) -> int:
        """How much of it, in millionths."""
        ...


def held_as(order: Order) -> ClaimedAs:
    """What units that come back are to the ledger."""
    return ClaimedAs.ALLOCATED if is_confirmed(order) else ClaimedAs.PENDING


def is_confirmed(order: Order) -> bool:
    """Whether the ledger knows that the order has confirmed its claims."""
    return takes_what_there_is(order) or order.stage is Stage.ACCEPTED


def units_of(line: ReservationLine, condition: ReturnCondition) -> UnpickedUnits:
    """What the ledger is told of one claim."""
    return UnpickedUnits(
        line.reservation_id, line.line_id, line.item_id, line.quantity, condition, line.sent, line.heard
    )


def report_loss(decision: OrderDecision, node_id: NodeId, line: LostLine, deed: str, reason: str) -> None:
    """Open a case for units that cannot be shipped any more, until others are; `deed` is what happened to them."""
    were = by_number(line.quantity, "was", "were")
    words = f"{format_quantity(line.quantity)} of {line.item_id} for line {line.line_id} {were} {deed} at {node_id}"
    key = f"lost/{decision.cause.event_id}/{line.line_id}/{deed}"
    action = f"count the item at {node_id}; the order waits for other units"
    why = f"{words}: {reason}" if reason else words
    case_class, origin = CaseClass.ALLOCATION_CONFLICT, CaseOrigin.WAREHOUSE
    state_case(decision, case_class, origin, key, CaseState.OPEN, why, action)
    watching.until(decision, WatchedCase(case_class, origin, key, EndsWhen.NOTHING_OPEN, (line.line_id,)))


def reopen(decision: OrderDecision, before: Order) -> None:
    """An order that had ended, or is closed, goes on if something of it is open again.

    Of one that was withdrawn nothing is wanted any more.
    """
    order = decision.order
    if any(now.open_quantity > then.open_quantity for then, now in zip(before.lines, order.lines, strict=True)):
        has_ended = order.stage in {Stage.CANCELLED, Stage.REJECTED} and not is_withdrawn(before)
        decision.order = replace(order, stage=Stage.ACCEPTED if has_ended else order.stage, closed=False)


def go_on(decision: OrderDecision, before: Order, node_id: NodeId, reason: str) -> None:
    """Cancel what came back and is not wanted any more, give up what nothing is open for, and go on with the rest.

    What a warehouse has put back and its command still asks for is cancelled with its consent, like any other units.
    """
    changed = [(then, now) for then, now in zip(before.lines, decision.order.lines, strict=True) if now is not then]
    unwanted = {
        now.line_id: min(now.unwanted, max(0, now.cancellable - now.to_be_picked), _came_back(then, now))
        for then, now in changed
    }
    asked = {now.line_id: _asked_again(then, now, unwanted[now.line_id], node_id) for then, now in changed}
    if any(asked.values()):
        ask_to_stop_parts(decision, node_id, {line_id: units for line_id, units in asked.items() if units}, reason)
    if any(unwanted.values()):
        decision.change_named_lines(unwanted, lambda line: counters.cancelled_at_last(line, unwanted[line.line_id]))
        cancel_units(decision, unwanted, reason)
    surplus = decision.change_claims(lambda line: counters.cancel(line, 0) if line.line_id in unwanted else (line, ()))
    if surplus:
        decision.send(ReservationsReleased(decision.order.order_id, surplus))
    stopping.stop_here(decision, node_id, unwanted)
    if any(then.out_of_reach > now.out_of_reach for then, now in changed):
        readdressing.take_up_again(decision)
    settle(decision)
    release_what_is_ready(decision)


def _asked_again(then: OrderLine, now: OrderLine, cancelled: int, node_id: NodeId) -> int:
    """Of what came back and is not wanted, what the warehouse will pick again: it has not refused to stop before."""
    if not now.unwanted or releases.works_on(now.released_at, node_id):
        return 0
    again = max(0, now.awaited_from(node_id) - then.awaited_from(node_id))
    return min(now.unwanted - cancelled, again)


def _came_back(then: OrderLine, now: OrderLine) -> int:
    """Units that were picked or shipped and are not any more, or that their warehouse has not found."""
    not_found = max(0, then.to_be_picked - now.to_be_picked)
    return max(0, then.out_of_reach - now.out_of_reach) + not_found
