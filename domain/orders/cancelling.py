"""Cancelling: units unknown to the warehouse at once, released ones with its consent, picked or shipped ones never."""

from collections.abc import Mapping
from dataclasses import replace

from domain.identifiers import CommandId, LineId, command_id_of
from domain.messages.cases import CaseOrigin
from domain.messages.dispatch import PostedEvent
from domain.messages.inventory import ReservationLine, ReservationsReleased
from domain.messages.orders import OrderCancelRequested, WarehouseAccepted, WarehouseRefused
from domain.messages.status import CancelRefused, CancelRequested, ErpStatus, OrderCancelled
from domain.messages.warehouse import WarehouseCancelCommanded
from domain.orders import lines as counters
from domain.orders.decision import OrderDecision, OrderTimer, document_of
from domain.orders.late_answers import answer_came, report_late
from domain.orders.lines import OrderLine
from domain.orders.placing import unclaimed_quantity
from domain.orders.releasing import release_what_is_ready
from domain.orders.state import PendingCancel, Stage

_NOTHING_LEFT = "nothing of it is left to cancel"
_NOT_IN_ERP = (ErpStatus.NOT_SENT, ErpStatus.REJECTED)


def cancel_requested(decision: OrderDecision, event: OrderCancelRequested) -> None:
    """A request: refused when nothing is left to cancel. An order with only charges is cancelled completely."""
    if not (decision.order.lines or event.line_ids) and decision.order.stage is not Stage.CANCELLED:
        _cancel(decision, {}, event.reason)
        return
    wanted = set(event.line_ids) or {line.line_id for line in decision.order.lines}
    lines = tuple(line for line in decision.order.lines if line.line_id in wanted and line.cancellable)
    if not lines:
        decision.publish(CancelRefused, reason=_NOTHING_LEFT)
        return
    released = tuple(line for line in lines if line.known_to_warehouse)
    if released:
        _ask_warehouse(decision, released, event.reason)
    pending = {line.line_id: line.cancellable for line in lines if not line.known_to_warehouse}
    if pending:
        _cancel(decision, pending, event.reason)


def _ask_warehouse(decision: OrderDecision, released: tuple[OrderLine, ...], reason: str) -> None:
    """One command per node; a line with a pending cancellation only waits for its answer."""
    asked = {line_id for pending in decision.order.pending_cancels for line_id in pending.line_ids}
    fresh = tuple(line for line in released if line.line_id not in asked)
    for node_id in dict.fromkeys(line.node_id for line in fresh):
        order = decision.order
        number = order.commands + 1
        command_id = command_id_of(node_id, order.order_id, "CANCEL", str(number))
        line_ids = tuple(line.line_id for line in fresh if line.node_id == node_id)
        decision.send(WarehouseCancelCommanded(command_id, order.order_id, node_id, line_ids))
        due_at_ms = decision.cause.now_ms + decision.rules.cancelled_within_ms
        pending = PendingCancel(command_id, node_id, reason, line_ids, due_at_ms)
        decision.order = replace(order, commands=number, pending_cancels=(*order.pending_cancels, pending))
        decision.timers.append(OrderTimer(order.order_id, due_at_ms))
    decision.publish(CancelRequested, reason=reason)


def warehouse_accepted(decision: OrderDecision, event: WarehouseAccepted) -> None:
    """The warehouse accepted: cancel the unpicked units of the requested lines."""
    pending = _take_pending(decision, event.command_id)
    if pending is None:
        return
    _cancel_rest(decision, pending)
    release_what_is_ready(decision)


def _cancel_rest(decision: OrderDecision, pending: PendingCancel) -> None:
    lines = tuple(line for line in decision.order.lines if line.line_id in pending.line_ids)
    rest = {line.line_id: line.cancellable for line in lines if line.cancellable}
    if rest:
        _cancel(decision, rest, pending.reason)
    else:
        decision.publish(CancelRefused, reason=_NOTHING_LEFT)


