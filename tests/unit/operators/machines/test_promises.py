"""The ledger's machine and dated supply: documents as they change, and what orders hear of their promise dates."""

from collections.abc import Sequence

import pytest

from connectors.log.port import Record
from domain.deduplication import Horizons
from domain.identifiers import (
    ChannelId,
    CorrelationId,
    EventId,
    ItemId,
    LineId,
    NodeId,
    OrderId,
    ReceiptId,
    ReservationId,
    SourceId,
    SupplyId,
)
from domain.inventory.supply.promising import PAGE
from domain.inventory.supply.rows import DAY_US
from domain.messages.cases import Case, CaseClass
from domain.messages.inventory import RequestedLine, ReservationsRequested
from domain.messages.orders import PromiseReason, ReservationsAnswered, ReservationsStated
from domain.messages.stock import GoodsReceived, StockLine, SupplyAnnounced
from domain.messages.stock_movements import StockMovement
from domain.provenance import Provenance
from operators.engine.event import Event
from operators.engine.partition import COUNTS
from operators.engine.timers import TIMERS
from operators.machines.claims.promises import EVERY_MS, PROMISE_ROUNDS
from operators.machines.claims.rows import PROMISED
from operators.machines.claims.supplies import ANNOUNCED, ANNOUNCED_HORIZON, EXPECTED, SUPPLIES, SUPPLY_HORIZON
from operators.machines.inventory import InventoryMachine
from tests.memory_state import MemoryRows

DAY_MS = 24 * 3_600_000
BEGAN = 1_000
"""The day on which the tests begin."""
Day = tuple[str, int, int]
"""Item, quantity and day."""


class Ledger:
    """One partition; what the machine splits comes back to it, as it does through the inbox."""

    def __init__(self) -> None:
        self.rows = MemoryRows()
        self._machine = InventoryMachine(Horizons({"buyer": 30}))
        self._events = 0
        self.wait(BEGAN * DAY_MS)

    def hear(self, message: object) -> Sequence[object]:
        self._events += 1
        partition = self.rows.partition
        record = Record("inventory.inbox.v1", 0, self._events, partition.now_ms, None, b"", ())
        event = Event(EventId(f"event {self._events}"), CorrelationId("c"), (), message, record, 1)
        effects = self._machine.apply(partition, event, partition.now_ms)
        returned = [after for effect in effects if isinstance(effect, StockMovement) for after in self.hear(effect)]
        return [*effects, *returned]

    def wait(self, ms: int) -> list[ReservationsStated]:
        """What orders hear as the time passes."""
        partition = self.rows.partition
        due = partition.timers.take_due(partition.advance(partition.now_ms + ms))
        effects = [effect for timer in due for effect in self._machine.fire(partition, timer, EventId("timer"))]
        return [effect for effect in effects if isinstance(effect, ReservationsStated)]

    def announce(self, number: str, *days: Day, revision: int = 0, content: str = "") -> Sequence[object]:
        lines = tuple(
            StockLine(LineId(str(place)), ItemId(item), units, "EA", day * DAY_US)
            for place, (item, units, day) in enumerate(days, 1)
        )
        provenance = Provenance(SourceId("buyer"), CorrelationId("m"), revision, content or repr(days), 0, 0)
        return self.hear(SupplyAnnounced(provenance, NodeId("E"), SupplyId(number), lines))

    def receive(self, number: str, quantity: int, supply: str = "") -> Sequence[object]:
        line = StockLine(LineId("1"), ItemId("lamp"), quantity, "EA")
        provenance = Provenance(SourceId("wms"), CorrelationId(number), 0, "", 0, 0)
        receipt = GoodsReceived(provenance, NodeId("E"), ReceiptId(number), (line,), supply_id=SupplyId(supply))
        return self.hear(receipt)

    def ask(self, name: str, quantity: int, placed: int = 1) -> int:
        """The day that the answer names."""
        line = RequestedLine(ReservationId(name), LineId("1"), ItemId("lamp"), quantity, "EA")
        nodes = (NodeId("E"),)
        request = ReservationsRequested(OrderId(name), ChannelId("shop"), 1, nodes, True, (line,), placed)
        (answer,) = (effect for effect in self.hear(request) if isinstance(effect, ReservationsAnswered))
        return day_in(answer)

    def counts(self, *tables: object) -> list[int]:
        return [len(list(self.rows.rows(table))) for table in tables]  # type: ignore[arg-type]  # tables of any row


def day_in(message: ReservationsAnswered | ReservationsStated) -> int:
    (line,) = message.lines
    return sum(units.promised_us for units in line.units) // DAY_US


def told(messages: list[ReservationsStated]) -> list[tuple[str, int, PromiseReason]]:
    return [(message.order_id, day_in(message), message.reason) for message in messages]


