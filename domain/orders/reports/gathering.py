"""Lists of orders as their home gathers them, part by part (`domain.snapshots`)."""

from typing import assert_never

from domain import snapshots
from domain.messages.cases import CaseOrigin
from domain.messages.snapshots.orders import OrderListBegun, OrderListContinued, OrderListEnded, OrderListPart
from domain.snapshots import KnownSnapshot, SnapshotDecision


def take(
    known: KnownSnapshot[OrderListBegun], part: OrderListPart, known_hash: str | None
) -> SnapshotDecision[OrderListBegun]:
    """Add a part to what is known."""
    return snapshots.take(known, part, _with_part(known, part), known_hash, CaseOrigin.ERP)


def _with_part(known: KnownSnapshot[OrderListBegun], part: OrderListPart) -> KnownSnapshot[OrderListBegun]:
    match part:
        case OrderListBegun():
            return known._replace(begun=part)
        case OrderListContinued(order_ids=order_ids):
            return known._replace(lines=known.lines + len(order_ids))
        case OrderListEnded(order_count=order_count):
            return known._replace(line_count=order_count)
        case _:
            assert_never(part)
