"""The raw records of a run: orders of the portal, and the receipts of the goods that they want.

The same arguments give the same bytes. Stock covers most orders: of nine items in ten there is more than enough, of
the tenth less than is wanted, so that backorders are part of the work.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from benchmarks.loads.baskets import Basket, baskets
from connectors.log.port import Outgoing
from demo.channels.feed import DEMO_STARTS_AT_MS
from demo.channels.written_values import iso_time
from demo.warehouse.payloads import receipt
from domain.identifiers import ItemId, ReceiptId
from domain.money.amounts import format_amount

ORDERS_TOPIC = "source.portal.v1"
RECEIPTS_TOPIC = "source.wms_central.v1"

_JSON = (("content-type", b"application/json"),)
_LINES_A_RECEIPT = 40
_SCARCE_ONE_IN = 10
_SCARCE_PERCENT = (60, 95)
_PLENTY_PERCENT = (100, 120)
_SHIP_TO = {"name": "Ada Abel", "street": "1 Mill Lane", "city": "Graz", "postal_code": "8010", "country": "AT"}


@dataclass(frozen=True, slots=True)
class Workload:
    """So many orders, an order a basket; `lines_from` says where their lines are from."""

    lines_from: str
    baskets: Sequence[Basket]
    seed: int

    @property
    def orders(self) -> int:
        """How many orders there are; every one of them is accepted, at least as a backorder."""
        return len(self.baskets)

    @property
    def lines(self) -> int:
        """How many lines they have together."""
        return sum(len(basket.lines) for basket in self.baskets)

    def first(self, orders: int) -> "Workload":
        """The same, of so many orders at most."""
        return replace(self, baskets=self.baskets[:orders])

    def with_one_line_each(self) -> "Workload":
        """The same customers, who want only the first of their lines."""
        return replace(self, baskets=[basket._replace(lines=basket.lines[:1]) for basket in self.baskets])

    def raw_orders(self) -> Iterator[Outgoing]:
        """The records that place them, as the portal writes them, in their order."""
        for index, basket in enumerate(self.baskets):
            number = f"B-{index:07}"
            yield Outgoing(ORDERS_TOPIC, number, _written(_order(number, basket)), _JSON)

    def raw_receipts(self) -> Iterator[Outgoing]:
        """The records that bring the stock: some lines of many items each."""
        goods = self.goods()
        for number, start in enumerate(range(0, len(goods), _LINES_A_RECEIPT), start=1):
            name = f"B{number:05}"
            value = receipt(ReceiptId(name), DEMO_STARTS_AT_MS, goods[start : start + _LINES_A_RECEIPT])
            yield Outgoing(RECEIPTS_TOPIC, name, value, _JSON)

    def stocked_items(self) -> int:
        """How many items the receipts bring."""
        return len(self.goods())

    def goods(self) -> list[tuple[str, int]]:
        """The stock: whole units by item, in the order in which the items are first wanted."""
        demand: Counter[str] = Counter()
        for basket in self.baskets:
            for line in basket.lines:
                demand[line.item_id] += line.quantity
        return [(item_id, self._stock(ItemId(item_id), wanted)) for item_id, wanted in demand.items()]

    def _stock(self, item_id: ItemId, wanted: int) -> int:
        chance = Random(f"{self.seed}/stock/{item_id}")
        percent = chance.randint(*(_PLENTY_PERCENT if chance.randrange(_SCARCE_ONE_IN) else _SCARCE_PERCENT))
        return max(1, wanted * percent // 100)


def make_workload(orders: int, seed: int, invoices: Path | None) -> Workload:
    """The workload of so many orders; `invoices` is the file of the real ones, where there is one."""
    lines_from, chosen = baskets(orders, seed, invoices)
    return Workload(lines_from, chosen, seed)


def _order(number: str, basket: Basket) -> Mapping[str, object]:
    return {
        "message_id": f"portal-{number}-placed",
        "event": "order_placed",
        "occurred_at": iso_time(DEMO_STARTS_AT_MS),
        "order_number": number,
        "customer": {"number": basket.customer},
        "currency": "EUR",
        "ship_to": _SHIP_TO,
        "lines": [
            {
                "line": position,
                "item": line.item_id,
                "description": line.description,
                "quantity": line.quantity,
                "unit": "PCE",
                "unit_price": format_amount(line.unit_price),
            }
            for position, line in enumerate(basket.lines, start=1)
        ],
        "line_count": len(basket.lines),
        "net_amount": format_amount(sum(line.quantity * line.unit_price for line in basket.lines)),
    }


def _written(content: Mapping[str, object]) -> bytes:
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()
