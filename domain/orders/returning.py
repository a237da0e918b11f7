"""Returns always apply: goods go back to the ledger, subscribers are notified, the ERP gets a credit memo.

A return may arrive before the shipment of its units. If more is credited than was shipped when the deadline passes, it
is an INVOICE_MISMATCH: only shipped units are invoiced, so no invoice covers the credit. A credit for a line that the
order does not have is an INVOICE_MISMATCH at once.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from domain.identifiers import LineId
from domain.messages.cases import Case, CaseClass, CaseOrigin
from domain.messages.dispatch import Document, DocumentLine, PostedEvent
from domain.messages.inventory import ReturnedUnits, UnitsReturned
from domain.messages.orders import OrderReturned
from domain.messages.status import ReturnReceived
from domain.orders import lines as counters
from domain.orders.decision import OrderDecision, OrderTimer, document_of, return_key
from domain.orders.lines import OrderLine
from domain.orders.state import Order, PrematureReturn, UnpostedReturn
from domain.quantities import format_quantity
from domain.returns import ReturnCondition, ReturnedLine, credit_of

_MOST_NAMED = 4


def returned(decision: OrderDecision, event: OrderReturned, *, forward: bool = True) -> None:
    """Apply a return; `forward` is False when the ledger has the units already (posted as an orphan)."""
    _count(decision, event.lines)
    movement = movement_of(event)
    if forward and movement is not None:
        decision.send(movement)
    _report_unknown_lines(decision, event)
    decision.publish(
        ReturnReceived,
        return_id=event.return_id,
        node_id=event.node_id,
        reason=event.reason,
        lines=event.lines,
        charges=event.charges,
        credit=credit_of(event.lines, event.charges),
    )
    _post(decision, event)
    _check_later(decision, event)


def movement_of(event: OrderReturned) -> UnitsReturned | None:
    """The units that a return moves in the ledger; None when no goods came back."""
    units = tuple(
        ReturnedUnits(line.line_id, line.item_id, line.quantity, line.condition)
        for line in event.lines
        if line.condition is not ReturnCondition.MISSING
    )
    return UnitsReturned(event.order_id, event.node_id, event.return_id, units) if units else None


def _count(decision: OrderDecision, returned_lines: Sequence[ReturnedLine]) -> None:
    back: Counter[LineId] = Counter()
    missing: Counter[LineId] = Counter()
    for line in returned_lines:
        (missing if line.condition is ReturnCondition.MISSING else back)[line.line_id] += line.quantity
    touched = {line.line_id for line in returned_lines}
    decision.change_lines(
        lambda line: (
            counters.take_back(line, back[line.line_id], missing[line.line_id]) if line.line_id in touched else line
        )
    )


def _report_unknown_lines(decision: OrderDecision, event: OrderReturned) -> None:
    known = {line.line_id for line in decision.order.lines}
    unknown_lines = [line for line in event.lines if line.line_id not in known]
    if unknown_lines:
        unknown_credits = [
            f"{format_quantity(line.quantity)} of {line.item_id} on line {line.line_id!r}" for line in unknown_lines
        ]
        reason = f"return {event.return_id} credits lines that the order does not have: {_first(unknown_credits)}"
        _mismatch(decision, reason, f"{event.return_id}/no such line")


def _post(decision: OrderDecision, event: OrderReturned) -> None:
    """Ask the ERP for a credit memo; before the order is accepted, the memo waits."""
    document = _credit_memo(decision.order, event)
    if not (document.lines or document.charges):
        return
    business_key = return_key(event, decision.cause.event_id)
    if decision.order.accepted:
        decision.post(PostedEvent.RETURN_RECEIVED, business_key, document)
    else:
        waiting = UnpostedReturn(decision.cause.event_id, business_key, document)
        decision.order = replace(decision.order, unposted_returns=(*decision.order.unposted_returns, waiting))


def post_waiting(decision: OrderDecision) -> None:
    """Post the returns that arrived before the order was accepted."""
    for waiting in decision.order.unposted_returns:
        decision.post(PostedEvent.RETURN_RECEIVED, waiting.business_key, waiting.document, waiting.cause_event_id)
    decision.order = replace(decision.order, unposted_returns=())


def _credit_memo(order: Order, event: OrderReturned) -> Document:
    units = {line.line_id: line.unit for line in order.lines}
    lines = tuple(
        DocumentLine(line.line_id, line.item_id, line.quantity, units[line.line_id], line.unit_price)
        for line in event.lines
        if line.line_id in units
    )
    memo = document_of(order, {}, event.reason)
    return replace(memo, return_id=event.return_id, lines=lines, charges=event.charges)


def _check_later(decision: OrderDecision, event: OrderReturned) -> None:
    touched = {line.line_id for line in event.lines}
    ahead = tuple(line.line_id for line in _beyond_shipped(decision.order) if line.line_id in touched)
    if not ahead:
        return
    due_at_ms = decision.cause.now_ms + decision.rules.premature_return_limit_ms
    waiting = PrematureReturn(event.return_id, due_at_ms, ahead)
    decision.order = replace(decision.order, returns_ahead=(*decision.order.returns_ahead, waiting))
    decision.timers.append(OrderTimer(decision.order.order_id, due_at_ms))


def woken(decision: OrderDecision, due_at_ms: int) -> None:
    """The deadline of early returns: units credited beyond what was shipped open one case per return."""
    due = [ahead for ahead in decision.order.returns_ahead if ahead.due_at_ms == due_at_ms]
    if not due:
        return
    beyond = {line.line_id: line for line in _beyond_shipped(decision.order)}
    for ahead in due:
        excess = [_credited_of_shipped(beyond[line_id]) for line_id in ahead.line_ids if line_id in beyond]
        if excess:
            _mismatch(decision, f"return {ahead.return_id}: {_first(excess)}", ahead.return_id)
    later = tuple(ahead for ahead in decision.order.returns_ahead if ahead.due_at_ms != due_at_ms)
    decision.order = replace(decision.order, returns_ahead=later)


def _beyond_shipped(order: Order) -> list[OrderLine]:
    return [line for line in order.lines if line.credited > line.shipped]


def _credited_of_shipped(line: OrderLine) -> str:
    credited, shipped = format_quantity(line.credited), format_quantity(line.shipped)
    return f"line {line.line_id} has {credited} returned of {shipped} shipped"


def _mismatch(decision: OrderDecision, reason: str, key: str) -> None:
    decision.open_case(
        Case(
            CaseClass.INVOICE_MISMATCH,
            CaseOrigin.WAREHOUSE,
            subject=decision.order.order_id,
            reason=reason,
            suggested_action="find the shipment or the order that the goods are from, or take the credit back",
            key=key,
        )
    )


def _first(descriptions: Sequence[str]) -> str:
    more = len(descriptions) - _MOST_NAMED
    return ", ".join(descriptions[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
