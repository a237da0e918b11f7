"""Maps each line of a receipt or an adjustment to a stock fact, so that each item's ledger recognises repeats."""

from dataclasses import replace
from typing import assert_never

from connectors.formats.content import with_content_hash
from connectors.formats.documents import DocumentPlace
from connectors.formats.forms import any_quantity, checked_id, checked_text, positive_quantity
from connectors.formats.limits import check_quantities
from connectors.formats.order_events import node_of
from connectors.formats.origins import Origin
from connectors.formats.outcomes import BrokenForm, Canonical, RecordOutcome, Refused
from connectors.formats.values import lines_at, required_text
from domain.identifiers import AdjustmentId, CorrelationId, ItemId, LineId, ReceiptId
from domain.messages.inventory import GoodsReceived, StockAdjusted
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.rules import GoodsReceivedRule, StockAdjustedRule, StockLinesRule

MappedStockFact = GoodsReceived | StockAdjusted


def stock_facts(
    channel: ChannelFile, rule: GoodsReceivedRule | StockAdjustedRule, place: DocumentPlace, origin: Origin
) -> tuple[RecordOutcome, ...]:
    """One outcome per line: an invalid line is refused alone, because the other lines are still facts.

    The correlation id of a line is the record's, extended by the line's id.
    """
    fact = _without_line(channel, rule, place, origin)
    places = lines_at(rule.lines.each, "lines", place)
    if not places:
        raise BrokenForm("lines", f"there is no line ({rule.lines.each})")
    taken: set[str] = set()
    return tuple(_line_outcome(channel, rule.lines, at, fact, taken) for at in places)


def _without_line(
    channel: ChannelFile, rule: GoodsReceivedRule | StockAdjustedRule, place: DocumentPlace, origin: Origin
) -> MappedStockFact:
    """The fields that all lines share; item and quantity are set per line."""
    node_id = node_of(channel, rule.node_id, place)
    match rule:
        case GoodsReceivedRule():
            receipt_id = checked_id(required_text(rule.receipt_id, "receipt_id", place), "receipt_id")
            return GoodsReceived(ItemId(""), origin.provenance, node_id, ReceiptId(receipt_id), 0)
        case StockAdjustedRule():
            adjustment_id = checked_id(required_text(rule.adjustment_id, "adjustment_id", place), "adjustment_id")
            reason = checked_text(required_text(rule.reason, "reason", place), "reason")
            return StockAdjusted(ItemId(""), origin.provenance, node_id, AdjustmentId(adjustment_id), reason, 0)
        case _:
            assert_never(rule)


def _line_outcome(
    channel: ChannelFile, rule: StockLinesRule, at: DocumentPlace, fact: MappedStockFact, taken: set[str]
) -> RecordOutcome:
    correlation_id: CorrelationId | None = None
    try:
        line_id = _line_id(rule, at)
        correlation_id = CorrelationId(checked_id(f"{fact.provenance.correlation_id}/{line_id}", "correlation_id"))
        _take(line_id, taken, at)
        line = _line(rule, at, fact, correlation_id)
        check_quantities(channel.limits, (line,), at.position)
        return Canonical(line)
    except BrokenForm as broken:
        return Refused(broken.reason, broken.field, correlation_id)


def _line_id(rule: StockLinesRule, at: DocumentPlace) -> LineId:
    field = f"lines.{at.position}.line_id"
    return LineId(checked_id(required_text(rule.line_id, field, at), field))


def _take(line_id: LineId, taken: set[str], at: DocumentPlace) -> None:
    if line_id in taken:
        raise BrokenForm(f"lines.{at.position}.line_id", f"the line id {line_id!r} is used twice")
    taken.add(line_id)


def _line(
    rule: StockLinesRule, at: DocumentPlace, fact: MappedStockFact, correlation_id: CorrelationId
) -> MappedStockFact:
    field = f"lines.{at.position}"
    quantity = any_quantity if isinstance(fact, StockAdjusted) else positive_quantity
    return with_content_hash(
        replace(
            fact,
            item_id=ItemId(checked_id(required_text(rule.item_id, f"{field}.item_id", at), f"{field}.item_id")),
            provenance=replace(fact.provenance, correlation_id=correlation_id),
            quantity=quantity(required_text(rule.quantity, f"{field}.quantity", at), f"{field}.quantity"),
        )
    )
