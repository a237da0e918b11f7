"""What is asked before anything is reserved for an order: whether it is a second one, and who its customer is.

```
 order ── PurchaseOrderClaimed ──▶ home of the number ── PurchaseOrderAnswered ──▶ order
 order ── ErpRequested, only_look_up ──▶ dispatch ── ErpOutcomeReceived ──▶ order
```
The home of its purchase order number is asked if the channel says one; the ERP, if an order of this id was forgotten.
While one of them has not answered, the order is CHECKING: nothing of it is reserved, so a second order takes no unit
from anybody. Found, it gets the hold DUPLICATE and stays there until a person decides: released, it is an order like
any other. Whether its customer may order is asked at the same time (`domain.orders.validation.customers`). An order
that the failure policy pauses is CHECKING as well.
"""

from dataclasses import replace

from domain.durations import duration_text
from domain.identifiers import DocumentKey, OrderId, command_id_of
from domain.messages.dispatch import CommandType, ErpRequested, Outcome, PostedEvent
from domain.messages.orders import (
    CustomerAnswered,
    ErpOutcomeReceived,
    HoldKind,
    PurchaseOrderAnswered,
    PurchaseOrderClaimed,
    PurchaseOrderGivenUp,
)
from domain.messages.status import ErpStatus
from domain.orders.accepting import book
from domain.orders.decision import OrderDecision, document_of
from domain.orders.erp.booking import awaits_booking, has_ended_unshipped
from domain.orders.gathering import request_reservations
from domain.orders.holds import holding
from domain.orders.holds.withdrawn import is_withdrawn
from domain.orders.identity.left_meanwhile import ORDERLINE, stated
from domain.orders.outages.pausing import is_paused
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited, PendingAnswer
from domain.orders.state import Order, Stage
from domain.orders.validation import customers

_ASKED_FIRST = (Awaited.PURCHASE_ORDER, Awaited.LOOK_UP, Awaited.CUSTOMER)
"""Nothing is reserved while one of these is awaited."""


def begin(decision: OrderDecision) -> None:
    """Ask whatever has to be asked about a new order; if that is nothing, ask for its stock."""
    order = decision.order
    is_forgotten = order.life > 1
    if not (order.purchase_order_id or is_forgotten or order.policy.known_customers_only or is_paused(order)):
        request_reservations(decision)
        return
    decision.order = replace(order, stage=Stage.CHECKING)
    if order.purchase_order_id:
        _ask_home(decision)
    if is_forgotten and order.is_born_in_erp:
        _hold(decision, f"an order of this id was here before; its ERP has it as {order.erp_document_number}")
    elif is_forgotten:
        _ask_erp(decision)
    if order.policy.known_customers_only:
        customers.ask(decision)


def home_answered(decision: OrderDecision, event: PurchaseOrderAnswered) -> None:
    """The home of the purchase order number knows another order that carries it, or none, or that has changed."""
    pending = awaiting.one_of(decision.order, Awaited.PURCHASE_ORDER)
    if pending is None:
        _original_changes(decision, event)
        return
    awaiting.settle(decision, pending, "the home of the purchase order number has answered")
    if event.duplicate_of and decision.order.stage is Stage.CHECKING:
        decision.order = replace(decision.order, duplicate_of=event.duplicate_of)
        _hold(decision, _same_purchase(decision.order, event))


def _original_changes(decision: OrderDecision, event: PurchaseOrderAnswered) -> None:
    """An order that is held for another one of the same purchase goes on when that has ended, or its case says what is.

    Not one that a person has released, and not one that is held because its ERP has it.
    """
    order = decision.order
    held = holding.of_kind(order, HoldKind.DUPLICATE)
    if held is None or held.held_by != ORDERLINE or not order.duplicate_of or order.has_namesake:
        decision.dropped = "answer about a purchase order number that nobody waits for"
    elif event.duplicate_of:
        decision.order = replace(order, duplicate_of=event.duplicate_of)
        if held.reason != (reason := stated(order, _same_purchase(order, event))):
            holding.restate(decision, held, reason)
    else:
        decision.order = replace(order, duplicate_of=OrderId(""))
        reason = (
            f"{order.duplicate_of} has ended and nothing of it was shipped, so this is the only order of its purchase"
        )
        holding.end(decision, held, ORDERLINE, reason)


def _same_purchase(order: Order, event: PurchaseOrderAnswered) -> str:
    cut_short = "; the rest of that is cancelled after parts of it have shipped" * event.is_cut_short
    return f"{event.duplicate_of} has the same purchase order {order.purchase_order_id}{cut_short}"


def customer_answered(decision: OrderDecision, event: CustomerAnswered) -> None:
    """The home of the customer knows him, or not, or he has changed."""
    pending = awaiting.one_of(decision.order, Awaited.CUSTOMER)
    if pending is not None:
        awaiting.settle(decision, pending, "the home of the customer has answered")
    customers.answered(decision, event, was_due=pending is not None)


