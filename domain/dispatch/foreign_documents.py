"""The ERP has a document under an order's key that is not the order's: it was there before the order was sent.

Nothing of the order may change that document, and a person has to find out whose it is
(docs/domain.md#an-order-that-comes-again).
"""

from collections.abc import Sequence

from domain.dispatch import documents
from domain.dispatch.rows import CommandState, QueuedCommand
from domain.dispatch.work import DispatchWork
from domain.messages.dispatch import CommandType, ErpResponse, Outcome


def is_foreign(command: QueuedCommand, response: ErpResponse) -> bool:
    """Whether the ERP had the order before we sent it.

    After an attempt whose outcome was unknown the document may be ours. So it may be if the connector only looked it
    up, because it may have sent it before it was restarted: then `sent_now` is false.
    """
    is_current = response.attempt == command.attempt and command.state is CommandState.IN_FLIGHT
    return (
        response.outcome is Outcome.DUPLICATE
        and response.command_type is CommandType.CREATE_SALES_ORDER
        and response.sent_now
        and is_current
        and not command.had_unknown
    )


def take_those_behind(work: DispatchWork, booking: QueuedCommand) -> Sequence[QueuedCommand]:
    """Drop what the order asked for after its booking: it would change a document that is not the order's."""
    key = booking.request.document_key
    document = work.document(key)
    waiting = () if document is None else (work.command(each) for each in document.command_ids)
    behind = [each for each in waiting if each is not None and not (each == booking or each.request.only_look_up)]
    for command in behind:
        work.drop_command(command.command_id)
        document = document and documents.without(document, command.command_id)
    work.put_document(key, document)
    return behind


def refuse(work: DispatchWork, behind: Sequence[QueuedCommand], document_number: str) -> None:
    """Tell the order. There is nothing to cancel; anything else has to be posted by a person."""
    reason = f"the ERP's document {document_number or 'under this key'} is not this order's"
    for command in behind:
        work.report(command, Outcome.REJECTED_BUSINESS, document_number="", reason=reason, is_foreign=True)
