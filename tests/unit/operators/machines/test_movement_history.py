"""Movements are kept for a time and up to a number, so that a count is compared with what was there at its time."""

from collections.abc import Sequence

import pytest

from connectors.log.port import Record
from domain.deduplication import Horizons
from domain.identifiers import (
    NO_RESERVATION,
    CorrelationId,
    CountId,
    EventId,
    ItemId,
    LineId,
    NodeId,
    OrderId,
    ReceiptId,
    ShipmentId,
    SourceId,
)
from domain.inventory.stock_facts.rows import KEPT_DAYS, MOST_TIMES, OnHandChange
from domain.messages.cases import Case, CaseClass
from domain.messages.inventory import ReservationLine, UnitsShipped
from domain.messages.stock import StockLine
from domain.messages.stock_movements import UnitsCounted, UnitsReceived
from domain.provenance import Provenance
from operators.engine.event import Event
from operators.engine.timers import TIMERS
from operators.machines.inventory import ITEMS, InventoryMachine
from operators.machines.movement_history import KEPT, MOVEMENT_HORIZON, MOVEMENTS, history_at, keep
from tests.memory_state import MemoryRows

DAY_MS = 24 * 3_600_000
BEGAN_MS = 1_000 * DAY_MS
LAMP, EAST = ItemId("lamp"), NodeId("E")


class Ledger:
    """One partition of the ledger, at a time."""

    def __init__(self) -> None:
        self.rows = MemoryRows()
        self._machine = InventoryMachine(Horizons())
        self._events = 0
        self.to(BEGAN_MS)

    def to(self, now_ms: int) -> None:
        partition = self.rows.partition
        for timer in partition.timers.take_due(partition.advance(now_ms)):
            self._machine.fire(partition, timer, EventId("timer"))

    def hear(self, message: object) -> Sequence[object]:
        self._events += 1
        partition = self.rows.partition
        record = Record("inventory.inbox.v1", 0, self._events, partition.now_ms, None, b"", ())
        event = Event(EventId(f"event {self._events}"), CorrelationId("c"), (), message, record, 1)
        return self._machine.apply(partition, event, partition.now_ms)

    def receive(self, quantity: int, at_ms: int, item: str = LAMP) -> None:
        line = StockLine(LineId("1"), ItemId(item), quantity)
        self.hear(UnitsReceived(provenance(at_ms), EAST, ReceiptId("R"), EventId("d"), (line,)))

    def count(self, quantity: int, at_ms: int) -> Sequence[object]:
        lines = (StockLine(LineId("1"), LAMP, quantity),)
        return self.hear(UnitsCounted(provenance(at_ms), EAST, CountId("C"), at_ms * 1_000, EventId("d"), lines))

    @property
    def available(self) -> int:
        item = self.rows.partition.state.get(ITEMS, LAMP)
        return 0 if item is None else sum(node.available for node in item.nodes)

    @property
    def kept(self) -> int:
        """How many rows of movements there are."""
        return len(list(self.rows.rows(MOVEMENTS)))


def provenance(at_ms: int) -> Provenance:
    return Provenance(SourceId("wms"), CorrelationId("m"), 0, "x", at_ms * 1_000, at_ms * 1_000)


@pytest.mark.parametrize("restarts", (False, True))
def test_a_count_is_compared_with_what_was_there_at_its_time(restarts: bool) -> None:
    ledger = Ledger()
    for number in range(5):
        ledger.receive(10, BEGAN_MS + number)
    if restarts:
        ledger.rows.restart()
    ledger.count(18, BEGAN_MS + 1)
    assert 18 + 3 * 10 == ledger.available


