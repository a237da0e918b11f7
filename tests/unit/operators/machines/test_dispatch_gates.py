"""What is shown of the gate to an ERP."""

import pytest

from connectors.log.port import Record
from connectors.observation.observer import ErpGateStatus
from dataflows.assembly import load_rules
from domain.identifiers import CorrelationId, ErpId, EventId
from domain.messages.dispatch import ErpAvailability, ErpRequested
from operators.engine.event import Event
from operators.machines.dispatch import DispatchMachine
from operators.machines.dispatch_gates import gates_of
from tests.memory_state import MemoryRows
from tests.unit.dispatch.story import request

INBOX = "dispatch.inbox.v1"
AT_MS = 1_000_000
POLICIES = load_rules().erps


@pytest.fixture
def rows() -> MemoryRows:
    return MemoryRows()


def happens(rows: MemoryRows, message: object, at_ms: int) -> None:
    record = Record(INBOX, 0, 0, at_ms, "main", b"", ())
    DispatchMachine(POLICIES).apply(
        rows.partition, Event(EventId("e"), CorrelationId("c"), (), message, record, 1), at_ms
    )


def requested(number: int) -> ErpRequested:
    return request(f"c{number}", f"d{number}")


def test_an_erp_without_commands_has_no_gate_yet(rows: MemoryRows) -> None:
    assert () == gates_of([rows.partition], POLICIES, AT_MS)


def test_commands_out_and_commands_waiting_are_shown_with_the_time_of_whose_turn_it_is(rows: MemoryRows) -> None:
    happens(rows, requested(1), AT_MS)
    happens(rows, ErpAvailability(ErpId("main"), False, "away"), AT_MS + 100)
    happens(rows, requested(2), AT_MS + 200)
    happens(rows, requested(3), AT_MS + 300)
    policy = POLICIES[ErpId("main")]
    expected = ErpGateStatus(ErpId("main"), "OPEN", policy.burst * 1_000, 2, 1, 700)
    assert (expected,) == gates_of([rows.partition], POLICIES, AT_MS + 900)
