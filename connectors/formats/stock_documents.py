"""Maps a stock document to one event with all its lines, so that a repeat is recognised whole."""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from connectors.formats.content import with_document_hash
from connectors.formats.documents import DocumentPlace
from connectors.formats.expressions.lists import is_of_nothing, lines_at
from connectors.formats.forms import any_quantity, checked_id, day, known_unit, positive_quantity, quantity_from_zero
from connectors.formats.limits import check_quantities
from connectors.formats.origins import Origin
from connectors.formats.outcomes import BrokenForm, Canonical, NotInTheFile, RecordOutcome, Refused
from connectors.formats.stock_heads import MappedRule, head_of
from connectors.formats.values import optional_text, required_text
from domain.identifiers import ItemId, LineId
from domain.messages.stock import StockCounted, StockDocument, StockLine, SupplyAnnounced
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.stock_rules import (
    GoodsReceivedRule,
    GoodsSentRule,
    StockAdjustedRule,
    StockCountedRule,
    StockStatusChangedRule,
    SupplyAnnouncedRule,
)


def stock_document(
    channel: ChannelFile, rule: MappedRule, place: DocumentPlace, origin: Origin
) -> tuple[RecordOutcome, ...]:
    """The document's event, then one refusal for each invalid line: the other lines are facts all the same.

    Without a valid line there is no event, nor of a count or a supply with an invalid one: it may be of any item.
    """
    head = head_of(channel, rule, place, origin)
    places = lines_at(rule.lines, "lines", place)
    if not places:
        raise BrokenForm("lines", f"there is no line ({rule.lines.named})")
    lines = _Lines(channel, rule, origin, head)
    for at in places if _counts_all(rule) else [at for at in places if not is_of_nothing(rule.lines, "lines", at)]:
        lines.read(at)
    if not (lines.valid or lines.refused):
        raise BrokenForm("lines", "every line has a quantity of zero")
    whole = _with_lines(head, lines.valid, lines.refused)
    return (*([Canonical(with_document_hash(whole))] if whole else []), *lines.refused)


def _counts_all(rule: MappedRule) -> bool:
    """Whether a quantity of zero says something: none was found, or none will come."""
    return isinstance(rule, StockCountedRule | SupplyAnnouncedRule)


def _with_lines(head: StockDocument, valid: Sequence[StockLine], refused: Sequence[Refused]) -> StockDocument | None:
    if not valid:
        return None
    if isinstance(head, StockCounted | SupplyAnnounced):
        return None if refused else replace(head, lines=tuple(valid))
    return replace(head, lines=tuple(valid), refused_lines=len(refused))


class _Lines:
    """The lines read so far; used within one call."""

    def __init__(self, channel: ChannelFile, rule: MappedRule, origin: Origin, head: StockDocument) -> None:
        self.valid: list[StockLine] = []
        self.refused: list[Refused] = []
        self._channel = channel
        self._rule = rule
        self._message_id = origin.provenance.correlation_id
        self._head = head
        self._taken: set[str] = set()

    def read(self, at: DocumentPlace) -> None:
        try:
            line_id = self._line_id(at)
            self._take(line_id, at)
            line = _line(self._channel, self._rule, line_id, at)
            check_quantities(self._channel.limits, (line,), at.position)
            self.valid.append(line)
        except BrokenForm as broken:
            is_files = isinstance(broken, NotInTheFile)
            reason = f"{broken.reason} ({self._named(at)})"
            self.refused.append(Refused(reason, broken.field, self._message_id, None, is_files))

    def _named(self, at: DocumentPlace) -> str:
        """Which document and item it is about, as far as that can be read: somebody has to find the goods."""
        document = f"{self._head.kind} {self._head.number}"
        try:
            item = optional_text(self._rule.lines.item_id, f"lines.{at.position}.item_id", at)
        except BrokenForm:
            item = None
        return f"{document}, item {item}" if item else document

    def _line_id(self, at: DocumentPlace) -> LineId:
        field = f"lines.{at.position}.line_id"
        return LineId(checked_id(required_text(self._rule.lines.line_id, field, at), field))

    def _take(self, line_id: LineId, at: DocumentPlace) -> None:
        if line_id in self._taken:
            raise BrokenForm(f"lines.{at.position}.line_id", f"the line id {line_id!r} is used twice")
        self._taken.add(line_id)


def _line(channel: ChannelFile, rule: MappedRule, line_id: LineId, at: DocumentPlace) -> StockLine:
    field = f"lines.{at.position}"
    return StockLine(
        line_id=line_id,
        item_id=ItemId(checked_id(required_text(rule.lines.item_id, f"{field}.item_id", at), f"{field}.item_id")),
        quantity=_quantity(rule, required_text(rule.lines.quantity, f"{field}.quantity", at), f"{field}.quantity"),
        unit=known_unit(required_text(rule.lines.unit, f"{field}.unit", at), f"{field}.unit"),
        expected_at_us=_expected_at_us(channel, rule, f"{field}.expected_at", at),
    )


def _expected_at_us(channel: ChannelFile, rule: MappedRule, field: str, at: DocumentPlace) -> int:
    if not isinstance(rule, SupplyAnnouncedRule):
        return 0
    return day(required_text(rule.lines.expected_at, field, at), field, channel.timezone)


def _quantity(rule: MappedRule, text: str, field: str) -> int:
    match rule:
        case StockAdjustedRule():
            return any_quantity(text, field)
        case StockCountedRule() | SupplyAnnouncedRule():
            return quantity_from_zero(text, field)
        case GoodsReceivedRule() | StockStatusChangedRule() | GoodsSentRule():
            return positive_quantity(text, field)
        case _:
            assert_never(rule)
