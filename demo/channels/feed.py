"""The channels of the demo: a seeded feed of raw records, as the outside world would send them.

The same arguments give the same bytes in the same order, so a stopped feed resumes by skipping what was
sent. Records are generated lazily; only those that are due later are held in memory.
"""

from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from heapq import heappop, heappush
from random import Random
from typing import Final, NamedTuple

from connectors.log.port import Outgoing
from demo.channels.fates import OrderFate, fate_of, is_followed_by_garbage, is_followed_by_refusal
from demo.channels.faults import garbage, refused_order
from demo.channels.order_plans import OrderPlan, plan_order
from demo.channels.raw_orders import (
    AMENDING,
    CANCELLING,
    contradicting,
    normalized,
    raw_amendment,
    raw_cancellation,
    raw_credit_decision,
    raw_interchange,
    raw_order,
    raw_part_cancellation,
    topic_of,
)
from demo.channels.supplies import delivery_times, losses, supplies
from demo.warehouse.payloads import damage, direct_shipment, receipt, repeated_receipt, stock_adjustment
from domain.identifiers import AdjustmentId, OrderId, SourceId

DEMO_STARTS_AT_MS: Final = 1_767_592_800_000
"""The feed's own calendar begins on 2026-01-05 at 06:00 UTC; a fixed day, so that bytes do not depend on the clock."""
ORDERS_BEGIN_AT_MS: Final = 1_000
"""In the feed: the opening receipts come before."""
_BUNDLE: Final = 3
"""Orders in one interchange."""
_FEWEST_FOR_BUNDLES: Final = 12
_WAREHOUSE: Final = SourceId("wms_central")
_OVERTAKEN_CHANNELS: Final = ("shopify", "portal", "inside_sales")


class FeedRecordKind(StrEnum):
    """What a record of the feed is meant to be."""

    ORIGINAL = "original"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    CANCEL = "cancel"
    PART_CANCEL = "part_cancel"
    AMENDMENT = "amendment"
    DECISION = "decision"
    OVERTAKING_SHIPMENT = "overtaking_shipment"
    RECEIPT = "receipt"
    LOSS = "loss"
    GARBAGE = "garbage"
    REFUSED = "refused"


class PlannedRecord(NamedTuple):
    """A raw record, the milliseconds from the feed's start at which it is due, and what is to become of it."""

    at_ms: int
    outgoing: Outgoing
    order_id: OrderId | None
    kind: FeedRecordKind
    further_order_ids: tuple[str, ...] = ()
    """The other orders of an interchange that holds several."""
    refusals: int = 0
    """How many MALFORMED_PAYLOAD cases it raises."""


class FeedPlan(NamedTuple):
    """What a feed is made of."""

    seed: int
    orders: int
    duration_ms: int
    starts_at_ms: int

    def due_at_ms(self, index: int) -> int:
        """When the first record of the order of that index may appear, from the feed's start."""
        return ORDERS_BEGIN_AT_MS + (self.duration_ms - ORDERS_BEGIN_AT_MS) * index // self.orders


def demo_records(
    seed: int, orders: int, duration_ms: int = 60_000, starts_at_ms: int = DEMO_STARTS_AT_MS
) -> Iterator[PlannedRecord]:
    """The feed in the order of time; `orders` different orders are placed in it, not more and not fewer.

    Late repeats and cancellations follow up to about five seconds after `duration_ms`.
    """
    if orders < 1 or duration_ms <= ORDERS_BEGIN_AT_MS:
        raise ValueError(f"a feed needs at least one order and more than {ORDERS_BEGIN_AT_MS} ms")
    feed = FeedPlan(seed, orders, duration_ms, starts_at_ms)
    waiting: list[tuple[int, int, PlannedRecord]] = []
    count = 0
    for record in (*_receipts(feed), *_losses(feed)):
        heappush(waiting, (record.at_ms, count, record))
        count += 1
    for index in range(orders):
        for record in _order_records(feed, index):
            heappush(waiting, (record.at_ms, count, record))
            count += 1
        while waiting and waiting[0][0] < feed.due_at_ms(index + 1):
            yield heappop(waiting)[2]
    while waiting:
        yield heappop(waiting)[2]


def _receipts(feed: FeedPlan) -> Iterator[PlannedRecord]:
    """The receipts; the first of each delivery comes twice, under two message ids."""
    topic = topic_of(_WAREHOUSE)
    for supply in supplies(feed.seed, feed.orders, ORDERS_BEGIN_AT_MS, feed.duration_ms):
        value = receipt(supply.receipt_id, feed.starts_at_ms + supply.at_ms, supply.goods)
        outgoing = Outgoing(topic, supply.receipt_id, value, (("content-type", b"application/json"),))
        yield PlannedRecord(supply.at_ms, outgoing, None, FeedRecordKind.RECEIPT)
        if supply.receipt_id.endswith("-001"):
            repeat = repeated_receipt(supply.receipt_id, feed.starts_at_ms + supply.at_ms + 300, supply.goods)
            yield PlannedRecord(supply.at_ms + 300, outgoing._replace(value=repeat), None, FeedRecordKind.DUPLICATE)


def _losses(feed: FeedPlan) -> Iterator[PlannedRecord]:
    """With each delivery some units of wanted items turn out to be lost, and some to be damaged."""
    for number, at_ms in enumerate(delivery_times(ORDERS_BEGIN_AT_MS, feed.duration_ms), start=1):
        lost, damaged = losses(feed.seed, number)
        now_ms = feed.starts_at_ms + at_ms
        documents = (
            (f"A{number}", stock_adjustment(AdjustmentId(f"A{number}"), now_ms, "not found", [(lost, -1)])),
            (f"D{number}", damage(f"D{number}", now_ms, damaged)),
        )
        for key, value in documents:
            outgoing = Outgoing(topic_of(_WAREHOUSE), key, value, (("content-type", b"application/json"),))
            yield PlannedRecord(at_ms, outgoing, None, FeedRecordKind.LOSS)


