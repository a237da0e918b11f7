"""A report that a channel refuses: its case is kept by dispatch, and people retry or close it there."""

import pytest

from connectors.log.port import Record
from dataflows.assembly import load_rules
from domain.identifiers import CaseId, CorrelationId, ErpId, EventId, SourceId
from domain.messages.case_actions import CaseAction, CaseActionRefused, CaseDismissed, CaseRetried
from domain.messages.cases import CaseChange, CaseHome, CaseState
from domain.messages.dispatch import CommandType, ErpCommand, ErpResponse, Outcome
from domain.provenance import Provenance
from operators.engine.event import Event
from operators.machines.cases.kept_cases import CaseKeeper
from operators.machines.dispatch import REFUSED_REPORTS, DispatchMachine
from schemas.case_policy_file import load_case_policy
from tests.memory_state import MemoryRows
from tests.unit.dispatch.channels.test_reports import shipment

ERP = ErpId("main")


class Dispatch:
    """The machine with its cases, and what it said last."""

    def __init__(self) -> None:
        self.rows = MemoryRows()
        machine = DispatchMachine(load_rules().erps)
        self._machine = CaseKeeper(CaseHome.DISPATCH, machine, load_case_policy(), machine.react)
        self._events = 0

    def hear(self, message: object) -> list[object]:
        self._events += 1
        record = Record("dispatch.inbox.v1", 0, self._events, 1_000, ERP, b"", ())
        event = Event(EventId(f"e{self._events}"), CorrelationId("c"), (), message, record, 1)
        return list(self._machine.apply(self.rows.partition, event, 1_000))

    def answer(self, command: ErpCommand, outcome: Outcome) -> list[object]:
        kind = CommandType.REPORT_SHIPMENT
        return self.hear(ErpResponse(ERP, command.command_id, kind, command.attempt, outcome, "", "no such order", 0))

    def decide(self, kind: type[CaseAction], case_id: CaseId, decision: str = "d1") -> list[object]:
        provenance = Provenance(SourceId("operations"), CorrelationId(decision), 0, decision, 0, 0)
        return self.hear(kind(case_id, CaseHome.DISPATCH, ERP, provenance, "ann", "mended"))


def only(kind: type, said: list[object]) -> object:
    (found,) = (each for each in said if isinstance(each, kind))
    return found


@pytest.fixture
def dispatch() -> Dispatch:
    return Dispatch()


@pytest.fixture
def case_id(dispatch: Dispatch) -> CaseId:
    """Of a shipment that the shop refuses."""
    command = only(ErpCommand, dispatch.hear(shipment("a")))
    assert isinstance(command, ErpCommand)
    change = only(CaseChange, dispatch.answer(command, Outcome.REJECTED_BUSINESS))
    assert isinstance(change, CaseChange)
    assert "main refuses shipment S1 of order shop:1: no such order" == change.case.reason
    return change.case_id


def test_a_retry_is_sent_to_the_channel_and_resolves_the_case(dispatch: Dispatch, case_id: CaseId) -> None:
    said = dispatch.decide(CaseRetried, case_id)
    again, change = only(ErpCommand, said), only(CaseChange, said)
    assert isinstance(again, ErpCommand)
    assert isinstance(change, CaseChange)
    assert (CaseState.RETRYING, "shop:1/S1") == (change.case.state, again.business_key)
    resolved = only(CaseChange, dispatch.answer(again, Outcome.APPLIED))
    assert isinstance(resolved, CaseChange)
    assert (CaseState.RESOLVED, case_id) == (resolved.case.state, resolved.case_id)
    assert [] == list(dispatch.rows.rows(REFUSED_REPORTS))


def test_a_second_retry_waits_for_the_answer_to_the_first(dispatch: Dispatch, case_id: CaseId) -> None:
    dispatch.decide(CaseRetried, case_id)
    refused = only(CaseActionRefused, dispatch.decide(CaseRetried, case_id, "d2"))
    assert isinstance(refused, CaseActionRefused)
    assert "it is being retried already" == refused.reason


def test_a_case_that_is_closed_leaves_nothing_to_retry(dispatch: Dispatch, case_id: CaseId) -> None:
    dispatch.decide(CaseDismissed, case_id)
    assert [] == list(dispatch.rows.rows(REFUSED_REPORTS))
    assert isinstance(only(CaseActionRefused, dispatch.decide(CaseRetried, case_id, "d2")), CaseActionRefused)
