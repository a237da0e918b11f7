"""Maps a receipt or an adjustment to one event with all its lines, so that a repeat is recognised whole."""

from dataclasses import replace
from typing import assert_never

from connectors.formats.content import with_document_hash
from connectors.formats.documents import DocumentPlace
from connectors.formats.forms import any_quantity, checked_id, checked_text, known_unit, positive_quantity
from connectors.formats.limits import check_quantities
from connectors.formats.orders.order_events import node_of
from connectors.formats.origins import Origin
from connectors.formats.outcomes import BrokenForm, Canonical, RecordOutcome, Refused
from connectors.formats.values import lines_at, required_text
from domain.identifiers import WHOLE, AdjustmentId, ItemId, LineId, PartId, ReceiptId
from domain.messages.stock import GoodsReceived, StockAdjusted, StockDocument, StockLine
from schemas.channel_language.business_documents import DocumentMode
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.rules import GoodsReceivedRule, StockAdjustedRule

MappedRule = GoodsReceivedRule | StockAdjustedRule


def stock_document(
    channel: ChannelFile, rule: MappedRule, place: DocumentPlace, origin: Origin
) -> tuple[RecordOutcome, ...]:
    """The document's event, then one refusal for each invalid line: the other lines are facts all the same.

    Without a valid line there is no event.
    """
    document = _without_lines(channel, rule, place, origin)
    places = lines_at(rule.lines.each, "lines", place)
    if not places:
        raise BrokenForm("lines", f"there is no line ({rule.lines.each})")
    lines = _Lines(channel, rule, origin)
    for at in places:
        lines.read(at)
    if not lines.valid:
        return tuple(lines.refused)
    whole = replace(document, lines=tuple(lines.valid), refused_lines=len(lines.refused))
    return (Canonical(with_document_hash(whole)), *lines.refused)


class _Lines:
    """The lines read so far; used within one call."""

    def __init__(self, channel: ChannelFile, rule: MappedRule, origin: Origin) -> None:
        self.valid: list[StockLine] = []
        self.refused: list[Refused] = []
        self._channel = channel
        self._rule = rule
        self._message_id = origin.provenance.correlation_id
        self._taken: set[str] = set()

    def read(self, at: DocumentPlace) -> None:
        try:
            line_id = self._line_id(at)
            self._take(line_id, at)
            line = _line(self._rule, line_id, at)
            check_quantities(self._channel.limits, (line,), at.position)
            self.valid.append(line)
        except BrokenForm as broken:
            self.refused.append(Refused(broken.reason, broken.field, self._message_id))

    def _line_id(self, at: DocumentPlace) -> LineId:
        field = f"lines.{at.position}.line_id"
        return LineId(checked_id(required_text(self._rule.lines.line_id, field, at), field))

    def _take(self, line_id: LineId, at: DocumentPlace) -> None:
        if line_id in self._taken:
            raise BrokenForm(f"lines.{at.position}.line_id", f"the line id {line_id!r} is used twice")
        self._taken.add(line_id)


def _line(rule: MappedRule, line_id: LineId, at: DocumentPlace) -> StockLine:
    field = f"lines.{at.position}"
    quantity = any_quantity if isinstance(rule, StockAdjustedRule) else positive_quantity
    return StockLine(
        line_id=line_id,
        item_id=ItemId(checked_id(required_text(rule.lines.item_id, f"{field}.item_id", at), f"{field}.item_id")),
        quantity=quantity(required_text(rule.lines.quantity, f"{field}.quantity", at), f"{field}.quantity"),
        unit=known_unit(required_text(rule.lines.unit, f"{field}.unit", at), f"{field}.unit"),
    )


def _without_lines(channel: ChannelFile, rule: MappedRule, place: DocumentPlace, origin: Origin) -> StockDocument:
    node_id = node_of(channel, rule.node_id, place)
    part = WHOLE if rule.part is None else PartId(checked_id(required_text(rule.part, "part", place), "part"))
    by_message = rule.document is DocumentMode.BY_MESSAGE
    match rule:
        case GoodsReceivedRule():
            receipt_id = ReceiptId(checked_id(required_text(rule.receipt_id, "receipt_id", place), "receipt_id"))
            return GoodsReceived(origin.provenance, node_id, receipt_id, (), part, by_message)
        case StockAdjustedRule():
            number = checked_id(required_text(rule.adjustment_id, "adjustment_id", place), "adjustment_id")
            reason = checked_text(required_text(rule.reason, "reason", place), "reason")
            return StockAdjusted(origin.provenance, node_id, AdjustmentId(number), reason, (), part, by_message)
        case _:
            assert_never(rule)
