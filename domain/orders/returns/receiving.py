"""Goods that came back, and what their inspection says: counted on their return, whichever is reported first.

A unit that is to be inspected is credited when it has come and its inspection says so; of a line with several prices
the units that came first are credited first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from domain.identifiers import ReturnId
from domain.orders.alike_lines.groups import first_by_line
from domain.orders.decision import OrderDecision
from domain.orders.facts import misdirected
from domain.orders.returns import by_time
from domain.orders.returns.rows import CameBack, OrderReturn
from domain.returns import InspectedLine, ReturnCondition, ReturnedLine


def count(
    decision: OrderDecision, return_id: ReturnId, own: Sequence[ReturnedLine], came_us: int
) -> tuple[ReturnedLine, ...]:
    """Units of lines of the order came back, or are missing; returns those that are credited now."""
    before = now = decision.return_named(return_id)
    first_of = first_by_line(decision.order.lines)
    to_inspect = [line for line in own if line.condition is ReturnCondition.INSPECT]
    for line_id, units in misdirected.units_by_line(own).items():
        line = now.line(first_of.get(line_id, line_id))
        now = now.with_line(line._replace(received=line.received + units))
    for line_id, units in misdirected.units_by_line(to_inspect).items():
        line = now.line(first_of.get(line_id, line_id))
        now = now.with_line(line._replace(inspecting=line.inspecting + units))
    came_back = (line for line in own if line.condition is not ReturnCondition.MISSING)
    for line_id, units in misdirected.units_by_line(came_back).items() if came_us != by_time.UNKNOWN else ():
        now = now.having_come(CameBack(first_of.get(line_id, line_id), came_us, units))
    missing = (line for line in own if line.condition is ReturnCondition.MISSING)
    for line_id, units in misdirected.units_by_line(missing).items():
        line = now.line(first_of.get(line_id, line_id))
        now = now.with_line(line._replace(missing=line.missing + units))
    for came in to_inspect:
        now = now.holding(came)
    others = tuple(line for line in own if line.condition is not ReturnCondition.INSPECT)
    return others + _keep(decision, before, now)


def count_inspected(
    decision: OrderDecision, return_id: ReturnId, own: Sequence[InspectedLine]
) -> tuple[ReturnedLine, ...]:
    """Units were inspected; returns those that are credited now."""
    before = now = decision.return_named(return_id)
    first_of = first_by_line(decision.order.lines)
    for inspected in own:
        line = now.line(first_of.get(inspected.line_id, inspected.line_id))
        if inspected.is_credited:
            now = now.with_line(line._replace(accepted=line.accepted + inspected.quantity))
        else:
            now = now.with_line(line._replace(refused=line.refused + inspected.quantity))
    return _keep(decision, before, now)


def _keep(decision: OrderDecision, before: OrderReturn, now: OrderReturn) -> tuple[ReturnedLine, ...]:
    """Keep the return; what is credited now is not held any more."""
    credited: list[ReturnedLine] = []
    first_of = first_by_line(decision.order.lines)
    for line in now.lines:
        units = line.to_credit - before.line(line.line_id).to_credit
        if units:
            name = first_of.get(line.line_id, line.line_id)
            own = (held for held in now.uncredited if first_of.get(held.line_id, held.line_id) == name)
            credited += _oldest_of(own, units)
    decision.keep_return(replace(now, uncredited=_without(now.uncredited, credited)))
    return tuple(credited)


def _oldest_of(held: Iterable[ReturnedLine], quantity: int) -> list[ReturnedLine]:
    taken = []
    for line in held:
        units = min(quantity, line.quantity)
        if units:
            taken.append(replace(line, quantity=units))
            quantity -= units
    return taken


def _without(held: Iterable[ReturnedLine], credited: Sequence[ReturnedLine]) -> tuple[ReturnedLine, ...]:
    gone = {line.worth_name: line.quantity for line in credited}
    left = (replace(line, quantity=line.quantity - gone.get(line.worth_name, 0)) for line in held)
    return tuple(line for line in left if line.quantity)
