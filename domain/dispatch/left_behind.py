"""What an order asked for after a document that the ERP refuses, and that needs it: it is not sent."""

from collections.abc import Iterator, Sequence

from domain.dispatch import documents
from domain.dispatch.rows import QueuedCommand
from domain.dispatch.work import DispatchWork
from domain.document_order import WaitingLines, is_needed, needs
from domain.messages.dispatch import CommandType, Outcome


def take_those_behind(work: DispatchWork, refused: QueuedCommand) -> Sequence[QueuedCommand]:
    """Drop what was asked for after it, as far as the ERP has to have it first.

    After a booking all of it: there is no document, or one that is not the order's. After a shipment what takes it back
    or credits it, after a reversal what is shipped again or cancelled, and what follows that.
    """
    key = refused.request.document_key
    document = work.document(key)
    waiting = () if document is None else (work.command(each) for each in document.command_ids)
    others = (each for each in waiting if each is not None and not (each == refused or each.request.only_look_up))
    behind = tuple(_that_need(refused, others))
    for command in behind:
        work.drop_command(command.command_id)
        document = document and documents.without(document, command.command_id)
    work.put_document(key, document)
    return behind


def _that_need(refused: QueuedCommand, others: Iterator[QueuedCommand]) -> Iterator[QueuedCommand]:
    if refused.request.command_type is CommandType.CREATE_SALES_ORDER:
        yield from others
    elif is_needed(refused.request.command_type):
        yield from _that_follow(refused, others)


def _that_follow(refused: QueuedCommand, others: Iterator[QueuedCommand]) -> Iterator[QueuedCommand]:
    before, first = WaitingLines(), refused.request
    for command in others:
        wanted, document = command.request.command_type, command.request.document
        is_needed_first = needs(wanted, document, first.command_type, first.document)
        if is_needed_first or before.hold_back(wanted, document):
            before.add(document)
            yield command


def refuse(work: DispatchWork, behind: Sequence[QueuedCommand], reason: str, *, is_foreign: bool) -> None:
    """Tell the order. There is nothing to cancel; anything else waits for a person."""
    for command in behind:
        work.report(command, Outcome.REJECTED_BUSINESS, document_number="", reason=reason, is_foreign=is_foreign)
