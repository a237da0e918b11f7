"""The case of a report that a channel refuses."""

from domain.dispatch.cases import subject_of
from domain.messages.cases import Case, CaseClass, CaseOrigin, CaseState
from domain.messages.dispatch import CommandType, ErpRequested
from domain.quantities import format_quantity


def report_refused(request: ErpRequested, reason: str) -> Case:
    """A channel does not take what is reported to it."""
    return _of_report(
        request,
        CaseState.OPEN,
        f"{request.erp_id} refuses {_what(request)}: {reason or 'no reason given'}",
        f"mend it in {request.erp_id} and retry the case, or enter it there by hand and resolve the case",
    )


def report_accepted(request: ErpRequested) -> Case:
    """It does now, or takes a later one."""
    return _of_report(request, CaseState.RESOLVED, f"{request.erp_id} has {_what(request)}")


def _what(request: ErpRequested) -> str:
    document = request.document
    if request.command_type is CommandType.REPORT_SHIPMENT:
        return f"shipment {document.shipment_id} of order {document.order_id}"
    (line,) = document.lines
    return f"the stock of {line.item_id} ({format_quantity(line.quantity)})"


def _of_report(request: ErpRequested, state: CaseState, reason: str, suggested_action: str = "") -> Case:
    return Case(
        CaseClass.TRANSFORMATION_FAILED,
        CaseOrigin.CHANNEL_MAPPING,
        subject=subject_of(request),
        reason=reason,
        suggested_action=suggested_action,
        state=state,
        key=f"{request.erp_id}/{request.business_key}",
    )
