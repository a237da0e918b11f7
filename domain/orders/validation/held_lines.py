"""Lines that are held for their item or its unit: nothing is killed of them while they are.

The ledger holds them, and states when one is not held any more, or when its item turns out to be kept in another unit.
"""

from collections.abc import Sequence
from dataclasses import replace

from domain.identifiers import LineId
from domain.messages.orders import AnsweredLine, PromisePolicy, StatedLine
from domain.orders.decision import OrderDecision
from domain.orders.erp.cancellations import note_killed, raise_under_way
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited
from domain.orders.state import Stage
from domain.orders.validation.references import items_checked
from domain.orders.warehouses.cancelling import cancel_units


def answered(decision: OrderDecision, lines: Sequence[AnsweredLine]) -> None:
    """Note which of the lines are held."""
    held = tuple(line.line_id for line in lines if line.is_held)
    if held or decision.order.held_lines:
        asked = {line.line_id for line in lines}
        others = tuple(line_id for line_id in decision.order.held_lines if line_id not in asked)
        decision.order = replace(decision.order, held_lines=(*others, *held))
    items_checked(decision, lines)


def stated(decision: OrderDecision, lines: Sequence[StatedLine]) -> None:
    """Lines that are not held any more wait like others; fill or kill decides about them now. Others begin to be."""
    begin = tuple(line.line_id for line in lines if line.is_held and line.line_id not in decision.order.held_lines)
    if begin:
        decision.order = replace(decision.order, held_lines=(*decision.order.held_lines, *dict.fromkeys(begin)))
    held = decision.order.held_lines
    freed = tuple(line for line in lines if line.line_id in held and not line.is_held)
    if not freed:
        return
    free = {line.line_id for line in freed}
    decision.order = replace(decision.order, held_lines=tuple(each for each in held if each not in free))
    items_checked(decision, freed)
    if decision.order.policy.promise is not PromisePolicy.FILL_OR_KILL:
        return
    if decision.order.stage is Stage.WAITING:
        awaiting.expect_within(decision, Awaited.UNITS, "units", decision.rules.fill_or_kill_within_ms)
    elif decision.order.stage is Stage.ACCEPTED:
        _kill(decision, free)


def _kill(decision: OrderDecision, line_ids: set[LineId]) -> None:
    """The order was accepted without these lines: what is not there of them is cancelled."""
    missing = {line.line_id: line.backordered for line in decision.order.lines if line.line_id in line_ids}
    if any(missing.values()):
        under_way = raise_under_way(decision.order)
        cancel_units(decision, missing, "what was not available is cancelled: fill or kill")
        note_killed(decision, missing, under_way)


def watch(decision: OrderDecision) -> None:
    """After every change: a line is held as long as a claim that the ledger holds is left of it.

    What was shipped all the same, and comes back, has another claim.
    """
    held = decision.order.held_lines
    if held:
        before = {claim.reservation_id for line in decision.first.lines for claim in line.claims}
        left = {line.line_id: {claim.reservation_id for claim in line.claims} for line in decision.order.lines}
        stay = tuple(line_id for line_id in held if not before.isdisjoint(left[line_id]))
        if len(stay) < len(held):
            decision.order = replace(decision.order, held_lines=stay)
