"""What an order asked for after a booking or a shipment that the ERP refuses, and needs: it is not sent."""

from collections.abc import Iterator, Sequence

from domain.dispatch import documents
from domain.dispatch.rows import QueuedCommand
from domain.dispatch.work import DispatchWork
from domain.document_order import WaitingLines, needs_shipment
from domain.messages.dispatch import CommandType, Outcome


def take_those_behind(work: DispatchWork, refused: QueuedCommand) -> Sequence[QueuedCommand]:
    """Drop what was asked for after it, as far as the ERP has to have it first.

    After a booking all of it: there is no document, or one that is not the order's. After a shipment what takes it back
    or credits it, and what follows that.
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
    match refused.request.command_type:
        case CommandType.CREATE_SALES_ORDER:
            yield from others
        case CommandType.POST_SHIPMENT:
            yield from _that_follow(refused, others)
        case _:
            return


def _that_follow(shipment: QueuedCommand, others: Iterator[QueuedCommand]) -> Iterator[QueuedCommand]:
    before = WaitingLines()
    for command in others:
        wanted, document = command.request.command_type, command.request.document
        if needs_shipment(wanted, document, shipment.request.document) or before.hold_back(wanted, document):
            before.add(document)
            yield command


def refuse(work: DispatchWork, behind: Sequence[QueuedCommand], reason: str, *, is_foreign: bool) -> None:
    """Tell the order. There is nothing to cancel; anything else waits for a person."""
    for command in behind:
        work.report(command, Outcome.REJECTED_BUSINESS, document_number="", reason=reason, is_foreign=is_foreign)
