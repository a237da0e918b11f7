"""The ledger's rows for what an order decides and what comes in; one function a row, all of them total.

`grants.request` and `movements.pick`, `movements.ship` are the other rows. Each decides from values and returns a
`LedgerDecision`; `waiting` is the item's queue in queue order (`Reservation.queue_position`), read at most once.
"""

from collections.abc import Iterable
from dataclasses import replace

from domain.inventory.accounts import Item
from domain.inventory.backorders import fill_waiting
from domain.inventory.decisions import NOBODY, DecisionDraft, LedgerDecision, claimant_of, counted
from domain.inventory.events import Account, GoodsReceived
from domain.inventory.reservations import Reservation


def confirm(item: Item, reservation: Reservation | None) -> LedgerDecision:
    """The order accepts: pending units are allocated now, and what still waits will be when it comes.

    A reservation that has ended meanwhile (shipped or released) has nothing to confirm.
    """
    draft = DecisionDraft(item)
    if reservation is not None:
        units = reservation.pending
        draft.move(claimant_of(reservation), reservation.node_id, Account.PENDING, Account.ALLOCATED, units)
        allocated = reservation.allocated + units
        draft.store(reservation, replace(reservation, pending=0, allocated=allocated, confirmed=True))
    return draft.decided()


def release(
    item: Item,
    reservation: Reservation | None,
    quantity: int,
    waiting: Iterable[Reservation],
) -> LedgerDecision:
    """The order gives units up: what waits first, then pending, then allocated; never what is picked.

    At most what is there is released, and the units go to those who wait.
    """
    draft = DecisionDraft(item)
    if reservation is not None:
        left = _release_held(draft, reservation, counted(quantity))
        draft.store(reservation, left)
        fill_waiting(draft, waiting)
    return draft.decided()


def receive(item: Item, receipt: GoodsReceived, waiting: Iterable[Reservation]) -> LedgerDecision:
    """Units came from a supplier; who waits gets them first."""
    draft = DecisionDraft(item)
    quantity = counted(receipt.quantity)
    draft.move(NOBODY, receipt.node_id, Account.SUPPLIER, Account.AVAILABLE, quantity)
    fill_waiting(draft, waiting)
    return draft.decided()


def _release_held(draft: DecisionDraft, reservation: Reservation, quantity: int) -> Reservation:
    backordered = min(quantity, reservation.backordered)
    pending = min(quantity - backordered, reservation.pending)
    allocated = min(quantity - backordered - pending, reservation.allocated)
    claimant = claimant_of(reservation)
    draft.move(claimant, reservation.node_id, Account.PENDING, Account.AVAILABLE, pending)
    draft.move(claimant, reservation.node_id, Account.ALLOCATED, Account.AVAILABLE, allocated)
    return replace(
        reservation,
        backordered=reservation.backordered - backordered,
        pending=reservation.pending - pending,
        allocated=reservation.allocated - allocated,
    )
