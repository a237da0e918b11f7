"""Who contends for what: orders of all channels for a few units, with repeats, cancellations and receipts in any order.

Everything follows from the seed. The records are those that the channels send, so they pass the real flows unchanged.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from random import Random
from typing import Final, NamedTuple

from connectors.log.port import Outgoing
from demo.channels.catalogue import catalogue
from demo.channels.feed import DEMO_STARTS_AT_MS
from demo.channels.order_plans import OrderPlan, WantedLine, plan_order
from demo.channels.raw_orders import CANCELLING, normalized, raw_cancellation, raw_order, topic_of
from demo.warehouse.payloads import receipt, repeated_receipt
from domain.identifiers import ItemId, OrderId, ReceiptId, SourceId

_REPEATED: Final = 0.2
"""Of the orders come once more, half of them in other bytes."""
_CANCELLED: Final = 0.2
"""Of the orders of channels that cancel are cancelled, whether they have got anything or not."""
_OF_TWO_ITEMS: Final = 0.1
_RECEIPTS: Final = 4
"""In which the stock arrives; each comes twice, under two message ids."""


class Deed(Enum):
    """What a record says."""

    PLACED = auto()
    CANCELLED = auto()
    RECEIVED = auto()


class Delivery(NamedTuple):
    """One record as a source sends it, and what it says. `subject`: the order or the receipt."""

    record: Outgoing
    deed: Deed
    subject: str
    units: tuple[tuple[ItemId, int], ...]
    """Whole units by item; of a cancellation those of its order."""


@dataclass(frozen=True, slots=True)
class Contest:
    """`contenders` orders want one or two units each of `items` items; `units` of each exist."""

    seed: int
    contenders: int
    items: int = 4
    units: int = 10

    @property
    def stock(self) -> Mapping[ItemId, int]:
        """Whole units of each item, all receipts together."""
        return {item.item_id: self.units for item in catalogue()[: self.items]}

    @property
    def order_ids(self) -> frozenset[OrderId]:
        """All who contend."""
        return frozenset(plan.order_id for plan in self._plans())

    def demand(self) -> Counter[ItemId]:
        """Whole units of each item that all contenders want."""
        wanted: Counter[ItemId] = Counter()
        for plan in self._plans():
            wanted.update(dict(_units_of(plan)))
        return wanted

    def deliveries(self) -> list[Delivery]:
        """All records, in the order in which they arrive: any."""
        found = [*self._receipts(), *(each for plan in self._plans() for each in self._of_order(plan))]
        Random(f"{self.seed}/arrivals").shuffle(found)
        return found

    def _plans(self) -> Iterator[OrderPlan]:
        for index in range(self.contenders):
            chance = Random(f"{self.seed}/wants/{index}")
            plan = plan_order(self.seed, index, DEMO_STARTS_AT_MS + index)
            count = min(self.items, 1 + (chance.random() < _OF_TWO_ITEMS))
            wanted = chance.sample(catalogue()[: self.items], count)
            lines = (WantedLine(number, item, chance.choice((1, 1, 1, 2))) for number, item in enumerate(wanted, 1))
            yield replace(plan, lines=tuple(lines))

    def _of_order(self, plan: OrderPlan) -> Iterator[Delivery]:
        chance = Random(f"{self.seed}/fate/{plan.index}")
        units = _units_of(plan)
        yield Delivery(raw_order(plan), Deed.PLACED, plan.order_id, units)
        if chance.random() < _REPEATED:
            again = normalized(plan) if chance.random() < 0.5 else raw_order(plan)
            yield Delivery(again, Deed.PLACED, plan.order_id, units)
        if plan.source_id in CANCELLING and chance.random() < _CANCELLED:
            yield Delivery(raw_cancellation(plan, plan.placed_at_ms + 1), Deed.CANCELLED, plan.order_id, units)

    def _receipts(self) -> Iterator[Delivery]:
        shares = [(self.units + number) // _RECEIPTS for number in range(_RECEIPTS)]
        for number, share in enumerate(shares):
            receipt_id = ReceiptId(f"RACE-{number}")
            goods = [(str(item_id), share) for item_id in self.stock]
            units = tuple((item_id, share) for item_id in self.stock)
            if not share:
                continue
            for make in (receipt, repeated_receipt):
                record = Outgoing(
                    topic_of(SourceId("wms_central")), receipt_id, make(receipt_id, DEMO_STARTS_AT_MS, goods)
                )
                yield Delivery(record, Deed.RECEIVED, receipt_id, units)


def _units_of(plan: OrderPlan) -> tuple[tuple[ItemId, int], ...]:
    return tuple((line.item.item_id, line.quantity) for line in plan.lines)
