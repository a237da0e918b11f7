"""The current state of all orders, summed by status and by item.

It uses the last snapshot in `orders.state.v1`, or for a purged order its last event in `orders.events.v1`. An order
that was purged and placed again has several lives: units are counted over all, the status is that of the last.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from connectors.log.port import Record
from connectors.topic_reader import TopicReader, last_of_each_key, records_of
from domain.identifiers import ItemId
from domain.messages.orders import FulfilmentLine
from domain.messages.status import OrderReceived, OrderSnapshot, OrderSummary
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import ORDERS_EVENTS, ORDERS_STATE
from schemas.headers import header


@dataclass(slots=True)
class OrdersNow:
    """Sums over all orders; units in millionths, by item."""

    by_status: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    """Reserved and allocated."""
    with_customers: Counter[str] = field(default_factory=Counter)
    """Shipped and not returned: by the lines of orders, or by the source records for orders with unknown lines."""
    with_customers_by_lines: Counter[str] = field(default_factory=Counter)

    def promised(self, item_id: ItemId) -> int:
        """Units of an item promised to orders; lower when units were returned that were on no line."""
        unmatched = self.with_customers[item_id] - self.with_customers_by_lines[item_id]
        return self.held[item_id] + self.with_customers_by_lines[item_id] + min(0, unmatched)


def count_orders(reader: TopicReader, codec: Codec, sent: Mapping[str, tuple[FulfilmentLine, ...]]) -> OrdersNow:
    """`sent`: the movements that sources report for orders whose goods moved outside their lines or later."""
    now = OrdersNow()
    for life in lives_of_orders(reader, codec):
        if life.is_last:
            now.by_status[life.order.status] += 1
        _add(now, life.order, is_moved_outside_lines=life.order.order_id in sent)
    for lines in sent.values():
        for line in lines:
            now.with_customers[line.item_id] += line.quantity
    return now


def _add(now: OrdersNow, order: OrderSummary, *, is_moved_outside_lines: bool) -> None:
    for line in order.lines:
        now.held[line.item_id] += line.reserved + line.allocated
        now.with_customers_by_lines[line.item_id] += line.shipped - line.returned
        if not is_moved_outside_lines:
            now.with_customers[line.item_id] += line.shipped - line.returned


class Life(NamedTuple):
    """An order as last published; one that was purged and placed again has several lives."""

    order: OrderSummary
    is_last: bool


def lives_of_orders(reader: TopicReader, codec: Codec) -> Iterator[Life]:
    """Every life of every order that is still in a topic: from its snapshot, or from its last event."""
    there: set[str | None] = set()
    for record in last_of_each_key(reader, ORDERS_STATE):
        snapshot = codec.decode(ORDERS_STATE, record.value or b"")
        if isinstance(snapshot, OrderSnapshot):
            there.add(record.key)
            yield Life(snapshot.order, is_last=True)
    for partition in range(reader.partitions_of(ORDERS_EVENTS)):
        for record, is_last in _last_events(reader, partition):
            if not (is_last and record.key in there):
                event: Any = codec.decode(ORDERS_EVENTS, record.value or b"")
                yield Life(event.order, is_last)


def _last_events(reader: TopicReader, partition: int) -> Iterator[tuple[Record, bool]]:
    """The last event of every life of the orders in a partition; whether it is the order's last one."""
    received = load_contracts().by_message[OrderReceived].record
    last: dict[str | None, int] = {}
    earlier: set[int] = set()
    for record in records_of(reader, ORDERS_EVENTS, partition):
        if record.key in last and header(record.headers, "ce_type") == received:
            earlier.add(last[record.key])
        last[record.key] = record.offset
    for record in records_of(reader, ORDERS_EVENTS, partition):
        if record.offset in earlier or record.offset == last[record.key]:
            yield record, record.offset not in earlier
