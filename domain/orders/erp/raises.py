"""What the ERP is told it has more of on an order, because that much has left, or stays: its answer comes first.

Until the ERP accepts it, it has less on these lines than has left, so no shipment of them is posted. While it refuses
that, they wait for the person who mends it (docs/domain.md#what-the-erp-refuses).
"""

from collections.abc import Iterable

from domain.identifiers import NO_COMMAND, CommandId, LineId
from domain.messages.dispatch import Document
from domain.orders.decision import OrderDecision
from domain.orders.state import Order, UnansweredRaise
from domain.values import replace


def await_answer(decision: OrderDecision, command_id: CommandId, line_ids: Iterable[LineId]) -> None:
    """The ERP was asked by this command, unless its file asks for no such thing."""
    raised = UnansweredRaise(command_id, tuple(line_ids))
    if command_id != NO_COMMAND and raised.line_ids:
        decision.order = replace(decision.order, unanswered_raises=(*decision.order.unanswered_raises, raised))


def answered(decision: OrderDecision, command_id: CommandId) -> tuple[LineId, ...]:
    """The ERP has answered; returns the lines that it was to have more of by this command."""
    raised = next((each for each in decision.order.unanswered_raises if each.command_id == command_id), None)
    if raised is None:
        return ()
    others = tuple(each for each in decision.order.unanswered_raises if each is not raised)
    decision.order = replace(decision.order, unanswered_raises=others)
    return raised.line_ids


def lines_that_wait(order: Order) -> frozenset[LineId]:
    """The lines of which the ERP is to have more, and has not accepted it."""
    if not (order.unanswered_raises or order.refusals):
        return frozenset()
    unanswered = (each.line_ids for each in order.unanswered_raises)
    refused = (each.raised_lines for each in order.refusals)
    return frozenset(line_id for line_ids in (*unanswered, *refused) for line_id in line_ids)


def is_about(document: Document, line_ids: frozenset[LineId]) -> bool:
    """Whether a shipment has any of these lines."""
    return bool(line_ids) and any(line.line_id in line_ids for line in document.lines)
