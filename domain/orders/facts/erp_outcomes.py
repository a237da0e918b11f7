"""What the ERP says for good about a command of the order: booked, refused, or not its own."""

from dataclasses import replace

from domain.invariants import InvariantViolated, Law, Violation
from domain.messages.dispatch import CommandType, Outcome
from domain.messages.orders import ErpOutcomeReceived
from domain.messages.status import ErpCommandRefused, ErpStatus, OrderBooked
from domain.orders.decision import OrderDecision
from domain.orders.identity import checking
from domain.orders.state import Stage
from domain.orders.warehouses import cancelling
from domain.orders.warehouses.releasing import release_what_is_ready

_OF_COMMANDS = frozenset({Outcome.APPLIED, Outcome.DUPLICATE, Outcome.REJECTED_BUSINESS})
_OF_LOOK_UPS = frozenset({Outcome.APPLIED, Outcome.DUPLICATE, Outcome.NOT_FOUND})
"""The outcomes that dispatch passes on."""


def heard(decision: OrderDecision, event: ErpOutcomeReceived) -> None:
    """Each command has one outcome; only that of the booking, and a refusal, change the order."""
    is_look_up = event.command_type is CommandType.QUERY_DOCUMENT
    if event.outcome not in (_OF_LOOK_UPS if is_look_up else _OF_COMMANDS):
        reason = f"{event.order_id}: dispatch passed on {event.outcome}, which is not final"
        raise InvariantViolated(Violation(Law.PROTOCOL, event.order_id, reason))
    decision.order = replace(decision.order, open_commands=max(0, decision.order.open_commands - 1))
    if is_look_up:
        checking.erp_answered(decision, event)
    elif event.outcome is Outcome.REJECTED_BUSINESS:
        _refused(decision, event)
    elif event.command_type is not CommandType.CREATE_SALES_ORDER:
        return
    elif event.is_foreign:
        checking.foreign_document_found(decision, event)
    else:
        _booked(decision, event.document_number)


def _refused(decision: OrderDecision, event: ErpOutcomeReceived) -> None:
    """Of a document that is not the order's there was nothing to cancel."""
    if event.is_foreign and event.command_type is CommandType.CANCEL_SALES_ORDER:
        return
    order = decision.order
    is_booking = event.command_type is CommandType.CREATE_SALES_ORDER
    decision.order = replace(
        order,
        erp_status=ErpStatus.REJECTED if is_booking else order.erp_status,
        refused_commands=(*order.refused_commands, event.command_id),
    )
    decision.publish(ErpCommandRefused, command_type=event.command_type, reason=event.reason)
    if decision.order.stage is Stage.CANCELLED:
        cancelling.resolve_refusals(decision)


def _booked(decision: OrderDecision, document_number: str) -> None:
    decision.order = replace(decision.order, erp_status=ErpStatus.BOOKED, erp_document_number=document_number)
    decision.publish(OrderBooked, document_number=document_number)
    release_what_is_ready(decision)
