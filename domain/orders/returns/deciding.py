"""What is decided about a return: it may come and gets a number, it may not come, or it is over."""

from dataclasses import replace
from typing import Final, assert_never

from domain.identifiers import ReturnId, authorisation_number_of
from domain.messages.dispatch import Document, PostedEvent
from domain.messages.returns.requests import OrderReturnAuthorised, OrderReturnDeclined, ReturnDecision, UnitsToReturn
from domain.messages.status import ReturnAuthorised, ReturnClosed, ReturnDeclined
from domain.orders.decision import OrderDecision, authorisation_key, document_line, document_of
from domain.orders.facts import crediting
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited, PendingAnswer
from domain.orders.returns import paid_back
from domain.orders.returns.rows import OPEN, OrderReturn, ReturnStage
from domain.orders.state import Order

MOST_WATCHED: Final = 100
"""The returns of one order whose inspection has a deadline; more than that at the same time have none."""


def decided(decision: OrderDecision, event: ReturnDecision) -> None:
    """Somebody decides about a return that was asked for."""
    known = decision.return_named(event.return_id)
    by = event.decided_by or event.provenance.source_id
    match event, known.stage:
        case OrderReturnAuthorised(), ReturnStage.REQUESTED:
            authorise(decision, known, by, event.reason)
        case OrderReturnDeclined(), ReturnStage.REQUESTED | ReturnStage.AUTHORISED:
            decline(decision, known, by, event.reason)
        case ((OrderReturnAuthorised() | OrderReturnDeclined()), _):
            decision.dropped = "decision about a return that does not wait for one"
        case _:
            assert_never(event)


def authorise(decision: OrderDecision, known: OrderReturn, authorised_by: str, reason: str) -> None:
    """The return may come: it has a number from now on, and its goods are expected."""
    number = authorisation_number_of(decision.order.order_id, known.return_id)
    authorised = replace(known, stage=ReturnStage.AUTHORISED, authorisation_number=number)
    decision.keep_return(authorised)
    _settle(decision, known.return_id, Awaited.RETURN_DECISION, "the return is authorised")
    now_ms = decision.cause.now_ms
    due_at_ms = now_ms + decision.order.policy.returns.arrives_within_ms
    key = f"{known.return_id}/goods"
    awaiting.expect(decision, PendingAnswer(Awaited.RETURNED_GOODS, key, now_ms, due_at_ms, reason=known.return_id))
    decision.publish(
        ReturnAuthorised,
        return_id=known.return_id,
        authorisation_number=number,
        document_number="",
        authorised_by=authorised_by,
        reason=reason,
        lines=_still_to_come(authorised),
        until_us=due_at_ms * 1_000,
    )
    document = _document_of(decision.order, authorised)
    crediting.ask(decision, PostedEvent.RETURN_AUTHORISED, authorisation_key(decision.order, number), document)


def decline(decision: OrderDecision, known: OrderReturn, declined_by: str, reason: str) -> None:
    """The return may not come; what has come of it has."""
    decision.keep_return(replace(known, stage=ReturnStage.DECLINED))
    _nobody_waits(decision, known.return_id, "the return is declined")
    decision.publish(ReturnDeclined, return_id=known.return_id, declined_by=declined_by, reason=reason)


def close_what_has_come(decision: OrderDecision, return_id: ReturnId) -> bool:
    """After goods came or were inspected: a return is over when all has come and is inspected.

    Returns whether nothing more is to come.
    """
    known = decision.return_named(return_id)
    _watch_inspection(decision, known)
    if known.stage in OPEN and known.has_come and known.is_uninspected:
        decision.keep_return(replace(known, stage=ReturnStage.RECEIVED))
        _nobody_waits(decision, return_id, "all of it has come")
    elif known.stage is ReturnStage.RECEIVED and not known.is_uninspected:
        close(decision, known, "all of it is inspected")
    elif known.stage in OPEN and known.has_come:
        close(decision, known, "all of it has come")
    else:
        return False
    return True


def _watch_inspection(decision: OrderDecision, known: OrderReturn) -> None:
    """Goods that are to be inspected have a deadline, from when the first of them came."""
    if not known.is_uninspected:
        _settle(decision, known.return_id, Awaited.INSPECTION, "the goods are inspected")
        return
    watched = [pending.reason for pending in awaiting.all_of(decision.order, Awaited.INSPECTION)]
    if known.return_id in watched or len(watched) >= MOST_WATCHED:
        return
    now_ms = decision.cause.now_ms
    due_at_ms = now_ms + decision.order.policy.returns.inspected_within_ms
    key = f"{known.return_id}/inspection"
    awaiting.expect(decision, PendingAnswer(Awaited.INSPECTION, key, now_ms, due_at_ms, reason=known.return_id))


def close(decision: OrderDecision, known: OrderReturn, reason: str) -> None:
    """Nothing more of the return is expected."""
    decision.keep_return(replace(known, stage=ReturnStage.CLOSED))
    _nobody_waits(decision, known.return_id, reason)
    paid_back.ended(decision, known)
    decision.publish(ReturnClosed, return_id=known.return_id, reason=reason)


def _still_to_come(known: OrderReturn) -> tuple[UnitsToReturn, ...]:
    lines = ((line.line_id, known.announced(line.line_id)) for line in known.lines)
    return tuple(UnitsToReturn(line_id, units) for line_id, units in lines if units)


def _document_of(order: Order, authorised: OrderReturn) -> Document:
    units = {line.line_id: line.quantity for line in _still_to_come(authorised)}
    lines = tuple(document_line(line, units[line.line_id]) for line in order.lines if line.line_id in units)
    return replace(document_of(order, {}, authorised.reason), return_id=authorised.return_id, lines=lines)


def _nobody_waits(decision: OrderDecision, return_id: ReturnId, reason: str) -> None:
    _settle(decision, return_id, Awaited.RETURN_DECISION, reason)
    _settle(decision, return_id, Awaited.RETURNED_GOODS, reason)


def _settle(decision: OrderDecision, return_id: ReturnId, awaited: Awaited, reason: str) -> None:
    for pending in awaiting.all_of(decision.order, awaited):
        if pending.reason == return_id:
            awaiting.settle(decision, pending, reason)
            return
