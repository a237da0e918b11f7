"""Goods that were picked and not shipped, when nothing else of the order is open.

They lock stock until they are shipped, so a person has to look: the warehouse picked too much, or picked what had been
cancelled meanwhile, or forgot a parcel. One case, some time after the last pick or shipment; the shipment resolves it.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from domain.durations import duration_text
from domain.identifiers import ItemId, LineId, NodeId
from domain.messages.cases import CaseClass, CaseOrigin, CaseState
from domain.orders.cases import shortened, state_case
from domain.orders.decision import OrderDecision, OrderTimer
from domain.orders.state import ENDS, Order, UnshippedPicks
from domain.quantities import format_quantity


class UnshippedUnits(NamedTuple):
    """Units of one line and item that are picked and not shipped, and where."""

    line_id: LineId
    item_id: ItemId
    node_id: NodeId
    quantity: int


def unshipped(order: Order) -> Iterator[UnshippedUnits]:
    """All units that are picked and not shipped, those of other lines and items included."""
    for line in order.lines:
        for at in chain.from_iterable(claim.held for claim in line.claims):
            if at.picked:
                yield UnshippedUnits(line.line_id, line.item_id, at.node_id, at.picked)
    for units in order.misdirected:
        if units.picked > units.shipped:
            yield UnshippedUnits(units.line_id, units.item_id, units.picked_at, units.picked - units.shipped)


def watch(decision: OrderDecision) -> None:
    """After every change: set the deadline, or end it. A pick or a shipment starts it again."""
    order, first = decision.order, decision.first
    waiting = order.unshipped_picks
    if waiting is None and not order.misdirected and not any(line.picked > line.shipped for line in order.lines):
        return
    left = tuple(unshipped(order)) if order.stage in ENDS else ()
    if not left or any(line.open_quantity > line.in_picking for line in order.lines):
        if waiting is not None:
            _end(decision, waiting)
        return
    if waiting is not None and (waiting.is_reported or left == tuple(unshipped(first))):
        return
    due_at_ms = decision.cause.now_ms + decision.rules.shipped_within_ms
    decision.order = replace(order, unshipped_picks=UnshippedPicks(due_at_ms))
    decision.timers.append(OrderTimer(order.order_id, due_at_ms))


def woken(decision: OrderDecision, due_at_ms: int) -> None:
    """The deadline: a case says which units are where."""
    waiting = decision.order.unshipped_picks
    if waiting is None or waiting.is_reported or waiting.due_at_ms != due_at_ms:
        return
    named = shortened(
        [
            f"{format_quantity(units.quantity)} of {units.item_id} for line {units.line_id} at {units.node_id}"
            for units in unshipped(decision.order)
        ]
    )
    after = duration_text(decision.rules.shipped_within_ms)
    _state(decision, waiting, CaseState.OPEN, f"picked and not shipped after {after}: {named}")
    decision.order = replace(decision.order, unshipped_picks=replace(waiting, is_reported=True))


def _end(decision: OrderDecision, waiting: UnshippedPicks) -> None:
    if waiting.is_reported:
        _state(decision, waiting, CaseState.RESOLVED, "nothing is picked and left behind any more")
    decision.order = replace(decision.order, unshipped_picks=None)


def _state(decision: OrderDecision, waiting: UnshippedPicks, state: CaseState, reason: str) -> None:
    key, action = f"picked/{waiting.due_at_ms}", "ask the warehouse to ship the goods, or what became of them"
    state_case(decision, CaseClass.ALLOCATION_CONFLICT, CaseOrigin.WAREHOUSE, key, state, reason, action)
