"""The rows of orders that were purged: how many lives each has had, until its horizon has passed."""

from typing import Final

from domain.deduplication import expires_at_ms
from domain.identifiers import OrderId
from domain.orders.state import ForgottenOrder
from operators.engine.partition import Partition
from operators.engine.partition_state import PartitionState
from operators.engine.tables import Table
from operators.steps.expiry_queue import ExpiryQueue

FORGOTTEN_ORDERS: Table[ForgottenOrder] = Table("forgotten order", ForgottenOrder)
FORGOTTEN_HORIZON: Table[bool] = Table("forgotten order horizon", bool, ordered=True)

FORGOTTEN_PASSED: Final = "forgotten order horizon passed"
"""The timer that deletes the last trace of an order."""

_EXPIRY = ExpiryQueue(FORGOTTEN_HORIZON, FORGOTTEN_PASSED)


class ForgottenOrders:
    """The purged orders of one partition; each is remembered for `horizon_ms`. An order that is known is not here."""

    def __init__(self, horizon_ms: int) -> None:
        self._horizon_ms = horizon_ms

    def lives_of(self, state: PartitionState, order_id: OrderId, now_ms: int) -> int:
        """How many lives the order has had and ended."""
        row = state.get(FORGOTTEN_ORDERS, order_id)
        return 0 if row is None or row.until_ms <= now_ms else row.lives

    def purged(self, partition: Partition, order_id: OrderId, lives: int, now_ms: int) -> None:
        """The order is forgotten from now on."""
        row = ForgottenOrder(lives, expires_at_ms(now_ms, self._horizon_ms))
        partition.state.put(FORGOTTEN_ORDERS, order_id, row)
        _EXPIRY.add(partition, row.until_ms, order_id)

    def placed_again(self, partition: Partition, order_id: OrderId) -> None:
        """The order is known again, and its own row has its life."""
        row = partition.state.get(FORGOTTEN_ORDERS, order_id)
        if row is not None:
            _EXPIRY.remove(partition, row.until_ms, order_id)
            partition.state.delete(FORGOTTEN_ORDERS, order_id)

    def forget(self, partition: Partition) -> None:
        """The timer: delete a page of orders whose horizon has passed."""
        for order_id in _EXPIRY.take_due(partition):
            partition.state.delete(FORGOTTEN_ORDERS, order_id)
