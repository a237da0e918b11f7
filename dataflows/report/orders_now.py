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
    with_customers: Counter[str] = field(default_factory=Counter)
    """Shipped and not come back, by the lines of orders and by what moved for no line: strangers and orphans."""
    with_customers_by_lines: Counter[str] = field(default_factory=Counter)

    def promised(self, item_id: str) -> int:
        """What orders were given of an item; below what they got where units came back that were on no line."""
        beside = self.with_customers[item_id] - self.with_customers_by_lines[item_id]
        return self.held[item_id] + self.with_customers_by_lines[item_id] + min(0, beside)


def count_orders(reader: TopicReader, codec: Codec, sent: Mapping[str, tuple[FulfilmentLine, ...]]) -> OrdersNow:
    """`sent`: what sources say of the orders of which goods may have moved beside their lines."""
    now = OrdersNow()
    left = dict(sent)
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
        now.with_customers[line.item_id] += line.shipped - line.returned
        now.with_customers_by_lines[line.item_id] += line.shipped - line.returned


def _add_strangers(now: OrdersNow, lines: list[FulfilmentLine] | tuple[FulfilmentLine, ...]) -> None:
    for line in lines:
        now.with_customers[line.item_id] += line.quantity
