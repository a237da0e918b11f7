"""Where all orders stand now: the last snapshot of each in `orders.state.v1`, added up by status and by item."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.topic_reader import TopicReader, last_of_each_key
from domain.orders.events import FulfilmentLine
from domain.orders.status_events import OrderSnapshot, OrderSummary
from schemas.codec import Codec


@dataclass(slots=True)
class OrdersNow:
    """Sums over all orders; units in millionths, by item."""

    by_status: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    """Reserved and allocated."""
    shipped: Counter[str] = field(default_factory=Counter)
    """On lines of orders, and what left the house for no line: strangers and orphans."""
    shipped_on_lines: Counter[str] = field(default_factory=Counter)

    def promised(self, item_id: str) -> int:
        """What orders were given of an item."""
        return self.held[item_id] + self.shipped_on_lines[item_id]


def count_orders(reader: TopicReader, codec: Codec, shipped: Mapping[str, tuple[FulfilmentLine, ...]]) -> OrdersNow:
    """`shipped`: what warehouses say of the orders that may have shipments beside their lines."""
    now = OrdersNow()
    left = dict(shipped)
    for record in last_of_each_key(reader, "orders.state.v1"):
        snapshot = codec.decode(record.topic, record.value or b"")
        if isinstance(snapshot, OrderSnapshot):
            _add(now, snapshot.order)
            known = {line.line_id for line in snapshot.order.lines}
            _add_strangers(now, [line for line in left.pop(snapshot.order.order_id, ()) if line.line_id not in known])
    for orphaned in left.values():
        _add_strangers(now, orphaned)
    return now


def _add(now: OrdersNow, order: OrderSummary) -> None:
    now.by_status[order.status] += 1
    for line in order.lines:
        now.held[line.item_id] += line.reserved + line.allocated
        now.shipped[line.item_id] += line.shipped
        now.shipped_on_lines[line.item_id] += line.shipped


def _add_strangers(now: OrdersNow, lines: list[FulfilmentLine] | tuple[FulfilmentLine, ...]) -> None:
    for line in lines:
        now.shipped[line.item_id] += line.quantity
