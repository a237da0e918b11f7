"""What was missed while a partition had no records: a retry is due once, for the time that has come."""

from collections.abc import Sequence

from connectors.log.port import Record
from dataflows.assembly import load_rules
from domain.deduplication import Horizons
from domain.identifiers import CorrelationId, EventId
from domain.messages.cases import Case
from domain.messages.dispatch import ErpCommand, ErpResponse, Outcome
from domain.messages.inventory import ReservationsReleased, ReservationsRequested
from domain.messages.status import OrderAccepted
from operators.engine.event import Event
from operators.engine.keyed_state import Machine
from operators.machines.dispatch import DispatchMachine
from operators.machines.orders import OrderMachine
from tests.memory_state import MemoryRows
from tests.unit.dispatch.story import request
from tests.unit.orders.story import RULES, Story

AT_MS = 1_000_000
PAUSE_MS = 40 * 24 * 3_600_000


def happens(machine: Machine[object], rows: MemoryRows, message: object) -> Sequence[object]:
    now_ms = rows.partition.advance(AT_MS)
    event = Event(EventId("e"), CorrelationId("c"), (), message, Record("inbox", 0, 0, now_ms, "key", b"", ()), 1)
    return machine.apply(rows.partition, event, now_ms)


def after(pause_ms: int, machine: Machine[object], rows: MemoryRows) -> tuple[int, list[object]]:
    """How many timers fire at the first record after a pause, and what they lead to."""
    now_ms = rows.partition.advance(AT_MS + pause_ms)
    effects: list[object] = []
    fired = 0
    for timer in rows.partition.timers.take_due(now_ms):
        fired += 1
        effects += machine.fire(rows.partition, timer, EventId(f"timer {timer.due_at_ms}"))
    return fired, effects


def of_type(effects: Sequence[object], *types: type) -> list[object]:
    return [effect for effect in effects if isinstance(effect, types)]


def test_a_ship_complete_order_that_waits_is_promised_once_after_a_pause_of_forty_days() -> None:
    machine, rows, story = OrderMachine(RULES, Horizons()), MemoryRows(), Story()
    for sentence in ("place complete 5", "answer 1:2"):
        event = story.event(sentence)
        story.take(event)
        happens(machine, rows, event)
    fired, effects = after(PAUSE_MS, machine, rows)
    assert 10 > fired
    assert [OrderAccepted] == [
        type(each) for each in of_type(effects, OrderAccepted, ReservationsRequested, ReservationsReleased, Case)
    ]
    assert AT_MS + PAUSE_MS + RULES.complete_within_ms == rows.partition.timers.earliest_due_ms()


def test_a_request_that_nobody_answered_is_abandoned_once_after_a_pause() -> None:
    machine, rows = OrderMachine(RULES, Horizons()), MemoryRows()
    happens(machine, rows, Story().event("place complete 5"))
    _, effects = after(PAUSE_MS, machine, rows)
    assert 1 == len(of_type(effects, Case))
    assert 1 == len(of_type(effects, ReservationsRequested))


def test_a_command_that_waits_for_its_retry_is_sent_once_after_a_pause() -> None:
    machine, rows = DispatchMachine(load_rules().erps), MemoryRows()
    (command, *_) = of_type(happens(machine, rows, request("c1")), ErpCommand)
    assert isinstance(command, ErpCommand)
    refused = ErpResponse(
        command.erp_id, command.command_id, command.command_type, 1, Outcome.REJECTED_TRANSIENT, "", "", 0
    )
    happens(machine, rows, refused)
    fired, effects = after(PAUSE_MS, machine, rows)
    assert 10 > fired
    assert [2] == [each.attempt for each in effects if isinstance(each, ErpCommand)]
