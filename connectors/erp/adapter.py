"""The port to one ERP: do what a command asks, or find out whether it was done."""

from typing import Protocol

from connectors.erp import bounds
from connectors.erp.lease import Permit
from domain.messages.dispatch import ErpCommand, ErpResponse, Outcome

UNREACHABLE = "UNREACHABLE"
"""The reason of a REJECTED_TRANSIENT when nothing listens, or the ERP itself says that it is down."""


class ErpAdapter(Protocol):
    """One ERP. Called from several threads at once, never twice at a time for one document.

    Every answer and every failure of the wire becomes an `Outcome`; any other exception is a bug. No call is ever
    repeated inside: that is decided by dispatch, which knows the document's history.
    """

    def execute(self, command: ErpCommand, permit: Permit) -> ErpResponse:
        """Book. UNKNOWN when it may have been booked; REJECTED_TRANSIENT only when the ERP itself says it was not.

        Nothing is written after the permit's end: `LeaseExpired` if nothing was written before it.
        """
        ...

    def find(self, command: ErpCommand) -> ErpResponse:
        """Look for the document of `queried_type` by its business key.

        DUPLICATE with its number; NOT_FOUND when the ERP is sure; else REJECTED_TRANSIENT or UNKNOWN.
        """
        ...

    def reachable(self) -> bool:
        """Whether the ERP answers at all; cheap."""
        ...


def response_to(
    command: ErpCommand, outcome: Outcome, *, document_number: str = "", reason: str = "", retry_after_ms: int = 0
) -> ErpResponse:
    """The response to this attempt, within bounds whatever the ERP said; `retry_after_ms` 0: it did not say."""
    return ErpResponse(
        erp_id=command.erp_id,
        command_id=command.command_id,
        command_type=command.command_type,
        attempt=command.attempt,
        outcome=outcome,
        document_number=bounds.document_number(document_number),
        reason=bounds.reason(reason),
        retry_after_ms=bounds.bounded_ms(retry_after_ms),
    )
