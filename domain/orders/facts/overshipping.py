"""Shipped beyond what was ordered, and not returned: a case for each line, for as long as that is so.

The amendment that raises the order may come after the shipment, or the shipment be reversed, or the goods come back:
then the case is resolved, and opened again if the ERP refuses the amendment. The counters of the line, and of those
that are like it, say it, whatever moves them.
"""

from domain.identifiers import ShipmentId
from domain.messages.cases import Case, CaseClass, CaseOrigin, CaseState
from domain.orders.alike_lines.surplus import surplus_of
from domain.orders.cases import state_case, withdraw
from domain.orders.decision import OrderDecision
from domain.orders.lines import OrderLine
from domain.orders.state import Order
from domain.quantities import format_quantity

_ACTION = "invoice or take back the surplus, or have the order amended to what was shipped"


def shipped(decision: OrderDecision, before: Order, shipment_id: ShipmentId) -> None:
    """A shipment has left more than is ordered of a line."""
    names = {line.line_id for then, line in zip(before.lines, decision.order.lines, strict=True) if line is not then}
    then, now = surplus_of(before.lines, names), surplus_of(decision.order.lines, names)
    for line in decision.order.lines:
        if now.get(line.line_id, 0) > then.get(line.line_id, 0):
            _state(decision, line, now[line.line_id], f"; the last with shipment {shipment_id}")


def watch(decision: OrderDecision) -> None:
    """After every change: what else has changed the surplus of a line. One that is gone at the end was none."""
    reasons = {message.key: message.reason for message in decision.messages if isinstance(message, Case)}
    changed = decision.changed_lines()
    before = {line.line_id: line for line in decision.first.lines} if changed else {}
    names = {
        line.line_id
        for line in changed
        if any(map(_may_be_too_much, (line, before.get(line.line_id, line)))) or _key(line) in reasons
    }
    if not names:
        return
    then, now = surplus_of(decision.first.lines, names), surplus_of(decision.order.lines, names)
    for line in (each for each in decision.order.lines if each.line_id in now):
        told = reasons.get(_key(line)) if reasons else None
        if told is not None and not told.startswith(_words(line)):
            withdraw(decision, _key(line))
            told = None
        if told is None and now[line.line_id] != then.get(line.line_id, 0):
            is_raised = line.ordered > (before[line.line_id].ordered if line.line_id in before else 0)
            _state(decision, line, now[line.line_id], _amended(decision) if is_raised else "")


def _may_be_too_much(line: OrderLine) -> bool:
    return bool(line.excess or line.taken_back)


def _amended(decision: OrderDecision) -> str:
    amendments = decision.order.amendments or decision.first.amendments
    return f", by amendment {amendments[0].revision}" if amendments else ", by an amendment"


def _state(decision: OrderDecision, line: OrderLine, surplus: int, why: str) -> None:
    state = CaseState.OPEN if surplus else CaseState.RESOLVED
    reason = f"{_words(line)}{why}"
    state_case(decision, CaseClass.OVER_SHIPMENT, CaseOrigin.WAREHOUSE, _key(line), state, reason, _ACTION)


def _words(line: OrderLine) -> str:
    units = f"{format_quantity(line.shipped)} shipped, {format_quantity(line.ordered)} ordered"
    came_back = f", {format_quantity(line.taken_back)} returned" * bool(line.taken_back)
    return f"line {line.line_id}: {units}, {format_quantity(line.cancelled)} cancelled{came_back}"


def _key(line: OrderLine) -> str:
    return f"shipped too much/{line.line_id}"
