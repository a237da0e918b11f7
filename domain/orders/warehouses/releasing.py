"""Releases an order to the warehouse, when its channel's rule allows it."""

from domain.identifiers import NodeId
from domain.messages.orders import PromisePolicy, ReleaseGate
from domain.messages.status import ErpStatus, PickReleased
from domain.messages.warehouse import ReleasedLine, WarehouseReleaseCommanded
from domain.orders import counters
from domain.orders.amending.holding_back import held_back
from domain.orders.decision import OrderDecision
from domain.orders.erp.refusals import is_booking_refused
from domain.orders.outages.pausing import release_is_paused
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited
from domain.orders.state import Order


def gate_is_open(order: Order) -> bool:
    """Whether the order is accepted, not held, not refused by its ERP (nor retried), and booked if it has to be.

    An order that ships complete also has all its units.
    """
    if not order.accepted or order.holds or is_booking_refused(order):
        return False
    if order.policy.promise is PromisePolicy.SHIP_COMPLETE and any(line.backordered for line in order.lines):
        return False
    return order.policy.release_gate is ReleaseGate.ACCEPTED or order.erp_status is ErpStatus.BOOKED


def release_what_is_ready(decision: OrderDecision) -> None:
    """Send one command per node, for units that are allocated there and not released yet.

    Lines that a warehouse was asked to stop wait for its answer, the others do not.
    """
    order = decision.order
    if not gate_is_open(order):
        return
    asked = awaiting.all_of(order, Awaited.CANCELLATION, Awaited.STOP, Awaited.AMENDMENT)
    waiting = {line_id for pending in asked for line_id in pending.line_ids} | held_back(order)
    ready: dict[NodeId, list[ReleasedLine]] = {}
    for line in order.lines:
        if line.claims and line.line_id not in waiting:
            for node_id, quantity in line.to_release:
                ready.setdefault(node_id, []).append(ReleasedLine(line.line_id, line.item_id, quantity))
    if not ready or release_is_paused(decision):
        return
    for node_id, lines in ready.items():
        _release_at(decision, node_id, tuple(lines))


def _release_at(decision: OrderDecision, node_id: NodeId, ready: tuple[ReleasedLine, ...]) -> None:
    order = decision.order
    command_id = decision.next_command_id(node_id, "RELEASE")
    decision.send(
        WarehouseReleaseCommanded(
            command_id=command_id,
            order_id=order.order_id,
            node_id=node_id,
            ship_to=order.ship_to,
            lines=ready,
            channel_order_id=order.channel_order_id,
        )
    )
    released = {line.line_id: line.quantity for line in ready}
    decision.change_lines(
        lambda line: counters.release(line, node_id, released[line.line_id]) if line.line_id in released else line
    )
    decision.publish(PickReleased, command_id=command_id)
