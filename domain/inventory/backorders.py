"""Backorders: units that become free go to the waiting reservations, in queue order."""

from collections.abc import Iterable

from domain.identifiers import NodeId, OrderId
from domain.inventory.decisions import DecisionDraft, Fill, claimant_of
from domain.inventory.reservations import Reservation
from domain.inventory.sourcing import choose_node
from domain.messages.inventory import Account
from domain.messages.orders import BackorderFilled, FilledLine


def fill_waiting(draft: DecisionDraft, waiting: Iterable[Reservation]) -> None:
    """Offer the units that became available in this decision to the queue; partial fills are allowed.

    `waiting` is the item's queue as stored, in queue order. It is read once, and only as far as the units last:
    units at a node that no reservation in the queue may be sourced from cost a scan of all of it.
    """
    freed = draft.freed
    if not any(map(draft.promisable, freed)):
        return
    for stored in waiting:
        _fill(draft, draft.latest(stored))
        if not any(map(draft.promisable, freed)):
            return


def fill_again(draft: DecisionDraft, stored: Reservation | None) -> None:
    """Offer the reservation the units at nodes that it could not be filled from before.

    Its claim may just have left the node to which it was bound. No other reservation waits for these units:
    otherwise they would not be available.
    """
    if stored is not None:
        _fill(draft, draft.latest(stored))


def filled_by_order(fills: Iterable[Fill]) -> tuple[BackorderFilled, ...]:
    """One event per order that got units, in the order of their first fill."""
    lines: dict[OrderId, list[FilledLine]] = {}
    for fill in fills:
        lines.setdefault(fill.order_id, []).append(fill.line)
    return tuple(BackorderFilled(order_id, tuple(filled)) for order_id, filled in lines.items())


def _fill(draft: DecisionDraft, reservation: Reservation) -> None:
    node_id, units = choose_node(reservation.sources, draft.promisable, reservation.backordered)
    if units == 0:
        return
    filled = _filled(reservation, node_id, units)
    credit = Account.ALLOCATED if reservation.confirmed else Account.PENDING
    draft.move(claimant_of(reservation), node_id, Account.AVAILABLE, credit, units)
    draft.store(reservation, filled)
    draft.fill(filled, units)


def _filled(reservation: Reservation, node_id: NodeId, units: int) -> Reservation:
    confirmed = reservation.confirmed
    return reservation._replace(
        node_id=node_id,
        backordered=reservation.backordered - units,
        allocated=reservation.allocated + (units if confirmed else 0),
        pending=reservation.pending + (0 if confirmed else units),
        reached=reservation.reached + units,
    )
