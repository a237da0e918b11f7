"""Units on which a warehouse should act, and does not.

Either it was asked to ship them; or they are picked, and it is not asked for them, or nothing else of the order is
open: too much was picked, or what had been cancelled meanwhile, or a parcel was forgotten. They would lie there for
ever without a word, so a person is told some time after its last act.

Each warehouse has a clock of its own, and only what it does itself to these units starts the clock again, and ends the
case. What is released to it while the clock runs has a second one (`domain.orders.pending.later_units`), until the
warehouse acts on the first units, or both are late: a warehouse has one case.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from domain.durations import duration_text
from domain.identifiers import NodeId
from domain.messages.cases import CaseState
from domain.orders.cases import shortened
from domain.orders.decision import OrderDecision, OrderRules
from domain.orders.pending import awaiting, later_units, unanswered, units_left
from domain.orders.pending.answers import Awaited, PendingAnswer
from domain.orders.pending.units_left import UnitsLeft
from domain.orders.state import Order
from domain.quantities import format_quantity


class _Watch(NamedTuple):
    within_ms: Callable[[OrderRules], int]
    word: str
    """In the key of its case."""
    reason: str
    over: str


_WATCHES: Mapping[Awaited, _Watch] = {
    Awaited.SHIPMENT: _Watch(
        lambda rules: rules.shipped_within_ms,
        "picked",
        "picked and not shipped after {}: {}",
        "{} has nothing in picking any more that it is not asked to ship",
    ),
    Awaited.ACTION: _Watch(
        lambda rules: rules.acted_within_ms,
        "asked",
        "nothing has happened for {} to {}",
        "{} is asked to ship nothing of this any more",
    ),
}


def watch(decision: OrderDecision) -> None:
    """After every change: set the deadlines, or end them. An order may end although none of its lines changes."""
    order, first = decision.order, decision.first
    is_same = order.lines is first.lines and order.misdirected is first.misdirected
    if is_same and order.stage is first.stage and order.pending_answers is first.pending_answers:
        return
    asked = {at.node_id for line in order.lines for at in line.released_at}
    for node_id in sorted(asked | _watched(order, Awaited.ACTION)):
        _watch_asked(decision, node_id)
    picked = {left.node_id for left in units_left.picked(order)}
    for node_id in sorted(picked | _watched(order, Awaited.SHIPMENT)):
        _watch_picked(decision, node_id, is_left=node_id in picked)


def _watched(order: Order, awaited: Awaited) -> set[NodeId]:
    return {row.node_id for row in awaiting.all_of(order, awaited)}


def _rows(order: Order, awaited: Awaited, node_id: NodeId) -> tuple[PendingAnswer | None, PendingAnswer | None]:
    """That of the first units, and that of what was released later."""
    rows = [row for row in awaiting.all_of(order, awaited) if row.node_id == node_id]
    return next((row for row in rows if not row.parts), None), next((row for row in rows if row.parts), None)


def _watch_picked(decision: OrderDecision, node_id: NodeId, *, is_left: bool) -> None:
    row, _ = _rows(decision.order, Awaited.SHIPMENT, node_id)
    if row is None:
        _begin(decision, Awaited.SHIPMENT, node_id, _acted_at_ms(decision, node_id))
    elif not is_left:
        _end(decision, row)
    elif units_left.has_moved(decision.first, decision.order, node_id):
        _restart(decision, row)


def _watch_asked(decision: OrderDecision, node_id: NodeId) -> None:
    row, later = _rows(decision.order, Awaited.ACTION, node_id)
    if next(units_left.asked_at(decision.order, decision.order.lines, node_id), None) is None:
        for each in (row, later):
            _end(decision, each)
    elif row is None:
        _begin(decision, Awaited.ACTION, node_id)
    else:
        _advance(decision, row, later)


def _advance(decision: OrderDecision, row: PendingAnswer, later: PendingAnswer | None) -> None:
    """What a warehouse does is done to what it was asked for first."""
    changes = later_units.changes_at(decision.first, decision.order, row.node_id)
    if any(change.has_acted and later_units.is_about_first(change, later) for change in changes):
        _restart(decision, row)
        _end(decision, later)
    elif parts := later_units.parts_after(later, changes):
        if later is None or later_units.starts_again(later, changes):
            _end(decision, later)
            later = _new(decision, Awaited.ACTION, row.node_id, "asked later")
            awaiting.expect(decision, later)
        _keep_apart(decision, row, later._replace(parts=parts))
    else:
        _end(decision, later)


def _keep_apart(decision: OrderDecision, row: PendingAnswer, later: PendingAnswer) -> None:
    """Until nothing is left of what was asked for first."""
    if later_units.are_all(decision.order, later):
        _end(decision, row)
        later = later._replace(parts=())
    awaiting.change(decision, later)


def _acted_at_ms(decision: OrderDecision, node_id: NodeId) -> int:
    """When a warehouse acted last on what was watched as asked for, and is all that is left now; else now."""
    row, _ = _rows(decision.first, Awaited.ACTION, node_id)
    if row is None or units_left.has_moved(decision.first, decision.order, node_id):
        return decision.cause.now_ms
    return row.since_ms or decision.cause.now_ms


def _begin(decision: OrderDecision, awaited: Awaited, node_id: NodeId, since_ms: int = 0) -> None:
    awaiting.expect(decision, _new(decision, awaited, node_id, _WATCHES[awaited].word, since_ms))


def _new(decision: OrderDecision, awaited: Awaited, node_id: NodeId, word: str, since_ms: int = 0) -> PendingAnswer:
    """`since_ms`: 0 for now."""
    now_ms = decision.cause.now_ms
    began_at_ms = since_ms or now_ms
    due_at_ms = max(now_ms, began_at_ms + _WATCHES[awaited].within_ms(decision.rules))
    return PendingAnswer(awaited, f"{word}/{node_id}/{now_ms}", began_at_ms, due_at_ms, node_id=node_id)


def _restart(decision: OrderDecision, row: PendingAnswer) -> None:
    """The warehouse has acted."""
    if row.is_late:
        awaiting.settle(decision, row, f"{row.node_id} has acted")
        _begin(decision, row.awaited, row.node_id)
    else:
        awaiting.change(decision, row._replace(since_ms=decision.cause.now_ms))


def _end(decision: OrderDecision, row: PendingAnswer | None) -> None:
    """Nothing is left of its units, whoever brought that about."""
    if row is not None:
        has_acted = row.is_late and units_left.has_moved(decision.first, decision.order, row.node_id)
        over = "{} has acted, and has none of these units left" if has_acted else _WATCHES[row.awaited].over
        if row.awaited is Awaited.ACTION and any(
            left.node_id == row.node_id for left in units_left.picked(decision.order)
        ):
            over = "what is left of this at {} is picked, and nothing else of the order is open: that is watched now"
        awaiting.settle(decision, row, over.format(row.node_id))


def deadline_passed(decision: OrderDecision, row: PendingAnswer) -> None:
    """It moves on if the warehouse has acted since, else a case says what is left; it has one for all that is late.

    While the case is open of what it has not answered, that is the one.
    """
    within_ms = _WATCHES[row.awaited].within_ms(decision.rules)
    if row.awaited is Awaited.ACTION and unanswered.late_at(decision.order, row):
        awaiting.expect(decision, row._replace(due_at_ms=decision.cause.now_ms + within_ms))
        return
    if (moved_to_ms := row.since_ms + within_ms) > row.due_at_ms:
        awaiting.expect(decision, row._replace(due_at_ms=moved_to_ms))
        return
    first, later = _rows(decision.order, row.awaited, row.node_id)
    if row is not later:
        awaiting.report(decision, row, _reason(decision, row, later))
        return
    awaiting.drop(decision, row)
    if first is not None and first.is_late:
        awaiting.state(decision, first, CaseState.OPEN, _reason(decision, first))


def give_way(decision: OrderDecision, unanswered_stop: PendingAnswer) -> None:
    """The warehouse does not answer what it is to stop either: one case says so, and this one is opened after it."""
    for row in tuple(awaiting.all_of(decision.order, Awaited.ACTION)):
        if row.is_late and row.node_id == unanswered_stop.node_id:
            awaiting.settle(decision, row, f"{row.node_id} does not answer what it is asked to stop: that is the case")
            _begin(decision, Awaited.ACTION, row.node_id)


def _reason(decision: OrderDecision, row: PendingAnswer, later: PendingAnswer | None = None) -> str:
    rule, apart = _WATCHES[row.awaited], later_units.apart(later)
    words = [
        f"{format_quantity(units)} of {left.item_id} for line {left.line_id} at {left.node_id}"
        for left in _left(decision.order, row)
        if (units := left.quantity - apart.get(left.line_id, 0)) > 0
    ]
    return rule.reason.format(duration_text(rule.within_ms(decision.rules)), shortened(words))


def _left(order: Order, row: PendingAnswer) -> Iterable[UnitsLeft]:
    if row.awaited is Awaited.ACTION:
        return units_left.asked_at(order, order.lines, row.node_id)
    return (left for left in units_left.picked(order) if left.node_id == row.node_id)
