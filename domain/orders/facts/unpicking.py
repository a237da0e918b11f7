"""Facts that undo a pick: units are put back, damaged or lost, or were not found when they were to be picked.

Put back, they are held for the order again, and the warehouse is still asked for them. Gone, others are waited for,
from whatever node has them. What a customer has cancelled, and could not be cancelled because it was picked, is
cancelled when it comes out of picking.
"""

from collections.abc import Sequence

from domain.messages.cases import CaseClass, CaseOrigin, CaseState
from domain.messages.inventory import (
    ReservationLine,
    ReservationsReleased,
    UnitsShortPicked,
    UnitsUnpicked,
    UnpickedUnits,
)
from domain.messages.orders import (
    ClaimedAs,
    FulfilmentLine,
    OrderShortPicked,
    OrderUnpicked,
    UnpickedLine,
)
from domain.messages.status import PickFellShort, PickReversed
from domain.orders import counters
from domain.orders.accepting import takes_what_there_is
from domain.orders.cases import state_case
from domain.orders.decision import OrderDecision
from domain.orders.facts import misdirected
from domain.orders.lines import OrderLine
from domain.orders.state import Order, Stage
from domain.orders.warehouses import stopping
from domain.orders.warehouses.cancelling import cancel_units, settle
from domain.orders.warehouses.releasing import release_what_is_ready
from domain.quantities import format_quantity
from domain.returns import ReturnCondition

_DEEDS = {
    ReturnCondition.DAMAGED: "picked and damaged",
    ReturnCondition.INSPECT: "picked and set aside for inspection",
    ReturnCondition.MISSING: "picked and lost",
}


def unpicked(decision: OrderDecision, event: OrderUnpicked, *, forward: bool = True) -> None:
    """Picked units will not be shipped; `forward` is False when their movement is in the ledger already."""
    before = decision.order
    own, others = misdirected.own_and_others(before, event.lines)
    moved = [
        *(each for condition in ReturnCondition for each in _undo(decision, event, own, condition)),
        *misdirected.unpicked(decision, others),
    ]
    misdirected.report(decision, others, "put back", "")
    if forward and moved:
        occurred_at_us = event.provenance.occurred_at_us
        decision.send(UnitsUnpicked(event.order_id, event.node_id, tuple(moved), occurred_at_us))
    decision.publish(PickReversed, node_id=event.node_id, reason=event.reason, lines=event.lines)
    for line in own:
        if line.condition in _DEEDS:
            _report(decision, event, line, _DEEDS[line.condition])
    _settle(decision, before, event)


def missed(decision: OrderDecision, event: OrderShortPicked, *, forward: bool = True) -> None:
    """Units were not found; `forward` as above."""
    before = decision.order
    own, others = misdirected.own_and_others(before, event.lines)
    units = misdirected.units_by_line(own)
    claimed = decision.change_claims(
        lambda line: counters.miss(line, units[line.line_id], event.node_id) if line.line_id in units else (line, ())
    )
    moved = (*claimed, *misdirected.without_claim(others))
    misdirected.report(decision, others, "not found", "")
    if forward and moved:
        decision.send(UnitsShortPicked(event.order_id, event.node_id, moved, event.provenance.occurred_at_us))
    decision.publish(PickFellShort, node_id=event.node_id, reason=event.reason, lines=event.lines)
    for line in own:
        _report(decision, event, line, "not found")
    _settle(decision, before, event)


def _undo(
    decision: OrderDecision, event: OrderUnpicked, own: Sequence[UnpickedLine], condition: ReturnCondition
) -> Sequence[UnpickedUnits]:
    """The lines of one condition."""
    units = misdirected.units_by_line([line for line in own if line.condition is condition])
    held_as = _held_as(decision.order)

    def apply(line: OrderLine) -> tuple[OrderLine, counters.Moves]:
        if line.line_id not in units:
            return line, ()
        if condition is ReturnCondition.RESTOCKED:
            return counters.put_back(line, units[line.line_id], event.node_id, held_as)
        return counters.lose(line, units[line.line_id], event.node_id)

    return [_units(line, condition) for line in decision.change_claims(apply)]


def _units(line: ReservationLine, condition: ReturnCondition) -> UnpickedUnits:
    return UnpickedUnits(
        line.reservation_id, line.line_id, line.item_id, line.quantity, condition, line.sent, line.heard
    )


def _held_as(order: Order) -> ClaimedAs:
    """What units that are put back are to the ledger, which knows the claims that the order has confirmed."""
    is_confirmed = takes_what_there_is(order) or order.stage is Stage.ACCEPTED
    return ClaimedAs.ALLOCATED if is_confirmed else ClaimedAs.PENDING


def _report(
    decision: OrderDecision, event: OrderUnpicked | OrderShortPicked, line: UnpickedLine | FulfilmentLine, deed: str
) -> None:
    what = f"{format_quantity(line.quantity)} of {line.item_id} for line {line.line_id} were {deed} at {event.node_id}"
    reason = f"{what}: {event.reason}" if event.reason else what
    key = f"lost/{decision.cause.event_id}/{line.line_id}/{deed}"
    action = f"count the item at {event.node_id}; the order waits for other units"
    state_case(decision, CaseClass.ALLOCATION_CONFLICT, CaseOrigin.WAREHOUSE, key, CaseState.OPEN, reason, action)


def _settle(decision: OrderDecision, before: Order, event: OrderUnpicked | OrderShortPicked) -> None:
    """Cancel what is not wanted any more, give up what nothing is open for, and go on with the rest."""
    unwanted = {
        now.line_id: min(now.cancellable, then.unwanted, then.in_picking - now.in_picking)
        for then, now in zip(before.lines, decision.order.lines, strict=True)
        if now is not then
    }
    if any(unwanted.values()):
        cancel_units(decision, unwanted, event.reason or "what was picked is put back")
    surplus = decision.change_claims(lambda line: counters.cancel(line, 0) if line.line_id in unwanted else (line, ()))
    if surplus:
        decision.send(ReservationsReleased(decision.order.order_id, surplus))
    decision.change_lines(
        lambda line: counters.continue_release(line, event.node_id) if line.line_id in unwanted else line
    )
    settle(decision)
    stopping.put_back(decision, event.node_id)
    release_what_is_ready(decision)
