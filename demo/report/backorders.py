"""How many lines had to wait for stock, and how many were filled since, counted from the ledger's answers."""

from collections import Counter
from dataclasses import dataclass, field
from sys import intern
from typing import Final

from connectors.topic_reader import TopicReader, every_record
from domain.identifiers import ItemId, LineId, OrderId
from domain.messages.orders import BackorderFilled, OrderPictured, OrderPlaced, ReservationsAnswered
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import ORDERS_INBOX
from schemas.headers import header

_MOST_NAMED: Final = 10


@dataclass(slots=True)
class Backorders:
    """Lines of orders; `top_items` are those that the most lines waited for, `an_order` is one of those that waited."""

    lines: int = 0
    orders: int = 0
    filled_lines: int = 0
    top_items: dict[str, int] = field(default_factory=dict)
    an_order: OrderId | None = None


@dataclass(slots=True)
class _BackorderCount:
    """Within a partition an order comes before the answers to it, so its items are known by then."""

    items: dict[OrderId, dict[LineId, ItemId]] = field(default_factory=dict)
    """Item by order and line; a line is removed when it is answered."""
    open: dict[tuple[OrderId, LineId], int] = field(default_factory=dict)
    """Units that a line waits for; 0 where it waited once."""
    waited_for: Counter[str] = field(default_factory=Counter)

    def add(self, message: object) -> None:
        match message:
            case OrderPictured():
                self.add(message.placed)
            case OrderPlaced():
                items = {LineId(intern(line.line_id)): ItemId(intern(line.item_id)) for line in message.lines}
                self.items.setdefault(message.order_id, items)
            case ReservationsAnswered():
                for line in message.lines:
                    item = self.items[message.order_id].pop(line.line_id, None)
                    if line.backordered and item is not None:
                        self.waited_for[item] += 1
                        self.open[message.order_id, line.line_id] = line.backordered
            case BackorderFilled():
                for filled in message.lines:
                    key = (message.order_id, filled.line_id)
                    self.open[key] = max(0, self.open.get(key, 0) - filled.quantity)
            case _:
                return

    def finished(self) -> Backorders:
        top = sorted(self.waited_for.items(), key=lambda one: (-one[1], one[0]))[:_MOST_NAMED]
        lines_of = Counter(order_id for order_id, _ in self.open)
        return Backorders(
            lines=len(self.open),
            orders=len(lines_of),
            filled_lines=sum(not units for units in self.open.values()),
            top_items=dict(top),
            an_order=max(lines_of, key=lambda order_id: (lines_of[order_id], order_id), default=None),
        )


def count_backorders(reader: TopicReader, codec: Codec) -> Backorders:
    """Read `orders.inbox.v1` as of the reader's last refresh."""
    classes = (OrderPlaced, OrderPictured, ReservationsAnswered, BackorderFilled)
    wanted = {load_contracts().by_message[one].record for one in classes}
    count = _BackorderCount()
    for record in every_record(reader, ORDERS_INBOX):
        if header(record.headers, "ce_type") in wanted:
            count.add(codec.decode(record.topic, record.value or b""))
    return count.finished()