def test_lines_of_one_record_are_one_movement_of_their_time() -> None:
    ledger = Ledger()
    lines = tuple(StockLine(LineId(str(number)), LAMP, number) for number in (1, 2, 3))
    ledger.hear(UnitsReceived(provenance(BEGAN_MS), EAST, ReceiptId("R"), EventId("d"), lines))
    assert [6] == [at.units for _, at in ledger.rows.rows(MOVEMENTS)]
    ledger.count(7, BEGAN_MS - 1)
    assert 7 + 6 == ledger.available


def test_of_a_busy_item_the_latest_movements_are_kept() -> None:
    ledger = Ledger()
    for number in range(MOST_TIMES + 1):
        ledger.receive(1, BEGAN_MS + number)
    dropped = MOST_TIMES // 4
    assert MOST_TIMES + 1 - dropped == ledger.kept
    (case,) = (effect for effect in ledger.count(0, BEGAN_MS + dropped - 2) if isinstance(effect, Case))
    assert CaseClass.DRIFT is case.case_class
    ledger.count(0, BEGAN_MS + dropped - 1)
    assert MOST_TIMES + 1 - dropped == ledger.available


def test_a_movement_from_before_what_is_kept_counts_and_is_not_kept() -> None:
    ledger = Ledger()
    for number in range(MOST_TIMES + 1):
        ledger.receive(1, BEGAN_MS + number)
    before = ledger.kept
    ledger.receive(5, BEGAN_MS)
    assert (before, MOST_TIMES + 6) == (ledger.kept, ledger.available)


def test_after_some_days_no_movement_is_kept_and_no_timer_is_left() -> None:
    ledger = Ledger()
    for day in range(3):
        ledger.to(BEGAN_MS + day * DAY_MS + 5)
        ledger.receive(1, BEGAN_MS + day * DAY_MS)
        ledger.receive(1, BEGAN_MS + day * DAY_MS, "chair")
    for day in range(3, KEPT_DAYS + 3):
        ledger.to(BEGAN_MS + day * DAY_MS)
    assert 2 * 1 == ledger.kept
    ledger.to(BEGAN_MS + (KEPT_DAYS + 3) * DAY_MS)
    assert 0 == ledger.kept
    assert ([], []) == (list(ledger.rows.rows(MOVEMENT_HORIZON)), list(ledger.rows.rows(TIMERS)))
    assert {BEGAN_MS * 1_000 + 2 * DAY_MS * 1_000} == {kept.kept_from_us for _, kept in ledger.rows.rows(KEPT)}
    ledger.receive(1, BEGAN_MS + (KEPT_DAYS + 3) * DAY_MS)
    assert 1 == len(list(ledger.rows.rows(MOVEMENT_HORIZON)))


def test_a_count_of_an_item_that_was_quiet_since_may_be_as_old_as_it_likes() -> None:
    ledger = Ledger()
    ledger.receive(5, BEGAN_MS)
    for day in range(KEPT_DAYS + 9):
        ledger.to(BEGAN_MS + day * DAY_MS)
    ledger.count(4, BEGAN_MS + 1)
    assert (4, 0) == (ledger.available, ledger.kept)


def test_a_shipment_of_an_earlier_release_happened_when_it_is_read() -> None:
    ledger = Ledger()
    ledger.receive(5, BEGAN_MS)
    line = ReservationLine(NO_RESERVATION, LineId("1"), LAMP, 2)
    ledger.to(BEGAN_MS + 9)
    ledger.hear(UnitsShipped(OrderId("o"), EAST, ShipmentId("S"), (line,)))
    ledger.count(5, BEGAN_MS + 8)
    assert 3 == ledger.available


def test_the_history_of_a_node_is_that_of_no_other_node_or_item() -> None:
    partition = MemoryRows().partition
    for item, node in (("lamp", "E"), ("lamp", "E2"), ("lam", "pE"), ("lamp2", "E")):
        keep(partition, ItemId(item), OnHandChange(NodeId(node), 5, 1))
    assert [1] == list(history_at(partition, LAMP, EAST).after(4))
    assert [] == list(history_at(partition, LAMP, EAST).after(5))
