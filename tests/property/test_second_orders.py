"""Orders that carry one purchase order number, and its home, under every way in which their messages can cross.

Each order and the home have a partition of their own, and a lane each way: first in, first out, as between partitions.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import permutations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from connectors.log.port import Record
from domain.deduplication import Horizons
from domain.identifiers import CorrelationId, EventId, LineId, OrderId, PurchaseOrderId, SourceId
from domain.messages.inventory import ReservationsRequested
from domain.messages.orders import (
    HoldKind,
    OrderCancelRequested,
    OrderHoldReleaseRequested,
    PromisePolicy,
    PurchaseOrderAnswered,
    PurchaseOrderClaimed,
    PurchaseOrderEvent,
    PurchaseOrderGivenUp,
    ReleaseGate,
)
from domain.orders import gathering
from domain.orders.identity import checking, purchase_orders
from domain.orders.identity.purchase_orders import CarriedNumber, NumberVerdict
from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited
from domain.orders.state import Order, Stage
from domain.provenance import Provenance
from operators.engine.event import Event
from operators.machines.homes.purchase_orders import PURCHASE_ORDERS
from operators.machines.orders import ORDERS, OrderMachine
from tests.memory_state import MemoryRows
from tests.orders_and_ledger.world import RULES, Wanted

NUMBER = PurchaseOrderId("K1/4711")
ORDERS_OF_IT = ("a", "b", "c")
HOME = "home"
Step = tuple[str, str]
"""What happens, and to which order."""
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ("place", "place", "cancel", "release", "to home", "to home", "from home", "from home", "restart")
        ),
        st.sampled_from(ORDERS_OF_IT),
    ),
    max_size=25,
)


@dataclass
class Purchase:
    """See the module."""

    rows: dict[str, MemoryRows] = field(default_factory=lambda: defaultdict(MemoryRows))
    to_home: dict[str, deque[object]] = field(default_factory=lambda: defaultdict(deque))
    from_home: dict[str, deque[object]] = field(default_factory=lambda: defaultdict(deque))
    claims_read: list[str] = field(default_factory=list)
    went_on: set[str] = field(default_factory=set)
    """The orders that asked for stock."""
    released: set[str] = field(default_factory=set)
    """Those that a person has released from a hold."""
    machine: OrderMachine = field(default_factory=lambda: OrderMachine(RULES, Horizons()))
    records: int = 0

    def do(self, step: Step) -> None:
        what, name = step
        match what:
            case "place" if self.order(name) is None:
                wanted = Wanted(PromisePolicy.SHIP_AVAILABLE, ReleaseGate.BOOKED, (("lamp", 1),))
                placed = wanted.placed(name, ("E",), self._provenance())
                self._hear(name, name, replace(placed, purchase_order_id=NUMBER))
            case "cancel" if self.order(name) is not None:
                self._hear(name, name, OrderCancelRequested(OrderId(name), self._provenance(), "", (LineId("1"),)))
            case "release" if (order := self.order(name)) is not None and order.holds:
                self.released.add(name)
                kind = HoldKind.DUPLICATE
                self._hear(name, name, OrderHoldReleaseRequested(OrderId(name), self._provenance(), kind, "ann", ""))
            case "to home" if self.to_home[name]:
                message = self.to_home[name].popleft()
                if isinstance(message, PurchaseOrderClaimed):
                    self.claims_read.append(name)
                self._hear(HOME, name, message)
            case "from home" if self.from_home[name]:
                self._hear(name, name, self.from_home[name].popleft())
            case "restart":
                for rows in self.rows.values():
                    rows.restart()
            case _:
                pass

    def drain(self) -> None:
        while any(self.to_home.values()) or any(self.from_home.values()):
            for name in ORDERS_OF_IT:
                self.do(("to home", name))
                self.do(("from home", name))

    def order(self, name: str) -> Order | None:
        return self.rows[name].partition.state.get(ORDERS, name)

    def orders(self) -> Iterator[Order]:
        return (order for name in ORDERS_OF_IT if (order := self.order(name)) is not None)

    def carriers(self) -> tuple[str, ...]:
        row = self.rows[HOME].partition.state.get(PURCHASE_ORDERS, NUMBER)
        return () if row is None else row.order_ids

    def _provenance(self) -> Provenance:
        return Provenance(SourceId("source"), CorrelationId(f"m{self.records}"), 0, "", 0, 0)

    def _hear(self, partition: str, about: str, message: object) -> None:
        self.records += 1
        record = Record("orders.inbox", 0, self.records, self.records, None, b"", ())
        event = Event(EventId(f"event {self.records}"), CorrelationId(""), (), message, record, 1)
        for effect in self.machine.apply(self.rows[partition].partition, event, self.records):
            if isinstance(effect, PurchaseOrderEvent):
                self.to_home[about].append(effect)
            elif isinstance(effect, PurchaseOrderAnswered):
                self.from_home[effect.order_id].append(effect)
            elif isinstance(effect, ReservationsRequested):
                self.went_on.add(about)


def is_alive(order: Order) -> bool:
    return order.stage is not Stage.CANCELLED


def no_two_go_on_by_themselves(world: Purchase) -> None:
    """At most one live order of a number goes on without a person's word."""
    alone = [
        order.order_id
        for order in world.orders()
        if is_alive(order) and order.order_id in world.went_on and order.order_id not in world.released
    ]
    assert len(alone) <= 1, f"no_two_go_on_by_themselves: {alone}"


