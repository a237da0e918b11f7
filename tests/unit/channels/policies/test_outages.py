"""Reports about dependencies, and failure policies, as `schemas/channels/dependencies.yaml` maps them."""

from typing import Any

import pytest

from connectors.formats.mapping import map_record
from connectors.formats.orders.outages import MOST_ROWS
from domain.identifiers import ChannelId, SourceId
from domain.messages.failure_policy import (
    Dependency,
    DependencyReported,
    FailureAction,
    FailurePolicySet,
    PolicyRow,
    Workflow,
)
from tests.unit.channels.given import CHANNELS, changed, record, the_message, verdict

DEPENDENCIES = CHANNELS[SourceId("dependencies")]

REPORT: dict[str, Any] = {
    "message_id": "d-1",
    "event": "dependency",
    "reported_at": "2026-01-05T07:59:00Z",
    "dependency": "TAX",
    "state": "down",
    "since": "2026-01-05T07:55:00Z",
    "reason": "timeouts",
}

POLICY: dict[str, Any] = {
    "message_id": "p-1",
    "event": "failure_policy",
    "decided_at": "2026-01-05T07:59:00Z",
    "policy_version": "7",
    "rows": [
        {"dependency": "TAX", "workflow": "ORDER_ACCEPTANCE", "channel_id": "portal", "action": "PAUSE"},
        {"dependency": "TAX", "workflow": "ORDER_ACCEPTANCE", "action": "DEGRADE", "within_minutes": 60},
        {"dependency": "TAX", "workflow": "SHIPMENT", "action": "CONTINUE"},
    ],
}


def test_a_report_says_what_is_away_and_since_when() -> None:
    report = the_message(DEPENDENCIES, REPORT)
    assert isinstance(report, DependencyReported)
    assert (Dependency.TAX, True, "timeouts") == (report.dependency, report.is_away, report.reason)
    assert 240_000_000 == report.provenance.occurred_at_us - report.since_us


def test_a_report_may_name_the_warehouse_that_is_away() -> None:
    report = the_message(DEPENDENCIES, changed(changed(REPORT, "dependency", "WMS"), "node_id", "central"))
    assert isinstance(report, DependencyReported)
    assert (Dependency.WMS, "central") == (report.dependency, report.node_id)


def test_a_return_counts_from_its_report() -> None:
    report = the_message(DEPENDENCIES, changed(changed(REPORT, "since", None), "state", "up"))
    assert isinstance(report, DependencyReported)
    assert (False, report.provenance.occurred_at_us) == (report.is_away, report.since_us)


def test_a_policy_is_mapped_whole() -> None:
    policy = the_message(DEPENDENCIES, POLICY)
    assert isinstance(policy, FailurePolicySet)
    acceptance, every = Workflow.ORDER_ACCEPTANCE, ChannelId("")
    assert "7" == policy.policy_version
    assert policy.rows == (
        PolicyRow(Dependency.TAX, acceptance, ChannelId("portal"), FailureAction.PAUSE),
        PolicyRow(Dependency.TAX, acceptance, every, FailureAction.DEGRADE, 3_600_000),
        PolicyRow(Dependency.TAX, Workflow.SHIPMENT, every, FailureAction.CONTINUE),
    )


@pytest.mark.parametrize(
    ("payload", "path", "value", "expected"),
    (
        (REPORT, "dependency", "MOON", "refused: dependency: 'MOON' is none of ERP, TAX, PAYMENT, CREDIT"),
        (REPORT, "erp_id", "main", "refused: erp_id: belongs to ERP, and ERP needs it"),
        (REPORT, "dependency", "ERP", "refused: erp_id: belongs to ERP, and ERP needs it"),
        (REPORT, "node_id", "central", "refused: node_id: belongs to WMS"),
        (REPORT, "state", "tired", "refused: state: 'tired' is not in the code list 'state'"),
        (POLICY, "rows", None, "refused: rows: is missing (rows); an empty list is none"),
        (POLICY, "policy_version", None, "refused: policy_version: is missing (policy_version)"),
        (POLICY, "rows.0.workflow", "LUNCH", "refused: rows.1.workflow: 'LUNCH' is none of ORDER_ACCEPTANCE"),
        (
            POLICY,
            "rows.2.action",
            "HOLD",
            "refused: rows.3.action: HOLD is not possible for SHIPMENT, only CONTINUE, PAUSE: what has left",
        ),
        (POLICY, "rows.1.within_minutes", None, "refused: rows.2.within_minutes: belongs to DEGRADE, and DEGRADE"),
        (POLICY, "rows.0.within_minutes", 5, "refused: rows.1.within_minutes: belongs to DEGRADE, and DEGRADE"),
        (POLICY, "rows.1.within_minutes", 0, "refused: rows.2.within_minutes: 0 is not between 1 and 525600"),
        (POLICY, "rows.1.channel_id", "portal", "refused: rows: a dependency, workflow and channel is listed twice"),
        (POLICY, "rows", POLICY["rows"][:1] * (MOST_ROWS + 1), "refused: rows: are 501; at most 500 are allowed"),
    ),
)
def test_what_breaks_the_contract_is_refused_with_its_field(
    payload: dict[str, Any], path: str, value: object, expected: str
) -> None:
    (outcome,) = map_record(DEPENDENCIES, record(changed(payload, path, value)))
    assert verdict(outcome).startswith(expected)


@pytest.mark.parametrize("workflow", tuple(Workflow))
@pytest.mark.parametrize("action", tuple(FailureAction))
def test_only_what_can_be_done_to_a_workflow_can_be_asked_for(workflow: Workflow, action: FailureAction) -> None:
    minutes = {"within_minutes": 5} if action is FailureAction.DEGRADE else {}
    row = {"dependency": "TAX", "workflow": workflow, "action": action, **minutes}
    (outcome,) = map_record(DEPENDENCIES, record(changed(POLICY, "rows", [row])))
    possible = {
        Workflow.ORDER_ACCEPTANCE: set(FailureAction),
        Workflow.BOOKING: set(FailureAction) - {FailureAction.REJECT},
        Workflow.RELEASE: set(FailureAction) - {FailureAction.REJECT},
        Workflow.SHIPMENT: {FailureAction.CONTINUE, FailureAction.PAUSE},
        Workflow.INVENTORY: {FailureAction.CONTINUE},
        Workflow.INVOICING: {FailureAction.CONTINUE},
        Workflow.RETURNS: {FailureAction.CONTINUE, FailureAction.PAUSE},
    }
    is_possible = action in possible[workflow]
    assert is_possible is not verdict(outcome).startswith("refused")


@pytest.mark.parametrize(
    ("dependency", "workflow", "is_possible"),
    (
        ("ERP", "RELEASE", True),
        ("TAX", "BOOKING", True),
        ("CREDIT", "RELEASE", True),
        ("ERP", "BOOKING", False),
        ("WMS", "RELEASE", False),
        ("CARRIER", "RELEASE", False),
    ),
)
def test_degrade_needs_something_that_is_known(dependency: str, workflow: str, *, is_possible: bool) -> None:
    row = {"dependency": dependency, "workflow": workflow, "action": "DEGRADE", "within_minutes": 5}
    (outcome,) = map_record(DEPENDENCIES, record(changed(POLICY, "rows", [row])))
    refused = f"refused: rows.1.action: DEGRADE is not possible for {workflow} without {dependency}: no earlier answer"
    assert is_possible is not verdict(outcome).startswith(refused)
