"""What an order asked for after its booking, when it comes to no document of its own: it is not sent."""

from collections.abc import Sequence

from domain.dispatch import documents
from domain.dispatch.rows import QueuedCommand
from domain.dispatch.work import DispatchWork
from domain.messages.dispatch import Outcome


def take_those_behind(work: DispatchWork, booking: QueuedCommand) -> Sequence[QueuedCommand]:
    """Drop what the order asked for after its booking: there is no document, or one that is not the order's."""
    key = booking.request.document_key
    document = work.document(key)
    waiting = () if document is None else (work.command(each) for each in document.command_ids)
    behind = [each for each in waiting if each is not None and not (each == booking or each.request.only_look_up)]
    for command in behind:
        work.drop_command(command.command_id)
        document = document and documents.without(document, command.command_id)
    work.put_document(key, document)
    return behind


def refuse(work: DispatchWork, behind: Sequence[QueuedCommand], reason: str, *, is_foreign: bool) -> None:
    """Tell the order. There is nothing to cancel; anything else waits for a person."""
    for command in behind:
        work.report(command, Outcome.REJECTED_BUSINESS, document_number="", reason=reason, is_foreign=is_foreign)