def erp_answered(decision: OrderDecision, event: ErpOutcomeReceived) -> None:
    """The ERP was asked whether it has the order from an earlier life."""
    pending = awaiting.one_of(decision.order, Awaited.LOOK_UP)
    if pending is None:
        decision.dropped = "answer to a look-up that nobody waits for"
        return
    awaiting.settle(decision, pending, "the ERP has answered")
    if event.outcome is not Outcome.NOT_FOUND and decision.order.stage is Stage.CHECKING:
        decision.order = replace(decision.order, has_namesake=True)
        _hold(decision, f"the order was here before, and the ERP has it as {event.document_number}")


def foreign_document_found(decision: OrderDecision, event: ErpOutcomeReceived) -> None:
    """The ERP had the order's document before it was asked for: somebody else's, or of a life that is forgotten."""
    order = decision.order
    decision.order = replace(order, erp_status=ErpStatus.NOT_SENT, life=order.life + 1, has_namesake=True)
    if awaits_booking(decision.order):
        _hold(decision, f"the ERP had it already, as {event.document_number}, before it was booked")


def home_is_late(decision: OrderDecision, pending: PendingAnswer) -> None:
    """A home has not answered in time: ask again, unless the order is not in question any more."""
    if decision.order.stage is not Stage.CHECKING:
        awaiting.change(decision, pending._replace(due_at_ms=0))
        return
    within = duration_text(decision.rules.answer_within_ms)
    if pending.awaited is Awaited.CUSTOMER:
        awaiting.report(decision, pending, f"no answer about its customer {decision.order.customer_id} within {within}")
        customers.ask(decision)
    else:
        awaiting.report(decision, pending, f"no answer about its purchase order number within {within}")
        _ask_home(decision)


def watch(decision: OrderDecision) -> None:
    """After every change: an order that ended with nothing shipped carries its number no more, until it is shipped.

    Nor does one of which all is back, and nothing was booked.
    """
    if not decision.order.purchase_order_id:
        return
    before, now = _carries_number(decision.first), _carries_number(decision.order)
    if before and not now:
        decision.send(PurchaseOrderGivenUp(decision.order.purchase_order_id, decision.order.order_id))
    elif now and (not before or _is_cut_short(decision.order) != _is_cut_short(decision.first)):
        _claim(decision)


def _carries_number(order: Order) -> bool:
    return bool(order.purchase_order_id) and not (has_ended_unshipped(order) or is_withdrawn(order))


def _is_cut_short(order: Order) -> bool:
    """Whether parts of it have shipped, and the rest is cancelled."""
    lines = order.lines
    is_over = any(line.shipped for line in lines) and not any(line.open_quantity for line in lines)
    return is_over and any(line.cancelled for line in lines)


def _claim(decision: OrderDecision) -> None:
    order = decision.order
    decision.send(PurchaseOrderClaimed(order.purchase_order_id, order.order_id, _is_cut_short(order)))


def settle(decision: OrderDecision) -> None:
    """After every event: an order that is no second one, or a real one, goes on where it waited."""
    order = decision.order
    if any(hold.kind is HoldKind.DUPLICATE for hold in order.holds):
        return
    is_asked = any(awaiting.all_of(order, *_ASKED_FIRST))
    if order.stage is Stage.CHECKING and not (is_asked or is_paused(order)):
        decision.order = replace(order, stage=Stage.RESERVING)
        request_reservations(decision)
    elif awaits_booking(order):
        book(decision)


def _ask_home(decision: OrderDecision) -> None:
    _claim(decision)
    within_ms = decision.rules.answer_within_ms
    awaiting.expect_within(decision, Awaited.PURCHASE_ORDER, "purchase order", within_ms)


def _ask_erp(decision: OrderDecision) -> None:
    """By the key of a first life. An ERP to which orders are not posted knows nothing, and a person decides."""
    order = decision.order
    erp_id = order.policy.erp_id
    booking = decision.rules.postings.get(erp_id, {}).get(PostedEvent.ORDER_ACCEPTED)
    if booking is None or booking.command_type is not CommandType.CREATE_SALES_ORDER:
        _hold(decision, "the order was here before")
        return
    decision.messages.append(
        ErpRequested(
            erp_id=erp_id,
            command_id=command_id_of(erp_id, order.order_id, CommandType.QUERY_DOCUMENT, decision.cause.event_id),
            command_type=booking.command_type,
            document_key=DocumentKey(order.order_id),
            business_key=order.order_id,
            priority_class=booking.priority_class,
            document=document_of(order, {}),
            only_look_up=True,
        )
    )
    decision.order = replace(order, open_commands=order.open_commands + 1)
    awaiting.expect(decision, PendingAnswer(Awaited.LOOK_UP, "look-up", decision.cause.now_ms, due_at_ms=0))


def _hold(decision: OrderDecision, reason: str) -> None:
    holding.hold(decision, HoldKind.DUPLICATE, ORDERLINE, stated(decision.order, reason))