def warehouse_refused(decision: OrderDecision, event: WarehouseRefused) -> None:
    """Too late: released units continue, the rest of those lines is cancelled."""
    pending = _take_pending(decision, event.command_id)
    if pending is None:
        return
    decision.publish(CancelRefused, reason=event.reason)
    asked = set(pending.line_ids)
    lines = tuple(line for line in decision.order.lines if line.line_id in asked)
    rest = {line.line_id: min(line.cancellable, line.open_quantity - line.known_to_warehouse) for line in lines}
    if any(rest.values()):
        _cancel(decision, rest, pending.reason)
    release_what_is_ready(decision)


def woken(decision: OrderDecision, due_at_ms: int) -> None:
    """A warehouse that has not answered in time has to be called; the cancellation stays pending."""
    for pending in decision.order.pending_cancels:
        if pending.due_at_ms == due_at_ms:
            report_late(
                decision,
                pending.command_id,
                CaseOrigin.WAREHOUSE,
                reason=f"{pending.node_id} has not answered the cancellation of line "
                f"{', '.join(pending.line_ids)} within {decision.rules.cancelled_within_ms} ms",
                suggested_action="call the warehouse: its answer, or the shipment, decides",
            )


def settle_shipped(decision: OrderDecision) -> None:
    """A warehouse that has shipped all it knows of these lines has answered: the rest needs no consent."""
    for pending in decision.order.pending_cancels:
        lines = tuple(line for line in decision.order.lines if line.line_id in pending.line_ids)
        if not any(line.known_to_warehouse for line in lines):
            _take_pending(decision, pending.command_id)
            _cancel_rest(decision, pending)


def _take_pending(decision: OrderDecision, command_id: CommandId) -> PendingCancel | None:
    """The pending cancellation that an answer is about; None for a repeated or unrelated answer."""
    order = decision.order
    found = next((pending for pending in order.pending_cancels if pending.command_id == command_id), None)
    if found is None:
        decision.dropped = "answer to a warehouse command that waits for none"
    decision.order = replace(
        order, pending_cancels=tuple(pending for pending in order.pending_cancels if pending is not found)
    )
    answer_came(decision, command_id, CaseOrigin.WAREHOUSE, reason="the warehouse has answered")
    return found


def _cancel(decision: OrderDecision, quantities: Mapping[LineId, int], reason: str) -> None:
    """Cancel these quantities. An order shipped before it was accepted is still accepted, so that it is booked."""
    order = decision.order
    released = tuple(
        ReservationLine(line.reservation_id, line.line_id, line.item_id, claimed)
        for line in order.lines
        if (claimed := max(0, quantities.get(line.line_id, 0) - unclaimed_quantity(order, line)))
    )
    if released:
        decision.send(ReservationsReleased(order.order_id, released))
    decision.change_lines(lambda line: counters.cancel(line, quantities.get(line.line_id, 0)))
    shipped = any(line.shipped for line in order.lines)
    if not any(line.open_quantity for line in decision.order.lines) and (order.accepted or not shipped):
        decision.order = replace(decision.order, stage=Stage.CANCELLED)
    if order.erp_status not in _NOT_IN_ERP:
        _post_cancellation(decision, quantities, reason)
    decision.publish(OrderCancelled, reason=reason)


def _post_cancellation(decision: OrderDecision, quantities: Mapping[LineId, int], reason: str) -> None:
    """The whole order: a document without lines. A part: a separate document with the cancelled quantities."""
    order = decision.order
    if order.stage is Stage.CANCELLED and not any(line.shipped for line in order.lines):
        decision.post(PostedEvent.ORDER_CANCELLED, order.order_id, document_of(order, {}, reason))
    else:
        part = f"{order.order_id}/{decision.cause.event_id}"
        decision.post(PostedEvent.ORDER_CANCELLED, part, document_of(order, quantities, reason))
