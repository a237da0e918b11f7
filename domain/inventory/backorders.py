"""Backorders: units that become free go to the waiting reservations, in queue order."""

from collections.abc import Iterable
from functools import partial
from operator import attrgetter

from domain.identifiers import NodeId, OrderId
from domain.inventory.decisions import DecisionDraft, Fill, claimant_of
from domain.inventory.reservations import Reservation
from domain.inventory.sourcing import choose_nodes
from domain.messages.inventory import Account
from domain.messages.orders import BackorderFilled, FilledLine


def fill_waiting(draft: DecisionDraft, waiting: Iterable[Reservation]) -> None:
    """Offer the units that became promisable in this decision to the queue; partial fills are allowed.

    `waiting` is the item's queue as stored, in queue order. A reservation whose channel may not have the units is
    passed over, and blocks nobody behind it. The queue is read once, and only while a channel that waits may have
    any of the units: units at a node that no reservation of such a channel is sourced from cost a scan of all of it.
    """
    freed = draft.freed
    if not any(map(draft.is_wanted, freed)):
        return
    for stored in waiting:
        _fill(draft, stored)
        if not any(map(draft.is_wanted, freed)):
            return


def fill_again(draft: DecisionDraft, stored: Reservation | None) -> None:
    """Offer the reservation, and the others of its line, the units at nodes that they could not be filled from before.

    The claim may just have left the node to which they were bound, and each that is filled binds the others to its own.
    No other reservation that may have these units waits for them: otherwise they would not be available.
    """
    if stored is None:
        return
    beside = sorted(draft.beside(draft.latest(stored)), key=attrgetter("queue_position"))
    line = (stored, *beside)
    while any(_fill(draft, claim) for claim in line) and beside:
        pass


def filled_by_order(fills: Iterable[Fill]) -> tuple[BackorderFilled, ...]:
    """One event per order that got units, in the order of their first fill."""
    lines: dict[OrderId, list[FilledLine]] = {}
    for fill in fills:
        lines.setdefault(fill.order_id, []).append(fill.line)
    return tuple(BackorderFilled(order_id, tuple(filled)) for order_id, filled in lines.items())


def _fill(draft: DecisionDraft, stored: Reservation) -> bool:
    """Fill what the claim waits for, as far as it can be; whether it got anything."""
    claim = draft.latest(stored)
    if claim.is_held:
        return False
    promisable = partial(draft.promisable, channel_id=claim.channel_id)
    chosen = choose_nodes(claim.sources, promisable, claim.backordered, split=claim.split)
    for node_id, units in chosen:
        credit = Account.ALLOCATED if claim.confirmed else Account.PENDING
        draft.move(claimant_of(claim), node_id, Account.AVAILABLE, credit, units)
        claim = draft.fill(stored, _filled(claim, node_id, units), node_id, units)
    return bool(chosen)


def _filled(claim: Reservation, node_id: NodeId, units: int) -> Reservation:
    at = claim.units_at(node_id)
    more = at._replace(allocated=at.allocated + units) if claim.confirmed else at._replace(pending=at.pending + units)
    return claim.with_units(more)._replace(backordered=claim.backordered - units)
