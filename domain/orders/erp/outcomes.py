"""What the ERP says for good about a command of the order: booked, refused, or not its own."""

from domain.identifiers import LineId
from domain.invariants import InvariantViolated, Law, Violation
from domain.messages.dispatch import BOOKED, CommandType, Outcome
from domain.messages.orders import ErpOutcomeReceived
from domain.orders.amending import proceeding
from domain.orders.decision import OrderDecision
from domain.orders.erp import booked_after_all, raises, refusals, unsent
from domain.orders.erp.posting import post_what_waits
from domain.orders.identity import checking
from domain.orders.returns import numbering
from domain.values import replace

_OF_COMMANDS = BOOKED | {Outcome.REJECTED_BUSINESS}
_OF_LOOK_UPS = BOOKED | {Outcome.NOT_FOUND}
"""The outcomes that dispatch passes on."""


def heard(decision: OrderDecision, event: ErpOutcomeReceived) -> None:
    """Only the outcome of the booking, of a retry, and a refusal, change the order."""
    is_look_up = event.command_type is CommandType.QUERY_DOCUMENT
    if event.outcome not in (_OF_LOOK_UPS if is_look_up else _OF_COMMANDS):
        reason = f"{event.order_id}: dispatch passed on {event.outcome}, which is not final"
        raise InvariantViolated(Violation(Law.PROTOCOL, event.order_id, reason))
    if event.was_refused:
        booked_after_all.heard(decision, event)
        return
    event = refusals.as_booked_meanwhile(decision.order, event)
    decision.order = replace(decision.order, open_commands=max(0, decision.order.open_commands - 1))
    if is_look_up:
        checking.erp_answered(decision, event)
        return
    raised_lines = raises.answered(decision, event.command_id)
    if event.command_type is CommandType.AMEND_SALES_ORDER and event.outcome is not Outcome.REJECTED_BUSINESS:
        refusals.has_whole_order(decision, event)
    if proceeding.erp_answered(decision, event):
        return
    if event.command_type is CommandType.CREATE_RETURN_AUTHORIZATION:
        numbering.erp_answered(decision, event)
    if event.outcome is Outcome.REJECTED_BUSINESS:
        _refused(decision, event, raised_lines)
        post_what_waits(decision)
    else:
        refusals.accepted(decision, event)
        post_what_waits(decision)
        if event.command_type is CommandType.CREATE_SALES_ORDER:
            _booked(decision, event)


def _refused(decision: OrderDecision, event: ErpOutcomeReceived, raised_lines: tuple[LineId, ...]) -> None:
    """Of a document that is not the order's there was nothing to cancel; what follows what is refused waits."""
    is_booking = event.command_type is CommandType.CREATE_SALES_ORDER
    if refusals.is_booking_refused(decision.order) and not (is_booking or event.is_foreign):
        unsent.take_back(decision, event)
    elif unsent.follows_refused(decision, event):
        unsent.wait_again(decision, event)
    elif not (event.is_foreign and event.command_type is CommandType.CANCEL_SALES_ORDER):
        refusals.refused(decision, event, raised_lines)


def _booked(decision: OrderDecision, event: ErpOutcomeReceived) -> None:
    if event.is_foreign:
        checking.foreign_document_found(decision, event)
        return
    booked_after_all.book(decision, event.document_number)
