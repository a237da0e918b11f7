"""Orders that leave: closing one changes nothing else, and forgetting it loses and strands nothing."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings

from domain.identifiers import LineId
from domain.invariants import InvariantViolated
from domain.messages.dispatch import Outcome
from domain.messages.orders import PromisePolicy, ReleaseGate
from domain.messages.status import LineSummary, OrderClosed, OrderPurged, OrderSnapshot, OrderStatus
from domain.orders import closing
from domain.orders.closing import has_open_case, is_finished
from domain.orders.lines import OrderLine
from domain.orders.parking import is_in_picking
from domain.orders.state import Order
from domain.returns import ReturnCondition
from operators.engine.timers import TIMERS
from operators.machines.claims.rows import RESERVATIONS, WAITING
from operators.machines.inventory import ITEMS, InventoryMachine
from operators.machines.orders import OrderMachine
from tests.orders_and_ledger import audit
from tests.orders_and_ledger.histories import (
    Amend,
    Book,
    Cancel,
    History,
    Inspect,
    Place,
    ReadAll,
    Receive,
    Return,
    Ship,
    Show,
    Unpick,
    Wait,
    order_id_of,
    play,
)
from tests.orders_and_ledger.world import HORIZONS, RULES, Wanted, World
from tests.property.order_scenes import any_history
from tests.property.test_orders_and_ledger import world_after
from tests.property.test_planted_order_bugs import SEARCH

SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SOON_MS, NEVER_MS = 200, 10**12
LAMP = Wanted(PromisePolicy.SHIP_AVAILABLE, ReleaseGate.BOOKED, (("lamp", 1),))
LAMP_AND_CHAIR = Wanted(PromisePolicy.SHIP_COMPLETE, ReleaseGate.BOOKED, (("lamp", 1), ("chair", 1)))
KILLED = Wanted(PromisePolicy.FILL_OR_KILL, ReleaseGate.BOOKED, (("lamp", 1), ("chair", 1)))
FORGOTTEN_AFTER_ITS_BACKORDER = History(
    (
        Wanted(PromisePolicy.SHIP_COMPLETE, ReleaseGate.BOOKED, (("lamp", 3), ("lamp", 6))),
        Wanted(
            PromisePolicy.SHIP_AVAILABLE, ReleaseGate.BOOKED, (("lamp", 1), ("chair", 1)), nothing_leaves=frozenset({2})
        ),
    ),
    (
        *(Receive("lamp", "E", 9), Receive("chair", "W", 9), Place(0), Place(1), ReadAll()),
        *(Book(Outcome.APPLIED), Book(Outcome.APPLIED)),
        *(Place(0) for _ in range(15)),
        Ship(1, 1, "E", 1),
    ),
)
LATER_MS = 4_000
"""Longer than anybody waits: for an answer, for an order, for a shipment."""


def world_that_closes_at_once(purge_after_ms: int, stocked_within_ms: int = RULES.stocked_within_ms) -> World:
    rules = replace(RULES, close_after_ms=1, purge_after_ms=purge_after_ms, stocked_within_ms=stocked_within_ms)
    return World(machines={"orders": OrderMachine(rules, HORIZONS), "ledger": InventoryMachine(HORIZONS)})


def ledger_of(world: World) -> Sequence[object]:
    rows = world.rows["ledger"]
    return [list(rows.rows(ITEMS)), list(rows.rows(RESERVATIONS)), list(rows.rows(WAITING))]


def published(world: World) -> Iterator[Any]:
    """What subscribers and warehouses get, apart from the closing, with all lines that a subscriber knows of the order.

    An event carries the lines that changed since the last one. Where the closing was the last one, it carried them.
    """
    known: dict[tuple[str, LineId], LineSummary] = {}
    for message in world.published:
        order = getattr(message, "order", None)
        if order is not None:
            known |= {(order.order_id, line.line_id): line for line in order.lines}
        if not isinstance(message, OrderSnapshot | OrderClosed):
            yield message if order is None else without_standing(message, known)


def without_standing(message: Any, known: Mapping[tuple[str, LineId], LineSummary]) -> Any:
    """The version counts the closing, the status shows it."""
    lines = tuple(line for (order_id, _), line in known.items() if order_id == message.order.order_id)
    return replace(message, order=replace(message.order, lines=lines, version=0))


def same_but_closed(patient: Any, hasty: Any) -> bool:
    order, other = getattr(patient, "order", None), getattr(hasty, "order", None)
    if order is None or other is None or other.status is not OrderStatus.CLOSED:
        return bool(patient == hasty)
    return bool(patient == replace(hasty, order=replace(other, status=order.status)))


def is_refused_once_closed(change: Amend | Show, *worlds: World) -> bool:
    """Nothing of the order is open once all is read, so that it may be closed; then it is not changed any more."""
    for world in worlds:
        world.drain()
    orders = (audit.orders_of(world).get(order_id_of(change.order)) for world in worlds)
    return any(order is not None and (order.closed or is_finished(order)) for order in orders)


CHANGED_WHEN_CLOSED = History(
    (LAMP,),
    (
        Receive("lamp", "E", 9),
        Place(0),
        ReadAll(),
        Book(Outcome.APPLIED),
        Ship(0, 1, "E", 1),
        Show(0, 1, (3,)),
        ReadAll(),
    ),
)


@SETTINGS
@given(any_history)
@example(CHANGED_WHEN_CLOSED)
@example(
    History(
        (LAMP_AND_CHAIR,),
        (
            Place(0),
            Cancel(0, ()),
            Unpick(0, 1, "E", 1, ReturnCondition.RESTOCKED),
            ReadAll(),
            *[Place(0)] * 3,
            Cancel(0, ()),
        ),
    )
)
def test_closing_an_order_changes_nothing_else(history: History) -> None:
    patient, hasty = World(), world_that_closes_at_once(NEVER_MS)
    for number, step in enumerate(history.steps):
        if isinstance(step, Amend | Show) and is_refused_once_closed(step, patient, hasty):
            continue
        play(patient, history, number)
        if isinstance(step, Wait):
            hasty.wait_until(patient.now_ms)
        else:
            play(hasty, history, number)
        assert patient.now_ms == hasty.now_ms
    for world in (patient, hasty):
        world.drain()
    for first, second in zip(published(patient), published(hasty), strict=True):
        assert same_but_closed(first, second)
    assert (patient.cases, patient.erp_requests) == (hasty.cases, hasty.erp_requests)
    assert ledger_of(patient) == ledger_of(hasty)


def wait_until_quiescent(world: World) -> None:
    """The ERP books all; then so much time passes that whatever can leave has left."""
    for _ in range(4):
        world.drain()
        while world.bookings:
            world.answer_erp(Outcome.APPLIED)
        world.drain()
        world.wait_until(world.now_ms + LATER_MS)


def forgets_without_loss(history: History) -> None:
    """Whatever was forgotten when, and came behind that."""
    world = world_after(history, world_that_closes_at_once(SOON_MS))
    wait_until_quiescent(world)
    world.drain()
    audit.every_law_holds(world)
    audit.nothing_is_oversold(world)
    audit.units_are_conserved(world, history)
    audit.both_sides_agree(world, history)
    audit.nobody_waits_for_nothing(world)


INSPECTED_TWICE_FOR_NOBODY = History(
    (LAMP_AND_CHAIR,) * 2,
    (
        *[Place(1)] * 7,
        Return(0, 1, "E", 1, ReturnCondition.INSPECT, asked_as=1),
        Book(Outcome.APPLIED),
        Inspect(0, 1, "E", 1, ReturnCondition.DAMAGED, is_credited=False),
        Book(Outcome.APPLIED),
        Inspect(0, 1, "E", 1, ReturnCondition.RESTOCKED, is_credited=False),
        ReadAll(),
        *[Place(1)] * 2,
        Book(Outcome.APPLIED),
    ),
)
"""The events wait for an order that never comes, and are forgotten."""


@SETTINGS
@given(any_history)
@example(INSPECTED_TWICE_FOR_NOBODY)
@example(History((LAMP_AND_CHAIR,) * 2, (*[Place(0)] * 11, Show(1, 1, (0, 0), is_cancelled=True), Wait(), Place(1))))
def test_forgetting_orders_loses_and_strands_nothing(history: History) -> None:
    forgets_without_loss(history)


def finished_before_the_ledger_answered(order: Order) -> bool:
    return is_finished(replace(order, answers_due=0))


def finished_while_backordered(order: Order) -> bool:
    return is_finished(replace(order, lines=tuple(_as_if_it_did_not_wait(line) for line in order.lines)))


def _as_if_it_did_not_wait(line: OrderLine) -> OrderLine:
    return line._replace(cancelled=line.cancelled + line.backordered)


BUGS = pytest.mark.parametrize("bug", (finished_before_the_ledger_answered, finished_while_backordered))
TELLING: Mapping[Callable[[Order], bool], History] = {
    finished_before_the_ledger_answered: History((LAMP,), (Place(0), Cancel(0, ()), Wait(), Wait())),
    finished_while_backordered: History((LAMP,), (Place(0),)),
}


@BUGS
def test_an_order_that_is_forgotten_too_early_is_caught(
    monkeypatch: pytest.MonkeyPatch, bug: Callable[[Order], bool]
) -> None:
    forgets_without_loss(TELLING[bug])
    monkeypatch.setattr(closing, "is_finished", bug)
    with pytest.raises((AssertionError, InvariantViolated)):
        forgets_without_loss(TELLING[bug])


@pytest.mark.long
@BUGS
def test_an_order_that_is_forgotten_too_early_is_found_by_the_search(
    monkeypatch: pytest.MonkeyPatch, bug: Callable[[Order], bool]
) -> None:
    monkeypatch.setattr(closing, "is_finished", bug)

    @settings(SEARCH, max_examples=30_000)
    @given(any_history)
    def every_history(history: History) -> None:
        forgets_without_loss(history)

    with pytest.raises((AssertionError, InvariantViolated)):
        every_history()


@SETTINGS
@given(any_history)
@example(History((KILLED,), (Place(0), Amend(0, 2, 1, 0), Show(0, 1, (0, 1)))))
@example(FORGOTTEN_AFTER_ITS_BACKORDER)
def test_what_is_left_is_open_work_and_what_wakes_it(history: History) -> None:
    world = world_after(history, world_that_closes_at_once(SOON_MS, stocked_within_ms=2_500))
    wait_until_quiescent(world)
    orders = audit.orders_of(world)
    assert all(order.closed and has_open_case(order) for order in orders.values() if is_finished(order))
    parked = audit.parked_of(world)
    assert all(is_in_picking(audit.parked_units_of(world, order_id)) for order_id in parked)
    later_ms = world.now_ms + LATER_MS
    timers = (timer for _, timer in world.rows["orders"].rows(TIMERS) if timer.kind == "order")
    of_nobody = [timer for timer in timers if timer.subject not in {*orders, *parked}]
    assert all(timer.due_at_ms <= later_ms for timer in of_nobody), "a deadline outlives its order only until it passes"
    closed = Counter(message.order.order_id for message in world.published if isinstance(message, OrderClosed))
    forgotten = Counter(message.order_id for message in world.published if isinstance(message, OrderPurged))
    assert forgotten <= closed, "none is forgotten that was not closed"
    assert {order_id for order_id, order in orders.items() if order.closed} == set(closed - forgotten)
