"""Maps the head of a stock document: all of it but the lines."""

from typing import assert_never

from connectors.formats.documents import DocumentPlace
from connectors.formats.forms import checked_id, checked_text, microseconds_of_day
from connectors.formats.orders.order_events import node_of
from connectors.formats.origins import Origin
from connectors.formats.outcomes import BrokenForm
from connectors.formats.values import optional_text, required_text
from domain.identifiers import (
    NO_NODE,
    NO_SUPPLY,
    NO_TRANSFER_ORDER,
    WHOLE,
    AdjustmentId,
    CountId,
    NodeId,
    PartId,
    ReceiptId,
    StatusChangeId,
    SupplyId,
    TransferOrderId,
)
from domain.messages.stock import (
    GoodsReceived,
    GoodsSent,
    StockAdjusted,
    StockCounted,
    StockDocument,
    StockStatus,
    StockStatusChanged,
    SupplyAnnounced,
)
from schemas.channel_language.business_documents import DocumentMode
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.sources import ValueOrigin
from schemas.channel_language.stock_rules import (
    GoodsReceivedRule,
    GoodsSentRule,
    StockAdjustedRule,
    StockCountedRule,
    StockStatusChangedRule,
    SupplyAnnouncedRule,
)

MappedRule = (
    GoodsReceivedRule
    | StockAdjustedRule
    | StockCountedRule
    | StockStatusChangedRule
    | GoodsSentRule
    | SupplyAnnouncedRule
)

_IN_STOCK = frozenset({StockStatus.AVAILABLE, StockStatus.QUALITY_HOLD, StockStatus.DAMAGED})
_ANY = frozenset(StockStatus)
"""Of what another node has sent, units may be lost on the way."""


def head_of(channel: ChannelFile, rule: MappedRule, place: DocumentPlace, origin: Origin) -> StockDocument:
    """The document without its lines; `BrokenForm` when it violates the contract."""
    node_id = node_of(channel, rule.node_id, place)
    match rule:
        case GoodsReceivedRule():
            return _received(channel, rule, place, origin, node_id)
        case StockAdjustedRule():
            number = AdjustmentId(_id(rule.adjustment_id, "adjustment_id", place))
            reason = _text(rule.reason, "reason", place)
            return StockAdjusted(origin.provenance, node_id, number, reason, (), *_travel(rule, place))
        case StockCountedRule():
            return _counted(channel, rule, place, origin, node_id)
        case StockStatusChangedRule():
            return _status_changed(rule, place, origin, node_id)
        case GoodsSentRule():
            order = TransferOrderId(_id(rule.transfer_order_id, "transfer_order_id", place))
            receiver = _other_node(channel, rule.to_node_id, "to_node_id", place, node_id)
            return GoodsSent(origin.provenance, node_id, receiver, order, (), *_travel(rule, place))
        case SupplyAnnouncedRule():
            supply_id = SupplyId(_id(rule.supply_id, "supply_id", place))
            return SupplyAnnounced(origin.provenance, node_id, supply_id, ())
        case _:
            assert_never(rule)


def _received(
    channel: ChannelFile, rule: GoodsReceivedRule, place: DocumentPlace, origin: Origin, node_id: NodeId
) -> GoodsReceived:
    order, sender = NO_TRANSFER_ORDER, NO_NODE
    named = optional_text(rule.transfer_order_id, "transfer_order_id", place) if rule.transfer_order_id else None
    if named:
        order = TransferOrderId(checked_id(named, "transfer_order_id"))
        sender = _sender(channel, rule, place, node_id)
    supply_id = optional_text(rule.supply_id, "supply_id", place) if rule.supply_id else None
    part, by_message = _travel(rule, place)
    return GoodsReceived(
        provenance=origin.provenance,
        node_id=node_id,
        receipt_id=ReceiptId(_id(rule.receipt_id, "receipt_id", place)),
        lines=(),
        part=part,
        by_message=by_message,
        status=_status(rule.status, "status", place, _ANY if order else _IN_STOCK),
        transfer_order_id=order,
        from_node_id=sender,
        supply_id=SupplyId(checked_id(supply_id, "supply_id")) if supply_id else NO_SUPPLY,
    )


def _sender(channel: ChannelFile, rule: GoodsReceivedRule, place: DocumentPlace, node_id: NodeId) -> NodeId:
    """The receipt is a fact, whoever sent the goods: the ledger finds out where it is not named."""
    named = optional_text(rule.from_node_id, "from_node_id", place) if rule.from_node_id else None
    if not named or named == node_id:
        return NodeId(named) if named else NO_NODE
    return _known_node(channel, NodeId(checked_id(named, "from_node_id")), "from_node_id")


def _counted(
    channel: ChannelFile, rule: StockCountedRule, place: DocumentPlace, origin: Origin, node_id: NodeId
) -> StockCounted:
    """A count of the future is refused and not clamped: it would hide what happens until then."""
    count_id = CountId(_id(rule.count_id, "count_id", place))
    text = required_text(rule.counted_at, "counted_at", place)
    counted_at_us = microseconds_of_day(text, "counted_at", channel.timezone)
    if counted_at_us > origin.provenance.ingested_at_us + channel.future_tolerance_s * 1_000_000:
        raise BrokenForm("counted_at", f"{text} is in the future")
    return StockCounted(origin.provenance, node_id, count_id, counted_at_us, ())


def _status_changed(
    rule: StockStatusChangedRule, place: DocumentPlace, origin: Origin, node_id: NodeId
) -> StockStatusChanged:
    number = StatusChangeId(_id(rule.change_id, "change_id", place))
    reason = _text(rule.reason, "reason", place)
    before = _status(rule.from_status, "from_status", place, _IN_STOCK)
    after = _status(rule.to_status, "to_status", place, _ANY)
    if before is after:
        raise BrokenForm("to_status", f"is {after}, as before")
    return StockStatusChanged(origin.provenance, node_id, number, reason, before, after, (), *_travel(rule, place))


def _travel(
    rule: GoodsReceivedRule | StockAdjustedRule | StockStatusChangedRule | GoodsSentRule, place: DocumentPlace
) -> tuple[PartId, bool]:
    """The number of the part, and whether only the message says what comes again."""
    part = WHOLE if rule.part is None else PartId(_id(rule.part, "part", place))
    return part, rule.document is DocumentMode.BY_MESSAGE


def _other_node(channel: ChannelFile, source: ValueOrigin, field: str, place: DocumentPlace, node_id: NodeId) -> NodeId:
    other = NodeId(_id(source, field, place))
    if other == node_id:
        raise BrokenForm(field, f"{other!r} is the node of the document itself")
    return _known_node(channel, other, field)


def _known_node(channel: ChannelFile, other: NodeId, field: str) -> NodeId:
    if other not in {*channel.nodes, *channel.other_nodes}:
        raise BrokenForm(field, f"{other!r} is neither a node of this source nor one of its other_nodes")
    return other


def _status(source: ValueOrigin, field: str, place: DocumentPlace, allowed: frozenset[StockStatus]) -> StockStatus:
    text = required_text(source, field, place)
    if text not in allowed:
        raise BrokenForm(field, f"{text[:40]!r} is not one of {', '.join(sorted(allowed))}")
    return StockStatus(text)


def _id(source: ValueOrigin, field: str, place: DocumentPlace) -> str:
    return checked_id(required_text(source, field, place), field)


def _text(source: ValueOrigin, field: str, place: DocumentPlace) -> str:
    return checked_text(required_text(source, field, place), field)
