"""Facts that undo a pick: units are put back, damaged or lost, or were not found when they were to be picked.

Put back, they are held for the order again, and the warehouse is still asked for them. Gone, others are waited for,
from whatever node has them. What a customer has cancelled, and could not be cancelled because it was picked, is
cancelled when it comes out of picking.
"""

from collections.abc import Sequence

from domain.messages.inventory import UnitsShortPicked, UnitsUnpicked, UnpickedUnits
from domain.messages.orders import OrderShortPicked, OrderUnpicked, UnpickedLine
from domain.messages.status import PickFellShort, PickReversed
from domain.orders import counters
from domain.orders.decision import OrderDecision
from domain.orders.facts import misdirected, misdirected_cases, reopening
from domain.orders.lines import OrderLine
from domain.orders.state import Order
from domain.orders.warehouses import stopping
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
        *misdirected.unpicked(decision, others, event.node_id),
    ]
    misdirected_cases.report_back(decision, others, "put back")
    if forward and moved:
        occurred_at_us = event.provenance.occurred_at_us
        confirmed = reopening.is_confirmed(before)
        decision.send(UnitsUnpicked(event.order_id, event.node_id, tuple(moved), occurred_at_us, confirmed=confirmed))
    decision.publish(PickReversed, node_id=event.node_id, reason=event.reason, lines=event.lines)
    for line in own:
        if line.condition in _DEEDS:
            reopening.report_loss(decision, event.node_id, line, _DEEDS[line.condition], event.reason)
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
    misdirected_cases.report(decision, others, "not found", "")
    if forward and moved:
        decision.send(UnitsShortPicked(event.order_id, event.node_id, moved, event.provenance.occurred_at_us))
    decision.publish(PickFellShort, node_id=event.node_id, reason=event.reason, lines=event.lines)
    for line in own:
        reopening.report_loss(decision, event.node_id, line, "not found", event.reason)
    _settle(decision, before, event)


def _undo(
    decision: OrderDecision, event: OrderUnpicked, own: Sequence[UnpickedLine], condition: ReturnCondition
) -> Sequence[UnpickedUnits]:
    """The lines of one condition."""
    units = misdirected.units_by_line([line for line in own if line.condition is condition])
    held_as = reopening.held_as(decision.order)

    def apply(line: OrderLine) -> tuple[OrderLine, counters.Moves]:
        if line.line_id not in units:
            return line, ()
        if condition is ReturnCondition.RESTOCKED:
            return counters.put_back(line, units[line.line_id], event.node_id, held_as)
        return counters.lose(line, units[line.line_id], event.node_id)

    return [reopening.units_of(line, condition) for line in decision.change_claims(apply)]


def _settle(decision: OrderDecision, before: Order, event: OrderUnpicked | OrderShortPicked) -> None:
    reopening.go_on(decision, before, event.node_id, event.reason or "what was picked is put back")
    stopping.put_back(decision, event.node_id, {line.line_id for line in event.lines})
