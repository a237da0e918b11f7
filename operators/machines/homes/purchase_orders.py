"""The rows of purchase order numbers in their home partitions: each is remembered until its horizon has passed."""

from collections.abc import Sequence
from typing import Final

from domain.deduplication import expires_at_ms
from domain.messages.orders import PurchaseOrderAnswered, PurchaseOrderClaimed, PurchaseOrderEvent
from domain.orders.identity.purchase_orders import CarriedNumber, claimed, given_up
from operators.engine.partition import Partition
from operators.engine.tables import Table
from operators.steps.expiry_queue import ExpiryQueue

PURCHASE_ORDERS: Table[CarriedNumber] = Table(
    "purchase order", CarriedNumber, version=2, upgrades={1: lambda number: {**number, "cut_short": []}}
)
PURCHASE_ORDER_HORIZON: Table[bool] = Table("purchase order horizon", bool, ordered=True)

PURCHASE_ORDER_PASSED: Final = "purchase order horizon passed"
"""The timer that forgets purchase order numbers."""

_EXPIRY = ExpiryQueue(PURCHASE_ORDER_HORIZON, PURCHASE_ORDER_PASSED)


class PurchaseOrders:
    """The purchase order numbers of the orders flow; each is known for `horizon_ms` after the last claim."""

    def __init__(self, horizon_ms: int) -> None:
        self._horizon_ms = horizon_ms

    def apply(self, partition: Partition, event: PurchaseOrderEvent, now_ms: int) -> Sequence[PurchaseOrderAnswered]:
        """The answer to a claim, and what others are told who carry the number as well."""
        number = event.purchase_order_id
        stored = partition.state.get(PURCHASE_ORDERS, number)
        known = None if stored is None or stored.until_ms <= now_ms else stored
        if isinstance(event, PurchaseOrderClaimed):
            verdict = claimed(known, event, expires_at_ms(now_ms, self._horizon_ms))
            _store(partition, number, stored, verdict.row)
            return verdict.answers
        if known is None:
            return ()
        verdict = given_up(known, event)
        _store(partition, number, known, verdict.row)
        return verdict.answers

    def forget(self, partition: Partition) -> None:
        """The timer: delete a page of numbers whose horizon has passed."""
        for number in _EXPIRY.take_due(partition):
            partition.state.delete(PURCHASE_ORDERS, number)


def _store(partition: Partition, number: str, stored: CarriedNumber | None, row: CarriedNumber | None) -> None:
    if stored is not None and (row is None or row.until_ms != stored.until_ms):
        _EXPIRY.remove(partition, stored.until_ms, number)
    if row is None:
        partition.state.delete(PURCHASE_ORDERS, number)
    else:
        partition.state.put(PURCHASE_ORDERS, number, row)
        _EXPIRY.add(partition, row.until_ms, number)
