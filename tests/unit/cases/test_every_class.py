"""Every class of case is raised somewhere, and a story or a test shows it; what nothing raises yet is listed openly."""

import re
from pathlib import Path

import pytest

from domain.messages.cases import CaseClass
from tests.unit.docs.test_runbook import case_classes_in_use

PROJECT = Path(__file__).parents[3]
STORIES = PROJECT / "docs" / "scenarios"
HOLDS = "tests/unit/orders/test_holds.py"

SHOWN_BY = {
    CaseClass.ADDRESS_INVALID: HOLDS,
    CaseClass.ALLOCATION_CONFLICT: "picked-and-left",
    CaseClass.CONFLICTING_DUPLICATE: "shipment-reported-twice",
    CaseClass.CREDIT_HOLD: "held-for-credit",
    CaseClass.DEPENDENCY_TIMEOUT: "warehouse-never-answers",
    CaseClass.DRIFT: "shipped-before-received",
    CaseClass.DUPLICATE_DOCUMENT: "booked-twice",
    CaseClass.DUPLICATE_ORDER: "purchase-order-twice",
    CaseClass.ERP_OUTAGE: "erp-outage",
    CaseClass.INVALID_CUSTOMER: "customer-unknown",
    CaseClass.INVALID_ITEM: "ordered-in-pallets",
    CaseClass.INVOICE_MISMATCH: "returned-more-than-shipped",
    CaseClass.MALFORMED_PAYLOAD: "unreadable-payload",
    CaseClass.ORDER_REJECTED: "erp-refuses-order",
    CaseClass.ORPHAN_EVENT: "order-never-arrives",
    CaseClass.OVER_SHIPMENT: "shipped-too-much",
    CaseClass.POLICY_FAILED: "failure-policy-changes",
    CaseClass.PRICING_DISPUTE: "held-in-dispute",
    CaseClass.SHRINKAGE: "promised-units-written-off",
    CaseClass.TAX_UNAVAILABLE: "tax-is-away",
    CaseClass.WRONG_ITEM: "wrong-item",
}
"""A story of docs/scenarios whose outcome has the case, or a test that names it."""

NOT_YET = {
    "CARRIER_THROTTLED": "no carrier is called yet",
    "ERP_LOCK": "a locked document is retried; when it lasts, the case is DEPENDENCY_TIMEOUT of the ERP",
    "NETWORK": "a connector that cannot reach its ERP is ERP_OUTAGE; no other connector calls out",
    "PARTNER_OUTAGE": "no partner's system is called yet",
    "PEAK_SHED": "nothing is shed: sources wait at their topics (ADR 0016)",
    "TRANSFORMATION_FAILED": "what a channel file cannot map is MALFORMED_PAYLOAD; outgoing documents are not made yet",
}
"""Classes that are planned, and why nothing raises them. One that is raised must leave this list."""


def test_every_class_is_shown_somewhere() -> None:
    assert set(CaseClass) == SHOWN_BY.keys()


@pytest.mark.parametrize(("case_class", "shown_by"), SHOWN_BY.items())
def test_what_shows_a_class_names_it(case_class: CaseClass, shown_by: str) -> None:
    if shown_by.endswith(".py"):
        assert f"CaseClass.{case_class}" in (PROJECT / shown_by).read_text(encoding="utf-8")
    else:
        story = (STORIES / f"{shown_by}.yaml").read_text(encoding="utf-8")
        expected = story[story.index("expect:") :]
        assert re.search(rf"case_class: {case_class}\b", expected)


def test_a_class_that_nothing_raises_is_not_declared_and_one_that_is_raised_is_not_listed_as_planned() -> None:
    assert {str(each) for each in CaseClass} == case_classes_in_use()
    assert set() == NOT_YET.keys() & case_classes_in_use()


def test_the_planned_classes_are_in_the_documentation_with_their_reasons() -> None:
    text = (PROJECT / "docs" / "domain.md").read_text(encoding="utf-8")
    _, _, planned = text.partition("Planned, and raised by nothing yet:")
    assert NOT_YET == dict(re.findall(r"^\| ([A-Z_]+) \| ([^|]+) \|$", planned, re.MULTILINE))
