"""Where another system and an order differ, and why that may be: the first row whose evidence is there.

| there | here | cause |
|---|---|---|
| a document that is not the one that booked the order | | DUPLICATE_DOCUMENT, unless it is cancelled there |
| nothing, in a complete list | open | MISSING_THERE |
| cancelled | open, or shipped | CANCELLED_THERE |
| open, or shipped | cancelled | CANCELLED_HERE |
| shipped, or more of a line | less | MISSED_EVENT: nobody told of that shipment |
| not, or less of a line | shipped | NOT_BOOKED_THERE |
| a line, or more or less of one | otherwise, and cancelled or amended since it was placed | CHANGED_HERE |
| likewise | otherwise, as it was placed | CHANGED_THERE |
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from domain.identifiers import LineId
from domain.messages.orders import ReportedLine, ReportedStatus
from domain.messages.snapshots.stock import Reporter
from domain.orders.lines import OrderLine
from domain.orders.state import LastReport, Order, Stage
from domain.quantities import format_quantity


class ReportCause(StrEnum):
    """Why another system and an order differ, as far as the evidence says."""

    DUPLICATE_DOCUMENT = "DUPLICATE_DOCUMENT"
    MISSING_THERE = "MISSING_THERE"
    CANCELLED_THERE = "CANCELLED_THERE"
    CANCELLED_HERE = "CANCELLED_HERE"
    MISSED_EVENT = "MISSED_EVENT"
    NOT_BOOKED_THERE = "NOT_BOOKED_THERE"
    CHANGED_HERE = "CHANGED_HERE"
    CHANGED_THERE = "CHANGED_THERE"


class ReportDifference(NamedTuple):
    """One difference between a report and the order."""

    cause: ReportCause
    evidence: str
    line_id: LineId = LineId("")
    """Empty: it is about the whole order."""


_MISSING = ReportDifference(ReportCause.MISSING_THERE, "it is not there, and OPEN here")


def status_here(order: Order) -> ReportedStatus:
    """What the order is, in the words of a report."""
    if any(line.shipped for line in order.lines):
        is_open = any(line.open_quantity for line in order.lines)
        return ReportedStatus.OPEN if is_open else ReportedStatus.SHIPPED
    has_ended = order.stage in {Stage.CANCELLED, Stage.REJECTED}
    is_open = not has_ended and any(line.ordered > line.cancelled for line in order.lines)
    return ReportedStatus.OPEN if is_open else ReportedStatus.CANCELLED


def differences(order: Order, report: LastReport) -> tuple[ReportDifference, ...]:
    """What they disagree about; nothing about lines where they disagree whether the order is cancelled."""
    here = status_here(order)
    if report.is_missing:
        return (_MISSING,) if here is ReportedStatus.OPEN else ()
    if _is_other_document(order, report):
        return _other_document(order, report)
    if ReportedStatus.CANCELLED in {here, report.status}:
        return () if here is report.status else (_cancelled(report.status, here),)
    lines = tuple(_of_lines(order, report.lines))
    if here is report.status or lines:
        return lines
    return (_shipped(report.status, here),)


def _is_other_document(order: Order, report: LastReport) -> bool:
    known = order.erp_document_number
    return (
        report.reporter is Reporter.ERP and bool(known and report.document_number) and report.document_number != known
    )


def _other_document(order: Order, report: LastReport) -> tuple[ReportDifference, ...]:
    """A document too much does no harm once it is cancelled."""
    if report.status is ReportedStatus.CANCELLED:
        return ()
    evidence = f"document {report.document_number} is {report.status} there, and {order.erp_document_number} booked it"
    return (ReportDifference(ReportCause.DUPLICATE_DOCUMENT, evidence),)


def _cancelled(there: ReportedStatus, here: ReportedStatus) -> ReportDifference:
    is_there = there is ReportedStatus.CANCELLED
    cause = ReportCause.CANCELLED_THERE if is_there else ReportCause.CANCELLED_HERE
    return ReportDifference(cause, f"it is {there} there, and {here} here")


def _shipped(there: ReportedStatus, here: ReportedStatus) -> ReportDifference:
    is_there = there is ReportedStatus.SHIPPED
    cause = ReportCause.MISSED_EVENT if is_there else ReportCause.NOT_BOOKED_THERE
    return ReportDifference(cause, f"it is {there} there, and {here} here")


def _of_lines(order: Order, reported: Sequence[ReportedLine]) -> Iterator[ReportDifference]:
    named = {each.line_id for each in reported}
    lines: Mapping[LineId, OrderLine] = {line.line_id: line for line in order.lines if line.line_id in named}
    for there in reported:
        line = lines.get(there.line_id)
        if line is None:
            evidence = f"line {there.line_id} is there, and not here"
            yield ReportDifference(ReportCause.CHANGED_THERE, evidence, there.line_id)
            continue
        if there.ordered != line.wanted:
            yield _ordered_otherwise(order, line, there)
        if there.says_shipped and there.shipped not in _shipped_here(order, line):
            yield _shipped_otherwise(line, there)


def _ordered_otherwise(order: Order, line: OrderLine, there: ReportedLine) -> ReportDifference:
    was_changed = bool(line.cancelled or order.revision)
    cause = ReportCause.CHANGED_HERE if was_changed else ReportCause.CHANGED_THERE
    return ReportDifference(cause, _figures(line, "ordered", there.ordered, line.wanted), line.line_id)


def _shipped_here(order: Order, line: OrderLine) -> tuple[int, ...]:
    """What is shipped of a line, with what nobody ships and without; what has left in another unit than the line's."""
    if not line.kept_unit:
        return (line.shipped, line.sent)
    name = (line.line_id, line.item_id)
    return (line.shipped, *(each.shipped for each in order.misdirected if (each.line_id, each.item_id) == name))


def _shipped_otherwise(line: OrderLine, there: ReportedLine) -> ReportDifference:
    is_more_there = there.shipped > line.shipped
    cause = ReportCause.MISSED_EVENT if is_more_there else ReportCause.NOT_BOOKED_THERE
    return ReportDifference(cause, _figures(line, "shipped", there.shipped, line.shipped), line.line_id)


def _figures(line: OrderLine, what: str, there: int, here: int) -> str:
    return f"{format_quantity(there)} of line {line.line_id} are {what} there, and {format_quantity(here)} here"
