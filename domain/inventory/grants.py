"""Granting: which units a new reservation gets, and from which node."""

from domain.inventory.accounts import Item
from domain.inventory.cases import asked_differently
from domain.inventory.decisions import DecisionDraft, LedgerDecision, LedgerVerdict, claimant_of, counted
from domain.inventory.recalls import recall_for
from domain.inventory.reservations import ItemClaims, Reservation
from domain.inventory.sourcing import choose_node
from domain.messages.inventory import Account, RequestedLine, ReservationsRequested
from domain.messages.orders import AnsweredLine


def request(
    item: Item,
    requested: ReservationsRequested,
    line: RequestedLine,
    existing: Reservation | None,
    claims: ItemClaims,
) -> LedgerDecision:
    """Grant what one node can give; the rest waits, and orders behind it are asked for what is only pending with them.

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
        recall_for(draft, reservation, claims)
    return draft.decided(_verdict_of(reservation.answer))


def _verdict_of(answer: AnsweredLine) -> LedgerVerdict:
    if not answer.backordered:
        return LedgerVerdict.GRANTED
    return LedgerVerdict.GRANTED_IN_PART if answer.granted else LedgerVerdict.BACKORDERED


def _granted(draft: DecisionDraft, requested: ReservationsRequested, line: RequestedLine) -> Reservation:
    quantity = counted(line.quantity)
    node_id, granted = choose_node(requested.nodes, draft.promisable, quantity)
    backordered = quantity - granted
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
        answer=AnsweredLine(line.reservation_id, line.line_id, node_id, granted, backordered, denied=0),
        placed_at_us=requested.placed_at_us,
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
    draft.raise_case(asked_differently(item.item_id, existing.order_id, line.reservation_id))
    return draft.decided(LedgerVerdict.ASKED_DIFFERENTLY)
