"""Recalls: orders are asked to give units back (docs/adr/0022-units-are-recalled-never-taken.md).

After a fact took more units from a node than were free, the last in the queue are asked for them. The ledger cannot
take them: it does not know which units a warehouse was asked to pick, and only the order ends its reservations. Until
the answers are in, the node's available units stay below zero, so no order is promised any of them.

An order that lacks units also asks for the pending units of those behind it in the queue. So two orders that need all
their lines and each hold a part never wait for each other.
"""

from collections.abc import Callable, Iterable
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
        held = draft.latest(stored).units_at(node_id)
        needed -= min(held.recalled, held.held)  # what is shipped meanwhile will not be given back
        units = min(max(0, needed), held.recallable)
        if units:
            draft.recall(stored, node_id, units, for_earlier=False)
            needed -= units
        if needed <= 0:
            return


def recall_for(draft: DecisionDraft, waiting: Reservation, claims: ItemClaims) -> None:
    """Ask those behind a claim that waits for the units that are only pending with them, and that it may have."""
    _ask(draft, waiting, claims.pending_at)


def give_way(draft: DecisionDraft, stored: Reservation, moved: Reservation, claims: ItemClaims) -> None:
    """Ask a claim that has moved back in the queue for its pending units, for those that it was before until now."""
    for waiting in claims.waiting:
        if waiting.queue_position > moved.queue_position:
            return
        if waiting.queue_position > stored.queue_position:
            _ask(draft, waiting, lambda _: (stored,))


def _ask(draft: DecisionDraft, waiting: Reservation, pending_at: Callable[[NodeId], Iterable[Reservation]]) -> None:
    needed = waiting.backordered
    for node_id in waiting.sources:
        regaining = draft.regaining(node_id, waiting.channel_id)
        for stored in pending_at(node_id):
            if needed <= 0:
                return
            behind = draft.latest(stored)
            held = behind.units_at(node_id)
            is_behind = behind.queue_position > waiting.queue_position and behind.order_id != waiting.order_id
            most = min(needed, held.pending, held.recallable) if is_behind else 0
            units = regaining.regain(behind.channel_id, most)
            if units:
                draft.recall(stored, node_id, units, for_earlier=True)
                needed -= units


def give_back(
    item: Item, reservation: Reservation | None, line: GivenBackLine, claims: ItemClaims, *, for_earlier: bool
) -> LedgerDecision:
    """The order's answer: pending units first, then allocated, become available. What it keeps is recalled elsewhere.

    They are backordered under the same claim, with its place in the queue. What it holds and had not heard of when it
    answered, because messages crossed, is recalled again.
    """
    draft = DecisionDraft(item, claims.named)
    if reservation is None:
        return draft.decided(LedgerVerdict.ENDED_BEFORE)
    claim = draft.hear(reservation, line)
    node_id = line.node_id or _recalled_at(claim)
    quantity, kept = counted(line.quantity), counted(line.kept)
    freed = draft.free(claim, node_id, quantity)
    at = freed.units_at(node_id)
    at = at._replace(recalled=max(0, at.recalled - quantity - kept))
    known = min(at.held, sum(each.quantity for each in line.holds)) if line.holds else at.held
    if kept and not for_earlier:
        at = at._replace(kept=known)
    left = freed.with_units(at)._replace(backordered=claim.backordered + claim.held - freed.held)
    draft.store(reservation, left)
    joins = () if reservation.waits else (left,)
    fill_waiting(draft, merge(claims.waiting, joins, key=attrgetter("queue_position")))
    fill_again(draft, left)
    recall_promised(draft, claims)
    if kept and for_earlier and at.held > known:
        _ask_for_those_before(draft, left, claims)
    return draft.decided(LedgerVerdict.KEPT if kept else LedgerVerdict.GIVEN_BACK)


def _ask_for_those_before(draft: DecisionDraft, claim: Reservation, claims: ItemClaims) -> None:
    for waiting in claims.waiting:
        if waiting.queue_position > claim.queue_position:
            return
        _ask(draft, draft.latest(waiting), lambda _: (claim,))


def _recalled_at(claim: Reservation) -> NodeId:
    """The one node of a claim of an earlier release."""
    return next((units.node_id for units in claim.at if units.recalled or units.held), NodeId(""))


def recalled_by_order(recalls: Iterable[Recall]) -> tuple[ReservationsRecalled, ...]:
    """One event for each order and reason, in the order of their first lines; each reservation once a node."""
    lines: dict[tuple[OrderId, bool], dict[tuple[ReservationId, NodeId], RecalledLine]] = {}
    for order_id, for_earlier, line in recalls:
        recalled = lines.setdefault((order_id, for_earlier), {})
        place = (line.reservation_id, line.node_id)
        before = recalled.get(place)
        quantity = line.quantity + (before.quantity if before else 0)
        recalled[place] = replace(line, quantity=quantity)
    return tuple(ReservationsRecalled(*asked, tuple(recalled.values())) for asked, recalled in lines.items())
