"""Goods that were returned, and whose shipment is reversed besides: they came back once, and are in stock twice.

Both facts apply, since a return is not taken back: a person finds out which of the two was reported by mistake. Or the
goods are of another shipment, which is reported late: it ends the case as far as it covers what was returned, which is
what came back after it had left. What was shipped after the reversal, and when the goods were back, does not: those may
be the same units once more. In the other order the return waits for a shipment, and is a case of its own
(`domain.orders.facts.crediting`).
"""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from domain.identifiers import LineId
from domain.messages.cases import CaseState
from domain.messages.orders import OrderShipped, PartOfLine
from domain.orders.alike_lines.groups import first_by_line
from domain.orders.cases import shortened
from domain.orders.decision import OrderDecision
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited, PendingAnswer
from domain.orders.returns.by_time import came_by_time, left_by_time, uncovered
from domain.orders.state import HeldReversal
from domain.quantities import format_quantity

MOST_AWAITED: Final = 20
"""Such reversals of one order; the case of a further one ends when a person closes it, or with the order."""
_MS_IN_US: Final = 1_000
_NOT_YET_US: Final = 1 << 62
"""After all that has left: of what came back and of which no time is known."""


def beyond(decision: OrderDecision) -> Counter[LineId]:
    """What came back, or is missing, of nothing that had left; under the first of all lines that are alike."""
    if not any(line.taken_back for line in decision.order.lines):
        return Counter()
    left = left_by_time(decision)
    return Counter({name: uncovered(came, left[name]) for name, came in _back(decision, _NOT_YET_US).items()})


def report(decision: OrderDecision, before: Counter[LineId], reversal: HeldReversal) -> None:
    """Open a case for what the reversal has just taken off that had been returned already."""
    parts = tuple(PartOfLine(line_id, units) for line_id, units in (beyond(decision) - before).items())
    if not parts:
        return
    key = f"came back twice/{reversal.reversal_id}/{decision.cause.event_id}"
    since_ms = reversal.occurred_at_us // _MS_IN_US
    pending = PendingAnswer(Awaited.RETURNED_SHIPMENT, key, since_ms, due_at_ms=0, is_late=True, parts=parts)
    if sum(1 for _ in awaiting.all_of(decision.order, Awaited.RETURNED_SHIPMENT)) < MOST_AWAITED:
        awaiting.expect(decision, pending)
    named = shortened([f"{format_quantity(part.quantity)} of line {part.line_id}" for part in parts])
    reason = f"{named} came back beyond what was shipped: returned, and reversed with {reversal.reversal_id}"
    awaiting.state(decision, pending, CaseState.OPEN, reason)


def shipped(decision: OrderDecision, event: OrderShipped, units: Mapping[LineId, int]) -> None:
    """A shipment that left before the goods came back, and is reported after the reversal: they may be of it."""
    waiting = tuple(awaiting.all_of(decision.order, Awaited.RETURNED_SHIPMENT))
    if not waiting:
        return
    first_of = first_by_line(decision.order.lines)
    left: Counter[LineId] = Counter()
    for line_id, quantity in units.items():
        left[first_of.get(line_id, line_id)] += quantity
    for pending in waiting:
        parts = tuple(_covered(decision, pending, part, event, left) for part in pending.parts)
        if parts == pending.parts:
            continue
        awaiting.change(decision, pending._replace(parts=tuple(part for part in parts if part.quantity)))
        if not any(part.quantity for part in parts):
            awaiting.settle(decision, pending, f"shipment {event.shipment_id} covers what was returned")


def _covered(
    decision: OrderDecision, pending: PendingAnswer, part: PartOfLine, event: OrderShipped, left: Counter[LineId]
) -> PartOfLine:
    """What of a part is left; what left with the reversal, or after it, had to be back later than it left."""
    name = first_by_line(decision.order.lines).get(part.line_id, part.line_id)
    left_us, since_us = event.provenance.occurred_at_us, pending.since_ms * _MS_IN_US
    came = _back(decision, since_us)[name]
    known = left_by_time(decision)[name]
    others = known - Counter({left_us: left[name]})
    is_earlier = left_us // _MS_IN_US < pending.since_ms
    with_it = others + Counter({left_us + (not is_earlier): left[name]})
    units = min(part.quantity, left[name], uncovered(came, others) - uncovered(came, with_it))
    left[name] -= units
    return PartOfLine(part.line_id, part.quantity - units)


def _back(decision: OrderDecision, unknown_us: int) -> Mapping[LineId, Counter[int]]:
    """What came back or is missing, by time; at `unknown_us` where none is known."""
    first_of = first_by_line(decision.order.lines)
    back: Counter[LineId] = Counter()
    for line in decision.order.lines:
        back[first_of.get(line.line_id, line.line_id)] += line.taken_back
    timed = came_by_time(decision)
    came = {name: Counter(timed.get(name, Counter())) for name in back}
    for name, units in back.items():
        came[name][unknown_us] += max(0, units - came[name].total())
    return came


def let_go(decision: OrderDecision, case_key: str) -> None:
    """A person has closed the case."""
    for pending in tuple(awaiting.all_of(decision.order, Awaited.RETURNED_SHIPMENT)):
        if pending.key == case_key:
            awaiting.drop(decision, pending)
