"""Reports to a channel: what has left of an order, and how much the channel may show of an item.

They pass the gate of their channel as commands pass that of an ERP. No order waits for their outcome, so none hears of
it: a report that the channel refuses is a case here. A person retries it; or a later report of the same is accepted.

What a channel may show is said in whole, again and again: only the newest counts. What waits of the same item and was
never sent, or surely not done, is not sent any more.
"""

from typing import Final

from domain.dispatch import documents
from domain.dispatch.channels.report_cases import report_accepted, report_refused
from domain.dispatch.decision import DispatchVerdict
from domain.dispatch.rows import CommandState, DocumentQueue, QueuedCommand
from domain.dispatch.work import DispatchWork
from domain.identifiers import CommandId, EventId, command_id_of
from domain.messages.dispatch import REPORTS, CommandType, ErpRequested, Outcome
from domain.values import replace

_WAITING: Final = frozenset({CommandState.BEHIND, CommandState.QUEUED, CommandState.WAITING_RETRY})


def is_report(request: ErpRequested) -> bool:
    """Whether no order is told what became of it."""
    return request.command_type in REPORTS


def supersede(work: DispatchWork, request: ErpRequested) -> bool:
    """Drop what a newer report makes needless; returns whether there was any."""
    document = work.document(request.document_key)
    if request.command_type is not CommandType.REPORT_AVAILABILITY or document is None:
        return False
    waiting = [work.command(each) for each in document.command_ids]
    needless = [each for each in waiting if each is not None and _is_needless(each, request)]
    rest: DocumentQueue | None = document
    for command in needless:
        work.drop_command(command.command_id)
        rest = rest and documents.without(rest, command.command_id)
    work.put_document(request.document_key, rest)
    return bool(needless)


def _is_needless(command: QueuedCommand, newer: ErpRequested) -> bool:
    """One of unknown outcome may still be executed, and would undo what the newer one says: that waits behind it."""
    is_the_same = command.request.command_type is newer.command_type
    return is_the_same and command.state in _WAITING and not (command.asking or command.had_unknown)


def ended(work: DispatchWork, command: QueuedCommand, outcome: Outcome, reason: str) -> None:
    """A report has its outcome: the case of a refusal opens, is stated anew, or is over."""
    request = command.request
    known = work.refused_report(request.business_key)
    if outcome is Outcome.REJECTED_BUSINESS:
        work.put_refused_report(request.business_key, request)
        work.cases.append(report_refused(request, reason))
    elif known is not None:
        work.put_refused_report(request.business_key, None)
        work.cases.append(report_accepted(request))


def taken_after_all(work: DispatchWork, command_id: CommandId, business_key: str) -> None:
    """The channel has what it had refused: its case is over, unless a later report has it."""
    known = work.refused_report(business_key)
    if known is not None and known.command_id == command_id:
        work.put_refused_report(business_key, None)
        work.cases.append(report_accepted(known))


def retried(work: DispatchWork, business_key: str, event_id: EventId) -> ErpRequested | str:
    """A person retries a refused report: the request to make, or why there is none."""
    known = work.refused_report(business_key)
    if known is None:
        return "it is accepted meanwhile, or a person has closed it"
    again = command_id_of(known.erp_id, business_key, known.command_type, event_id)
    return replace(known, command_id=again)


def let_go(work: DispatchWork, business_key: str) -> DispatchVerdict:
    """A person closes the case: the report is not made."""
    work.put_refused_report(business_key, None)
    return DispatchVerdict.LET_GO
