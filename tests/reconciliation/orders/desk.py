"""One partition of the order machine that is also the home of lists: orders, and lists that name them or not.

Orders are born in their ERP, so they are booked when they are placed; none of them hears from a ledger.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from connectors.log.port import Record
from domain.deduplication import Horizons
from domain.identifiers import CorrelationId, EventId, OrderId, PartId, SnapshotId, SourceId
from domain.messages.cases import Case
from domain.messages.orders import OrderReported
from domain.messages.snapshots.orders import (
    OrderListBegun,
    OrderListCompleted,
    OrderListContinued,
    OrderListEnded,
    OrdersListed,
)
from domain.messages.snapshots.stock import Reporter
from domain.provenance import Provenance
from operators.engine.event import Event
from operators.machines.orders import OrderMachine
from tests.memory_state import MemoryRows
from tests.unit.orders.story import RULES, Story

BEGAN_MS = 1_000_000
MINUTE_MS = 60_000
PLANNING = SourceId("planning")
"""Whose lists and reports they are."""


class Desk:
    """Messages that flows send to themselves are heard at once; cases are what it says."""

    def __init__(self) -> None:
        self.rows = MemoryRows()
        self._machine = OrderMachine(RULES, Horizons())
        self._records = 0
        self.now_ms = BEGAN_MS

    def hear(self, message: object) -> list[Case]:
        self._records += 1
        partition = self.rows.partition
        partition.advance(self.now_ms)
        record = Record("orders.inbox.v1", 0, self._records, self.now_ms, "key", b"", ())
        event = Event(EventId(f"event {self._records}"), CorrelationId(""), (), message, record, 1)
        return self._said(self._machine.apply(partition, event, self.now_ms))

    def wait(self, minutes: int) -> list[Case]:
        """All that timers lead to, minute by minute."""
        return [case for _ in range(minutes) for case in self._minute()]

    def _minute(self) -> Iterator[Case]:
        self.now_ms += MINUTE_MS
        partition = self.rows.partition
        for timer in partition.timers.take_due(partition.advance(self.now_ms)):
            cause = EventId(f"{timer.subject} {timer.due_at_ms}")
            yield from self._said(self._machine.fire(partition, timer, cause))

    def tell(self, number: int, sentence: str) -> list[Case]:
        """An event of one order, as `Story` reads it."""
        story = Story()
        story.now_ms, story.events = self.now_ms, 1_000 * number + self._records
        event: Any = story.event(sentence)
        if isinstance(event, OrderReported):
            event = replace(event, provenance=replace(event.provenance, source_id=PLANNING))
        return self.hear(replace(event, order_id=order_id(number)))

    def parts(
        self, name: str, numbers: Sequence[int], system: Reporter = Reporter.ERP, taken_minutes_ago: int = 0
    ) -> tuple[OrderListBegun | OrderListContinued | OrderListEnded, ...]:
        """A list in parts of a few orders."""
        said, taken_at_ms = self._provenance(name), self.now_ms - taken_minutes_ago * MINUTE_MS
        own, key = ("main" if system is Reporter.ERP else "shop"), SnapshotId(name)
        chunks = [tuple(map(order_id, numbers[at : at + 7])) for at in range(0, len(numbers), 7)]
        return (
            OrderListBegun(said, key, system, own, taken_at_ms * 1_000, 900),
            *(OrderListContinued(said, key, PartId(str(at)), chunk) for at, chunk in enumerate(chunks)),
            OrderListEnded(said, key, len(numbers)),
        )

    def name_orders(self, name: str, numbers: Sequence[int], system: Reporter = Reporter.ERP) -> list[Case]:
        """A whole list as of now."""
        return [case for part in self.parts(name, numbers, system) for case in self.hear(part)]

    def _said(self, messages: Sequence[object]) -> list[Case]:
        return [case for message in messages for case in self._heard_of(message)]

    def _heard_of(self, message: object) -> Iterator[Case]:
        if isinstance(message, Case):
            yield message
        elif isinstance(message, OrdersListed | OrderListCompleted):
            yield from self.hear(message)

    def _provenance(self, name: str) -> Provenance:
        return Provenance(PLANNING, CorrelationId(name), 0, name, 0, self.now_ms * 1_000)


def order_id(number: int) -> OrderId:
    return OrderId(f"shop:{number}")
