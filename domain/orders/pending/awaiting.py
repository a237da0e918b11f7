"""Adds, finds and settles pending answers; an answer that comes late resolves its case."""

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Final

from domain.identifiers import CommandId, LineId, NodeId
from domain.messages.cases import CaseClass, CaseOrigin, CaseState
from domain.orders.cases import state_case, withdraw
from domain.orders.decision import OrderDecision, OrderTimer
from domain.orders.pending import unanswered
from domain.orders.pending.answers import MOST_SETTLED, TO_STOP, AnsweredCommand, AssumedAnswer, Awaited, PendingAnswer
from domain.orders.state import Order
from domain.values import replace

_CALL: Final = "call the warehouse before it ships too much"
_CASES: Final[Mapping[Awaited, tuple[CaseClass, CaseOrigin, str]]] = {
    Awaited.PURCHASE_ORDER: (
        CaseClass.DEPENDENCY_TIMEOUT,
        CaseOrigin.PLATFORM,
        "see whether the orders flow runs and how far it lags; the order asks again automatically",
    ),
    Awaited.CUSTOMER: (
        CaseClass.DEPENDENCY_TIMEOUT,
        CaseOrigin.PLATFORM,
        "see whether the orders flow runs and how far it lags; the order asks again automatically",
    ),
    Awaited.RESERVATION: (
        CaseClass.DEPENDENCY_TIMEOUT,
        CaseOrigin.INVENTORY,
        "see whether the inventory flow runs; the order asks again automatically",
    ),
    Awaited.STOCK: (
        CaseClass.ALLOCATION_CONFLICT,
        CaseOrigin.INVENTORY,
        "have the item bought, offer the customer another one, or cancel the lines",
    ),
    Awaited.WAREHOUSE: (
        CaseClass.ALLOCATION_CONFLICT,
        CaseOrigin.CHANNEL_MAPPING,
        "correct the channel's file, cancel the order and have it placed again; or start orders with the missing file",
    ),
    Awaited.CANCELLATION: (
        CaseClass.DEPENDENCY_TIMEOUT,
        CaseOrigin.WAREHOUSE,
        "call the warehouse: its answer, or the shipment, decides",
    ),
    Awaited.STOP: (CaseClass.DEPENDENCY_TIMEOUT, CaseOrigin.WAREHOUSE, _CALL),
    Awaited.AMENDMENT: (
        CaseClass.DEPENDENCY_TIMEOUT,
        CaseOrigin.WAREHOUSE,
        "call the warehouse: its answer, or the shipment, decides",
    ),
    Awaited.SURPLUS: (
        CaseClass.ALLOCATION_CONFLICT,
        CaseOrigin.WAREHOUSE,
        "call the warehouse: it may ship what is open, no more; if it will not, close the case, and others are asked",
    ),
    Awaited.ACTION: (
        CaseClass.DEPENDENCY_TIMEOUT,
        CaseOrigin.WAREHOUSE,
        "ask the warehouse: have the goods shipped, or cancel the lines",
    ),
    Awaited.SHIPMENT: (
        CaseClass.ALLOCATION_CONFLICT,
        CaseOrigin.WAREHOUSE,
        "ask the warehouse to ship the goods, or what became of them",
    ),
    Awaited.CHANNEL_SHIPMENT: (
        CaseClass.DEPENDENCY_TIMEOUT,
        CaseOrigin.CHANNEL_MAPPING,
        "ask the channel: have the shipment reported, or cancel the lines",
    ),
    Awaited.REVERSED_SHIPMENT: (
        CaseClass.INVOICE_MISMATCH,
        CaseOrigin.WAREHOUSE,
        "find the shipment, or the order that it was for: the reversal is taken off it when it comes",
    ),
    Awaited.RETURNED_SHIPMENT: (
        CaseClass.INVOICE_MISMATCH,
        CaseOrigin.WAREHOUSE,
        "ask the warehouse which of the two it meant, or for the shipment that is missing, and count the item",
    ),
    Awaited.DELIVERED_SHIPMENT: (
        CaseClass.OVER_SHIPMENT,
        CaseOrigin.CARRIER,
        "have the shipment reported, or ask the carrier whose goods it has delivered",
    ),
    Awaited.INVOICED_SHIPMENT: (
        CaseClass.INVOICE_MISMATCH,
        CaseOrigin.ERP,
        "have the shipment reported, or the invoice cancelled",
    ),
    Awaited.DELIVERY: (
        CaseClass.DEPENDENCY_TIMEOUT,
        CaseOrigin.CARRIER,
        "ask the carrier for the parcel; if it is lost, credit or replace what the customer has not got",
    ),
    Awaited.REVERSED_DELIVERY: (
        CaseClass.OVER_SHIPMENT,
        CaseOrigin.CARRIER,
        "have the delivery reported, or ask the carrier which order it has taken it back of",
    ),
    Awaited.CANCELLED_INVOICE: (
        CaseClass.INVOICE_MISMATCH,
        CaseOrigin.ERP,
        "have the invoice sent, or find the order whose invoice was cancelled",
    ),
    Awaited.INVOICE_CANCELLATION: (
        CaseClass.INVOICE_MISMATCH,
        CaseOrigin.ERP,
        "have the invoice cancelled, or find the order that the goods are of",
    ),
    Awaited.INVOICE_CORRECTION: (
        CaseClass.INVOICE_MISMATCH,
        CaseOrigin.ERP,
        "have the invoice cancelled and written anew, or dismiss the case if the customer agreed to it",
    ),
    Awaited.INVOICE_OF_CREDIT: (
        CaseClass.INVOICE_MISMATCH,
        CaseOrigin.ERP,
        "have the invoice written anew, or take the credit back in the ERP by hand",
    ),
    Awaited.INVOICE_BEFORE_CREDIT: (
        CaseClass.INVOICE_MISMATCH,
        CaseOrigin.ERP,
        "have the units invoiced that are credited, or take the credit back in the ERP by hand and close the case",
    ),
    Awaited.DEPENDENCY: (
        CaseClass.DEPENDENCY_TIMEOUT,
        CaseOrigin.PLATFORM,
        "have the return of the dependency reported, or cancel the order",
    ),
    Awaited.RETURN_DECISION: (
        CaseClass.DEPENDENCY_TIMEOUT,
        CaseOrigin.ORDER,
        "authorise the return, or decline it",
    ),
    Awaited.RETURNED_GOODS: (
        CaseClass.DEPENDENCY_TIMEOUT,
        CaseOrigin.CARRIER,
        "ask the customer and the carrier for the goods, or decline the return",
    ),
    Awaited.INSPECTION: (
        CaseClass.DEPENDENCY_TIMEOUT,
        CaseOrigin.WAREHOUSE,
        "have the warehouse inspect the goods: the customer waits for the credit",
    ),
}
"""The case of each kind that a person hears of, and what he can do."""


