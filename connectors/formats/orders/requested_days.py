"""Maps the days on which a customer wants an order and its lines."""

from collections.abc import Iterator
from typing import TypeVar

from connectors.formats.documents import DocumentPlace
from connectors.formats.expressions.lists import Places
from connectors.formats.forms import checked_id, day
from connectors.formats.outcomes import BrokenForm
from connectors.formats.values import optional_text, required_text
from domain.identifiers import LineId
from domain.papers import RequestedDay
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.rules import AmendedDaysRule, PlacedLinesRule
from schemas.channel_language.sources import ValueOrigin

LinesWithDays = TypeVar("LinesWithDays", PlacedLinesRule, AmendedDaysRule)


def day_of_order(channel: ChannelFile, source: ValueOrigin | None, place: DocumentPlace) -> tuple[RequestedDay, ...]:
    """The day for the whole order; none where the document has none."""
    text = optional_text(source, "requested", place) if source else None
    return (RequestedDay(day(text, "requested", channel.timezone)),) if text else ()


def days_of_lines(channel: ChannelFile, places: Places[LinesWithDays], field: str) -> tuple[RequestedDay, ...]:
    """The days of the lines at these positions that have one."""
    found = tuple(_days(channel, places, field))
    if len({each.line_id for each in found}) < len(found):
        raise BrokenForm(field, "a line has two days")
    return found


def _days(channel: ChannelFile, places: Places[LinesWithDays], field: str) -> Iterator[RequestedDay]:
    for rule, at in places:
        name = f"{field}.{at.position}"
        text = optional_text(rule.requested, f"{name}.requested", at) if rule.requested else None
        if text:
            line_id = LineId(checked_id(required_text(rule.line_id, f"{name}.line_id", at), f"{name}.line_id"))
            yield RequestedDay(day(text, f"{name}.requested", channel.timezone), line_id)
