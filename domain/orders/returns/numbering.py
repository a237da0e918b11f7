"""The ERP's number of an authorised return, for ERPs whose file says that they are told of it."""

from dataclasses import replace

from domain.identifiers import CommandId, ReturnId
from domain.messages.dispatch import Outcome
from domain.messages.orders import ErpOutcomeReceived
from domain.messages.status import ReturnAuthorised
from domain.orders.decision import OrderDecision
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited, PendingAnswer


def expect(decision: OrderDecision, command_id: CommandId, return_id: ReturnId) -> None:
    """The ERP is asked; dispatch asks again until it has answered, so there is no deadline."""
    if command_id:
        now_ms = decision.cause.now_ms
        awaiting.expect(decision, PendingAnswer(Awaited.RETURN_DOCUMENT, command_id, now_ms, 0, reason=return_id))


def erp_answered(decision: OrderDecision, event: ErpOutcomeReceived) -> None:
    """Subscribers learn of the number; what the ERP refuses is a case that is settled without the return."""
    for pending in awaiting.all_of(decision.order, Awaited.RETURN_DOCUMENT):
        if pending.key == event.command_id:
            awaiting.settle(decision, pending, "the ERP has answered")
            if event.outcome is not Outcome.REJECTED_BUSINESS:
                _number(decision, ReturnId(pending.reason), event.document_number)
            return


def _number(decision: OrderDecision, return_id: ReturnId, document_number: str) -> None:
    numbered = replace(decision.return_named(return_id), document_number=document_number)
    decision.keep_return(numbered)
    decision.publish(
        ReturnAuthorised,
        return_id=return_id,
        authorisation_number=numbered.authorisation_number,
        document_number=document_number,
        authorised_by=decision.order.policy.erp_id,
        reason="the ERP has numbered it",
        lines=(),
        until_us=0,
    )
