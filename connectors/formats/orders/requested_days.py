"""Maps the days on which a customer wants an order and its lines."""

from collections.abc import Iterator, Sequence

from connectors.formats.documents import DocumentPlace
from connectors.formats.expressions.lists import is_of_nothing, lines_of
from connectors.formats.forms import checked_id, day
from connectors.formats.outcomes import BrokenForm
from connectors.formats.values import optional_text, required_text
from domain.identifiers import LineId
from domain.papers import RequestedDay
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.rules import AmendedDaysRule, PlacedLinesRule
from schemas.channel_language.sources import ValueOrigin

LinesWithDays = PlacedLinesRule | AmendedDaysRule


def day_of_order(channel: ChannelFile, source: ValueOrigin | None, place: DocumentPlace) -> tuple[RequestedDay, ...]:
    """The day for the whole order; none where the document has none."""
    text = optional_text(source, "requested", place) if source else None
    return (RequestedDay(day(text, "requested", channel.timezone)),) if text else ()


def days_of_lines(
    channel: ChannelFile, rules: Sequence[LinesWithDays], field: str, place: DocumentPlace
) -> tuple[RequestedDay, ...]:
    """The days of the lines of the lists that have one."""
    if all(rule.requested is None for rule in rules):
        return ()
    found = tuple(_days(channel, rules, field, place))
    if len({each.line_id for each in found}) < len(found):
        raise BrokenForm(field, "a line has two days")
    return found


def _days(
    channel: ChannelFile, rules: Sequence[LinesWithDays], field: str, place: DocumentPlace
) -> Iterator[RequestedDay]:
    for rule, at in lines_of(rules, field, place):
        if isinstance(rule, PlacedLinesRule) and is_of_nothing(rule, field, at):
            continue
        name = f"{field}.{at.position}"
        text = optional_text(rule.requested, f"{name}.requested", at) if rule.requested else None
        if text:
            line_id = LineId(checked_id(required_text(rule.line_id, f"{name}.line_id", at), f"{name}.line_id"))
            yield RequestedDay(day(text, f"{name}.requested", channel.timezone), line_id)
