"""Promise dates as supply and demand move: an item's queue is gone through again, a page of claims at a time.

However often things move, that begins at most once in `EVERY_MS` an item, and one step costs no more than a page. So an
order hears of a new date of an item at most once in that time, and only if it has changed.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import Final, NamedTuple

from domain.identifiers import ItemId
from domain.inventory import journal
from domain.inventory.accounts import Item
from domain.inventory.decisions import LedgerDecision
from domain.inventory.reservations import Reservation
from domain.inventory.supply import promising
from domain.inventory.supply.promising import PAGE, lots_of
from domain.inventory.supply.stock_to_come import Lot
from domain.messages.orders import PromiseReason, ReservationsStated
from operators.engine.partition import Partition
from operators.engine.tables import Table
from operators.engine.timers import Timer
from operators.machines.claims import supplies
from operators.machines.claims.rows import PROMISED, WAITING, claims_in, place_waiting, store
from operators.machines.claims.supplies import SUPPLY_OVERDUE

PROMISE: Final = "promise dates"
"""The timer that goes through a page of an item's queue; its subject is the item."""
EVERY_MS: Final = 10_000

TIMERS: Final = frozenset({PROMISE, SUPPLY_OVERDUE})

_WEIGHT = (PromiseReason.DEMAND, PromiseReason.SUPPLY, PromiseReason.OVERDUE)
"""Of several reasons the last one of these is given."""


class PromiseStep(NamedTuple):
    """What a timer leads to; `left`: at the end of a round, the stock to come that is promised to nobody."""

    stated: Sequence[ReservationsStated] = ()
    left: tuple[Lot, ...] | None = None


class PromiseRound(NamedTuple):
    """How far the queue of an item is gone through: what is left for the claims behind the place `after`."""

    reason: PromiseReason
    after: str = ""
    lots: tuple[Lot, ...] = ()
    is_running: bool = False
    again: PromiseReason | None = None
    """Something has moved meanwhile: it is gone through once more."""


PROMISE_ROUNDS: Table[PromiseRound] = Table("promise round", PromiseRound)


def watch(partition: Partition, before: Item, decision: LedgerDecision) -> Reservation | None:
    """After a decision about an item: have its promise dates and what they leave looked at, if they may have moved.

    A new claim at the end of the queue that has its day moves nobody else's: it is returned, and only takes its units.
    """
    item = decision.item
    if decision.supplies:
        _mark(partition, item, PromiseReason.SUPPLY)
    elif (
        (before.backordered or item.backordered or _is_short(before) or _is_short(item))
        and _has_moved(before, decision)
        and supplies.is_expected(partition, item.item_id)
    ):
        if (last := _answered(partition, decision)) is not None:
            return last
        _mark(partition, item, PromiseReason.DEMAND)
    return None


def fire(partition: Partition, timer: Timer, items: Table[Item]) -> PromiseStep:
    """The timers of supply and of promise dates."""
    if timer.kind == PROMISE:
        return _promise_page(partition, timer, items)
    _overdue(partition, timer, items)
    return PromiseStep()


def _overdue(partition: Partition, timer: Timer, items: Table[Item]) -> None:
    """The timer at the end of a day: what has not come does not count any more."""
    item = partition.state.get(items, timer.subject)
    if item is not None and supplies.is_overdue(partition, timer):
        _mark(partition, item, PromiseReason.OVERDUE)


def _promise_page(partition: Partition, timer: Timer, items: Table[Item]) -> PromiseStep:
    """The timer: tell the orders of a page of claims their new dates.

    When nothing is left of the stock to come, only claims that had a date are looked at.
    """
    state, item_id = partition.state, ItemId(timer.subject)
    current, item = state.get(PROMISE_ROUNDS, item_id), state.get(items, item_id)
    if current is None or item is None:
        return PromiseStep()
    lots = current.lots if current.is_running else lots_of(item, supplies.expected_of(partition, item_id))
    rows = list(islice(claims_in(state, WAITING if lots else PROMISED, f"{item_id}\0", current.after or None), PAGE))
    page = promising.promise_page(item, lots, [claim for _, claim in rows])
    for change in page.decision.changes:
        store(state, change)
    if len(rows) == PAGE:
        state.put(PROMISE_ROUNDS, item_id, current._replace(after=rows[-1][0], lots=page.lots, is_running=True))
        partition.timers.set(Timer(partition.now_ms + 1, PROMISE, item_id))
    elif current.again is not None:
        _begin(partition, item_id, current.again)
    else:
        state.delete(PROMISE_ROUNDS, item_id)
    stated = journal.stated_by_order(page.decision.statements)
    left = page.lots if len(rows) < PAGE else None
    return PromiseStep(tuple(replace(each, reason=current.reason) for each in stated), left)


def _mark(partition: Partition, item: Item, reason: PromiseReason) -> None:
    """The queue is to be gone through; what nobody in it takes is shown to channels.

    When nobody waits, nobody is told this reason: a later one takes its place.
    """
    if not item.backordered:
        reason = PromiseReason.DEMAND
    current = partition.state.get(PROMISE_ROUNDS, item.item_id)
    if current is None:
        _begin(partition, item.item_id, reason)
    elif current.is_running:
        partition.state.put(PROMISE_ROUNDS, item.item_id, current._replace(again=_heavier(reason, current.again)))
    else:
        partition.state.put(PROMISE_ROUNDS, item.item_id, current._replace(reason=_heavier(reason, current.reason)))


def _begin(partition: Partition, item_id: ItemId, reason: PromiseReason) -> None:
    partition.state.put(PROMISE_ROUNDS, item_id, PromiseRound(reason))
    partition.timers.set(Timer(partition.now_ms + EVERY_MS, PROMISE, item_id))


def _heavier(reason: PromiseReason, other: PromiseReason | None) -> PromiseReason:
    return max((reason, other or reason), key=_WEIGHT.index)


def _has_moved(before: Item, decision: LedgerDecision) -> bool:
    """Whether the claims that wait want something else, or something else can be promised to them."""
    after = decision.item
    if any(now.demand != (then.demand if then else 0) for then, now in decision.changes):
        return True
    if any(then is not None and now.has_moved_since(then) for then, now in decision.changes):
        return True
    if after.policy.nodes:
        return (before.nodes, before.policy) != (after.nodes, after.policy)
    return _available(before) != _available(after)


def _is_short(item: Item) -> bool:
    """Whether what comes may have to cover something before it can be promised: a lack, a safety stock, a fence."""
    return bool(item.policy.nodes) or any(node.available < 0 for node in item.nodes)


def _available(item: Item) -> Sequence[tuple[str, int]]:
    return [(node.node_id, node.available) for node in item.nodes]


def _answered(partition: Partition, decision: LedgerDecision) -> Reservation | None:
    """The new claim of a decision, if it has its date, is the last in the queue, and no policy deals out what comes."""
    changes = decision.changes
    if not decision.answers or len(changes) != 1 or not changes[0].after.promised_us or decision.item.policy.nodes:
        return None
    claim = changes[0].after
    behind = partition.state.scan(WAITING, f"{claim.item_id}\0", after=place_waiting(claim))
    return claim if next(behind, None) is None else None
