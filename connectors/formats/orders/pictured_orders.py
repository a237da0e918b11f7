"""Maps a document that shows an order as it is now to `OrderPictured`."""

from collections.abc import Sequence
from dataclasses import replace

from connectors.formats.content import with_content_hash
from connectors.formats.documents import DocumentPlace
from connectors.formats.expressions.lists import lines_of, require_lists
from connectors.formats.forms import checked_id, checked_text, microseconds, quantity_from_zero, whole_number
from connectors.formats.orders.placed_orders import content_of, whole_order
from connectors.formats.origins import Origin
from connectors.formats.outcomes import BrokenForm
from connectors.formats.values import optional_text, required_text
from domain.identifiers import LineId, NodeId
from domain.messages.orders import OrderPictured, OrderPlaced, PartOfLine
from domain.provenance import Provenance
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.rules import OrderPicturedRule, PicturedLinesRule, PictureRule


def pictured_order(
    channel: ChannelFile, rule: OrderPicturedRule, place: DocumentPlace, origin: Origin
) -> OrderPictured:
    """The picture of a document; `BrokenForm` when it violates the contract."""
    is_cancelled = bool(rule.cancelled and optional_text(rule.cancelled, "cancelled", place))
    if not is_cancelled:
        require_lists(rule.lines, "lines", place)
    placed = whole_order(channel, rule, place, origin, content_of(rule, place))
    return OrderPictured(
        order_id=placed.order_id,
        provenance=_provenance(placed, is_cancelled=is_cancelled),
        number=_number(channel, rule.picture, place),
        is_cancelled=is_cancelled,
        reason=checked_text(required_text(rule.reason, "reason", place), "reason"),
        placed=replace(placed, disputed_totals=()) if is_cancelled else placed,
        shipped_from=NodeId(rule.shipped_from or ""),
        shipped=_shipped(rule.lines, place),
    )


def _shipped(rules: Sequence[PicturedLinesRule], place: DocumentPlace) -> tuple[PartOfLine, ...]:
    """What has left of the lines of the channel's own; those of which nothing has are left out."""
    if not any(rule.shipped for rule in rules):
        return ()
    parts = []
    for rule, at in lines_of(rules, "lines", place):
        field = f"lines.{at.position}"
        text = optional_text(rule.shipped, f"{field}.shipped", at) if rule.shipped else None
        quantity = quantity_from_zero(text, f"{field}.shipped") if text else 0
        if quantity:
            line_id = checked_id(required_text(rule.line_id, f"{field}.line_id", at), f"{field}.line_id")
            parts.append(PartOfLine(LineId(line_id), quantity))
    return tuple(parts)


def _provenance(placed: OrderPlaced, *, is_cancelled: bool) -> Provenance:
    """With the hash of what an order can be changed in: what else the record holds may change at any time."""
    bare = with_content_hash(replace(placed, extensions={})).provenance
    return replace(bare, content_hash=f"{bare.content_hash}/cancelled") if is_cancelled else bare


def _number(channel: ChannelFile, rule: PictureRule, place: DocumentPlace) -> int:
    if rule.time is not None:
        return microseconds(required_text(rule.time, "picture.time", place), "picture.time", channel.timezone)
    if rule.number is not None:
        return whole_number(required_text(rule.number, "picture.number", place), "picture.number")
    raise BrokenForm("picture", "the channel file names neither time nor number")
