"""Maps what another system has of an order."""

from connectors.formats.channel_ids import named_order_id
from connectors.formats.content import with_content_hash
from connectors.formats.documents import DocumentPlace
from connectors.formats.expressions.lists import lines_at
from connectors.formats.forms import checked_id, checked_text, microseconds_of_day, quantity_from_zero
from connectors.formats.origins import Origin
from connectors.formats.outcomes import BrokenForm
from connectors.formats.values import optional_text, required_text
from domain.identifiers import LineId
from domain.messages.orders import OrderReported, ReportedLine, ReportedStatus
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.rules import OrderReportedRule, ReportedLinesRule


def reported_order(
    channel: ChannelFile, rule: OrderReportedRule, place: DocumentPlace, origin: Origin
) -> OrderReported:
    """The report of a document; `BrokenForm` when it violates the contract."""
    number = checked_text(required_text(rule.document_number, "document_number", place), "document_number")
    return with_content_hash(
        OrderReported(
            order_id=named_order_id(channel, rule, place),
            provenance=origin.provenance,
            reporter=rule.reporter,
            taken_at_us=_taken_at_us(channel, rule, place, origin),
            in_flight_s=rule.in_flight_s,
            status=_status(required_text(rule.status, "status", place)),
            document_number=number,
            lines=_lines(rule.lines, place) if rule.lines else (),
        )
    )


def _taken_at_us(channel: ChannelFile, rule: OrderReportedRule, place: DocumentPlace, origin: Origin) -> int:
    """A report of the future is refused: what happens until then cannot be in it."""
    text = required_text(rule.taken_at, "taken_at", place)
    taken_at_us = microseconds_of_day(text, "taken_at", channel.timezone)
    if taken_at_us > origin.provenance.ingested_at_us + channel.future_tolerance_s * 1_000_000:
        raise BrokenForm("taken_at", f"{text} is in the future")
    return taken_at_us


def _status(text: str) -> ReportedStatus:
    if text not in list(ReportedStatus):
        raise BrokenForm("status", f"{text[:40]!r} is none of {', '.join(ReportedStatus)}")
    return ReportedStatus(text)


def _lines(rule: ReportedLinesRule, place: DocumentPlace) -> tuple[ReportedLine, ...]:
    lines = tuple(_line(rule, at) for at in lines_at(rule, "lines", place))
    if len({line.line_id for line in lines}) < len(lines):
        raise BrokenForm("lines", "a line is named twice")
    return lines


def _line(rule: ReportedLinesRule, at: DocumentPlace) -> ReportedLine:
    field = f"lines.{at.position}"
    shipped = optional_text(rule.shipped, f"{field}.shipped", at) if rule.shipped else None
    return ReportedLine(
        line_id=LineId(checked_id(required_text(rule.line_id, f"{field}.line_id", at), f"{field}.line_id")),
        ordered=quantity_from_zero(required_text(rule.ordered, f"{field}.ordered", at), f"{field}.ordered"),
        shipped=quantity_from_zero(shipped, f"{field}.shipped") if shipped else 0,
        says_shipped=bool(shipped),
    )
