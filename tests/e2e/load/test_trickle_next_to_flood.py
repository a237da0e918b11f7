"""A source of class 2 that sends an order now and then, next to a flood of class 1, on the embedded log."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

from connectors.embedded.store import EmbeddedStore
from connectors.log.clock import wall_clock_ms
from connectors.log.port import Outgoing, TopicPartition
from dataflows.assembly import EmbeddedFlows, load_rules, topics_for
from demo.channels.small_payloads import portal_order

PORTAL, AMAZON = "source.portal.v1", "source.amazon.v1"
FLOOD = 4_000
TRICKLE = 3


def amazon_order(number: int) -> dict[str, Any]:
    price = {"unitPrice": {"amount": "1.50", "currencyCode": "GBP"}}
    item = {"orderItemId": "1", "product": {"sellerSku": "X", "price": price}, "quantityOrdered": 1}
    return {"order": {"orderId": f"A-{number}", "createdTime": "2026-01-05T07:59:00Z", "orderItems": [item]}}


class World:
    """The flood lies ready; each order of the trickle comes when the one before it was read."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store
        self.sent = 0
        orders = [portal_order(f"P{number}", {f"I{number % 50}": "1"}) for number in range(FLOOD)]
        store.write(
            [Outgoing(PORTAL, f"P{number}", json.dumps(order).encode()) for number, order in enumerate(orders)], ()
        )

    def read_of(self, topic: str) -> int:
        return self._store.reader.committed("orderline.intake", TopicPartition(topic, 0)) or 0

    def is_over(self) -> bool:
        """Asked at every gate."""
        if self.read_of(AMAZON) == self.sent < TRICKLE and self.read_of(PORTAL) > 500 * (self.sent + 1):
            order = json.dumps(amazon_order(self.sent)).encode()
            self._store.write([Outgoing(AMAZON, "A", order)], ())
            self.sent += 1
        return self.read_of(AMAZON) == TRICKLE or self.read_of(PORTAL) == FLOOD


def test_every_order_of_the_trickle_is_read_while_the_flood_waits(tmp_path: Path) -> None:
    with closing(EmbeddedStore(tmp_path, "orderline", topics_for(1), wall_clock_ms)) as store:
        world = World(store)
        EmbeddedFlows(store, "orderline", load_rules(), world.is_over).run()
        assert TRICKLE == world.read_of(AMAZON)
        assert FLOOD > world.read_of(PORTAL)
