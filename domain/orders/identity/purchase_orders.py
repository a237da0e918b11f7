"""The home of a purchase order number: it knows which live orders carry it, and tells each that is not the first.

The same purchase may come under another order id, or through another channel; no order can see that by itself. All that
is about one number is in one partition, so what comes first there is the original (docs/domain.md#purchase-orders).

| event | number unknown | carried by this order | carried by others |
|---|---|---|---|
| PurchaseOrderClaimed | this order is the original | answered again | a duplicate of the first of them |
| PurchaseOrderGivenUp | nothing | it carries the number no more | nothing |

A claim and what follows it from the same order arrive in their order. So a cancellation that crosses the claim of
another order leaves that one a duplicate, for a person to decide; it never leaves two originals.
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


class ClaimVerdict(NamedTuple):
    """The row to store, and the answer to the order."""

    row: CarriedNumber
    answer: PurchaseOrderAnswered


def claimed(known: CarriedNumber | None, event: PurchaseOrderClaimed, until_ms: int) -> ClaimVerdict:
    """An order carries the number. `known`: the unexpired row; `until_ms`: when a claim of now expires."""
    carriers = () if known is None else known.order_ids
    first = next(iter(carriers), event.order_id)
    duplicate_of = OrderId("") if first == event.order_id else first
    kept = carriers if event.order_id in carriers else (*carriers, event.order_id)[:MOST_ORDERS]
    return ClaimVerdict(CarriedNumber(kept, until_ms), PurchaseOrderAnswered(event.order_id, duplicate_of))


def given_up(known: CarriedNumber, event: PurchaseOrderGivenUp) -> CarriedNumber | None:
    """An order carries the number no more; None when no other does."""
    rest = tuple(order_id for order_id in known.order_ids if order_id != event.order_id)
    return replace(known, order_ids=rest) if rest else None
