"""Releases an order to the warehouse, when its channel's rule allows it."""

from domain.identifiers import NodeId
from domain.messages.orders import PromisePolicy, ReleaseGate
from domain.messages.status import ErpStatus, PickReleased
from domain.messages.warehouse import ReleasedLine, WarehouseReleaseCommanded
from domain.orders import lines as counters
from domain.orders.decision import OrderDecision
from domain.orders.lines import OrderLine
from domain.orders.state import Order


def gate_is_open(order: Order) -> bool:
    """Whether the order is accepted, not refused by its ERP, and booked if its channel requires that first.

    An order that ships complete also has all its units.
    """
    if not order.accepted or order.erp_status is ErpStatus.REJECTED:
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
    waiting = {line_id for pending in order.pending_cancels for line_id in pending.line_ids}
    waiting |= {line_id for pending in order.pending_stops for line_id in pending.line_ids}
    ready = tuple(line for line in order.lines if line.to_release and line.line_id not in waiting)
    for node_id in dict.fromkeys(line.node_id for line in ready):
        _release_at(decision, node_id, tuple(line for line in ready if line.node_id == node_id))


def _release_at(decision: OrderDecision, node_id: NodeId, ready: tuple[OrderLine, ...]) -> None:
    order = decision.order
    command_id = decision.next_command_id(node_id, "RELEASE")
    decision.send(
        WarehouseReleaseCommanded(
            command_id=command_id,
            order_id=order.order_id,
            node_id=node_id,
            ship_to=order.ship_to,
            lines=tuple(ReleasedLine(line.line_id, line.item_id, line.to_release) for line in ready),
        )
    )
    released = {line.line_id for line in ready}
    decision.change_lines(lambda line: counters.release(line) if line.line_id in released else line)
    decision.publish(PickReleased, command_id=command_id)