def nobody_waits_for_nothing(world: Purchase) -> None:
    """Nothing is in flight: who does not go on has a hold, which is a person's case."""
    for order in world.orders():
        waits = order.stage is Stage.CHECKING
        assert waits == (bool(order.holds) and is_alive(order)), f"nobody_waits_for_nothing: {order}"
        assert not any(awaiting.all_of(order, Awaited.PURCHASE_ORDER, Awaited.LOOK_UP))


def the_home_knows_who_lives(world: Purchase) -> None:
    """Nothing is in flight: the home has the live orders, in the order in which their claims came."""
    alive = {order.order_id for order in world.orders() if is_alive(order)}
    came = [name for name in dict.fromkeys(world.claims_read) if name in alive]
    assert came == list(world.carriers()), "the_home_knows_who_lives"


def who_is_held_knows_for_whom(world: Purchase) -> None:
    """Nothing is in flight: a second order is held for the one that is the first now, and the first for none."""
    carriers = world.carriers()
    for order in world.orders():
        if order.holds:
            assert order.order_id != carriers[0], f"who_is_held_knows_for_whom: {order.order_id} is the first"
            assert order.duplicate_of == carriers[0], f"who_is_held_knows_for_whom: {order.duplicate_of}"
            assert order.holds[0].reason.startswith(f"{carriers[0]} "), "who_is_held_knows_for_whom"


def the_first_one_is_never_held(world: Purchase) -> None:
    """The order whose claim came first waits for nobody."""
    if world.claims_read:
        first = world.order(world.claims_read[0])
        assert first is not None
        assert not first.holds, "the_first_one_is_never_held"


def check(steps: Sequence[Step]) -> None:
    world = Purchase()
    for step in steps:
        world.do(step)
        no_two_go_on_by_themselves(world)
        the_first_one_is_never_held(world)
    world.drain()
    no_two_go_on_by_themselves(world)
    nobody_waits_for_nothing(world)
    the_home_knows_who_lives(world)
    who_is_held_knows_for_whom(world)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_of_one_purchase_one_order_goes_on_and_nobody_waits_for_nothing(steps: list[Step]) -> None:
    check(steps)


def test_every_crossing_of_a_cancellation_and_a_second_order_ends_lawfully() -> None:
    """The first is placed and cancelled while the second is placed: all ways in which the five messages can arrive."""
    moves = [("cancel", "a"), ("place", "b"), ("to home", "a"), ("to home", "a"), ("to home", "b"), ("from home", "b")]
    for order in set(permutations(moves)):
        check([("place", "a"), *order])


def answers_nobody(known: CarriedNumber | None, event: PurchaseOrderClaimed, until_ms: int) -> NumberVerdict:
    carriers = () if known is None else known.order_ids
    answer = PurchaseOrderAnswered(event.order_id, OrderId(""))
    return NumberVerdict(CarriedNumber((*carriers, event.order_id), until_ms), (answer,))


def knows_one_order(known: CarriedNumber | None, event: PurchaseOrderClaimed, until_ms: int) -> NumberVerdict:
    verdict = purchase_orders.claimed(known, event, until_ms)
    assert verdict.row is not None
    return verdict._replace(row=replace(verdict.row, order_ids=verdict.row.order_ids[:1]))


def tells_nobody(known: CarriedNumber, event: PurchaseOrderGivenUp) -> NumberVerdict:
    return purchase_orders.given_up(known, event)._replace(answers=())


BUGS: dict[str, tuple[str, Callable[[pytest.MonkeyPatch], object]]] = {
    "the home never sees a second one": (
        "no_two_go_on_by_themselves",
        lambda patch: patch.setattr("operators.machines.homes.purchase_orders.claimed", answers_nobody),
    ),
    "the home remembers the first alone": (
        "the_home_knows_who_lives",
        lambda patch: patch.setattr("operators.machines.homes.purchase_orders.claimed", knows_one_order),
    ),
    "whoever gives up takes the number away from all": (
        "the_home_knows_who_lives",
        lambda patch: patch.setattr(
            "operators.machines.homes.purchase_orders.given_up", lambda *_: NumberVerdict(None)
        ),
    ),
    "nobody is told that the first has ended": (
        "who_is_held_knows_for_whom",
        lambda patch: patch.setattr("operators.machines.homes.purchase_orders.given_up", tells_nobody),
    ),
    "an order that ends keeps its number": (
        "the_home_knows_who_lives",
        lambda patch: patch.setattr(checking, "watch", lambda _: None),
    ),
    "an order goes on before it is answered": (
        "no_two_go_on_by_themselves",
        lambda patch: patch.setattr(checking, "begin", gathering.request_reservations),
    ),
    "a second one is not held": (
        "no_two_go_on_by_themselves",
        lambda patch: patch.setattr(checking, "_hold", lambda *_: None),
    ),
    "a released one does not go on": (
        "nobody_waits_for_nothing",
        lambda patch: patch.setattr(checking, "settle", lambda _: None),
    ),
}


@pytest.mark.parametrize(("finding", "plant"), BUGS.values(), ids=BUGS.keys())
def test_a_planted_bug_is_caught(
    monkeypatch: pytest.MonkeyPatch, finding: str, plant: Callable[[pytest.MonkeyPatch], object]
) -> None:
    plant(monkeypatch)

    @settings(
        max_examples=2_000,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(STEPS)
    def search(steps: list[Step]) -> None:
        check(steps)

    with pytest.raises(AssertionError, match=finding):
        search()
