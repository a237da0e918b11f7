"""What people decide about cases: mapped, or refused without a who and a why."""

from typing import Any

import pytest

from domain.identifiers import SourceId
from domain.messages.case_actions import CaseDismissed, CaseResolved, CaseRetried, CaseReversed
from domain.messages.cases import CaseHome
from tests.unit.channels.given import CHANNELS, changed, outcomes, the_message, verdict

OPERATIONS = CHANNELS[SourceId("operations")]
DECISION: dict[str, Any] = {
    "decision_id": "d-1",
    "decision": "dismiss",
    "decided_at": "2026-01-05T07:00:00Z",
    "case_id": "b1604606-c326-5c78-b54d-b978295dea63",
    "home": "orders",
    "home_key": "portal:1",
    "who": "Ann",
    "why": "a test",
}


@pytest.mark.parametrize(
    ("decision", "event"),
    (("dismiss", CaseDismissed), ("resolve", CaseResolved), ("retry", CaseRetried), ("reverse", CaseReversed)),
)
def test_a_decision_is_taken_field_by_field(decision: str, event: type) -> None:
    found = the_message(OPERATIONS, {**DECISION, "decision": decision})
    assert type(found) is event
    assert isinstance(found, CaseDismissed | CaseResolved | CaseRetried | CaseReversed)
    assert (DECISION["case_id"], CaseHome.ORDERS, "portal:1") == (found.case_id, found.home, found.home_key)
    assert ("Ann", "a test", "d-1") == (found.who, found.why, found.provenance.correlation_id)


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    (
        ("who", "", "refused: who: is missing (who)"),
        ("why", "  ", "refused: why: is missing (why)"),
        ("case_id", None, "refused: case_id: is missing (case_id)"),
        ("home", "kitchen", "refused: home: 'kitchen' is none of orders, inventory, dispatch, edi"),
        ("home_key", None, "refused: home_key: is missing (home_key)"),
        ("decision", "forget", "refused: : no rule of the channel file fits this document (decision is 'forget')"),
        ("why", "x" * 1_001, "refused: why: is 1001 characters long; at most 1000 are allowed"),
    ),
)
def test_a_decision_that_breaks_the_contract_is_refused(path: str, value: object, expected: str) -> None:
    (outcome,) = outcomes("operations", changed(DECISION, path, value))
    assert expected == verdict(outcome)
