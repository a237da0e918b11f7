"""The exception cases of ERPs that have no ERP file: one for each ERP, however much a connector reports about it.

A connector that is configured wrongly reports for as long as it runs. Its first report opens the case of its ERP,
further ones are counted only, and the first report after the ERP got a file resolves it. Beyond `MOST_NAMED` ERPs
there is one case for all others, so that ids out of a broken program do not fill the state.
"""

from dataclasses import dataclass, replace
from typing import Final

from domain.identifiers import ErpId
from domain.messages.cases import Case, CaseClass, CaseOrigin, CaseState
from domain.messages.dispatch import ConnectorReport, ErpResponse

MOST_NAMED: Final = 100

_OTHERS: Final = ErpId("other ERPs without a file")


@dataclass(frozen=True, slots=True)
class UnknownErps:
    """The ERPs whose cases are open; one row for each partition."""

    erp_ids: tuple[ErpId, ...] = ()


def reported(known: UnknownErps, report: ConnectorReport) -> tuple[UnknownErps, tuple[Case, ...]]:
    """A connector reports about an ERP without a file: no command was ever sent to it."""
    erp_id = report.erp_id if len(known.erp_ids) < MOST_NAMED or report.erp_id in known.erp_ids else _OTHERS
    if erp_id in known.erp_ids:
        return known, ()
    what = f"an answer to command {report.command_id}" if isinstance(report, ErpResponse) else "its availability"
    reason = f"{what} was reported for ERP {report.erp_id!r}, for which there is no ERP file"
    return replace(known, erp_ids=(*known.erp_ids, erp_id)), (_case(erp_id, reason, CaseState.OPEN),)


def has_file(known: UnknownErps, erp_id: ErpId) -> tuple[UnknownErps, tuple[Case, ...]]:
    """A connector reports about an ERP that has a file: its case, if there is one, is resolved."""
    if erp_id not in known.erp_ids:
        return known, ()
    rest = replace(known, erp_ids=tuple(each for each in known.erp_ids if each != erp_id))
    return rest, (_case(erp_id, f"there is an ERP file for {erp_id!r} now", CaseState.RESOLVED),)


def _case(erp_id: ErpId, reason: str, state: CaseState) -> Case:
    return Case(
        CaseClass.ORPHAN_EVENT,
        CaseOrigin.ERP,
        subject=erp_id,
        reason=reason,
        suggested_action="stop the connector that reports it, or add its file to the ERP files and restart dispatch",
        state=state,
        key=erp_id,
    )
