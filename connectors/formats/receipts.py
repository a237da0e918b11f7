"""Makes one `GoodsReceived` a line of a receipt, so that each item's ledger recognises its own repeats."""

from dataclasses import replace

from connectors.formats.content import with_content_hash
from connectors.formats.documents import Place
from connectors.formats.forms import checked_id, positive_quantity
from connectors.formats.order_events import node_of
from connectors.formats.origins import Origin
from connectors.formats.outcomes import BrokenForm, Canonical, Outcome, Refused
from connectors.formats.values import lines_at, required_text
from domain.inventory.events import GoodsReceived
from schemas.channel_file import ChannelFile
from schemas.channel_rules import GoodsReceivedRule, ReceivedLinesRule


def received_goods(channel: ChannelFile, rule: GoodsReceivedRule, place: Place, origin: Origin) -> tuple[Outcome, ...]:
    """An outcome a line: a bad line is refused by itself, since what came on the others is a fact all the same.

    The correlation id of a line is the receipt's, extended by the line's id.
    """
    node_id = node_of(channel, rule.node_id, place)
    receipt_id = checked_id(required_text(rule.receipt_id, "receipt_id", place), "receipt_id")
    places = lines_at(rule.lines.each, "lines", place)
    if not places:
        raise BrokenForm("lines", f"there is no line ({rule.lines.each})")
    receipt = GoodsReceived("", origin.provenance, node_id, receipt_id, 0)
    taken: set[str] = set()
    return tuple(_line_outcome(rule.lines, at, receipt, taken) for at in places)


def _line_outcome(rule: ReceivedLinesRule, at: Place, receipt: GoodsReceived, taken: set[str]) -> Outcome:
    correlation_id: str | None = None
    try:
        line_id = _line_id(rule, at)
        correlation_id = checked_id(f"{receipt.provenance.correlation_id}/{line_id}", "correlation_id")
        _take(line_id, taken, at)
        return Canonical(_line(rule, at, receipt, correlation_id))
    except BrokenForm as broken:
        return Refused(broken.reason, broken.field, correlation_id)


def _line_id(rule: ReceivedLinesRule, at: Place) -> str:
    field = f"lines.{at.position}.line_id"
    return checked_id(required_text(rule.line_id, field, at), field)


def _take(line_id: str, taken: set[str], at: Place) -> None:
    if line_id in taken:
        raise BrokenForm(f"lines.{at.position}.line_id", f"the line id {line_id!r} is used twice")
    taken.add(line_id)


def _line(rule: ReceivedLinesRule, at: Place, receipt: GoodsReceived, correlation_id: str) -> GoodsReceived:
    field = f"lines.{at.position}"
    return with_content_hash(
        replace(
            receipt,
            item_id=checked_id(required_text(rule.item_id, f"{field}.item_id", at), f"{field}.item_id"),
            provenance=replace(receipt.provenance, correlation_id=correlation_id),
            quantity=positive_quantity(required_text(rule.quantity, f"{field}.quantity", at), f"{field}.quantity"),
        )
    )
