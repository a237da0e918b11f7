"""Form checks of what an ERP connector writes to `erp.responses.v1`: it may be third-party software."""

from dataclasses import replace

from connectors.formats.forms import LONGEST_TEXT, checked_id
from domain.messages.dispatch import ConnectorReport, ErpResponse


def checked_answer(answer: ConnectorReport) -> ConnectorReport:
    """The answer with a reason of at most 1,000 characters; `BrokenForm` when an id is empty, too long or unprintable.

    A long reason is truncated and not refused: it often contains a whole error page, and the outcome is valid all the
    same.
    """
    checked_id(answer.erp_id, "erp_id")
    if isinstance(answer, ErpResponse):
        checked_id(answer.command_id, "command_id")
        if answer.document_number:
            checked_id(answer.document_number, "document_number")
    return answer if len(answer.reason) <= LONGEST_TEXT else replace(answer, reason=answer.reason[:LONGEST_TEXT])