def all_of(order: Order, *awaited: Awaited) -> Iterator[PendingAnswer]:
    """The rows of these kinds."""
    return (each for each in order.pending_answers if each.awaited in awaited)


def one_of(order: Order, awaited: Awaited) -> PendingAnswer | None:
    """The row of a kind of which an order has at most one."""
    return next(all_of(order, awaited), None)


def expect(decision: OrderDecision, pending: PendingAnswer) -> None:
    """Add a row, in place of the one of this name; wake the order when it is late."""
    _replace(decision, pending, pending)
    if pending.due_at_ms:
        decision.timers.append(OrderTimer(decision.order.order_id, pending.due_at_ms))


def expect_within(decision: OrderDecision, awaited: Awaited, key: str, within_ms: int) -> None:
    """Something is asked for now; asked for again, a case about it stays open."""
    now_ms = decision.cause.now_ms
    known = one_of(decision.order, awaited)
    expect(decision, PendingAnswer(awaited, key, now_ms, now_ms + within_ms, known is not None and known.is_late))


def change(decision: OrderDecision, pending: PendingAnswer) -> None:
    """Keep a row as it is now, if it is still awaited."""
    if any(_name(each) == _name(pending) for each in decision.order.pending_answers):
        _replace(decision, pending, pending)


def settle(decision: OrderDecision, pending: PendingAnswer, reason: str) -> None:
    """What was awaited has come, or nobody needs it any more."""
    resolve(decision, pending, reason)
    _replace(decision, pending)


def drop(decision: OrderDecision, pending: PendingAnswer) -> None:
    """It is not awaited any more; its case, if it has one, is its rule's affair."""
    _replace(decision, pending)


def await_for(decision: OrderDecision, pending: PendingAnswer, changed: PendingAnswer) -> None:
    """The same answer decides about something else from now on; what it decides about that already stays."""
    for known in all_of(decision.order, changed.awaited):
        if known.key == changed.key:
            joined = tuple(dict.fromkeys((*known.line_ids, *changed.line_ids)))
            changed = known._replace(line_ids=joined, is_late=known.is_late or changed.is_late)
    _replace(decision, pending)
    _replace(decision, changed, changed)


