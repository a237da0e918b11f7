"""Units on which a warehouse should act, and nobody does.

Either warehouses were asked to ship them; or they are picked, and nothing else of the order is open: too much was
picked, or what had been cancelled meanwhile, or a parcel was forgotten. They would lie there for ever without a word,
so a person is told some time after the last act. The next one resolves the case.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from domain.durations import duration_text
from domain.identifiers import ItemId, LineId, NodeId
from domain.orders.cases import shortened
from domain.orders.decision import OrderDecision, OrderRules
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited, PendingAnswer
from domain.orders.state import ENDS, Order
from domain.orders.warehouses import releases
from domain.quantities import format_quantity


class UnitsLeft(NamedTuple):
    """Units of one line and item on which nobody acts, and where."""

    line_id: LineId
    item_id: ItemId
    node_id: NodeId
    quantity: int


class _Watch(NamedTuple):
    left: Callable[[Order], Iterator[UnitsLeft]]
    acted: Callable[[OrderDecision], bool]
    within_ms: Callable[[OrderRules], int]
    word: str
    """In the key of its case."""
    reason: str


def _asked(order: Order) -> Iterator[UnitsLeft]:
    """What was asked for and is not shipped; of what a warehouse refused to stop a case is open already."""
    refused = {(row.node_id, line_id) for row in awaiting.all_of(order, Awaited.SURPLUS) for line_id in row.line_ids}
    for line in order.lines:
        for asked in line.released_at:
            has_case = (asked.node_id, line.line_id) in refused
            units = min(asked.quantity, line.needed_from(asked.node_id)) if has_case else asked.quantity
            if units:
                yield UnitsLeft(line.line_id, line.item_id, asked.node_id, units)


def _has_acted(decision: OrderDecision) -> bool:
    """Whether a warehouse was asked for more, or has picked, shipped or stopped; not of lines that are new."""
    return any(
        (then.released_at, then.picked, then.shipped) != (now.released_at, now.picked, now.shipped)
        for then, now in zip(decision.first.lines, decision.order.lines, strict=False)
        if now is not then
    )


def _picked(order: Order) -> Iterator[UnitsLeft]:
    """What is picked and not shipped, other lines and items included.

    While something else is open, only what no warehouse is asked to ship: the rest is watched as asked for.
    """
    is_all = order.stage in ENDS and not any(line.open_quantity > line.in_picking for line in order.lines)
    for line in order.lines:
        for node_id in sorted({at.node_id for claim in line.claims for at in claim.held if at.picked}):
            asked = 0 if is_all else releases.at_node(line.released_at, node_id)
            if (left := line.picked_at(node_id) - asked) > 0:
                yield UnitsLeft(line.line_id, line.item_id, node_id, left)
    for units in order.misdirected:
        for there in units.picks:
            if there.quantity > 0:
                yield UnitsLeft(units.line_id, units.item_id, there.node_id, there.quantity)


def _has_picked(decision: OrderDecision) -> bool:
    return tuple(_picked(decision.first)) != tuple(_picked(decision.order))


_WATCHES: Mapping[Awaited, _Watch] = {
    Awaited.SHIPMENT: _Watch(
        _picked, _has_picked, lambda rules: rules.shipped_within_ms, "picked", "picked and not shipped after {}: {}"
    ),
    Awaited.ACTION: _Watch(
        _asked, _has_acted, lambda rules: rules.acted_within_ms, "asked", "nothing has happened for {} to {}"
    ),
}


def watch(decision: OrderDecision) -> None:
    """After every change: set the deadlines, or end them. An order may end although none of its lines changes."""
    order, first = decision.order, decision.first
    is_same = order.lines is first.lines and order.misdirected is first.misdirected
    if not is_same or order.stage is not first.stage:
        for awaited in _WATCHES:
            _watch(decision, awaited)


def _watch(decision: OrderDecision, awaited: Awaited) -> None:
    rule, pending = _WATCHES[awaited], awaiting.one_of(decision.order, awaited)
    if next(rule.left(decision.order), None) is None:
        if pending is not None:
            awaiting.settle(decision, pending, "nothing is left on which anybody has to act")
        return
    if pending is not None and not rule.acted(decision):
        return
    if pending is not None and not pending.is_late:
        awaiting.change(decision, pending._replace(since_ms=decision.cause.now_ms))
        return
    if pending is not None:
        awaiting.settle(decision, pending, "a warehouse has acted")
    now_ms = decision.cause.now_ms
    awaiting.expect_within(decision, awaited, f"{rule.word}/{now_ms}", rule.within_ms(decision.rules))


def deadline_passed(decision: OrderDecision, pending: PendingAnswer) -> None:
    """It moves on if somebody has acted since, else a case says what is left where."""
    rule = _WATCHES[pending.awaited]
    within_ms = rule.within_ms(decision.rules)
    if (moved_to_ms := pending.since_ms + within_ms) > pending.due_at_ms:
        awaiting.expect(decision, pending._replace(due_at_ms=moved_to_ms))
        return
    units = [
        f"{format_quantity(left.quantity)} of {left.item_id} for line {left.line_id} at {left.node_id}"
        for left in rule.left(decision.order)
    ]
    awaiting.report(decision, pending, rule.reason.format(duration_text(within_ms), shortened(units)))
