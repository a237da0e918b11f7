"""The rows by which one partition finds its orders that a complete list does not name.

An order that is open has a row for each system whose lists are to name it, so an event of an order costs the same
however many orders there are. A list is compared with these rows a page at a time. It reads no order, but those that
are missing, and those that were.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from domain.durations import DAY_MS
from domain.identifiers import OrderId
from domain.messages.snapshots.orders import OrderListCompleted, OrdersListed
from domain.orders.reports import missing
from domain.orders.state import Order
from operators.engine.partition import Partition
from operators.engine.tables import Table
from operators.engine.timers import Timer


@dataclass(frozen=True, slots=True)
class ExpectedOrder:
    """An order that the lists of a system are to name."""

    since_ms: int
    is_missing: bool = False
    """One of them did not name it, and no later one has."""


EXPECTED: Table[ExpectedOrder] = Table("order expected in lists", ExpectedOrder, ordered=True)
"""By system, NUL, order."""
LISTED: Table[bool] = Table("listed order", bool, ordered=True)
"""By list, NUL, order: those of this partition that a list names, until it is compared."""
COMPLETED: Table[OrderListCompleted] = Table("completed order list", OrderListCompleted)
"""By list: those that are being compared."""
COMPARED: Table[int] = Table("order list compared", int)
"""The time of the latest list of each source and system."""

LIST_DUE: Final = "order list due"
"""The timer that compares a page of the expected orders; its subject is the list, NUL, and the order before."""
LIST_PASSED: Final = "order list passed"
"""The timer that forgets what a compared list named, and then the list."""
NOT_NAMED: Final = "order not named in list"
NAMED_AGAIN: Final = "order named in list again"
"""The timers of single orders; their subject is the order, NUL, and the list."""
PAGES: Final = frozenset({LIST_DUE, LIST_PASSED})
OF_ORDERS: Final = frozenset({NOT_NAMED, NAMED_AGAIN})
PAGE: Final = 500


def keep(partition: Partition, order_id: OrderId, before: Order | None, now: Order | None, now_ms: int) -> None:
    """After a change of an order: in which lists it is expected from now on."""
    if before is not None and now is not None and _is_expected_as_before(before, now):
        return
    then = frozenset[str]() if before is None else missing.systems_of(before)
    systems = frozenset[str]() if now is None else missing.systems_of(now)
    for system in sorted(then - systems):
        partition.state.delete(EXPECTED, f"{system}\0{order_id}")
    for system in sorted(systems):
        place = f"{system}\0{order_id}"
        known = partition.state.get(EXPECTED, place) or ExpectedOrder(now_ms)
        row = ExpectedOrder(known.since_ms, now is not None and missing.is_missing(now))
        if row != partition.state.get(EXPECTED, place):
            partition.state.put(EXPECTED, place, row)


def take(partition: Partition, event: OrdersListed | OrderListCompleted) -> None:
    """What a list names of this partition; then that this was all."""
    if isinstance(event, OrdersListed):
        for line in event.lines:
            partition.state.put(LISTED, f"{event.list_key}\0{line.order_id}", row=True)
        return
    partition.state.put(COMPLETED, event.list_key, event)
    due_at_ms = max(partition.now_ms, missing.judged_at_ms(event))
    partition.timers.set(Timer(due_at_ms, LIST_DUE, f"{event.list_key}\0"))


def turn_page(partition: Partition, timer: Timer) -> None:
    """A page of the comparison, or of what is forgotten after it."""
    list_key, _, after = timer.subject.partition("\0")
    listed = partition.state.get(COMPLETED, list_key)
    if listed is None:
        return
    if timer.kind == LIST_PASSED:
        _forget(partition, listed)
    elif not after and not _is_latest(partition, listed):
        partition.count("order list that is older than the last one of its system")
        _is_compared(partition, listed)
    else:
        _compare(partition, listed, OrderId(after))


def completed(partition: Partition, timer: Timer) -> tuple[OrderId, OrderListCompleted | None]:
    """The order of a timer, and the list."""
    order_id, _, list_key = timer.subject.partition("\0")
    return OrderId(order_id), partition.state.get(COMPLETED, list_key)


def _is_expected_as_before(before: Order, now: Order) -> bool:
    """Most events change nothing that matters here."""
    return (
        before.lines is now.lines
        and before.stage is now.stage
        and before.erp_status is now.erp_status
        and before.reports is now.reports
    )


def _is_latest(partition: Partition, listed: OrderListCompleted) -> bool:
    name = f"{missing.system_name(listed.reporter, listed.system_id)}\0{listed.source_id}"
    latest = partition.state.get(COMPARED, name)
    if latest is not None and latest >= listed.taken_at_us:
        return False
    partition.state.put(COMPARED, name, listed.taken_at_us)
    return True


def _compare(partition: Partition, listed: OrderListCompleted, after: OrderId) -> None:
    system = f"{missing.system_name(listed.reporter, listed.system_id)}\0"
    rows = list(islice(partition.state.scan(EXPECTED, system, f"{system}{after}"), PAGE))
    due_at_ms = partition.now_ms + 1
    for place, row in rows:
        order_id = place.partition("\0")[2]
        kind = _kind_of(row, listed, is_named=partition.state.get(LISTED, f"{listed.list_key}\0{order_id}") is not None)
        if kind:
            partition.timers.set(Timer(due_at_ms, kind, f"{order_id}\0{listed.list_key}"))
            due_at_ms += 1
    if len(rows) == PAGE:
        last = rows[-1][0].partition("\0")[2]
        partition.timers.set(Timer(due_at_ms, LIST_DUE, f"{listed.list_key}\0{last}"))
    else:
        _is_compared(partition, listed)


def _kind_of(row: ExpectedOrder, listed: OrderListCompleted, *, is_named: bool) -> str:
    """Which timer wakes the order; empty: none."""
    if is_named:
        return NAMED_AGAIN if row.is_missing else ""
    return NOT_NAMED if missing.must_be_named(listed, row.since_ms) else ""


def _is_compared(partition: Partition, listed: OrderListCompleted) -> None:
    """It is kept for a day, so that orders that are woken find it."""
    partition.timers.set(Timer(partition.now_ms + DAY_MS, LIST_PASSED, f"{listed.list_key}\0"))


def _forget(partition: Partition, listed: OrderListCompleted) -> None:
    places: Sequence[str] = [place for place, _ in islice(partition.state.scan(LISTED, f"{listed.list_key}\0"), PAGE)]
    for place in places:
        partition.state.delete(LISTED, place)
    if len(places) == PAGE:
        partition.timers.set(Timer(partition.now_ms + 1, LIST_PASSED, f"{listed.list_key}\0"))
    else:
        partition.state.delete(COMPLETED, listed.list_key)
