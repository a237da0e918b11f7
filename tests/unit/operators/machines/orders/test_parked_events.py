"""Events that overtake their order: a row each, a limit, and the same cost for the first and the thousandth."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from connectors.log.port import Record
from domain.deduplication import Horizons
from domain.identifiers import CorrelationId, EventId, ItemId, LineId, NodeId
from domain.messages.cases import Case, CaseClass
from domain.messages.inventory import UnitsPicked, UnitsShipped
from domain.messages.orders import FulfilmentLine, OrderEvent, OrderPicked, OrderShipped
from domain.messages.status import PickConfirmed, ShipmentConfirmed
from domain.orders.decision import OrderRules
from domain.orders.state import ParkedOrder
from operators.engine.epoch.open_epoch import EpochLimits
from operators.engine.event import Event
from operators.engine.timers import Timer
from operators.machines.orders import ORDERS, OrderMachine
from operators.machines.parked_events import PARKED, PARKED_EVENTS, PARKED_UNITS
from tests.memory_state import MemoryRows
from tests.unit.orders.story import ORDER_ID, RULES, Story


class Desk:
    """The order machine with its rows; every event is committed by itself."""

    def __init__(self, rules: OrderRules = RULES) -> None:
        self.rows = MemoryRows()
        self.story = Story()
        self._machine = OrderMachine(rules, Horizons())
        self._records = 0

    def hear(self, event: OrderEvent, size_bytes: int = 100) -> Sequence[object]:
        self._records += 1
        self.story.events += 1
        now_ms = self.rows.partition.advance(1_000_000 + self._records)
        record = Record("orders.inbox.v1", 0, self._records, now_ms, "key", bytes(size_bytes), ())
        heard = Event(EventId(f"event {self._records}"), CorrelationId(""), (), event, record, 1)
        return self._machine.apply(self.rows.partition, heard, now_ms)

    def wake(self, due_at_ms: int) -> Sequence[object]:
        timer = Timer(due_at_ms, "order", ORDER_ID)
        return self._machine.fire(self.rows.partition, timer, EventId("timer"))

    def commit(self) -> dict[bytes, int]:
        """The rows written, and how large they are."""
        written = {key: len(value or b"") for key, value in self.rows.partition.state.changes().items()}
        self.rows.restart()
        return written

    def picked(self, units: int = 1, lines: int = 1) -> OrderPicked:
        event = self.story.event(f"pick 1:{units}")
        assert isinstance(event, OrderPicked)
        others = tuple(
            FulfilmentLine(LineId(str(number)), ItemId(f"item {number}"), 1_000_000) for number in range(2, lines + 1)
        )
        return replace(event, lines=(*event.lines, *others))

    def shipped(self, units: int = 1) -> OrderShipped:
        event = self.story.event(f"ship 1:{units}")
        assert isinstance(event, OrderShipped)
        return event

    def parked(self) -> int:
        return len(list(self.rows.rows(PARKED_EVENTS)))


def test_the_thousandth_event_writes_what_the_second_does() -> None:
    desk = Desk()
    sizes = []
    for _ in range(1_000):
        desk.hear(desk.picked())
        sizes.append({key.split(b"\0")[0]: size for key, size in desk.commit().items()})
    assert len(sizes[1]) == len(sizes[999])
    assert sum(sizes[999].values()) - sum(sizes[1].values()) < 50


def test_a_large_event_is_a_row_of_its_own_size_and_the_head_stays_small() -> None:
    desk = Desk()
    for _ in range(9):
        desk.hear(desk.picked(lines=1_000), size_bytes=450_000)
        assert max(desk.commit().values()) < EpochLimits().most_record_bytes
    ((_, head),) = desk.rows.rows(PARKED)
    assert (9, 9 * 450_000, ()) == (head.parked, head.size_bytes, head.events)


def test_beyond_the_limit_an_event_is_a_case_and_its_goods_are_posted() -> None:
    desk = Desk(replace(RULES, parked_events=3))
    for _ in range(3):
        assert () == desk.hear(desk.picked())
    *others, orphaned, movement, case = desk.hear(desk.picked(units=2))
    assert [UnitsPicked] * 3 == [type(each) for each in others]
    assert isinstance(orphaned, Case)
    assert isinstance(movement, UnitsPicked)
    assert isinstance(case, Case)
    assert (CaseClass.ORPHAN_EVENT, ORDER_ID, [2], 3) == (
        case.case_class,
        case.subject,
        [line.quantity for line in movement.lines],
        desk.parked(),
    )
    assert "3 events wait for it already" in case.reason


def test_the_limit_is_one_of_bytes_as_well() -> None:
    desk = Desk(replace(RULES, parked_bytes=1_000))
    desk.hear(desk.picked(), size_bytes=600)
    assert [UnitsPicked, Case, UnitsPicked, Case] == kinds_of(desk.hear(desk.picked(), size_bytes=600))
    assert [UnitsPicked] == kinds_of(desk.hear(desk.picked(), size_bytes=400))
    assert 2 == desk.parked()


def test_the_limit_is_one_of_lines_as_well() -> None:
    desk = Desk(replace(RULES, parked_lines=7))
    desk.hear(desk.picked(lines=5))
    assert [UnitsPicked, Case, UnitsPicked, Case] == kinds_of(desk.hear(desk.picked(lines=3)))
    assert () == desk.hear(desk.shipped())[2:]


@pytest.mark.parametrize("first", ("pick", "ship"))
def test_units_beyond_the_limit_are_counted_whichever_of_pick_and_shipment_was_beyond_it(first: str) -> None:
    """Three units were picked and shipped: the ledger moves each once, as for events that wait."""
    desk = Desk(replace(RULES, parked_events=1))
    facts = [desk.picked(units=3), desk.shipped(units=3)]
    moved = []
    for fact in facts if first == "pick" else reversed(facts):
        assert isinstance(fact, OrderPicked | OrderShipped)
        moved += [each for each in desk.hear(fact) if isinstance(each, UnitsPicked | UnitsShipped)]
        desk.commit()
    expected = [UnitsPicked, UnitsShipped] if first == "pick" else [UnitsShipped]
    assert expected == [type(each) for each in moved]


def kinds_of(effects: Sequence[object]) -> list[type]:
    return [type(effect) for effect in effects]


def test_all_that_waited_applies_in_its_order_and_leaves_no_row() -> None:
    desk = Desk()
    for number in range(12):
        desk.hear(desk.shipped() if number % 2 else desk.picked())
        desk.commit()
    effects = desk.hear(desk.story.event("place available 9"))
    desk.commit()
    kinds = [type(effect) for effect in effects if isinstance(effect, PickConfirmed | ShipmentConfirmed)]
    assert [PickConfirmed, ShipmentConfirmed] * 6 == kinds
    ((_, order),) = desk.rows.rows(ORDERS)
    assert (6, 6) == (order.lines[0].picked, order.lines[0].shipped)
    assert [] == [*desk.rows.rows(PARKED), *desk.rows.rows(PARKED_EVENTS), *desk.rows.rows(PARKED_UNITS)]


def test_what_never_finds_its_order_is_posted_as_it_came_and_counted_on() -> None:
    """A pick of units that are shipped already moves nothing, also after the deadline."""
    desk = Desk()
    desk.hear(desk.shipped(units=3))
    desk.commit()
    ((_, head),) = desk.rows.rows(PARKED)
    effects = desk.wake(head.deadline_ms)
    assert [UnitsShipped, Case] == [type(effect) for effect in effects]
    desk.commit()
    assert () == desk.hear(desk.picked(units=2))
    desk.commit()
    (movement,) = desk.hear(desk.picked(units=2))
    assert isinstance(movement, UnitsPicked)
    assert [1] == [line.quantity for line in movement.lines]


def test_events_that_an_earlier_release_kept_in_one_row_come_first() -> None:
    desk = Desk()
    desk.hear(desk.picked(units=2))
    ((_, event),) = desk.rows.rows(PARKED_EVENTS)
    before = MemoryRows()
    desk.rows = before
    head = ParkedOrder(ORDER_ID, 9_000_000, orphaned=False, events=(event,))
    before.partition.state.put(PARKED, ORDER_ID, head)
    desk.commit()
    desk.hear(desk.shipped(units=2))
    desk.commit()
    effects = desk.hear(desk.story.event("place available 9"))
    kinds = [type(effect) for effect in effects if isinstance(effect, PickConfirmed | ShipmentConfirmed)]
    assert [PickConfirmed, ShipmentConfirmed] == kinds
    desk.commit()
    assert [] == [*desk.rows.rows(PARKED), *desk.rows.rows(PARKED_EVENTS)]
    ((_, order),) = desk.rows.rows(ORDERS)
    assert NodeId("E") not in {held.node_id for claim in order.lines[0].claims for held in claim.held if held.picked}
