"""Granting: which units a new reservation gets, and from which nodes."""

from collections.abc import Callable, Iterable
from functools import partial

from domain.identifiers import channel_of
from domain.inventory.accounts import Item
from domain.inventory.backorders import fill_again
from domain.inventory.cases import asked_differently
from domain.inventory.decisions import DecisionDraft, LedgerDecision, LedgerVerdict, claimant_of, counted
from domain.inventory.recalls import recall_for
from domain.inventory.reservations import ItemClaims, Reservation, UnitsAt, nodes_of
from domain.inventory.sourcing import choose_nodes
from domain.inventory.supply.promising import promised_at_once
from domain.inventory.supply.rows import ExpectedUnits
from domain.inventory.units.holding import must_be_held
from domain.messages.inventory import Account, RequestedLine, ReservationsRequested


def request(  # noqa: PLR0913, PLR0917  all that the answer depends on
    item: Item,
    requested: ReservationsRequested,
    line: RequestedLine,
    existing: Reservation | None,
    claims: ItemClaims,
    expected: Callable[[], Iterable[ExpectedUnits]],
) -> LedgerDecision:
    """Grant what the nodes can give; the rest waits, and orders behind it are asked for what is only pending with them.

    A repeated request gets an answer, with no new effect, as long as its reservation is open; the row of a reservation
    that has ended is deleted, so its id must not be used again (the log delivers exactly once). A new reservation
    overtakes none: no stock is available while a reservation that may have it waits (`laws.audit`). What waits is told
    the day on which it is `expected` to be served.
    """
    draft = DecisionDraft(item, claims.named)
    if existing is not None:
        return _answer_again(draft, item, requested, line, existing)
    quantity = counted(line.quantity)
    reservation, granted = _granted(draft, requested, line, quantity)
    if reservation.waits:
        promised_us = promised_at_once(draft, reservation, claims, expected())
        reservation = reservation._replace(promised_us=promised_us)
    draft.store(None, reservation)
    if reservation.beside:
        draft.join(reservation)
    draft.answer(reservation, granted)
    if reservation.beside:
        fill_again(draft, reservation)
    if reservation.waits:
        recall_for(draft, reservation, claims)
    return draft.decided(_verdict_of(reservation, granted, quantity))


def _verdict_of(reservation: Reservation, granted: int, quantity: int) -> LedgerVerdict:
    if reservation.is_held:
        return LedgerVerdict.HELD
    if granted == quantity:
        return LedgerVerdict.GRANTED
    return LedgerVerdict.GRANTED_IN_PART if granted else LedgerVerdict.BACKORDERED


def _granted(
    draft: DecisionDraft, requested: ReservationsRequested, line: RequestedLine, quantity: int
) -> tuple[Reservation, int]:
    is_held = must_be_held(draft, line.unit, known_item_only=requested.known_items_only)
    wanted = 0 if is_held else quantity
    promisable = partial(draft.promisable, channel_id=channel_of(requested.order_id))
    claim = _empty_claim(draft, requested, line, quantity, is_held=is_held)
    chosen = choose_nodes(claim.sources, promisable, wanted, split=requested.split)
    granted = sum(units for _, units in chosen)
    credit = Account.ALLOCATED if requested.confirmed else Account.PENDING
    reservation = claim._replace(
        backordered=quantity - granted,
        at=tuple(
            sorted(
                UnitsAt(node_id, allocated=units) if requested.confirmed else UnitsAt(node_id, pending=units)
                for node_id, units in chosen
            )
        ),
    )
    for node_id, units in chosen:
        draft.move(claimant_of(reservation), node_id, Account.AVAILABLE, credit, units)
    return reservation, granted


def _empty_claim(
    draft: DecisionDraft, requested: ReservationsRequested, line: RequestedLine, quantity: int, *, is_held: bool
) -> Reservation:
    others = draft.open_claims(line.beside)
    return Reservation(
        reservation_id=line.reservation_id,
        order_id=requested.order_id,
        line_id=line.line_id,
        item_id=line.item_id,
        nodes=requested.nodes,
        split=requested.split,
        priority_class=requested.priority_class,
        arrival=draft.next_arrival() if quantity else 0,
        requested=quantity,
        confirmed=requested.confirmed,
        placed_at_us=requested.placed_at_us,
        heard=1,
        unit=line.unit,
        is_held=is_held,
        known_item_only=requested.known_items_only,
        requested_us=line.requested_us,
        beside=tuple(each.reservation_id for each in others),
        beside_at=nodes_of(others),
    )


def _answer_again(
    draft: DecisionDraft,
    item: Item,
    requested: ReservationsRequested,
    line: RequestedLine,
    existing: Reservation,
) -> LedgerDecision:
    draft.answer(existing, existing.requested - existing.backordered)
    if (existing.order_id, existing.line_id, existing.requested) == (
        requested.order_id,
        line.line_id,
        line.quantity,
    ):
        return draft.decided(LedgerVerdict.ANSWERED_AGAIN)
    draft.raise_case(asked_differently(item.item_id, existing.order_id, line.reservation_id))
    return draft.decided(LedgerVerdict.ASKED_DIFFERENTLY)
