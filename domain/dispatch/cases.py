"""The exception cases that dispatch opens: an ERP outage, a refused command, a message from an ERP without a file."""

from domain.dispatch.breaker import Breaker
from domain.identifiers import ErpId
from domain.messages.cases import Case, CaseClass, CaseOrigin, CaseState
from domain.messages.dispatch import ConnectorReport, ErpRequested, ErpResponse


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
            suggested_action="see that the ERP and its connector run; what is queued goes out by itself",
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


def unknown_erp(word: ConnectorReport) -> Case:
    """A connector speaks of an ERP for which there is no ERP file: no command of ours was ever sent to it."""
    if isinstance(word, ErpResponse):
        what, key = f"an answer to command {word.command_id}", f"{word.erp_id}/{word.command_id}"
    else:
        what, key = "a word on its availability", word.erp_id
    return Case(
        CaseClass.ORPHAN_EVENT,
        CaseOrigin.ERP,
        subject=word.erp_id,
        reason=f"{what} came from ERP {word.erp_id!r}, for which there is no ERP file",
        suggested_action=f"stop the connector that writes it, or add the file {word.erp_id}.yaml to the ERP files and "
        "restart dispatch",
        key=key,
    )
