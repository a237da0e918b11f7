"""A warehouse that was asked to pick what another one has shipped is asked to stop.

Its answer decides about its own work only: what is still open of the customer's line is released again, or is still
picked there. A warehouse that refuses will ship too much, so a person has to call it.
"""

from collections.abc import Container
from dataclasses import replace

from domain.identifiers import LineId, NodeId
from domain.messages.cases import CaseClass, CaseOrigin, CaseState
from domain.messages.orders import WarehouseAccepted, WarehouseRefused
from domain.messages.warehouse import WarehouseCancelCommanded
from domain.orders import counters
from domain.orders.cases import state_case
from domain.orders.decision import OrderDecision, OrderTimer
from domain.orders.late_answers import report_late, settled
from domain.orders.state import Order, PendingCancel, PendingStop
from domain.orders.warehouses import releases
from domain.orders.warehouses.releasing import release_what_is_ready


def stop_others(decision: OrderDecision, shipped_at: NodeId, line_ids: Container[LineId]) -> None:
    """After a shipment of these lines: whatever others were asked for beyond what is open is not needed any more."""
    too_many: dict[NodeId, list[LineId]] = {}
    for line in decision.order.lines:
        if line.line_id in line_ids:
            for units in releases.without_node(line.released_at, shipped_at):
                if line.asked_too_much(units.node_id) and not _is_asked(decision.order, line.line_id, units.node_id):
                    too_many.setdefault(units.node_id, []).append(line.line_id)
    for node_id, lines in too_many.items():
        _stop(decision, node_id, tuple(lines))


def _is_asked(order: Order, line_id: LineId, node_id: NodeId) -> bool:
    pending: tuple[PendingCancel | PendingStop, ...] = (*order.pending_cancels, *order.pending_stops)
    return any(each.node_id == node_id and line_id in each.line_ids for each in pending)


def _stop(decision: OrderDecision, node_id: NodeId, line_ids: tuple[LineId, ...]) -> None:
    command_id = decision.next_command_id(node_id, "CANCEL")
    decision.send(WarehouseCancelCommanded(command_id, decision.order.order_id, node_id, line_ids))
    due_at_ms = decision.cause.now_ms + decision.rules.cancelled_within_ms
    pending = PendingStop(command_id, node_id, line_ids, due_at_ms)
    decision.order = replace(decision.order, pending_stops=(*decision.order.pending_stops, pending))
    decision.timers.append(OrderTimer(decision.order.order_id, due_at_ms))


def shipped(decision: OrderDecision, node_id: NodeId, line_ids: Container[LineId]) -> None:
    """A warehouse that has shipped all that it was asked for has answered; one that worked on has done so."""
    for pending in decision.order.pending_stops:
        lines = [line for line in decision.order.lines if line.line_id in pending.line_ids]
        if pending.node_id == node_id and not any(releases.at_node(line.released_at, node_id) for line in lines):
            stops = tuple(each for each in decision.order.pending_stops if each is not pending)
            decision.order = replace(decision.order, pending_stops=stops)
            settled(decision, pending.command_id, accepted=False)
    for refused in decision.order.refused_stops:
        if refused.node_id == node_id and any(line_id in line_ids for line_id in refused.line_ids):
            left = tuple(each for each in decision.order.refused_stops if each is not refused)
            decision.order = replace(decision.order, refused_stops=left)
            _state(decision, refused, CaseState.RESOLVED, f"{node_id} has shipped")


def answered(decision: OrderDecision, pending: PendingStop, event: WarehouseAccepted | WarehouseRefused) -> None:
    """The warehouse stopped, so what is open is released again; or it works on, and a case says so."""
    order = decision.order
    stops = tuple(each for each in order.pending_stops if each is not pending)
    decision.order = replace(order, pending_stops=stops)
    accepted = isinstance(event, WarehouseAccepted)
    settled(decision, pending.command_id, accepted=accepted)
    decision.change_lines(
        lambda line: (
            line
            if line.line_id not in pending.line_ids
            else counters.stop(line, pending.node_id)
            if accepted
            else counters.continue_release(line, pending.node_id)
        )
    )
    if isinstance(event, WarehouseRefused):
        _works_on(decision, pending, event.reason)
    release_what_is_ready(decision)


def _works_on(decision: OrderDecision, pending: PendingStop, reason: str) -> None:
    decision.order = replace(decision.order, refused_stops=(*decision.order.refused_stops, pending))
    words = f"{pending.node_id} refuses to stop line {', '.join(pending.line_ids)}, which another warehouse has shipped"
    _state(decision, pending, CaseState.OPEN, f"{words}: {reason or 'no reason given'}")


def _state(decision: OrderDecision, stop: PendingStop, state: CaseState, reason: str) -> None:
    action = "call the warehouse before it ships too much"
    key = stop.command_id
    state_case(decision, CaseClass.ALLOCATION_CONFLICT, CaseOrigin.WAREHOUSE, key, state, reason, action)


def woken(decision: OrderDecision, due_at_ms: int) -> None:
    """A warehouse that has not answered in time has to be called."""
    for pending in decision.order.pending_stops:
        if pending.due_at_ms == due_at_ms:
            report_late(
                decision,
                pending.command_id,
                CaseOrigin.WAREHOUSE,
                reason=f"{pending.node_id} has not answered that it stops line {', '.join(pending.line_ids)}, which "
                "another warehouse has shipped",
                suggested_action="call the warehouse before it ships too much",
            )
