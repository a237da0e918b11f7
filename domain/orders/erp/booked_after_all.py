"""The ERP has booked what it had refused: what it has and what the order says have to agree again.

| it had refused | the order |
|---|---|
| the order itself | is booked, and the case of its refusal ends |
| an amendment | stays as it is, and the case of the refusal says both |
| anything else | has it posted, and its case ends |
| what is being retried | waits for the outcome of that: then its case ends, and a second document is a case |
| what was settled otherwise since | has a case DUPLICATE_DOCUMENT: the ERP may have it twice |

Whatever changes the ERP's sales order may have come when the order was another one, so the ERP is told the order as it
is, or that all of it is cancelled. An amendment that is under way is first: it tells the ERP what the order is to be.
"""

from typing import Final

from domain.identifiers import NO_COMMAND
from domain.messages.cases import CaseClass, CaseOrigin, CaseState
from domain.messages.dispatch import CommandType, PostedEvent
from domain.messages.orders import ErpOutcomeReceived
from domain.messages.status import ErpStatus, OrderBooked
from domain.orders.amending import disagreements
from domain.orders.amending.amendments import AmendmentStep
from domain.orders.cases import state_case
from domain.orders.decision import OrderDecision, booking_key, document_of, sales_document, units_to_book
from domain.orders.erp import overbooked, refusals, unposted
from domain.orders.erp.booking import has_ended_unshipped, is_posted_to
from domain.orders.erp.posting import post_what_waits
from domain.orders.state import Order
from domain.orders.warehouses.releasing import release_what_is_ready
from domain.values import replace

_BOOKING: Final = CommandType.CREATE_SALES_ORDER
_OF_SALES_ORDER: Final = frozenset({_BOOKING, CommandType.AMEND_SALES_ORDER, CommandType.CANCEL_SALES_ORDER})
_REASON: Final = "the ERP has booked what it had refused"


def heard(decision: OrderDecision, event: ErpOutcomeReceived) -> None:
    """The table above."""
    if _is_known(decision.order, event):
        decision.dropped = "document that the order is booked as"
        return
    posting = refusals.of_key(decision.order, event.command_type, event.business_key)
    is_retried = posting is not None and posting.retried_as not in {NO_COMMAND, event.command_id}
    if event.command_type in _OF_SALES_ORDER:
        decision.order = replace(decision.order, booked_after_all=event.command_id)
    if posting is not None and is_retried:
        refusals.book_meanwhile(decision, posting, event.document_number)
        return
    if posting is not None:
        refusals.book_after_all(decision, posting, event)
    elif event.command_type is CommandType.AMEND_SALES_ORDER:
        disagreements.booked_after_all(decision, event)
    elif not _may_be_told(decision.order, event):
        _may_be_there_twice(decision, event)
        return
    if event.command_type is _BOOKING:
        book(decision, event.document_number)
    watch(decision)
    post_what_waits(decision)


def book(decision: OrderDecision, document_number: str) -> None:
    """The ERP has the order under this number."""
    decision.order = replace(decision.order, erp_status=ErpStatus.BOOKED, erp_document_number=document_number)
    decision.publish(OrderBooked, document_number=document_number)
    release_what_is_ready(decision)


def watch(decision: OrderDecision) -> None:
    """After every change: tell the ERP the order as it is, as soon as no amendment does that."""
    order = decision.order
    is_amended = any(each.step is not AmendmentStep.TURN for each in order.amendments[:1])
    if order.booked_after_all == NO_COMMAND or is_amended or not is_posted_to(order):
        return
    decision.order = replace(order, booked_after_all=NO_COMMAND)
    if has_ended_unshipped(order):
        decision.post(PostedEvent.ORDER_CANCELLED, booking_key(order), document_of(order, {}, _REASON))
        return
    units = units_to_book(order)
    key = f"{booking_key(order)}/as it is/{order.booked_after_all}"
    if decision.post(PostedEvent.ORDER_AMENDED, key, sales_document(order, units, _REASON)) != NO_COMMAND:
        unposted.drop_cancellations(decision)
        decision.order = replace(decision.order, overbooked=overbooked.now_in(decision.order, units))


def _is_known(order: Order, event: ErpOutcomeReceived) -> bool:
    """Whether the order is booked as that document: a retry has found it, or made it."""
    is_booked = event.command_type is _BOOKING and order.erp_status is ErpStatus.BOOKED
    return is_booked and event.document_number in {"", order.erp_document_number}


def _may_be_told(order: Order, event: ErpOutcomeReceived) -> bool:
    """Whether telling the ERP the order as it is puts it right, although nobody waits for the command any more."""
    if event.command_type is _BOOKING:
        return order.erp_status is ErpStatus.REJECTED and has_ended_unshipped(order)
    return event.command_type is CommandType.CANCEL_SALES_ORDER


def _may_be_there_twice(decision: OrderDecision, event: ErpOutcomeReceived) -> None:
    what = f"{event.command_type} {event.business_key}"
    why, number = event.reason or "no reason given", event.document_number or "a document without a number"
    reason = f"{what} was refused ({why}) and settled otherwise, and is reported as booked after all: {number}"
    action = "see whether the ERP has it twice: keep one document and cancel the other there, then resolve the case"
    key = f"{event.command_id}/{event.document_number}"
    state_case(decision, CaseClass.DUPLICATE_DOCUMENT, CaseOrigin.ERP, key, CaseState.OPEN, reason, action)
