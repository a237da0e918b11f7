"""Who gets new stock after an amendment: whoever ordered first, in whatever order the messages arrive."""

from itertools import permutations

import pytest

from domain.identifiers import CorrelationId, ItemId, LineId, NodeId, OrderId, ReceiptId, SourceId
from domain.messages.dispatch import Outcome
from domain.messages.orders import (
    FromSource,
    OrderAmendRequested,
    PartOfLine,
    PlacedLine,
    PromisePolicy,
    ReleaseGate,
)
from domain.messages.stock import GoodsReceived, StockLine
from domain.orders.state import Stage
from domain.provenance import Provenance
from tests.orders_and_ledger import audit
from tests.orders_and_ledger.world import Wanted, World

HOUR_US = 3_600_000_000


def at(hour: int, name: str, revision: int = 0) -> Provenance:
    time_us = hour * HOUR_US
    return Provenance(SourceId("source"), CorrelationId(name), revision, name, time_us, time_us)


def placed(name: str, hour: int, promise: PromisePolicy, *lines: tuple[str, int]) -> FromSource:
    wanted = Wanted(promise, ReleaseGate.ACCEPTED, lines)
    return wanted.placed(name, ("E",), at(hour, f"{name} is placed"))


def amended(name: str, hour: int, quantity: int, *added: PlacedLine) -> FromSource:
    parts = (PartOfLine(LineId("1"), quantity),) if quantity else ()
    return OrderAmendRequested(OrderId(name), at(hour, f"{name} is amended", 1), "more", parts, added)


def received(item: str, quantity: int) -> GoodsReceived:
    line = StockLine(LineId("1"), ItemId(item), quantity, "EA")
    return GoodsReceived(at(20, f"{quantity} of {item}"), NodeId("E"), ReceiptId(f"{quantity} {item}"), (line,))


def played(messages: tuple[FromSource, ...], receipts: tuple[GoodsReceived, ...]) -> World:
    world = World()
    for message in messages:
        world.say("orders", message)
        world.drain()
    for receipt in receipts:
        world.say("ledger", receipt)
        world.drain()
    return world


def held(world: World, item: str) -> dict[str, int]:
    """What the claims of each order hold of an item."""
    rows = [row for row in audit.reservations_of(world) if row.item_id == item]
    names = sorted({row.order_id for row in rows})
    return {name: sum(row.held for row in rows if row.order_id == name) for name in names}


ARRIVALS = tuple(permutations(range(3)))


@pytest.mark.parametrize("arrival", ARRIVALS)
def test_what_an_amendment_adds_passes_nobody_who_ordered_before_it(arrival: tuple[int, ...]) -> None:
    available = PromisePolicy.SHIP_AVAILABLE
    told = (
        placed("first", 8, available, ("lamp", 1)),
        placed("second", 9, available, ("lamp", 10)),
        amended("first", 10, 11),
    )
    world = played(tuple(told[place] for place in arrival), (received("lamp", 9), received("lamp", 2)))
    assert {"first": 1, "second": 10} == held(world, "lamp")


@pytest.mark.parametrize("arrival", ARRIVALS)
def test_what_an_amendment_adds_is_before_what_is_ordered_after_it(arrival: tuple[int, ...]) -> None:
    available = PromisePolicy.SHIP_AVAILABLE
    told = (
        placed("first", 8, available, ("lamp", 1)),
        placed("second", 11, available, ("lamp", 10)),
        amended("first", 10, 11),
    )
    world = played(tuple(told[place] for place in arrival), (received("lamp", 9), received("lamp", 2)))
    assert {"first": 11, "second": 0} == held(world, "lamp")


@pytest.mark.parametrize("arrival", ARRIVALS)
def test_an_order_that_ships_complete_has_the_place_of_its_last_raise(arrival: tuple[int, ...]) -> None:
    """Else the first would keep the lamp and the second the chair, and neither could be sent."""
    complete = PromisePolicy.SHIP_COMPLETE
    chair = PlacedLine(LineId("2"), ItemId("chair"), 1, "EA", 10_000, "")
    told = (
        placed("first", 8, complete, ("lamp", 1)),
        placed("second", 9, complete, ("lamp", 1), ("chair", 1)),
        amended("first", 10, 0, chair),
    )
    world = played(tuple(told[place] for place in arrival), ())
    while any(not order.accepted or order.amendments for order in audit.orders_of(world).values()):
        if world.bookings:
            world.answer_erp(Outcome.APPLIED)
        else:
            assert world.fire_timer()
        world.drain()
    for receipt in (received("lamp", 1), received("chair", 1)):
        world.say("ledger", receipt)
        world.drain()
    assert ({"first": 0, "second": 1}, {"first": 0, "second": 1}) == (held(world, "lamp"), held(world, "chair"))


def test_a_change_of_its_past_gives_no_better_place() -> None:
    """A source whose clock is wrong says that it asked before the order was placed."""
    available = PromisePolicy.SHIP_AVAILABLE
    told = (
        placed("first", 9, available, ("lamp", 1)),
        placed("second", 8, available, ("lamp", 10)),
        amended("first", 7, 11),
    )
    world = played(told, (received("lamp", 10),))
    assert {"first": 0, "second": 10} == held(world, "lamp")


def test_an_amendment_that_the_ledger_answers_late_keeps_its_place() -> None:
    """What is answered is not given up: it keeps what it holds and where it waits."""
    available = PromisePolicy.SHIP_AVAILABLE
    world = played((placed("first", 8, available, ("lamp", 3)), placed("second", 9, available, ("lamp", 10))), ())
    world.say("orders", amended("first", 10, 8))
    while not any(each.is_late for order in audit.orders_of(world).values() for each in order.pending_answers):
        assert world.fire_timer()
    world.drain()
    for receipt in (received("lamp", 3), received("lamp", 10)):
        world.say("ledger", receipt)
        world.drain()
    assert {"first": 3, "second": 10} == held(world, "lamp")


def test_an_order_that_has_given_everything_back_asks_again_at_its_new_place() -> None:
    complete = PromisePolicy.SHIP_COMPLETE
    world = played((placed("first", 8, complete, ("lamp", 1)),), ())
    world.say("orders", amended("first", 10, 2))
    stages = set()
    while Stage.RETRYING not in stages or not audit.reservations_of(world):
        world.drain()
        assert world.fire_timer()
        world.drain()
        stages |= {order.stage for order in audit.orders_of(world).values()}
    assert {10 * HOUR_US} == {row.placed_at_us for row in audit.reservations_of(world)}
