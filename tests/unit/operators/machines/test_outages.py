"""The order machine's rows of what is away: what is reported takes effect while it runs, and orders wait in turn."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from connectors.log.port import Record
from domain.deduplication import Horizons
from domain.identifiers import ChannelId, CorrelationId, ErpId, EventId, NodeId, OrderId, SourceId
from domain.messages.dispatch import ErpRequested
from domain.messages.failure_policy import (
    Dependency,
    DependencyReported,
    FailureAction,
    FailurePolicySet,
    PolicyRow,
    Workflow,
)
from domain.messages.inventory import ReservationsRequested
from domain.messages.orders import OrderPlaced, ReservationsAnswered
from domain.messages.status import FailurePolicyApplied
from domain.messages.warehouse import WarehouseReleaseCommanded
from domain.provenance import Provenance
from operators.engine.event import Event
from operators.engine.partition import COUNTS
from operators.machines.orders import OrderMachine
from operators.machines.outages.outage_rows import PAGE, WAITING_ORDERS
from tests.memory_state import MemoryRows
from tests.unit.orders.story import RULES, Story

BEGAN_MS = 1_000_000


class Desk:
    """One partition of the order machine."""

    def __init__(self) -> None:
        self.rows = MemoryRows()
        self._machine = OrderMachine(RULES, Horizons())
        self._records = 0
        self.now_ms = BEGAN_MS

    def hear(self, message: object) -> Sequence[Any]:
        self._records += 1
        partition = self.rows.partition
        partition.advance(self.now_ms)
        record = Record("orders.inbox.v1", 0, self._records, self.now_ms, "key", b"", ())
        event = Event(EventId(f"event {self._records}"), CorrelationId(""), (), message, record, 1)
        return self._machine.apply(partition, event, self.now_ms)

    def place(self, number: int, erp_id: str = "main", gate: str = "") -> Sequence[Any]:
        story = Story()
        story.events = number
        placed = story.event(f"place available {gate} 5")
        assert isinstance(placed, OrderPlaced)
        policy = replace(placed.policy, erp_id=ErpId(erp_id))
        return self.hear(replace(placed, order_id=OrderId(f"shop:{number}"), policy=policy))

    def report(self, state: str, at_ms: int) -> Sequence[Any]:
        return self.hear(DependencyReported(Dependency.TAX, state == "AWAY", at_ms * 1_000, "", provenance(at_ms)))

    def report_erp(self, erp_id: str, state: str, at_ms: int) -> Sequence[Any]:
        said = provenance(at_ms)
        return self.hear(DependencyReported(Dependency.ERP, state == "AWAY", at_ms * 1_000, "", said, ErpId(erp_id)))

    def report_warehouse(self, node_id: str, state: str, at_ms: int) -> Sequence[Any]:
        said, away = provenance(at_ms), state == "AWAY"
        return self.hear(DependencyReported(Dependency.WMS, away, at_ms * 1_000, "", said, node_id=NodeId(node_id)))

    def answer(self, number: int) -> Sequence[Any]:
        """The ledger has all that the order asked for."""
        story = Story()
        story.do("place available 5")
        answered = story.event("answer 1:5")
        assert isinstance(answered, ReservationsAnswered)
        return self.hear(replace(answered, order_id=OrderId(f"shop:{number}")))

    def policy(
        self,
        action: FailureAction,
        version: str,
        at_ms: int,
        dependency: Dependency = Dependency.TAX,
        workflow: Workflow = Workflow.ORDER_ACCEPTANCE,
    ) -> Sequence[Any]:
        row = PolicyRow(dependency, workflow, ChannelId(""), action)
        return self.hear(FailurePolicySet(version, provenance(at_ms), (row,)))

    def wait(self, for_ms: int) -> list[Any]:
        """What the timers lead to, in order."""
        self.now_ms += for_ms
        partition = self.rows.partition
        found: list[Any] = []
        for timer in partition.timers.take_due(partition.advance(self.now_ms)):
            found += self._machine.fire(partition, timer, EventId(f"timer {timer.subject} {timer.due_at_ms}"))
        return found

    def waiting(self) -> list[str]:
        return [order_id for _, order_id in self.rows.rows(WAITING_ORDERS)]


def provenance(at_ms: int) -> Provenance:
    return Provenance(SourceId("dependencies"), CorrelationId(f"{at_ms}"), 0, "", at_ms * 1_000, at_ms * 1_000)


def asked(effects: Sequence[Any]) -> list[str]:
    return [each.order_id for each in effects if isinstance(each, ReservationsRequested)]


def released(effects: Sequence[Any]) -> list[str]:
    return [each.order_id for each in effects if isinstance(each, WarehouseReleaseCommanded)]


def versions(effects: Sequence[Any]) -> list[tuple[str, str]]:
    return [(each.action, each.policy_version) for each in effects if isinstance(each, FailurePolicyApplied)]


def test_paused_orders_go_on_in_the_order_in_which_they_came_a_page_at_a_time() -> None:
    desk = Desk()
    desk.policy(FailureAction.PAUSE, "1", at_ms=1)
    desk.report("AWAY", at_ms=2)
    numbers = [(7 * number) % 251 for number in range(1, 251)]
    for number in numbers:
        assert [] == asked(desk.place(number))
    assert 250 == len(desk.waiting())
    desk.rows.restart()
    desk.report("BACK", at_ms=3)
    assert 250 - PAGE == len(desk.waiting())
    gone_on = [order_id for _ in range(3) for order_id in asked(desk.wait(1_000))]
    assert [f"shop:{number}" for number in numbers] == gone_on
    assert [] == desk.waiting()


def test_what_waits_at_nodes_that_stood_in_is_asked_for_again_in_the_order_of_the_requests() -> None:
    desk = Desk()
    desk.report_warehouse("E", "AWAY", at_ms=2)
    for number in (3, 1, 2):
        assert [f"shop:{number}"] == asked(desk.place(number, gate="fallback"))
    desk.rows.restart()
    assert [] == asked(desk.report_warehouse("W", "AWAY", at_ms=3))
    desk.report_warehouse("E", "BACK", at_ms=4)
    assert ["shop:3", "shop:1", "shop:2"] == asked(desk.wait(1_000))
    desk.report_warehouse("E", "AWAY", at_ms=5)
    desk.report_warehouse("E", "BACK", at_ms=6)
    assert [] == [*asked(desk.wait(1_000)), *desk.waiting()]


def test_an_order_that_comes_after_the_return_goes_on_at_once() -> None:
    desk = Desk()
    desk.policy(FailureAction.PAUSE, "1", at_ms=1)
    desk.report("AWAY", at_ms=2)
    desk.report("BACK", at_ms=3)
    assert ["shop:1"] == asked(desk.place(1))


def test_a_changed_policy_decides_about_the_next_order_and_is_named() -> None:
    desk = Desk()
    desk.report("AWAY", at_ms=2)
    assert [] == versions(desk.place(1))
    desk.policy(FailureAction.HOLD, "1", at_ms=3)
    assert [("HOLD", "1")] == versions(desk.place(2))
    desk.policy(FailureAction.REJECT, "2", at_ms=4)
    assert [("REJECT", "2")] == versions(desk.place(3))
    desk.policy(FailureAction.CONTINUE, "3", at_ms=5)
    assert ["shop:4"] == asked(desk.place(4))


def test_what_is_older_than_what_is_in_force_changes_nothing() -> None:
    desk = Desk()
    desk.policy(FailureAction.PAUSE, "2", at_ms=10)
    desk.policy(FailureAction.REJECT, "1", at_ms=9)
    desk.report("AWAY", at_ms=20)
    desk.report("BACK", at_ms=19)
    assert [("PAUSE", "2")] == versions(desk.place(1))
    counted = dict(desk.rows.rows(COUNTS))
    assert 1 == counted["failure policy that is older than the one in force"]
    assert 1 == counted["report about a dependency that is older than the last"]


def test_a_dependency_that_goes_away_again_keeps_the_orders_whose_turn_has_not_come() -> None:
    desk = Desk()
    desk.policy(FailureAction.PAUSE, "1", at_ms=1)
    desk.report("AWAY", at_ms=2)
    for number in range(PAGE + 50):
        desk.place(number)
    desk.report("BACK", at_ms=3)
    desk.report("AWAY", at_ms=4)
    assert PAGE == len(asked(desk.wait(10_000)))
    assert 50 == len(desk.waiting())
    desk.report("BACK", at_ms=5)
    assert 50 == len(asked(desk.wait(10_000)))


def test_an_order_waits_for_its_own_erp() -> None:
    desk = Desk()
    desk.policy(FailureAction.PAUSE, "1", at_ms=1, dependency=Dependency.ERP)
    desk.report_erp("main", "AWAY", at_ms=2)
    desk.report_erp("legacy", "AWAY", at_ms=3)
    assert [] == asked([*desk.place(1, "main"), *desk.place(2, "legacy")])
    assert ["shop:3"] == asked(desk.place(3, "cloud"))
    desk.report_erp("legacy", "BACK", at_ms=4)
    assert ["shop:2"] == asked(desk.wait(1_000))
    assert ["shop:1"] == desk.waiting()
    desk.report_erp("main", "BACK", at_ms=5)
    assert ["shop:1"] == asked(desk.wait(1_000))


def test_an_order_whose_dependency_is_away_again_at_once_waits_for_its_next_return() -> None:
    desk = Desk()
    desk.policy(FailureAction.PAUSE, "1", 1, workflow=Workflow.BOOKING)
    desk.report("AWAY", 2)
    desk.place(1)
    desk.answer(1)
    assert ["shop:1"] == desk.waiting()
    desk.report("BACK", 3)
    desk.report("AWAY", 4)
    assert [] == booked(desk.wait(10))
    assert ["shop:1"] == desk.waiting()
    desk.report("BACK", 5)
    assert ["shop:1"] == booked(desk.wait(10))
    assert [] == desk.waiting()


def booked(effects: Sequence[Any]) -> list[str]:
    return [each.document_key for each in effects if isinstance(each, ErpRequested)]


def test_orders_wait_for_their_own_warehouse_and_go_on_when_that_is_back() -> None:
    desk = Desk()
    desk.policy(FailureAction.PAUSE, "1", 1, Dependency.WMS, Workflow.RELEASE)
    desk.report_warehouse("E", "AWAY", 2)
    desk.report_warehouse("W", "AWAY", 3)
    desk.place(1, gate="accepted")
    assert [] == released(desk.answer(1))
    assert ["shop:1"] == desk.waiting()
    desk.report_warehouse("W", "BACK", 4)
    assert [] == released(desk.wait(1_000))
    assert ["shop:1"] == desk.waiting()
    desk.report_warehouse("E", "BACK", 5)
    assert ["shop:1"] == released(desk.wait(1_000))
    assert [] == desk.waiting()


def test_a_warehouse_that_goes_away_again_before_the_orders_of_a_page_went_on_is_waited_for() -> None:
    desk = Desk()
    desk.policy(FailureAction.PAUSE, "1", 1, Dependency.WMS, Workflow.RELEASE)
    desk.report_warehouse("E", "AWAY", 2)
    desk.place(1, gate="accepted")
    desk.answer(1)
    desk.report_warehouse("E", "BACK", 3)
    desk.report_warehouse("E", "AWAY", 4)
    assert [] == released(desk.wait(1_000))
    assert ["shop:1"] == desk.waiting()
    desk.report_warehouse("E", "BACK", 5)
    assert ["shop:1"] == released(desk.wait(1_000))
