"""Cancelling parts of lines: units unknown to any warehouse at once, the others when their warehouse has stopped.

A warehouse stops all of a line; what is not cancelled of it is released again after its answer. What is picked or
shipped stays.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from domain.identifiers import LineId, NodeId, SourceId
from domain.messages.orders import OrderCancelRequested, PartOfLine
from domain.messages.status import CancelRefused, CancelRequested
from domain.orders import counters
from domain.orders.decision import OrderDecision
from domain.orders.lines import OrderLine
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited, PendingAnswer
from domain.orders.state import Order
from domain.orders.warehouses.asking import ask_to_stop
from domain.orders.warehouses.cancelling import cancel_units
from domain.orders.without_stock import cancelled_by_others
from domain.quantities import format_quantity


def cancel_parts(decision: OrderDecision, event: OrderCancelRequested) -> None:
    """As much of each part as can be cancelled is; what cannot is refused by name."""
    wanted: Counter[LineId] = Counter()
    for part in event.parts:
        wanted[part.line_id] += part.quantity
    left = cancel_what_can_be(decision, event.provenance.source_id, event.reason, wanted)
    if refused := "; ".join(_refused(wanted, left)):
        decision.publish(CancelRefused, reason=refused)


def cancel_what_can_be(
    decision: OrderDecision, source_id: SourceId, reason: str, wanted: Mapping[LineId, int]
) -> Mapping[LineId, int]:
    """Cancel as much of so many units of each line as can be; returns what could be of each line that there is.

    What is picked or shipped of the rest is cancelled if it comes back.
    """
    order = decision.order
    left = {line.line_id: _left(order, line) for line in order.lines if line.line_id in wanted}
    at_once: dict[LineId, int] = {}
    to_stop: dict[NodeId, list[PartOfLine]] = {}
    for line in order.lines:
        if line.line_id in wanted:
            units = min(wanted[line.line_id], left[line.line_id])
            at_once[line.line_id] = min(units, line.cancellable - line.to_be_picked)
            for node_id, share in _shares(order, line, units - at_once[line.line_id]):
                to_stop.setdefault(node_id, []).append(PartOfLine(line.line_id, share))
    for node_id, parts in to_stop.items():
        _ask(decision, node_id, parts, reason)
    if to_stop:
        decision.publish(CancelRequested, reason=reason)
    if any(at_once.values()):
        cancel_units(decision, at_once, reason)
        cancelled_by_others.report(decision, source_id, at_once)
    late = {line_id: max(0, wanted[line_id] - units) for line_id, units in left.items()}
    decision.change_named_lines(late, lambda line: counters.want_less(line, late[line.line_id]))
    return left


def _left(order: Order, line: OrderLine) -> int:
    """What can be cancelled of a line, and is not about to be."""
    asked = [each for each in awaiting.all_of(order, Awaited.CANCELLATION) if line.line_id in each.line_ids]
    if any(not each.part_of(line.line_id) for each in asked):
        return 0
    return max(0, line.cancellable - sum(each.part_of(line.line_id) for each in asked))


def _shares(order: Order, line: OrderLine, units: int) -> Iterator[tuple[NodeId, int]]:
    """How much each warehouse has to stop, the one that was asked last first."""
    for node_id, *_ in reversed(line.released_at):
        asked = _command(order, node_id, line.line_id)
        part = min(units, line.awaited_from(node_id) - (asked.part_of(line.line_id) if asked else 0))
        if part > 0:
            yield node_id, part
            units -= part


def _command(order: Order, node_id: NodeId, line_id: LineId) -> PendingAnswer | None:
    """The command by which a warehouse was asked to stop a line."""
    asked = awaiting.all_of(order, Awaited.CANCELLATION)
    return next((each for each in asked if each.node_id == node_id and line_id in each.line_ids), None)


def _ask(decision: OrderDecision, node_id: NodeId, parts: list[PartOfLine], reason: str) -> None:
    """One command for lines that are new to the warehouse; of the others its pending answer counts for more."""
    fresh = []
    for part in parts:
        asked = _command(decision.order, node_id, part.line_id)
        if asked is None:
            fresh.append(part)
        else:
            awaiting.change(decision, asked.with_part(part.line_id, asked.part_of(part.line_id) + part.quantity))
    if fresh:
        line_ids = tuple(part.line_id for part in fresh)
        ask_to_stop(decision, Awaited.CANCELLATION, node_id, line_ids, reason, tuple(fresh))


def _refused(wanted: Mapping[LineId, int], left: Mapping[LineId, int]) -> Iterator[str]:
    for line_id, units in wanted.items():
        if line_id not in left:
            yield f"the order has no line {line_id}"
        elif not left[line_id]:
            yield f"nothing is left to cancel of line {line_id}"
        elif left[line_id] < units:
            few, all_of_them = format_quantity(left[line_id]), format_quantity(units)
            yield f"only {few} of {all_of_them} are left to cancel of line {line_id}"