def _order_records(feed: FeedPlan, index: int) -> Iterator[PlannedRecord]:
    """All that an order brings with it; nothing is due before `feed.due_at_ms(index)`."""
    due_at_ms = feed.due_at_ms(index)
    bundle = _bundle_of(feed.orders, index)
    if bundle is None:
        yield from _single_order(feed, index)
    elif index == bundle[-1]:
        yield _bundled(feed, bundle)
    if is_followed_by_garbage(feed.seed, index):
        outgoing = garbage(feed.seed, index // 200, feed.starts_at_ms + due_at_ms)
        yield PlannedRecord(due_at_ms, outgoing, None, FeedRecordKind.GARBAGE)
    if is_followed_by_refusal(feed.seed, index):
        outgoing = refused_order(feed.seed, index // 200, feed.starts_at_ms + due_at_ms)
        yield PlannedRecord(due_at_ms, outgoing, None, FeedRecordKind.REFUSED, refusals=1)


def _single_order(feed: FeedPlan, index: int) -> Iterator[PlannedRecord]:
    fate = fate_of(feed.seed, index)
    chance = Random(f"{feed.seed}/delays/{index}")
    due_at_ms = feed.due_at_ms(index)
    plan = plan_order(feed.seed, index, feed.starts_at_ms + due_at_ms, _channels_for(fate))
    late_ms = {
        OrderFate.OVERTAKEN: chance.randrange(1_500, 4_000),
        OrderFate.CANCELLED_FIRST: chance.randrange(300, 1_500),
    }
    placed_at_ms = due_at_ms + late_ms.get(fate, 0)
    yield PlannedRecord(placed_at_ms, raw_order(plan), plan.order_id, FeedRecordKind.ORIGINAL)
    others = list(_other_records(fate, plan, chance, feed.starts_at_ms + due_at_ms))
    delays_ms = sorted(0 if fate in late_ms else chance.randrange(20, 5_000) for _ in others)
    for delay_ms, (kind, outgoing) in zip(delays_ms, others, strict=True):
        yield PlannedRecord(due_at_ms + delay_ms, outgoing, plan.order_id, kind)


def _other_records(
    fate: OrderFate, plan: OrderPlan, chance: Random, at_ms: int
) -> Iterator[tuple[FeedRecordKind, Outgoing]]:
    """Further records, in the order in which they come."""
    match fate:
        case OrderFate.PLAIN:
            return
        case OrderFate.REPEATED:
            again = normalized(plan) if chance.random() < 0.4 else raw_order(plan)  # noqa: PLR2004
            yield FeedRecordKind.DUPLICATE, again
        case OrderFate.CONTRADICTED:
            yield FeedRecordKind.CONFLICT, contradicting(plan)
        case OrderFate.CANCELLED | OrderFate.CANCELLED_FIRST:
            yield FeedRecordKind.CANCEL, raw_cancellation(plan, at_ms)
        case OrderFate.AMENDED:
            yield FeedRecordKind.AMENDMENT, raw_amendment(plan, at_ms)
        case OrderFate.REDUCED:
            yield FeedRecordKind.PART_CANCEL, raw_part_cancellation(plan, at_ms)
        case OrderFate.HELD:
            yield FeedRecordKind.DECISION, raw_credit_decision(plan, "hold", at_ms)
            yield FeedRecordKind.DECISION, raw_credit_decision(plan, "release", at_ms)
        case OrderFate.OVERTAKEN:
            shipment = direct_shipment(plan, at_ms)
            yield FeedRecordKind.OVERTAKING_SHIPMENT, Outgoing(topic_of(_WAREHOUSE), plan.order_id, shipment)


def _channels_for(fate: OrderFate) -> tuple[str, ...]:
    match fate:
        case OrderFate.CANCELLED | OrderFate.CANCELLED_FIRST:
            return CANCELLING
        case OrderFate.AMENDED | OrderFate.REDUCED:
            return AMENDING
        case OrderFate.OVERTAKEN:
            return _OVERTAKEN_CHANNELS
        case OrderFate.PLAIN | OrderFate.REPEATED | OrderFate.CONTRADICTED | OrderFate.HELD:
            return ()


def _bundle_of(orders: int, index: int) -> tuple[int, ...] | None:
    """The indexes of the orders that come in one interchange with that one: two such bundles a feed."""
    if orders < _FEWEST_FOR_BUNDLES:
        return None
    starts = (orders // 3, 2 * orders // 3)
    return next((tuple(range(one, one + _BUNDLE)) for one in starts if one <= index < one + _BUNDLE), None)


def _bundled(feed: FeedPlan, bundle: tuple[int, ...]) -> PlannedRecord:
    at_ms = feed.due_at_ms(bundle[-1])
    plans = tuple(plan_order(feed.seed, index, feed.starts_at_ms + at_ms, ("edi_wholesale",)) for index in bundle)
    first, *others = (replace(plan, customer=plans[0].customer) for plan in plans)
    return PlannedRecord(
        at_ms,
        raw_interchange((first, *others), broken_set=True),
        first.order_id,
        FeedRecordKind.ORIGINAL,
        tuple(plan.order_id for plan in others),
        refusals=1,
    )
