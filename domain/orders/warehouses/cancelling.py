"""Cancelling: units unknown to the warehouse at once, released ones with its consent, picked or shipped ones never."""

from collections.abc import Mapping

from domain.identifiers import LineId, NodeId
from domain.messages.inventory import ReservationsReleased
from domain.messages.orders import OrderCancelRequested, PartOfLine, WarehouseAccepted, WarehouseRefused
from domain.messages.status import CancelRefused, CancelRequested, OrderCancelled
from domain.orders import counters
from domain.orders.decision import OrderDecision
from domain.orders.erp.cancellations import post_cancellation
from domain.orders.erp.refusals import resolve_all
from domain.orders.lines import OrderLine
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited, PendingAnswer
from domain.orders.state import Order, Stage
from domain.orders.warehouses.asking import ask_to_stop, settle_unanswered
from domain.orders.warehouses.releasing import release_what_is_ready
from domain.orders.without_stock import cancelled_by_others
from domain.values import replace

_NOTHING_LEFT = "nothing of it is left to cancel"


def cancel_requested(decision: OrderDecision, event: OrderCancelRequested) -> None:
    """A request: what can be cancelled is; each named line of which nothing can be is refused, with the reason.

    An order with only charges is cancelled completely.
    """
    order = decision.order
    if not (order.lines or event.line_ids) and order.stage is not Stage.CANCELLED:
        cancel_units(decision, {}, event.reason)
        return
    wanted = set(event.line_ids) or {line.line_id for line in order.lines}
    lines = tuple(line for line in order.lines if line.line_id in wanted and line.cancellable)
    released = tuple(line for line in lines if line.to_be_picked)
    if released:
        _ask_warehouse(decision, released, event.reason)
    pending = {line.line_id: line.cancellable for line in lines if not line.to_be_picked}
    asked = {line.line_id for line in released}
    decision.change_named_lines(wanted - asked, lambda line: counters.want(line, 0))
    if pending:
        cancel_units(decision, pending, event.reason)
        cancelled_by_others.report(decision, event.provenance.source_id, pending)
    refused = _why_not(order, event)
    if refused or not lines:
        decision.publish(CancelRefused, reason=refused or _NOTHING_LEFT)


def _why_not(order: Order, event: OrderCancelRequested) -> str:
    """What is wrong with the named lines; empty when all can be cancelled, or none is named."""
    lines = {line.line_id: line for line in order.lines}
    unknown = [line_id for line_id in dict.fromkeys(event.line_ids) if line_id not in lines]
    finished = [
        line_id for line_id in dict.fromkeys(event.line_ids) if line_id in lines and not lines[line_id].cancellable
    ]
    reasons = (("the order has no line", unknown), ("nothing is left to cancel of line", finished))
    return "; ".join(f"{words} {', '.join(line_ids)}" for words, line_ids in reasons if line_ids)


def _ask_warehouse(decision: OrderDecision, released: tuple[OrderLine, ...], reason: str) -> None:
    """One command per node; where a part of a line is to be stopped already, all of it counts after the answer."""
    asked: set[tuple[NodeId, LineId]] = set()
    for pending in tuple(awaiting.all_of(decision.order, Awaited.CANCELLATION)):
        whole = pending
        for line in released:
            whole = whole.with_part(line.line_id, 0)
        awaiting.change(decision, whole)
        asked |= {(pending.node_id, line_id) for line_id in pending.line_ids}
    fresh: dict[NodeId, list[LineId]] = {}
    for line in released:
        for node_id, *_ in line.released_at:
            if line.awaited_from(node_id) and (node_id, line.line_id) not in asked:
                fresh.setdefault(node_id, []).append(line.line_id)
    for node_id, line_ids in fresh.items():
        ask_to_stop(decision, Awaited.CANCELLATION, node_id, tuple(line_ids), reason)
    decision.publish(CancelRequested, reason=reason)


