"""Asks a warehouse to stop lines; its answer has a deadline."""

from domain.identifiers import LineId, NodeId
from domain.messages.orders import PartOfLine
from domain.messages.warehouse import WarehouseCancelCommanded
from domain.orders.decision import OrderDecision
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited, PendingAnswer


def ask_to_stop(  # noqa: PLR0913, PLR0917  the fields of a row
    decision: OrderDecision,
    awaited: Awaited,
    node_id: NodeId,
    line_ids: tuple[LineId, ...],
    reason: str = "",
    parts: tuple[PartOfLine, ...] = (),
) -> None:
    """Send the command; `awaited` says what its answer decides."""
    command_id = decision.next_command_id(node_id, "CANCEL")
    decision.send(WarehouseCancelCommanded(command_id, decision.order.order_id, node_id, line_ids))
    now_ms = decision.cause.now_ms
    due_at_ms = now_ms + decision.rules.cancelled_within_ms
    about = (node_id, line_ids, reason, parts)
    awaiting.expect(decision, PendingAnswer(awaited, command_id, now_ms, due_at_ms, False, *about))  # noqa: FBT003
