"""Maps the parts of a snapshot of stock."""

from typing import assert_never

from connectors.formats.content import with_content_hash, with_document_hash
from connectors.formats.documents import DocumentPlace
from connectors.formats.expressions.lists import lines_at
from connectors.formats.forms import checked_id, known_unit, microseconds_of_day, quantity_from_zero, whole_number
from connectors.formats.limits import check_quantities
from connectors.formats.orders.order_events import node_of
from connectors.formats.origins import Origin
from connectors.formats.outcomes import BrokenForm
from connectors.formats.values import required_text
from domain.identifiers import ItemId, LineId, PartId, SnapshotId
from domain.messages.snapshots.stock import (
    StockSnapshotBegun,
    StockSnapshotContinued,
    StockSnapshotEnded,
    StockSnapshotPart,
)
from domain.messages.stock import StockLine
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.snapshots.stock import (
    StockSnapshotBegunRule,
    StockSnapshotContinuedRule,
    StockSnapshotEndedRule,
)
from schemas.channel_language.sources import ValueOrigin
from schemas.channel_language.stock_rules import StockLinesRule

SnapshotRule = StockSnapshotBegunRule | StockSnapshotContinuedRule | StockSnapshotEndedRule


def snapshot_part(channel: ChannelFile, rule: SnapshotRule, place: DocumentPlace, origin: Origin) -> StockSnapshotPart:
    """The part in a document; `BrokenForm` when any of it violates the contract, a single line included."""
    node_id = node_of(channel, rule.node_id, place)
    snapshot_id = SnapshotId(_id(rule.snapshot_id, "snapshot_id", place))
    match rule:
        case StockSnapshotBegunRule():
            taken_at_us = _taken_at_us(channel, rule, place, origin)
            return with_content_hash(
                StockSnapshotBegun(
                    origin.provenance, node_id, snapshot_id, rule.reporter, taken_at_us, rule.in_flight_s
                )
            )
        case StockSnapshotContinuedRule():
            part = PartId(_id(rule.part, "part", place))
            lines = _lines(channel, rule.lines, place)
            return with_document_hash(StockSnapshotContinued(origin.provenance, node_id, snapshot_id, part, lines))
        case StockSnapshotEndedRule():
            count = whole_number(required_text(rule.line_count, "line_count", place), "line_count")
            return with_content_hash(StockSnapshotEnded(origin.provenance, node_id, snapshot_id, count))
        case _:
            assert_never(rule)


def _taken_at_us(channel: ChannelFile, rule: StockSnapshotBegunRule, place: DocumentPlace, origin: Origin) -> int:
    """A snapshot of the future is refused: what happens until then cannot be in it."""
    text = required_text(rule.taken_at, "taken_at", place)
    taken_at_us = microseconds_of_day(text, "taken_at", channel.timezone)
    if taken_at_us > origin.provenance.ingested_at_us + channel.future_tolerance_s * 1_000_000:
        raise BrokenForm("taken_at", f"{text} is in the future")
    return taken_at_us


def _lines(channel: ChannelFile, rule: StockLinesRule, place: DocumentPlace) -> tuple[StockLine, ...]:
    places = lines_at(rule, "lines", place)
    if not places:
        raise BrokenForm("lines", f"there is no line ({rule.named})")
    lines = tuple(_line(rule, at) for at in places)
    for line, at in zip(lines, places, strict=True):
        check_quantities(channel.limits, (line,), at.position)
    return lines


def _line(rule: StockLinesRule, at: DocumentPlace) -> StockLine:
    field = f"lines.{at.position}"
    return StockLine(
        line_id=LineId(checked_id(required_text(rule.line_id, f"{field}.line_id", at), f"{field}.line_id")),
        item_id=ItemId(checked_id(required_text(rule.item_id, f"{field}.item_id", at), f"{field}.item_id")),
        quantity=quantity_from_zero(required_text(rule.quantity, f"{field}.quantity", at), f"{field}.quantity"),
        unit=known_unit(required_text(rule.unit, f"{field}.unit", at), f"{field}.unit"),
    )


def _id(source: ValueOrigin, field: str, place: DocumentPlace) -> str:
    return checked_id(required_text(source, field, place), field)