def ask_to_stop_parts(decision: OrderDecision, node_id: NodeId, units: Mapping[LineId, int], reason: str) -> None:
    """Units that could not be cancelled are put back, and a command still asks for them: the warehouse has to stop."""
    decision.change_named_lines(units, lambda line: counters.cancelled_at_last(line, units[line.line_id]))
    parts = tuple(PartOfLine(line_id, quantity) for line_id, quantity in units.items())
    ask_to_stop(decision, Awaited.CANCELLATION, node_id, tuple(units), reason, parts)
    decision.publish(CancelRequested, reason=reason)


def answered(decision: OrderDecision, pending: PendingAnswer, event: WarehouseAccepted | WarehouseRefused) -> None:
    """The warehouse stops: cancel the units that are not picked. Too late: it continues, and the rest is cancelled."""
    awaiting.settle_command(decision, pending, accepted=isinstance(event, WarehouseAccepted))
    if isinstance(event, WarehouseAccepted):
        decision.change_named_lines(pending.line_ids, lambda line: counters.stop(line, pending.node_id))
        _cancel_rest(decision, pending)
    else:
        decision.publish(CancelRefused, reason=event.reason)
        rest = _rest(decision.order, pending)
        decision.change_named_lines(pending.line_ids, lambda line: counters.work_on(line, pending.node_id))
        _want_less(decision, pending, rest)
        if any(rest.values()):
            cancel_units(decision, rest, pending.reason)
    release_what_is_ready(decision)


def _want_less(decision: OrderDecision, pending: PendingAnswer, rest: Mapping[LineId, int]) -> None:
    """What stays of these lines, beyond the rest, is cancelled if it comes back; of a part not more than that."""

    def less(line: OrderLine) -> OrderLine:
        part = pending.part_of(line.line_id)
        return counters.want_less(line, part - rest[line.line_id]) if part else counters.want(line, 0)

    decision.change_named_lines(rest, less)


def _rest(order: Order, pending: PendingAnswer) -> Mapping[LineId, int]:
    """What is not picked, and what no warehouse was asked to pick and has not stopped; of a part not more than that."""
    lines = (line for line in order.lines if line.line_id in pending.line_ids)
    rest = {line.line_id: line.cancellable - line.to_be_picked for line in lines}
    return {line_id: min(units, pending.part_of(line_id) or units) for line_id, units in rest.items()}


def _cancel_rest(decision: OrderDecision, pending: PendingAnswer) -> None:
    """Cancel the rest, or say that there is none when no other warehouse can stop."""
    rest = _rest(decision.order, pending)
    _want_less(decision, pending, rest)
    if any(rest.values()):
        cancel_units(decision, rest, pending.reason)
    elif not any(
        set(each.line_ids) & set(pending.line_ids) for each in awaiting.all_of(decision.order, Awaited.CANCELLATION)
    ):
        decision.publish(CancelRefused, reason=_NOTHING_LEFT)


def settle(decision: OrderDecision) -> None:
    """A warehouse that has picked or shipped all it knows of these lines has answered: the rest needs no consent."""
    for pending in tuple(awaiting.all_of(decision.order, Awaited.CANCELLATION)):
        lines = tuple(line for line in decision.order.lines if line.line_id in pending.line_ids)
        if not any(line.to_be_picked for line in lines):
            settle_unanswered(decision, pending, lines)
            _cancel_rest(decision, pending)


def cancel_units(decision: OrderDecision, quantities: Mapping[LineId, int], reason: str) -> None:
    """Cancel these quantities. An order shipped before it was accepted is still accepted, so that it is booked."""
    order = decision.order
    released = decision.change_claims(
        lambda line: counters.cancel(line, quantities[line.line_id]) if quantities.get(line.line_id) else (line, ())
    )
    if released:
        decision.send(ReservationsReleased(order.order_id, released))
    shipped = any(line.shipped for line in order.lines)
    if not any(line.open_quantity for line in decision.order.lines) and (order.accepted or not shipped):
        decision.order = replace(decision.order, stage=Stage.CANCELLED)
        resolve_all(decision)
    post_cancellation(decision, quantities, reason)
    decision.publish(OrderCancelled, reason=reason)
