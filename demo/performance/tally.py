"""The counts that the demo's live view shows, updated from new records."""

from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from connectors.log.port import Record, TopicPartition
from connectors.topic_reader import TopicReader
from domain.messages.cases import CaseClass, CaseState, ExceptionRaised
from domain.messages.inventory import InventoryPosition
from domain.messages.status import OrderAccepted, OrderSnapshot, OrderSummary
from schemas.codec import Codec
from schemas.contracts.registry import (
    DISPATCH_INBOX,
    EXCEPTIONS,
    INVENTORY_POSITIONS,
    ORDERS_EVENTS,
    ORDERS_INBOX,
    ORDERS_STATE,
)
from schemas.headers import header

_AT_ONCE = 1_000
_RECENT = 1_000


@dataclass(slots=True)
class LiveTally:
    """Totals so far; `look` adds what was committed since the last call."""

    reader: TopicReader
    codec: Codec
    orders: dict[str, OrderSummary] = field(default_factory=dict)
    positions: dict[str, InventoryPosition] = field(default_factory=dict)
    exceptions: Counter[str] = field(default_factory=Counter)
    dead_letters: int = 0
    accepted: int = 0
    requested: int = 0
    answered: int = 0
    raw: int = 0
    outage_since_ms: int = 0
    """When the current ERP outage began, by the case ERP_OUTAGE; 0 while the ERP is up."""
    latencies_ms: deque[int] = field(default_factory=lambda: deque(maxlen=_RECENT))
    _read: dict[TopicPartition, int] = field(default_factory=dict)

    def look(self) -> bool:
        """Read new records; True when anything changed (an order that only asks for stock again does not count)."""
        self.reader.refresh()
        before = self._progress()
        for topic, handle in self._handlers().items():
            self._follow(topic, handle)
        return self._progress() != before

    def _progress(self) -> tuple[int, ...]:
        versions = sum(order.version for order in self.orders.values())
        return (self.raw, versions, self.requested, self.answered, self.dead_letters, self.exceptions.total())

    def _handlers(self) -> Mapping[str, Callable[[Record], None]]:
        sources = {topic: self._on_raw for topic in self.reader.topics() if topic.startswith("source.")}
        return {
            **sources,
            ORDERS_EVENTS: self._on_order_event,
            ORDERS_STATE: self._on_order,
            INVENTORY_POSITIONS: self._on_position,
            EXCEPTIONS: self._on_exception,
            "deadletters.v1": self._on_dead_letter,
            DISPATCH_INBOX: self._on_dispatch,
            ORDERS_INBOX: self._on_inbox,
        }

    def _follow(self, topic: str, handle: Callable[[Record], None]) -> None:
        for source, end in self.reader.ends(topic).items():
            while (position := self._read.get(source, 0)) < end:
                records = self.reader.read(*source, position, _AT_ONCE)
                if not records:
                    break
                self._read[source] = records[-1].offset + 1
                for record in records:
                    handle(record)

    def _on_raw(self, record: Record) -> None:
        del record
        self.raw += 1

    def _on_dead_letter(self, record: Record) -> None:
        del record
        self.dead_letters += 1

    def _on_dispatch(self, record: Record) -> None:
        self.requested += _is(record, "ErpRequested")

    def _on_inbox(self, record: Record) -> None:
        self.answered += _is(record, "ErpOutcomeReceived")

    def _on_order_event(self, record: Record) -> None:
        if _is(record, "OrderAccepted"):
            event = self.codec.decode(record.topic, record.value or b"")
            if isinstance(event, OrderAccepted):
                self.accepted += 1
                self.latencies_ms.append(record.timestamp_ms - event.order.ingested_at_us // 1_000)

    def _on_order(self, record: Record) -> None:
        """A purged order (a record without value) keeps its last snapshot."""
        if record.value is None:
            return
        event = self.codec.decode(record.topic, record.value)
        if isinstance(event, OrderSnapshot):
            self.orders[event.order.order_id] = event.order

    def _on_position(self, record: Record) -> None:
        event = self.codec.decode(record.topic, record.value or b"")
        if isinstance(event, InventoryPosition):
            self.positions[event.item_id] = event

    def _on_exception(self, record: Record) -> None:
        event = self.codec.decode(record.topic, record.value or b"")
        if not isinstance(event, ExceptionRaised):
            return
        if event.state is CaseState.OPEN:
            self.exceptions[event.case_class] += 1
        if event.case_class is CaseClass.ERP_OUTAGE:
            self.outage_since_ms = event.raised_at_ms if event.state is CaseState.OPEN else 0


def _is(record: Record, name: str) -> bool:
    return (header(record.headers, "ce_type") or "").endswith(f".{name}")
