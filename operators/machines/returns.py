"""The rows of the returns of orders: one a return, so an event costs the same however many its order has."""

from collections.abc import Iterable

from domain.identifiers import OrderId, ReturnId
from domain.orders.returns.rows import OrderReturn
from operators.engine.partition_state import PartitionState
from operators.engine.tables import Table
from operators.machines.order_rows import with_inspected_lines

RETURNS: Table[OrderReturn] = Table("return", OrderReturn, ordered=True, version=2, upgrades={1: with_inspected_lines})
"""By order and return; kept as long as the order."""


class ReturnRows:
    """The returns of one order."""

    def __init__(self, state: PartitionState, order_id: OrderId) -> None:
        self._state = state
        self._prefix = f"{order_id}\0"

    def named(self, return_id: ReturnId) -> OrderReturn | None:
        """The return of that id; None: nothing was heard of it."""
        return self._state.get(RETURNS, f"{self._prefix}{return_id}")

    def keep(self, changed: Iterable[OrderReturn]) -> None:
        """Store them as they are now."""
        for each in changed:
            self._state.put(RETURNS, f"{self._prefix}{each.return_id}", each)

    def delete(self) -> None:
        """The order is purged."""
        for key in [key for key, _ in self._state.scan(RETURNS, self._prefix)]:
            self._state.delete(RETURNS, key)
