"""Returns of which nothing can come any more: of their lines nothing is with the customer, nor will be sent to him.

Their shipment was reversed and the rest cancelled, or the goods came back under other numbers. Nobody waits for them.
An ERP that has the authorisation has no command to take it back, so a person closes it there.
"""

from domain.identifiers import ReturnId
from domain.messages.cases import CaseClass, CaseOrigin, CaseState
from domain.messages.dispatch import PostedEvent
from domain.orders.alike_lines.groups import first_by_line
from domain.orders.cases import state_case
from domain.orders.decision import OrderDecision
from domain.orders.lines import OrderLine
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited
from domain.orders.returns import deciding
from domain.orders.returns.rows import OrderReturn


def watch(decision: OrderDecision) -> None:
    """After every change: close the open returns of which the last line has nothing to come any more."""
    pending = tuple(awaiting.all_of(decision.order, Awaited.RETURN_DECISION, Awaited.RETURNED_GOODS))
    if not pending or decision.order.lines is decision.first.lines:
        return
    if not any(_cannot_come(line) for line in decision.changed_lines()):
        return
    lines = decision.order.lines
    first_of = first_by_line(lines)
    may_come = {first_of.get(line.line_id, line.line_id) for line in lines if not _cannot_come(line)}
    gone = {line.line_id for line in lines if first_of.get(line.line_id, line.line_id) not in may_come}
    for each in pending:
        known = decision.return_named(ReturnId(each.reason))
        if all(line.line_id in gone for line in known.lines if known.announced(line.line_id)):
            _close(decision, known)


def _cannot_come(line: OrderLine) -> bool:
    return line.shipped <= line.taken_back and not line.open_quantity


def _close(decision: OrderDecision, known: OrderReturn) -> None:
    deciding.close(decision, known, "nothing of it is with the customer any more")
    if not _is_in_erp(decision, known):
        return
    number = known.document_number or known.authorisation_number
    state_case(
        decision,
        CaseClass.INVOICE_MISMATCH,
        CaseOrigin.ORDER,
        f"{known.return_id}/nothing to come",
        CaseState.OPEN,
        f"the ERP expects goods of return {known.return_id} under {number}, and nothing of it is with the customer",
        "close the authorisation in the ERP, then resolve the case",
        0,
    )


def _is_in_erp(decision: OrderDecision, known: OrderReturn) -> bool:
    """The ERP has numbered it, or is asked to, or will be."""
    asked = {pending.reason for pending in awaiting.all_of(decision.order, Awaited.RETURN_DOCUMENT)}
    asked |= {
        waiting.document.return_id
        for waiting in decision.order.unposted_returns
        if waiting.posted is PostedEvent.RETURN_AUTHORISED
    }
    return bool(known.document_number) or known.return_id in asked
