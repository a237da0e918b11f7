"""The input of a run, counted by mapping the raw records of every source again."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import assert_never

from connectors.formats.mapping import map_record
from connectors.formats.outcomes import Canonical, CanonicalMessage
from connectors.log.port import Record
from connectors.topic_reader import TopicReader, every_record
from domain.deduplication import deduplication_key, document_key
from domain.inventory.documents import identity_of
from domain.messages.case_actions import CaseAction
from domain.messages.customers import CustomerDescribed
from domain.messages.failure_policy import OutageEvent
from domain.messages.orders import (
    ChangeRequest,
    FulfilmentLine,
    Numbered,
    OrderPictured,
    OrderPlaced,
    OrderReturned,
    OrderShipmentReversed,
    OrderShipped,
)
from domain.messages.parcels import ParcelReported
from domain.messages.reference_data import ReferenceData
from domain.messages.snapshots.orders import OrderListPart
from domain.messages.snapshots.stock import StockSnapshotPart
from domain.messages.stock import GoodsReceived, StockDocument
from domain.orders.documents.identity import document_in
from domain.returns import ReturnCondition
from schemas.channel_language.channel_file import ChannelFile

_DIGEST_BYTES = 16
_Moved = OrderShipped | OrderReturned | OrderShipmentReversed


@dataclass(frozen=True, slots=True)
class Received:
    """Units that receipts brought: `most` is more where a receipt came again with other content.

    Which of the two counts depends on which was read first, and the raw topic alone does not show that.
    """

    least: int
    most: int


_NONE = Received(0, 0)


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The raw records of all sources; units in millionths."""

    records: int
    orders: int
    duplicates: int
    """Records that only repeated earlier ones."""
    first_order_ms: int | None
    """Append time of the first record that placed an order."""
    received: Mapping[str, Received]
    """By item."""
    sent: Mapping[str, tuple[FulfilmentLine, ...]]
    """Units shipped for the watched orders, as the sources report them; negative for what came back."""


def count_arrivals(reader: TopicReader, channels: Mapping[str, ChannelFile], watched: frozenset[str]) -> Arrivals:
    """Read every source topic (`channels` by topic) that the log has; `watched`: the orders to keep movements of."""
    count = _ArrivalCount(watched)
    present = reader.topics()
    for topic, channel in channels.items():
        if topic in present:
            for record in every_record(reader, topic):
                count.add(channel, record)
    return count.finished()


@dataclass(slots=True)
class _ArrivalCount:
    """Counts record by record. Keeps a digest of each message to recognise repeats."""

    watched: frozenset[str]
    records: int = 0
    orders: int = 0
    duplicates: int = 0
    first_order_ms: int | None = None
    seen: dict[bytes, str] = field(default_factory=dict)
    placed: set[str] = field(default_factory=set)
    """Orders that a record has placed, or shown first."""
    receipts: dict[bytes, Mapping[str, Received]] = field(default_factory=dict)
    received: dict[str, Received] = field(default_factory=dict)
    sent: dict[str, list[FulfilmentLine]] = field(default_factory=lambda: defaultdict(list))

    def add(self, channel: ChannelFile, record: Record) -> None:
        self.records += 1
        messages = [outcome.message for outcome in map_record(channel, record) if isinstance(outcome, Canonical)]
        verdicts = [self._take(message, record) for message in messages]
        if verdicts and all(verdicts):
            self.duplicates += 1

    def _take(self, message: CanonicalMessage, record: Record) -> bool:
        """Count one message; whether it is an equal repeat."""
        key = _digest(message)
        content = message.provenance.content_hash
        is_new = key not in self.seen
        first = self.seen.setdefault(key, content)
        if is_new and isinstance(message, Numbered | ChangeRequest) and (document := document_in(message)) is not None:
            key, content = _digest_of(document_key(message.order_id, document)), document.content_hash
            is_new = key not in self.seen
            first = self.seen.setdefault(key, content)
        if isinstance(message, GoodsReceived):
            self._receive(key, message)
        elif isinstance(message, OrderPlaced | OrderPictured):
            self.orders += message.order_id not in self.placed
            self.placed.add(message.order_id)
            self.first_order_ms = min(record.timestamp_ms, self.first_order_ms or record.timestamp_ms)
        elif isinstance(message, _Moved) and is_new and message.order_id in self.watched:
            self.sent[message.order_id].extend(_sent(message))
        return not is_new and first == content

    def _receive(self, key: bytes, receipt: GoodsReceived) -> None:
        units: Counter[str] = Counter()
        for line in receipt.lines:
            units[line.item_id] += line.quantity
        known = self.receipts.get(key)
        self.receipts[key] = counted = _either(known, units)
        for item_id, after in counted.items():
            before = known.get(item_id, _NONE) if known else _NONE
            sums = self.received.get(item_id, _NONE)
            self.received[item_id] = Received(
                sums.least + after.least - before.least, sums.most + after.most - before.most
            )

    def finished(self) -> Arrivals:
        sent = {order_id: tuple(lines) for order_id, lines in self.sent.items()}
        return Arrivals(self.records, self.orders, self.duplicates, self.first_order_ms, self.received, sent)


def _either(known: Mapping[str, Received] | None, units: Mapping[str, int]) -> Mapping[str, Received]:
    """The units of each item, whichever of the contents of a receipt counts."""
    if known is None:
        return {item_id: Received(quantity, quantity) for item_id, quantity in units.items()}
    items = dict.fromkeys((*known, *units))
    return {item_id: _span(known.get(item_id, _NONE), units.get(item_id, 0)) for item_id in items}


def _span(known: Received, quantity: int) -> Received:
    return Received(min(known.least, quantity), max(known.most, quantity))


def _sent(message: _Moved) -> Iterator[FulfilmentLine]:
    match message:
        case OrderShipped():
            yield from message.lines
        case OrderReturned():
            for line in message.lines:
                if line.condition is not ReturnCondition.MISSING:
                    yield FulfilmentLine(line.line_id, line.item_id, -line.quantity)
        case OrderShipmentReversed():
            for reversed_line in message.lines:
                yield FulfilmentLine(reversed_line.line_id, reversed_line.item_id, -reversed_line.quantity)
        case _:
            assert_never(message)


def _digest(message: CanonicalMessage) -> bytes:
    """The digest by which a repeat is recognised: of an order or stock document by its own id, else by its message."""
    if isinstance(message, OrderPlaced):
        name: str = message.order_id
    elif isinstance(message, OrderPictured):
        name = f"{message.order_id}/{message.number}"
    elif isinstance(message, StockDocument):
        name = identity_of(message)
    elif isinstance(message, StockSnapshotPart | OrderListPart):
        name = f"{message.home_key}/{message.part_key}"
    elif isinstance(message, OutageEvent):
        name = deduplication_key("", type(message).__name__, message.provenance)
    elif isinstance(message, CaseAction):
        name = deduplication_key(message.case_id, type(message).__name__, message.provenance)
    elif isinstance(message, CustomerDescribed):
        name = deduplication_key(message.customer_id, type(message).__name__, message.provenance)
    elif isinstance(message, ParcelReported):
        name = deduplication_key(message.parcel_id, type(message).__name__, message.provenance)
    else:
        subject = message.item_id if isinstance(message, ReferenceData) else message.order_id
        name = deduplication_key(subject, type(message).__name__, message.provenance)
    return _digest_of(name)


def _digest_of(key: str) -> bytes:
    return blake2b(key.encode(), digest_size=_DIGEST_BYTES).digest()
