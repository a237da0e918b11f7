"""Granting: which units a new reservation gets, and from which node."""

from collections.abc import Callable

from domain.identifiers import NodeId
from domain.inventory.accounts import Item
from domain.inventory.decisions import DecisionDraft, LedgerDecision, LedgerVerdict, claimant_of, counted
from domain.inventory.reservations import Reservation
from domain.messages.cases import Case, CaseClass, CaseOrigin
from domain.messages.inventory import Account, RequestedLine, ReservationsRequested
from domain.messages.orders import AnsweredLine


def choose_node(nodes: tuple[NodeId, ...], available: Callable[[NodeId], int], quantity: int) -> tuple[NodeId, int]:
    """The node to take units from, and how many it gives: one node, so that the line ships together.

    The first that can give all, else the one with most; ties go to the earlier. No node at all gives `("", 0)`.
    """
    for node_id in nodes:
        if available(node_id) >= quantity:
            return node_id, quantity
    fullest = max(nodes, key=available, default=NodeId(""))
    return fullest, max(0, available(fullest))


def request(
    item: Item,
    requested: ReservationsRequested,
    line: RequestedLine,
    existing: Reservation | None,
) -> LedgerDecision:
    """Grant what one node can give; the rest waits or is denied, as the request says.

    A repeated request gets the first answer, with no new effect, as long as its reservation is open; the row of a
    reservation that has ended is deleted, so its id must not be used again (the log delivers exactly once). A new
    reservation overtakes none: no stock is available while a reservation that may have it waits (`laws.audit`).
    """
    draft = DecisionDraft(item)
    if existing is not None:
        return _answer_again(draft, item, requested, line, existing)
    reservation = _granted(draft, requested, line)
    draft.answer(reservation.answer)
    if not reservation.ended:
        credit = Account.ALLOCATED if requested.confirmed else Account.PENDING
        granted = reservation.answer.granted
        draft.move(claimant_of(reservation), reservation.node_id, Account.AVAILABLE, credit, granted)
        draft.store(None, reservation)
    return draft.decided(_verdict_of(reservation.answer))


def _verdict_of(answer: AnsweredLine) -> LedgerVerdict:
    if answer.backordered + answer.denied == 0:
        return LedgerVerdict.GRANTED
    if answer.granted:
        return LedgerVerdict.GRANTED_IN_PART
    return LedgerVerdict.BACKORDERED if answer.backordered else LedgerVerdict.DENIED


def _granted(draft: DecisionDraft, requested: ReservationsRequested, line: RequestedLine) -> Reservation:
    quantity = counted(line.quantity)
    node_id, granted = choose_node(requested.nodes, draft.available, quantity)
    missing = quantity - granted
    backordered, denied = (missing, 0) if requested.backorder else (0, missing)
    return Reservation(
        reservation_id=line.reservation_id,
        order_id=requested.order_id,
        line_id=line.line_id,
        item_id=line.item_id,
        node_id=node_id,
        nodes=requested.nodes,
        priority_class=requested.priority_class,
        arrival=draft.next_arrival() if granted + backordered else 0,
        pending=0 if requested.confirmed else granted,
        allocated=granted if requested.confirmed else 0,
        picked=(),
        backordered=backordered,
        reached=granted,
        confirmed=requested.confirmed,
        answer=AnsweredLine(line.reservation_id, line.line_id, node_id, granted, backordered, denied),
    )


def _answer_again(
    draft: DecisionDraft,
    item: Item,
    requested: ReservationsRequested,
    line: RequestedLine,
    existing: Reservation,
) -> LedgerDecision:
    answer = existing.answer
    draft.answer(answer)
    asked_before = (existing.order_id, existing.line_id, answer.granted + answer.backordered + answer.denied)
    if asked_before == (requested.order_id, line.line_id, line.quantity):
        return draft.decided(LedgerVerdict.ANSWERED_AGAIN)
    draft.raise_case(
        Case(
            CaseClass.CONFLICTING_DUPLICATE,
            CaseOrigin.ORDER,
            item.item_id,
            f"reservation {line.reservation_id} of order {existing.order_id} was requested twice, differently",
            "find out which request is meant; the first one stays in force",
        ),
    )
    return draft.decided(LedgerVerdict.ASKED_DIFFERENTLY)
