"""The exception cases of dispatch's commands: an ERP outage, and a refused command."""

from domain.dispatch.breaker import Breaker
from domain.identifiers import ErpId
from domain.messages.cases import Case, CaseClass, CaseOrigin, CaseState
from domain.messages.dispatch import ErpRequested


def outage_changes(erp_id: ErpId, before: Breaker, after: Breaker, reason: str) -> tuple[Case, ...]:
    """The case of an outage opens with the first OPEN and is resolved with CLOSED; it is the same case both times."""
    if before.in_outage == after.in_outage:
        return ()
    return (
        Case(
            CaseClass.ERP_OUTAGE,
            CaseOrigin.ERP,
            subject=erp_id,
            reason=reason,
            suggested_action="see that the ERP and its connector run; queued commands are then sent automatically",
            state=CaseState.OPEN if after.in_outage else CaseState.RESOLVED,
            key=str(after.outages),
        ),
    )


def refusal(request: ErpRequested, reason: str) -> Case:
    """The ERP refuses a command for a business reason: no retry will change that, a person must."""
    return Case(
        CaseClass.ORDER_REJECTED,
        CaseOrigin.ERP,
        subject=request.document.order_id,
        reason=f"{request.command_type}: {reason}",
        suggested_action="correct the order or the ERP's master data and ask again, or cancel the order",
        key=request.command_id,
    )
