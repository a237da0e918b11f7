"""Promise dates: the first day on which supply covers a claim and all that wait before it.

The rules are in docs/domain.md#promise-dates. A request that has to wait gets its day with the answer. When supply or
demand moves, the queue is gone through again, a page at a time, and only the orders whose days have changed hear of it.
"""

from collections.abc import Iterable
from itertools import islice
from typing import Final, NamedTuple

from domain.inventory.accounts import Item
from domain.inventory.decisions import DecisionDraft, LedgerDecision, LedgerVerdict
from domain.inventory.reservations import ItemClaims, Reservation
from domain.inventory.supply.rows import ExpectedUnits
from domain.inventory.supply.stock_to_come import Lot, StockToCome, stock_to_come

PAGE: Final = 100
"""Claims that are looked at in one step."""


class PromisedPage(NamedTuple):
    """The claims of a page whose day has changed, and the stock to come that is left for those behind them."""

    decision: LedgerDecision
    lots: tuple[Lot, ...]


def lots_of(item: Item, expected: Iterable[ExpectedUnits]) -> tuple[Lot, ...]:
    """The stock to come of an item as it is now."""
    return _to_come(DecisionDraft(item), expected).lots


def promised_at_once(
    draft: DecisionDraft, reservation: Reservation, claims: ItemClaims, expected: Iterable[ExpectedUnits]
) -> int:
    """The day of a new claim; 0 also where more than a page of claims is before it: it gets its day a little later."""
    to_come = _to_come(draft, expected)
    if not to_come.lots:
        return 0
    looked_at = 0
    for ahead in islice(claims.waiting, PAGE):
        if ahead.queue_position > reservation.queue_position:
            break
        to_come.promise(ahead)
        looked_at += 1
    return to_come.promise(reservation) if looked_at < PAGE else 0


def left_by(lots: Iterable[Lot], last: Reservation) -> tuple[Lot, ...]:
    """What the last claim of the queue leaves of what those before it have left."""
    to_come = StockToCome(lots)
    to_come.promise(last)
    return to_come.lots


def promise_page(item: Item, lots: Iterable[Lot], waiting: Iterable[Reservation]) -> PromisedPage:
    """Give the claims of a page their days, in queue order; `lots` is what those before them have left."""
    draft = DecisionDraft(item)
    to_come = StockToCome(lots)
    for claim in waiting:
        promised_us = to_come.promise(claim)
        if promised_us != claim.promised_us:
            draft.promise(claim, promised_us)
    return PromisedPage(draft.decided(LedgerVerdict.PROMISED), to_come.lots)


def _to_come(draft: DecisionDraft, expected: Iterable[ExpectedUnits]) -> StockToCome:
    return stock_to_come(expected, draft.node, draft.policy_at)