def test_a_request_that_waits_is_answered_with_its_day() -> None:
    ledger = Ledger()
    ledger.announce("P1", ("lamp", 5, BEGAN + 3))

    assert BEGAN + 3 == ledger.ask("a", 5)
    assert 0 == ledger.ask("b", 1, placed=2)


def test_supply_that_is_announced_later_gives_the_order_its_first_day() -> None:
    ledger = Ledger()
    ledger.ask("a", 5)
    ledger.announce("P1", ("lamp", 5, BEGAN + 3))

    assert [("a", BEGAN + 3, PromiseReason.SUPPLY)] == told(ledger.wait(EVERY_MS))


def test_the_day_moves_when_the_supply_does() -> None:
    ledger = Ledger()
    ledger.announce("P1", ("lamp", 5, BEGAN + 3))
    ledger.ask("a", 5)
    ledger.announce("P1", ("lamp", 5, BEGAN + 8), revision=1)

    assert [("a", BEGAN + 8, PromiseReason.SUPPLY)] == told(ledger.wait(EVERY_MS))


def test_an_item_that_an_announcement_names_no_more_is_not_expected() -> None:
    ledger = Ledger()
    ledger.announce("P1", ("lamp", 5, BEGAN + 3), ("chair", 5, BEGAN + 3))
    ledger.ask("a", 5)
    ledger.announce("P1", ("chair", 5, BEGAN + 3), revision=1)

    assert [("a", 0, PromiseReason.SUPPLY)] == told(ledger.wait(EVERY_MS))


def test_supply_that_does_not_come_on_its_day_does_not_count_from_the_next_on() -> None:
    ledger = Ledger()
    ledger.announce("P1", ("lamp", 5, BEGAN + 1))
    ledger.announce("P2", ("lamp", 5, BEGAN + 6))
    ledger.ask("a", 5)

    assert [] == told(ledger.wait(2 * DAY_MS - 1))
    assert [] == told(ledger.wait(1))
    assert [("a", BEGAN + 6, PromiseReason.OVERDUE)] == told(ledger.wait(EVERY_MS))


def test_a_late_receipt_still_uses_up_overdue_supply() -> None:
    ledger = Ledger()
    ledger.announce("P1", ("lamp", 5, BEGAN + 1))
    ledger.wait(5 * DAY_MS)
    ledger.receive("R1", 5, supply="P1")

    assert [0] == ledger.counts(EXPECTED)


def test_a_receipt_that_names_its_supply_moves_no_other_day() -> None:
    ledger = Ledger()
    ledger.announce("P1", ("lamp", 8, BEGAN + 3))
    ledger.ask("a", 5)
    ledger.ask("b", 3, placed=2)
    ledger.receive("R1", 5, supply="P1")

    assert [] == told(ledger.wait(EVERY_MS))


def test_a_receipt_of_other_goods_makes_the_days_of_those_behind_earlier() -> None:
    ledger = Ledger()
    ledger.announce("P1", ("lamp", 5, BEGAN + 3))
    ledger.announce("P2", ("lamp", 5, BEGAN + 9))
    ledger.ask("a", 5)
    ledger.ask("b", 5, placed=2)
    ledger.receive("R1", 5)

    assert [("b", BEGAN + 3, PromiseReason.DEMAND)] == told(ledger.wait(EVERY_MS))


def test_an_earlier_order_takes_the_day_of_a_later_one() -> None:
    ledger = Ledger()
    ledger.announce("P1", ("lamp", 5, BEGAN + 3))
    ledger.ask("b", 5, placed=2)

    assert BEGAN + 3 == ledger.ask("a", 5, placed=1)
    assert [("b", 0, PromiseReason.DEMAND)] == told(ledger.wait(EVERY_MS))


def test_however_often_supply_moves_an_order_hears_of_it_once_in_a_while() -> None:
    ledger = Ledger()
    ledger.announce("P1", ("lamp", 5, BEGAN + 3))
    ledger.ask("a", 5)
    for revision in range(1, 48):
        ledger.announce("P1", ("lamp", 5, BEGAN + 3 + revision % 7), revision=revision)

    assert [("a", BEGAN + 3 + 47 % 7, PromiseReason.SUPPLY)] == told(ledger.wait(EVERY_MS))
    assert [] == told(ledger.wait(EVERY_MS))


def test_nobody_hears_of_supply_when_nobody_waits() -> None:
    ledger = Ledger()
    ledger.receive("R1", 9)
    ledger.announce("P1", ("lamp", 5, BEGAN + 3))
    ledger.ask("a", 5)
    ledger.announce("P1", ("lamp", 5, BEGAN + 9), revision=1)

    assert [] == told(ledger.wait(EVERY_MS))
    assert [0] == ledger.counts(PROMISE_ROUNDS)