def settle_command(decision: OrderDecision, pending: PendingAnswer, *, accepted: bool) -> None:
    """A warehouse has answered a command, or what it reports answers it: later answers are compared with this one."""
    settle(decision, pending, "the warehouse has answered")
    _settled(decision, AnsweredCommand(CommandId(pending.key), accepted))


def assume_refused(decision: OrderDecision, pending: PendingAnswer) -> None:
    """All of it is picked or shipped before the warehouse has answered: its own answer may still come."""
    settle(decision, pending, "the warehouse has answered")
    assumed = AssumedAnswer(pending.node_id, pending.line_ids)
    _settled(decision, AnsweredCommand(CommandId(pending.key), accepted=False, assumed=(assumed,)))


def answer_assumed(decision: OrderDecision, command: AnsweredCommand, *, accepted: bool) -> None:
    """The warehouse itself has answered what a pick was taken for the answer to."""
    _settled(decision, command._replace(accepted=accepted, assumed=()))


def no_longer_assume(decision: OrderDecision, node_id: NodeId, line_ids: Container[LineId]) -> None:
    """The warehouse is asked for these lines anew: what it says of an earlier command to stop is not about that."""
    commands = decision.order.settled_commands
    if any(each.is_assumed_of(node_id, line_ids) for each in commands):
        kept = [each._replace(assumed=()) if each.is_assumed_of(node_id, line_ids) else each for each in commands]
        decision.order = replace(decision.order, settled_commands=tuple(kept))


def _settled(decision: OrderDecision, command: AnsweredCommand) -> None:
    others = [each for each in decision.order.settled_commands if each.command_id != command.command_id]
    decision.order = replace(decision.order, settled_commands=(*others, command)[-MOST_SETTLED:])


def report(decision: OrderDecision, pending: PendingAnswer, reason: str, value_at_risk: int | None = None) -> None:
    """It is late: open its case, unless it is open already. `value_at_risk`: as in `state_case`."""
    if not pending.is_late:
        change(decision, pending._replace(is_late=True))
        state(decision, pending, CaseState.OPEN, reason, value_at_risk)


def report_unanswered(decision: OrderDecision, pending: PendingAnswer) -> None:
    """A warehouse has not answered in time what it is asked to stop: its case says so of all that it owes."""
    if not pending.is_late:
        for known in unanswered.late_at(decision.order, pending):
            withdraw(decision, known.key)
        change(decision, pending._replace(is_late=True))
        _state_unanswered(decision, unanswered.late_at(decision.order, pending))


def _state_unanswered(decision: OrderDecision, late: Sequence[PendingAnswer]) -> None:
    state(decision, late[0], CaseState.OPEN, unanswered.named(late, decision.rules.cancelled_within_ms))


def report_again(decision: OrderDecision, pending: PendingAnswer, reason: str) -> None:
    """More is known of what is late: its open case says it."""
    state(decision, pending, CaseState.OPEN, reason)


def resolve(decision: OrderDecision, pending: PendingAnswer, reason: str) -> None:
    """Resolve its case, if it was late; the row stays."""
    if not pending.is_late:
        return
    before = unanswered.late_at(decision.order, pending) if pending.awaited in TO_STOP else ()
    change(decision, pending._replace(is_late=False))
    if not before:
        state(decision, pending, CaseState.RESOLVED, reason)
        return
    left = unanswered.late_at(decision.order, pending)
    if not left or left[0].key != before[0].key:
        state(decision, before[0], CaseState.RESOLVED, reason)
    if left:
        _state_unanswered(decision, left)


def state(
    decision: OrderDecision,
    pending: PendingAnswer,
    case_state: CaseState,
    reason: str,
    value_at_risk: int | None = None,
) -> None:
    """Publish the case of a row."""
    case_class, origin, action = _CASES[pending.awaited]
    state_case(decision, case_class, origin, pending.key, case_state, reason, action, value_at_risk)


def _name(pending: PendingAnswer) -> tuple[Awaited, str]:
    return pending.awaited, pending.key


def _replace(decision: OrderDecision, pending: PendingAnswer, *by: PendingAnswer) -> None:
    others = [each for each in decision.order.pending_answers if _name(each) != _name(pending)]
    decision.order = replace(decision.order, pending_answers=(*others, *by))
