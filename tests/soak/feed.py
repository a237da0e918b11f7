"""What the world sends in a soak: every day as many orders as on any other, the goods for them, and old stories.

Goods come at noon, so that orders of the morning wait for them. Each day something is said again that was said three
days before, when its order is forgotten and the message is not; and goods leave for an order that never comes.
"""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge
from typing import Final, NamedTuple

from connectors.log.port import Outgoing
from demo.channels.catalogue import catalogue
from demo.channels.feed import DEMO_STARTS_AT_MS, FeedRecordKind, PlannedRecord, demo_records
from demo.channels.order_plans import plan_order
from demo.channels.raw_orders import topic_of
from demo.warehouse.payloads import direct_shipment, receipt
from domain.identifiers import ReceiptId, SourceId

DAY_MS: Final = 24 * 3_600_000
MOST_DAYS: Final = 3_650
_NOON_MS: Final = DAY_MS // 2
_SAID_AGAIN_AFTER_DAYS: Final = 3
_NEVER_PLACED: Final = 100_000_000
"""Orders from this index on are only shipped."""
_LINES: Final = 40
"""Of one receipt."""
_WAREHOUSE: Final = topic_of(SourceId("wms_central"))


class SoakRecord(NamedTuple):
    """A raw record and its time (`demo.data_clock.world.Dated`)."""

    at_ms: int
    outgoing: Outgoing


@dataclass(frozen=True, slots=True)
class SoakFeed:
    """All that comes, from the first day on."""

    seed: int
    orders_a_day: int

    def day_of(self, record: SoakRecord) -> int:
        """The first is 0."""
        return (record.at_ms - DEMO_STARTS_AT_MS) // DAY_MS

    def records(self) -> Iterator[SoakRecord]:
        """In the order of time, for ten years."""
        for at_ms, outgoing in merge(self._orders(), self._goods(), self._orphans(), key=lambda record: record.at_ms):
            yield SoakRecord(DEMO_STARTS_AT_MS + at_ms, outgoing)

    def _orders(self) -> Iterator[SoakRecord]:
        """The demo's feed, spread over years; what is said again follows at its time."""
        planned = demo_records(self.seed, self.orders_a_day * MOST_DAYS, MOST_DAYS * DAY_MS)
        orders = (each for each in planned if each.kind is not FeedRecordKind.RECEIPT and each.order_id is not None)
        again: deque[PlannedRecord] = deque()
        day = -1
        for each in orders:
            while again and again[0].at_ms + _SAID_AGAIN_AFTER_DAYS * DAY_MS <= each.at_ms:
                old = again.popleft()
                yield SoakRecord(old.at_ms + _SAID_AGAIN_AFTER_DAYS * DAY_MS, old.outgoing)
            if each.at_ms // DAY_MS > day and each.kind is FeedRecordKind.ORIGINAL:
                day = each.at_ms // DAY_MS
                again.append(each)
            yield SoakRecord(each.at_ms, each.outgoing)

    def _goods(self) -> Iterator[SoakRecord]:
        """Of everything a unit at first; then each day somewhat more than it wants. The first receipt comes twice."""
        yield from _receipts("first", 0, [(item.item_id, 1) for item in catalogue()])
        for day in range(MOST_DAYS):
            wanted: Counter[str] = Counter()
            for index in range(day * self.orders_a_day, (day + 1) * self.orders_a_day):
                for line in plan_order(self.seed, index, 0).lines:
                    wanted[line.item.item_id] += line.quantity + 1
            yield from _receipts(f"day-{day}", day * DAY_MS + _NOON_MS, sorted(wanted.items()))

    def _orphans(self) -> Iterator[SoakRecord]:
        for day in range(MOST_DAYS):
            at_ms = day * DAY_MS + _NOON_MS
            plan = plan_order(self.seed, _NEVER_PLACED + day, DEMO_STARTS_AT_MS + at_ms)
            yield SoakRecord(at_ms, Outgoing(_WAREHOUSE, plan.order_id, direct_shipment(plan, DEMO_STARTS_AT_MS)))


def _receipts(name: str, at_ms: int, goods: list[tuple[str, int]]) -> Iterator[SoakRecord]:
    for start in range(0, len(goods), _LINES):
        receipt_id = f"{name}-{start // _LINES + 1}"
        value = receipt(ReceiptId(receipt_id), DEMO_STARTS_AT_MS + at_ms, goods[start : start + _LINES])
        for _ in range(2 if start == 0 else 1):
            yield SoakRecord(at_ms, Outgoing(_WAREHOUSE, receipt_id, value))
