"""The exception cases that dispatch opens: an ERP that is away, a command that the ERP refused."""

from domain.cases import CaseClass, CaseOrigin, CaseState
from domain.dispatch.breaker import Breaker
from domain.dispatch.commands import ErpRequested
from domain.dispatch.decision import CaseChange
from domain.identifiers import case_id_of


def outage_changes(erp_id: str, before: Breaker, after: Breaker, reason: str) -> tuple[CaseChange, ...]:
    """The case of an outage opens with the first OPEN and is resolved with CLOSED; its id is the same for both."""
    if before.in_outage == after.in_outage:
        return ()
    return (
        CaseChange(
            case_id=case_id_of(CaseClass.ERP_OUTAGE, erp_id, str(after.outages)),
            case_class=CaseClass.ERP_OUTAGE,
            origin=CaseOrigin.ERP,
            state=CaseState.OPEN if after.in_outage else CaseState.RESOLVED,
            subject=erp_id,
            reason=reason,
            suggested_action="see that the ERP and its connector run; what is queued goes out by itself",
        ),
    )


def refusal(request: ErpRequested, reason: str) -> CaseChange:
    """The ERP refuses a command for a business reason: no retry will change that, a person must."""
    return CaseChange(
        case_id=case_id_of(CaseClass.ORDER_REJECTED, request.document.order_id, request.command_id),
        case_class=CaseClass.ORDER_REJECTED,
        origin=CaseOrigin.ERP,
        state=CaseState.OPEN,
        subject=request.document.order_id,
        reason=f"{request.command_type}: {reason}",
        suggested_action="correct the order or the ERP's master data and ask again, or cancel the order",
    )
