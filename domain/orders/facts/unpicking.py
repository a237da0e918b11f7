"""Facts that undo a pick: units are put back, damaged or lost, or were not found when they were to be picked.

Put back, they are held for the order again, and the warehouse is still asked for them. Gone, others are waited for,
from whatever node has them. What a customer has cancelled, and could not be cancelled because it was picked, is
cancelled when it comes out of picking.

More may be gone than the line has there or waits for: all of it is shipped already, or another warehouse has it. These
units are taken from what is free at the node, for they are what the warehouse says it has not got. Nobody waits for
them, so no order asks where they are: a case has a person count, and stays open until he closes it.
"""

from collections.abc import Sequence
from dataclasses import replace

from domain.messages.cases import CaseClass, CaseOrigin, CaseState
from domain.messages.inventory import UnitsShortPicked, UnitsUnpicked, UnpickedUnits
from domain.messages.orders import FulfilmentLine, OrderShortPicked, OrderUnpicked, UnpickedLine
from domain.messages.status import PickFellShort, PickReversed
from domain.money.prices import amount_of
from domain.orders import counters
from domain.orders.cases import state_case
from domain.orders.decision import OrderDecision
from domain.orders.facts import misdirected, misdirected_cases, reopening
from domain.orders.lines import OrderLine
from domain.orders.state import Order
from domain.orders.warehouses import stopping
from domain.quantities import by_number, format_quantity
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
    could_be = {line.line_id: _could_be_lost(line, event) for line in before.lines}
    for line in own:
        if line.condition in _DEEDS:
            _report(decision, event, line, _DEEDS[line.condition], could_be[line.line_id])
            could_be[line.line_id] = max(0, could_be[line.line_id] - line.quantity)
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
    could_be = {line.line_id: _could_be_lost(line, event) for line in before.lines}
    for line in own:
        _report(decision, event, line, "not found", could_be[line.line_id])
    _settle(decision, before, event)


def _report(
    decision: OrderDecision,
    event: OrderUnpicked | OrderShortPicked,
    lost: FulfilmentLine | UnpickedLine,
    deed: str,
    could_be: int,
) -> None:
    """Of what the line was to get, it waits for others; a person counts whatever is gone beyond that."""
    covered = min(lost.quantity, could_be)
    if covered:
        reopening.report_loss(decision, event.node_id, replace(lost, quantity=covered), deed, event.reason)
    if beyond := lost.quantity - covered:
        line = next(each for each in decision.order.lines if each.line_id == lost.line_id)
        _report_beyond(decision, event, line, beyond, deed)


def _could_be_lost(line: OrderLine, event: OrderUnpicked | OrderShortPicked) -> int:
    """What the line has at the node, or waits for: the fact may overtake the stock, or the pick, that it is about."""
    here = sum(at.unpicked for at in line.at(event.node_id))
    waits = line.open_units.backordered + line.open_units.unanswered
    picked = line.picked_at(event.node_id) if isinstance(event, OrderUnpicked) else 0
    return here + waits + picked


def _report_beyond(
    decision: OrderDecision, event: OrderUnpicked | OrderShortPicked, line: OrderLine, beyond: int, deed: str
) -> None:
    node_id, were = event.node_id, by_number(beyond, "was", "were")
    reason = (
        f"{format_quantity(beyond)} of {line.item_id} for line {line.line_id} {were} {deed} at {node_id}, beyond what "
        f"the line had there or waited for ({format_quantity(line.shipped)} of {format_quantity(line.ordered)} shipped)"
    )
    action = f"count the item at {node_id}: as much was taken from its free stock; ask it what these units were for"
    key = f"to count/{decision.cause.event_id}/{line.line_id}/{deed}"
    case_class, origin = CaseClass.ALLOCATION_CONFLICT, CaseOrigin.WAREHOUSE
    worth = amount_of(beyond * line.scaled_price)
    state_case(decision, case_class, origin, key, CaseState.OPEN, reason, action, worth)


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
