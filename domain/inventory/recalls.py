"""Recalls: orders are asked to give units back (docs/adr/0022-units-are-recalled-never-taken.md).

After a fact took more units from a node than were free, the last in the queue are asked for them. The ledger cannot
take them: it does not know which units a warehouse was asked to pick, and only the order ends its reservations. Until
the answers are in, the node's available units stay below zero, so no order is promised any of them.

An order that lacks units also asks for the pending units of those behind it in the queue. So two orders that need all
their lines and each hold a part never wait for each other.
"""

from collections.abc import Iterable
from dataclasses import replace
from heapq import merge
from operator import attrgetter

from domain.identifiers import NodeId, OrderId, ReservationId
from domain.inventory.accounts import Item
from domain.inventory.backorders import fill_again, fill_waiting
from domain.inventory.decisions import DecisionDraft, LedgerDecision, LedgerVerdict, Recall, counted
from domain.inventory.reservations import ItemClaims, Reservation
from domain.messages.inventory import GivenBackLine
from domain.messages.orders import RecalledLine, ReservationsRecalled


def recall_promised(draft: DecisionDraft, claims: ItemClaims) -> None:
    """Ask for as many units as are promised and not there, less those that were recalled before."""
    for node_id in draft.short_nodes():
        _recall_at(draft, node_id, claims.holding_at(node_id))


def _recall_at(draft: DecisionDraft, node_id: NodeId, holding: Iterable[Reservation]) -> None:
    needed = -draft.available(node_id)
    for stored in holding:
        claim = draft.latest(stored)
        if claim.node_id != node_id:
            continue
        needed -= claim.recalled
        units = min(max(0, needed), claim.recallable)
        if units:
            draft.recall(stored, units, for_earlier=False)
            needed -= units
        if needed <= 0:
            return


def recall_for(draft: DecisionDraft, waiting: Reservation, claims: ItemClaims) -> None:
    """Ask those behind a claim that waits for the units that are only pending with them."""
    needed = waiting.backordered
    for node_id in waiting.sources:
        for stored in claims.pending_at(node_id):
            if needed <= 0:
                return
            is_behind = stored.queue_position > waiting.queue_position
            units = min(needed, stored.pending, stored.recallable) if is_behind else 0
            if units:
                draft.recall(stored, units, for_earlier=True)
                needed -= units


def give_back(
    item: Item, reservation: Reservation | None, line: GivenBackLine, claims: ItemClaims, *, for_earlier: bool
) -> LedgerDecision:
    """The order's answer: pending units first, then allocated, become available. What it keeps is recalled elsewhere.

    They are backordered under the same claim, with its place in the queue.
    """
    draft = DecisionDraft(item)
    if reservation is None:
        return draft.decided(LedgerVerdict.ENDED_BEFORE)
    quantity, kept = counted(line.quantity), counted(line.kept)
    freed = draft.free(reservation, quantity)
    left = freed._replace(
        backordered=reservation.backordered + reservation.held - freed.held,
        recalled=max(0, reservation.recalled - quantity - kept),
    )
    if kept and not for_earlier:
        left = left._replace(kept=left.held)
    draft.store(reservation, left)
    joins = () if reservation.waits else (left,)
    fill_waiting(draft, merge(claims.waiting, joins, key=attrgetter("queue_position")))
    fill_again(draft, left)
    recall_promised(draft, claims)
    return draft.decided(LedgerVerdict.KEPT if kept else LedgerVerdict.GIVEN_BACK)


def recalled_by_order(recalls: Iterable[Recall]) -> tuple[ReservationsRecalled, ...]:
    """One event for each order and reason, in the order of their first lines; each reservation once."""
    lines: dict[tuple[OrderId, bool], dict[ReservationId, RecalledLine]] = {}
    for order_id, for_earlier, line in recalls:
        recalled = lines.setdefault((order_id, for_earlier), {})
        before = recalled.get(line.reservation_id)
        quantity = line.quantity + (before.quantity if before else 0)
        recalled[line.reservation_id] = replace(line, quantity=quantity)
    return tuple(ReservationsRecalled(*asked, tuple(recalled.values())) for asked, recalled in lines.items())
