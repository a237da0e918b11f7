"""Requests to send goods back: declined, authorised as the channel's policy says, or left to a person.

A return may ask for what was shipped and is neither credited nor announced by another return. What has come of it
already is not asked for again.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from domain.identifiers import LineId, ReturnId, SourceId
from domain.messages.cases import CaseClass, CaseOrigin, CaseState
from domain.messages.returns.policy import ReturnApproval
from domain.messages.returns.requests import OrderReturnRequested, UnitsToReturn
from domain.messages.status import ReturnRequested
from domain.orders.alike_lines.groups import first_by_line
from domain.orders.cases import shortened, state_case
from domain.orders.decision import OrderDecision
from domain.orders.facts.misdirected import units_by_line
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited, PendingAnswer
from domain.orders.returns import credited_twice, deciding, paid_back
from domain.orders.returns.rows import OrderReturn, ReturnStage
from domain.orders.state import Order
from domain.quantities import format_quantity

MOST_OPEN: Final = 100
"""The returns of one order that wait for a decision or for goods at the same time."""
KNOWN: Final = "return that was asked for before"


class ReturnRequest(NamedTuple):
    """What is asked for, once it is known which units are to come back."""

    return_id: ReturnId
    reason: str
    asked_at_us: int
    """By the clock of its source."""
    asked_by: SourceId
    lines: tuple[UnitsToReturn, ...]


def request_of(event: OrderReturnRequested) -> ReturnRequest:
    """All that an event asks for."""
    said = event.provenance
    return ReturnRequest(event.return_id, event.reason, said.occurred_at_us, said.source_id, event.lines)


def requested(decision: OrderDecision, event: OrderReturnRequested) -> None:
    """Take a request, or decline it."""
    if is_known(decision, event.return_id):
        decision.dropped = KNOWN
    else:
        paid_back.note(decision, event)
        ask(decision, request_of(event))


def is_known(decision: OrderDecision, return_id: ReturnId) -> bool:
    """Whether the return was asked for before."""
    is_unsent = any(each.return_id == return_id for each in decision.order.unsent_returns)
    return is_unsent or decision.return_named(return_id).stage is not ReturnStage.UNANNOUNCED


def ask(decision: OrderDecision, request: ReturnRequest, refusal: str = "") -> None:
    """Take it, or decline it: for the `refusal`, or because not so much can come back."""
    return_id = request.return_id
    asked = _asked(decision.order, decision.return_named(return_id), request.lines)
    decision.publish(ReturnRequested, return_id=return_id, reason=request.reason, lines=request.lines)
    if refusal := refusal or _refusal(decision.order, asked):
        deciding.decline(decision, replace(asked, stage=ReturnStage.REQUESTED), "", refusal)
        _report(decision, asked, refusal)
        return
    decision.keep_return(replace(asked, stage=ReturnStage.REQUESTED))
    credited_twice.report(decision, return_id)
    if deciding.close_what_has_come(decision, return_id):
        return
    if _is_authorised(decision.order, request):
        deciding.authorise(decision, decision.return_named(return_id), request.asked_by, "")
        return
    now_ms = decision.cause.now_ms
    due_at_ms = now_ms + decision.order.policy.returns.decided_within_ms
    key = f"{return_id}/decision"
    awaiting.expect(decision, PendingAnswer(Awaited.RETURN_DECISION, key, now_ms, due_at_ms, reason=return_id))


def _asked(order: Order, known: OrderReturn, lines: Sequence[UnitsToReturn]) -> OrderReturn:
    first_of = first_by_line(order.lines)
    for line_id, quantity in units_by_line(lines).items():
        line = known.line(first_of.get(line_id, line_id))
        known = known.with_line(line._replace(asked=line.asked + quantity))
    return known


def _refusal(order: Order, asked: OrderReturn) -> str:
    """Why the return cannot come; empty when it can."""
    open_returns = awaiting.all_of(order, Awaited.RETURN_DECISION, Awaited.RETURNED_GOODS)
    if sum(1 for _ in open_returns) >= MOST_OPEN:
        return f"{MOST_OPEN} returns of the order are open already"
    return shortened(list(_too_many(asked, _returnable(order))))


def _returnable(order: Order) -> Mapping[LineId, int]:
    """Units that a return may still ask for: shipped, and neither credited nor announced."""
    first_of = first_by_line(order.lines)
    units: Counter[LineId] = Counter()
    for line in order.lines:
        units[first_of.get(line.line_id, line.line_id)] += line.shipped - line.taken_back - line.announced
    return {line_id: max(0, quantity) for line_id, quantity in units.items()}


def _too_many(asked: OrderReturn, returnable: Mapping[LineId, int]) -> Iterator[str]:
    for line in asked.lines:
        if line.line_id not in returnable:
            if line.asked:
                yield f"the order has no line {line.line_id}"
            continue
        free = returnable[line.line_id]
        if line.asked - line.received > free:
            asks, left = format_quantity(line.asked - line.received), format_quantity(free)
            yield f"{asks} of line {line.line_id} are to come back, and {left} may"


def _is_authorised(order: Order, request: ReturnRequest) -> bool:
    policy = order.policy.returns
    if policy.approval is not ReturnApproval.AUTOMATICALLY:
        return False
    last_us = order.last_shipped_us + policy.approved_within_ms * 1_000
    return not policy.approved_within_ms or request.asked_at_us <= last_us


def _report(decision: OrderDecision, declined: OrderReturn, reason: str) -> None:
    if decision.order.policy.returns.opens_case:
        state_case(
            decision,
            CaseClass.INVOICE_MISMATCH,
            CaseOrigin.ORDER,
            f"{declined.return_id}/declined",
            CaseState.OPEN,
            f"return {declined.return_id} is declined: {reason}",
            "tell the customer, or find the shipment that the order does not know",
        )