def test_a_request_behind_the_others_moves_nobodys_day() -> None:
    ledger = Ledger()
    ledger.announce("P1", ("lamp", 9, BEGAN + 3))
    ledger.wait(EVERY_MS)
    ledger.ask("a", 5, placed=1)
    ledger.ask("b", 4, placed=2)

    assert [0] == ledger.counts(PROMISE_ROUNDS)


def test_a_long_queue_is_gone_through_a_page_at_a_time() -> None:
    ledger = Ledger()
    size = 2 * PAGE + 7
    for number in range(size):
        ledger.ask(f"order {number:04d}", 1, placed=number + 1)
    ledger.announce("P1", ("lamp", size - 2, BEGAN + 3))
    ledger.wait(EVERY_MS - 1)

    pages = [len(ledger.wait(1)) for _ in range(4)]

    assert [PAGE, PAGE, 5, 0] == pages
    assert [size - 2, 0] == ledger.counts(PROMISED, PROMISE_ROUNDS)


def test_only_claims_that_had_a_day_are_looked_at_when_nothing_is_expected_any_more() -> None:
    ledger = Ledger()
    ledger.announce("P1", ("lamp", 3, BEGAN + 3))
    for number in range(3 * PAGE):
        ledger.ask(f"order {number:04d}", 1, placed=number + 1)
    ledger.wait(EVERY_MS)
    ledger.wait(1)
    assert [3, 0] == ledger.counts(PROMISED, PROMISE_ROUNDS)
    ledger.announce("P1", ("lamp", 0, BEGAN + 3), revision=1)

    assert 3 == len(ledger.wait(EVERY_MS))
    assert [0, 0] == ledger.counts(PROMISED, PROMISE_ROUNDS)


def test_what_moves_while_a_queue_is_gone_through_is_looked_at_afterwards() -> None:
    ledger = Ledger()
    for number in range(PAGE + 1):
        ledger.ask(f"order {number:04d}", 1, placed=number + 1)
    ledger.announce("P1", ("lamp", PAGE + 1, BEGAN + 3))
    ledger.wait(EVERY_MS)
    ledger.announce("P1", ("lamp", PAGE + 1, BEGAN + 4), revision=1)

    assert [BEGAN + 3] == [day_in(each) for each in ledger.wait(1)]
    assert {BEGAN + 4} == {day_in(each) for each in ledger.wait(EVERY_MS + 1)}


@pytest.mark.parametrize("restarts", (False, True))
def test_an_announcement_that_comes_again_has_no_second_effect(restarts: bool) -> None:
    ledger = Ledger()
    ledger.announce("P1", ("lamp", 5, BEGAN + 3))
    if restarts:
        ledger.rows.restart()

    assert [] == ledger.announce("P1", ("lamp", 5, BEGAN + 3))


def test_an_announcement_that_was_overtaken_changes_nothing_and_is_counted() -> None:
    ledger = Ledger()
    ledger.announce("P1", ("lamp", 5, BEGAN + 8), revision=2)
    ledger.announce("P1", ("lamp", 5, BEGAN + 3), revision=1)

    assert BEGAN + 8 == ledger.ask("a", 5)
    assert 1 == ledger.rows.partition.state.get(COUNTS, "outdated supply")


def test_two_announcements_of_one_revision_are_a_conflict() -> None:
    ledger = Ledger()
    ledger.announce("P1", ("lamp", 5, BEGAN + 3))
    (case,) = ledger.announce("P1", ("lamp", 5, BEGAN + 8))

    assert isinstance(case, Case)
    assert CaseClass.CONFLICTING_DUPLICATE is case.case_class
    assert BEGAN + 3 == ledger.ask("a", 5)


def test_long_after_its_day_nothing_is_left_of_supply() -> None:
    ledger = Ledger()
    ledger.announce("P1", ("lamp", 5, BEGAN + 3))
    ledger.announce("P1", ("lamp", 5, BEGAN + 4), revision=1)
    ledger.receive("R1", 2, supply="P1")
    ledger.wait(200 * DAY_MS)

    assert [0] * 5 == ledger.counts(ANNOUNCED, ANNOUNCED_HORIZON, SUPPLIES, SUPPLY_HORIZON, EXPECTED)
    assert [] == [timer.kind for _, timer in ledger.rows.rows(TIMERS) if "supply" in timer.kind]


def test_a_number_with_any_character_names_its_supply() -> None:
    ledger = Ledger()
    ledger.announce("P\0 1", ("lamp", 5, BEGAN + 3))

    assert BEGAN + 3 == ledger.ask("a", 5)
