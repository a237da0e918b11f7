"""The home of a purchase order number: it knows which live orders carry it, and tells each that is not the first.

The same purchase may come under another order id, or through another channel; no order can see that by itself. All that
is about one number is in one partition, so what comes first there is the original (docs/domain.md#purchase-orders).

| event | number unknown | carried by this order | carried by others |
|---|---|---|---|
| PurchaseOrderClaimed | this order is the original | answered again | a duplicate of the first of them |
| PurchaseOrderGivenUp | nothing | it carries the number no more | nothing |

When the original changes, those behind it are told: it gives the number up, so the next one is the original; or the
rest of it is cancelled after parts have shipped, or ordered again. A claim and what follows it from the same order
arrive in their order, so a cancellation that crosses the claim of another order leaves that one the original, and never
two.
"""

from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from domain.identifiers import OrderId
from domain.messages.orders import PurchaseOrderAnswered, PurchaseOrderClaimed, PurchaseOrderGivenUp

MOST_ORDERS: Final = 16
"""The orders of one number that are remembered; each beyond that is a duplicate as well."""


@dataclass(frozen=True, slots=True)
class CarriedNumber:
    """The row of a number: the live orders that carry it, the first one first. It expires at `until_ms`."""

    order_ids: tuple[OrderId, ...]
    until_ms: int
    cut_short: tuple[OrderId, ...] = ()
    """Those of them of which parts have shipped and the rest is cancelled."""


class NumberVerdict(NamedTuple):
    """The row to store, None if nobody carries the number any more; and what orders are told."""

    row: CarriedNumber | None
    answers: tuple[PurchaseOrderAnswered, ...] = ()


def claimed(known: CarriedNumber | None, event: PurchaseOrderClaimed, until_ms: int) -> NumberVerdict:
    """An order carries the number. `known`: the unexpired row; `until_ms`: when a claim of now expires."""
    before = known or CarriedNumber((), until_ms)
    is_new = event.order_id not in before.order_ids
    kept = (*before.order_ids, event.order_id)[:MOST_ORDERS] if is_new else before.order_ids
    others = tuple(each for each in before.cut_short if each != event.order_id)
    row = CarriedNumber(kept, until_ms, (*others, event.order_id) if event.is_cut_short else others)
    answer = _answer(row, event.order_id)
    is_told = event.order_id == kept[0] and row.cut_short != before.cut_short
    return NumberVerdict(row, (answer, *(_answer(row, each) for each in kept[1:] if is_told)))


def given_up(known: CarriedNumber, event: PurchaseOrderGivenUp) -> NumberVerdict:
    """An order carries the number no more; if it was the original, the others are told who is now."""
    rest = tuple(order_id for order_id in known.order_ids if order_id != event.order_id)
    if not rest:
        return NumberVerdict(None)
    cut_short = tuple(order_id for order_id in known.cut_short if order_id != event.order_id)
    row = replace(known, order_ids=rest, cut_short=cut_short)
    is_told = rest[0] != known.order_ids[0]
    return NumberVerdict(row, tuple(_answer(row, each) for each in rest if is_told))


def _answer(row: CarriedNumber, order_id: OrderId) -> PurchaseOrderAnswered:
    first = row.order_ids[0]
    if first == order_id:
        return PurchaseOrderAnswered(order_id, OrderId(""))
    return PurchaseOrderAnswered(order_id, first, first in row.cut_short)
