"""Asks a warehouse to stop lines; its answer has a deadline.

A warehouse gets one such command for a line, whatever several wishes need its answer for: a cancellation, an amendment,
another warehouse's shipment. While the answer is awaited, a further wish adds a row that awaits the same answer. So
does one that comes after the warehouse had picked all of it, and has put it back: it has not answered itself.
"""

from domain.identifiers import CommandId, LineId, NodeId
from domain.messages.orders import PartOfLine
from domain.messages.warehouse import WarehouseCancelCommanded
from domain.orders.decision import OrderDecision
from domain.orders.lines import OrderLine
from domain.orders.pending import awaiting
from domain.orders.pending.answers import TO_STOP, Awaited, PendingAnswer


def ask_to_stop(  # noqa: PLR0913, PLR0917  the fields of a row
    decision: OrderDecision,
    awaited: Awaited,
    node_id: NodeId,
    line_ids: tuple[LineId, ...],
    reason: str = "",
    parts: tuple[PartOfLine, ...] = (),
) -> None:
    """Send the command, for lines that the warehouse is not asked to stop yet; `awaited`: what its answer decides."""
    left = set(line_ids)
    for known in [each for each in decision.order.settled_commands if each.is_assumed_of(node_id, left)]:
        alike = left.intersection(*(each.line_ids for each in known.assumed))
        _await(decision, awaited, known.command_id, node_id, _of(line_ids, alike), reason, parts)
        left -= alike
    for asked in [each for each in awaiting.all_of(decision.order, *TO_STOP) if each.node_id == node_id]:
        if alike := left & set(asked.line_ids):
            _await(decision, awaited, asked.key, node_id, _of(line_ids, alike), reason, parts)
            left -= alike
    if left:
        fresh = _of(line_ids, left)
        command_id = decision.next_command_id(node_id, "CANCEL")
        decision.send(WarehouseCancelCommanded(command_id, decision.order.order_id, node_id, fresh))
        _await(decision, awaited, command_id, node_id, fresh, reason, parts)


def _await(  # noqa: PLR0913, PLR0917  the fields of a row
    decision: OrderDecision,
    awaited: Awaited,
    key: CommandId | str,
    node_id: NodeId,
    line_ids: tuple[LineId, ...],
    reason: str,
    parts: tuple[PartOfLine, ...],
) -> None:
    """Lines join the row that awaits the answer for the same purpose."""
    own = tuple(part for part in parts if part.line_id in line_ids)
    for known in awaiting.all_of(decision.order, awaited):
        if known.key == key:
            joined = tuple(dict.fromkeys((*known.line_ids, *line_ids)))
            awaiting.change(decision, known._replace(line_ids=joined, parts=(*known.parts, *own)))
            return
    now_ms = decision.cause.now_ms
    due_at_ms = now_ms + decision.rules.cancelled_within_ms
    awaiting.expect(decision, PendingAnswer(awaited, key, now_ms, due_at_ms, False, node_id, line_ids, reason, own))  # noqa: FBT003


def settle_unanswered(decision: OrderDecision, pending: PendingAnswer, lines: tuple[OrderLine, ...]) -> None:
    """Its lines need no answer, except for what others have shipped: that the warehouse still has to stop."""
    surplus = tuple(line.line_id for line in lines if line.asked_too_much(pending.node_id))
    if not surplus:
        awaiting.assume_refused(decision, pending)
        return
    awaiting.await_for(decision, pending, pending._replace(awaited=Awaited.STOP, line_ids=surplus, reason="", parts=()))


def _of(line_ids: tuple[LineId, ...], some: set[LineId]) -> tuple[LineId, ...]:
    return tuple(line_id for line_id in line_ids if line_id in some)
