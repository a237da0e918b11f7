"""Lists of orders at their home: which orders each names, until it is whole and all partitions hear of it."""

from collections.abc import Sequence

from domain.identifiers import OrderId
from domain.messages.cases import CaseOrigin
from domain.messages.snapshots.orders import (
    ListedOrder,
    OrderListBegun,
    OrderListCompleted,
    OrderListContinued,
    OrderListPart,
    OrdersListed,
)
from domain.orders.reports.gathering import take
from domain.snapshots import KnownSnapshot, SnapshotDecision
from operators.engine.partition import Partition
from operators.engine.tables import Table

ORDER_LISTS: Table[KnownSnapshot[OrderListBegun]] = Table("order list", KnownSnapshot[OrderListBegun])
NAMED_ORDERS: Table[bool] = Table("order named in list", bool, ordered=True)


class OrderLists:
    """The kind of snapshots that the orders flow gathers."""

    snapshots = ORDER_LISTS
    entries = NAMED_ORDERS
    origin = CaseOrigin.ERP

    def take(
        self,
        known: KnownSnapshot[OrderListBegun],
        part: OrderListPart,
        known_hash: str | None,
        now_ms: int,  # noqa: ARG002 - no list is too old: orders that have changed since are not judged
    ) -> SnapshotDecision[OrderListBegun]:
        """Add a part to what is known."""
        return take(known, part, known_hash)

    def keep(self, partition: Partition, part: OrderListPart) -> None:
        """Add the orders of a part."""
        if isinstance(part, OrderListContinued):
            for order_id in part.order_ids:
                partition.state.put(NAMED_ORDERS, f"{part.home_key}\0{order_id}", row=True)

    def page(
        self,
        partition: Partition,  # noqa: ARG002 - see `take`
        begun: OrderListBegun,
        rows: Sequence[tuple[str, bool]],
        *,
        is_last: bool,
    ) -> Sequence[OrdersListed | OrderListCompleted]:
        """To the partitions of the orders; behind the last page, each of them hears that it was the last."""
        lines = tuple(ListedOrder(OrderId(order_id)) for order_id, _ in rows)
        page = (OrdersListed(begun.home_key, lines),) if lines else ()
        return (*page, _completed(begun)) if is_last else page


def _completed(begun: OrderListBegun) -> OrderListCompleted:
    return OrderListCompleted(
        begun.home_key,
        begun.provenance.source_id,
        begun.reporter,
        begun.system_id,
        begun.taken_at_us,
        begun.in_flight_s,
    )
