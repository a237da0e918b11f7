"""The order machine's rows of purchase order numbers and of forgotten orders: what is kept, for how long, and where."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from connectors.log.port import Record
from domain.deduplication import Horizons
from domain.identifiers import CorrelationId, EventId, OrderId, PurchaseOrderId
from domain.messages.dispatch import ErpRequested
from domain.messages.orders import (
    OrderPlaced,
    PurchaseOrderAnswered,
    PurchaseOrderClaimed,
    PurchaseOrderEvent,
    PurchaseOrderGivenUp,
)
from domain.orders.decision import OrderRules
from operators.engine.event import Event
from operators.engine.tables import Table
from operators.machines.forgotten_orders import FORGOTTEN_HORIZON, FORGOTTEN_ORDERS
from operators.machines.homes.purchase_orders import PURCHASE_ORDER_HORIZON, PURCHASE_ORDERS
from operators.machines.orders import ORDERS, OrderMachine
from operators.steps.routes import ROUTES
from tests.memory_state import MemoryRows
from tests.unit.orders.story import ORDER_ID, RULES, Story

DAY_MS = 24 * 3_600_000
BEGAN_MS = 1_000 * DAY_MS
REMEMBERED_DAYS = RULES.remembered_ms // DAY_MS
NUMBER = PurchaseOrderId("K1/4711")


class Desk:
    """One partition, which is the home of every number; `day` lets the timers fire."""

    def __init__(self, rules: OrderRules = RULES) -> None:
        self.rows = MemoryRows()
        self.story = Story()
        self._machine = OrderMachine(rules, Horizons())
        self._records = 0
        self.day(0)

    def day(self, number: int) -> None:
        partition = self.rows.partition
        for timer in partition.timers.take_due(partition.advance(BEGAN_MS + number * DAY_MS)):
            self._machine.fire(partition, timer, EventId(f"timer {timer.subject} {timer.due_at_ms}"))

    def hear(self, message: object) -> Sequence[object]:
        """What comes of a message; what is for a number's home, or its answer, comes back as through the inbox."""
        self._records += 1
        self.story.events += 1
        partition = self.rows.partition
        record = Record("orders.inbox.v1", 0, self._records, partition.now_ms, "key", b"", ())
        event = Event(EventId(f"event {self._records}"), CorrelationId(""), (), message, record, 1)
        effects = self._machine.apply(partition, event, partition.now_ms)
        own = (each for each in effects if isinstance(each, PurchaseOrderEvent | PurchaseOrderAnswered))
        return [*effects, *(after for each in own for after in self.hear(each))]

    def say(self, sentence: str) -> Sequence[object]:
        event = self.story.event(sentence)
        return self.hear(replace(event, purchase_order_id=NUMBER) if isinstance(event, OrderPlaced) else event)

    def claim(self, order_id: str) -> str:
        (answer,) = self.hear(PurchaseOrderClaimed(NUMBER, OrderId(order_id)))[:1]
        assert isinstance(answer, PurchaseOrderAnswered)
        return answer.duplicate_of

    def place_cancel_and_purge(self) -> None:
        self.say("place available 5")
        order = self.rows.partition.state.get(ORDERS, ORDER_ID)
        assert order is not None
        self.story.first_claims["1"] = order.lines[0].claims[0].reservation_id
        self.say("cancel")
        self.say("old answer 1")
        self.day(30)
        self.day(91)

    def counts(self) -> list[int]:
        tables: tuple[Table[Any], ...] = (
            ORDERS,
            PURCHASE_ORDERS,
            PURCHASE_ORDER_HORIZON,
            FORGOTTEN_ORDERS,
            FORGOTTEN_HORIZON,
        )
        return [len(list(self.rows.rows(table))) for table in tables]


def test_a_number_is_remembered_until_its_horizon_has_passed() -> None:
    desk = Desk()
    desk.claim("a")
    desk.day(REMEMBERED_DAYS - 1)
    assert "a" == desk.claim("b")
    desk.day(2 * REMEMBERED_DAYS + 1)
    assert [0, 0, 0, 0, 0] == desk.counts()
    assert "" == desk.claim("c")


def test_a_number_that_is_given_up_leaves_no_row() -> None:
    desk = Desk()
    desk.claim("a")
    desk.hear(PurchaseOrderGivenUp(NUMBER, OrderId("a")))
    assert [0, 0, 0, 0, 0] == desk.counts()


def test_a_number_that_nobody_carries_can_be_given_up() -> None:
    desk = Desk()
    assert [] == list(desk.hear(PurchaseOrderGivenUp(NUMBER, OrderId("a"))))


def test_a_row_has_one_place_in_the_horizon_however_often_it_is_claimed() -> None:
    desk = Desk()
    for day in range(5):
        desk.day(day)
        desk.claim(f"order {day}")
    assert [0, 1, 1, 0, 0] == desk.counts()


def test_numbers_and_answers_survive_a_restart() -> None:
    desk = Desk()
    desk.claim("a")
    desk.rows.restart()
    assert "a" == desk.claim("b")


def test_a_message_about_a_number_goes_to_its_home() -> None:
    first, second = PurchaseOrderClaimed(NUMBER, OrderId("a")), PurchaseOrderGivenUp(NUMBER, OrderId("b"))
    assert ["purchase_order/K1/4711"] * 2 == [ROUTES[type(each)].key(each) for each in (first, second)]


def test_an_order_is_remembered_when_it_is_purged_and_known_by_its_own_row_when_it_comes_again() -> None:
    desk = Desk(replace(RULES, remembered_ms=200 * DAY_MS))
    desk.place_cancel_and_purge()
    assert [0, 0, 0, 1, 1] == desk.counts()
    desk.day(150)
    effects = desk.say("place available 5")
    assert [True] == [each.only_look_up for each in effects if isinstance(each, ErpRequested)]
    assert [1, 1, 1, 0, 0] == desk.counts()


def test_an_order_that_comes_after_its_last_trace_is_gone_is_a_first_one() -> None:
    desk = Desk(replace(RULES, remembered_ms=200 * DAY_MS))
    desk.place_cancel_and_purge()
    desk.day(300)
    assert [0, 0, 0, 0, 0] == desk.counts()
    assert not [each for each in desk.say("place available 5") if isinstance(each, ErpRequested)]
