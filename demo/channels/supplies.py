"""How much the demo's suppliers deliver, and when: somewhat less than is wanted of what is wanted most."""

from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Final, NamedTuple

from demo.channels.catalogue import catalogue
from demo.channels.order_plans import plan_order
from domain.identifiers import ItemId, ReceiptId

_SAMPLE: Final = 1_000
"""So many orders are looked at to know the demand of all."""
_POPULAR: Final = 80
_LINES: Final = 40
"""Of one receipt."""
DELIVERIES: Final = 5
"""After the opening, spread evenly over the feed."""

_OPENING_PERCENT: Final = {True: 50, False: 80}
_DELIVERY_PERCENT: Final = 8
"""Of the demand, each: popular items end at 90 %, others at 120 %."""


class Supply(NamedTuple):
    """One receipt: its id, the time in the feed, and units by item."""

    receipt_id: ReceiptId
    at_ms: int
    goods: Sequence[tuple[str, int]]


def supplies(seed: int, orders: int, begins_at_ms: int, ends_at_ms: int) -> list[Supply]:
    """All receipts of the feed, the opening ones first."""
    demand = _demand(seed, orders)
    planned: list[Supply] = []
    opening: list[tuple[str, int]] = [
        (item.item_id, demand[item.item_id] * _OPENING_PERCENT[rank < _POPULAR] // 100 + 1)
        for rank, item in enumerate(catalogue())
    ]
    planned += _receipts("R0", 0, opening)
    for number, at_ms in enumerate(delivery_times(begins_at_ms, ends_at_ms), start=1):
        goods = [(item.item_id, demand[item.item_id] * _DELIVERY_PERCENT // 100) for item in catalogue()]
        planned += _receipts(f"R{number}", at_ms, [one for one in goods if one[1] > 0])
    return planned


def delivery_times(begins_at_ms: int, ends_at_ms: int) -> list[int]:
    """When suppliers deliver after the opening."""
    return [
        begins_at_ms + (ends_at_ms - begins_at_ms) * number // (DELIVERIES + 1) for number in range(1, DELIVERIES + 1)
    ]


def losses(seed: int, number: int) -> tuple[ItemId, ItemId]:
    """The items of which a unit is lost, and a unit damaged, when the delivery of that number comes."""
    lost, damaged = Random(f"{seed}/losses/{number}").sample(catalogue()[:_POPULAR], 2)
    return lost.item_id, damaged.item_id


def _receipts(name: str, at_ms: int, goods: list[tuple[str, int]]) -> list[Supply]:
    return [
        Supply(ReceiptId(f"{name}-{start // _LINES + 1:03}"), at_ms, goods[start : start + _LINES])
        for start in range(0, len(goods), _LINES)
    ]


def _demand(seed: int, orders: int) -> Counter[str]:
    """Whole units by item that all orders want, estimated from the first."""
    sample = min(orders, _SAMPLE)
    wanted: Counter[str] = Counter()
    for index in range(sample):
        for line in plan_order(seed, index, 0).lines:
            wanted[line.item.item_id] += line.quantity
    return Counter({item_id: quantity * orders // sample for item_id, quantity in wanted.items()})
