"""Every class of case is raised somewhere, and a story or a test shows it; what nothing raises yet is listed openly."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from domain.messages.cases import CaseClass
from tests.unit.docs.test_runbook import case_classes_in_use

PROJECT = Path(__file__).parents[3]
STORIES = PROJECT / "docs" / "scenarios"
HOLDS = "tests/unit/orders/holds/test_holds.py"

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
    CaseClass.PARTNER_OUTAGE: "edi-partner-is-answered",
    CaseClass.PAYMENT_FAILED: "payment-fails-and-is-charged-back",
    CaseClass.POLICY_FAILED: "failure-policy-changes",
    CaseClass.PRICING_DISPUTE: "held-in-dispute",
    CaseClass.SHRINKAGE: "promised-units-written-off",
    CaseClass.TAX_UNAVAILABLE: "tax-is-away",
    CaseClass.TRANSFORMATION_FAILED: "edi-partner-is-answered",
    CaseClass.WRONG_ITEM: "wrong-item",
}
"""A story of docs/scenarios whose outcome has the case, or a test that names it."""

RESOLVED_BY = {
    CaseClass.ADDRESS_INVALID: HOLDS,
    CaseClass.ALLOCATION_CONFLICT: "picked-and-left",
    CaseClass.CREDIT_HOLD: "held-for-credit",
    CaseClass.DEPENDENCY_TIMEOUT: "delivered-late",
    CaseClass.DRIFT: "order-missing-in-the-erp",
    CaseClass.DUPLICATE_ORDER: "purchase-order-first-ends",
    CaseClass.ERP_OUTAGE: "erp-outage",
    CaseClass.INVALID_CUSTOMER: "customer-unknown",
    CaseClass.INVALID_ITEM: "item-unknown",
    CaseClass.INVOICE_MISMATCH: "invoiced-and-cancelled",
    CaseClass.ORDER_REJECTED: "erp-refuses-order-and-books-it",
    CaseClass.ORPHAN_EVENT: "order-arrives-late",
    CaseClass.OVER_SHIPMENT: "shipped-before-it-was-raised",
    CaseClass.PARTNER_OUTAGE: "edi-partner-is-answered",
    CaseClass.PAYMENT_FAILED: "payment-fails-and-is-charged-back",
    CaseClass.POLICY_FAILED: "erp-is-away-too-long",
    CaseClass.PRICING_DISPUTE: "held-in-dispute",
    CaseClass.SHRINKAGE: "lost-and-others-held-again",
    CaseClass.TAX_UNAVAILABLE: "tax-is-away",
    CaseClass.TRANSFORMATION_FAILED: "edi-partner-rejects",
    CaseClass.WRONG_ITEM: "wrong-item",
}
"""Likewise, where a case of the class is resolved because its cause is gone."""

ONLY_PEOPLE_CLOSE = {
    CaseClass.CONFLICTING_DUPLICATE: "what came first is in force; only who has said it knows which is right",
    CaseClass.DUPLICATE_DOCUMENT: "a report that one of the two is cancelled resolves its own case DRIFT",
    CaseClass.MALFORMED_PAYLOAD: "a corrected document does not say which one it replaces",
}
"""Classes whose cause cannot be seen to be gone, and why."""

NOT_YET = {
    "CARRIER_THROTTLED": "no carrier is called yet",
    "ERP_LOCK": "a locked document is retried; when it lasts, the case is DEPENDENCY_TIMEOUT of the ERP",
    "NETWORK": "a connector that cannot reach its ERP is ERP_OUTAGE; no other connector calls out",
    "PEAK_SHED": "nothing is shed: sources wait at their topics (ADR 0016)",
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


def test_every_class_is_resolved_by_itself_or_it_is_said_why_not() -> None:
    assert set(CaseClass) == RESOLVED_BY.keys() | ONLY_PEOPLE_CLOSE.keys()
    assert set() == RESOLVED_BY.keys() & ONLY_PEOPLE_CLOSE.keys()


@pytest.mark.parametrize(("case_class", "shown_by"), RESOLVED_BY.items())
def test_what_shows_that_a_class_is_resolved_names_it(case_class: CaseClass, shown_by: str) -> None:
    if shown_by.endswith(".py"):
        text = (PROJECT / shown_by).read_text(encoding="utf-8")
        assert f"CaseClass.{case_class}" in text
        assert "CaseState.RESOLVED" in text
    else:
        story = yaml.safe_load((STORIES / f"{shown_by}.yaml").read_text(encoding="utf-8"))
        assert (str(case_class), "RESOLVED") in set(_cases_in(story))


def _cases_in(part: object) -> Iterator[tuple[str, str]]:
    """Class and state of each case that a story expects."""
    if isinstance(part, dict):
        if "case_class" in part:
            yield part["case_class"], part.get("state", "")
        part = list(part.values())
    for each in part if isinstance(part, list) else ():
        yield from _cases_in(each)


def test_the_classes_that_only_people_close_are_in_the_documentation_with_their_reasons() -> None:
    text = (PROJECT / "docs" / "domain.md").read_text(encoding="utf-8")
    _, _, rest = text.partition("Closed by people only")
    table, _, _ = rest.partition("| decision | effect |")
    expected = {str(case_class): why for case_class, why in ONLY_PEOPLE_CLOSE.items()}
    assert expected == dict(re.findall(r"^\| ([A-Z_]+) \| ([^|]+) \|$", table, re.MULTILINE))


def test_a_class_that_nothing_raises_is_not_declared_and_one_that_is_raised_is_not_listed_as_planned() -> None:
    assert {str(each) for each in CaseClass} == case_classes_in_use()
    assert set() == NOT_YET.keys() & case_classes_in_use()


def test_the_planned_classes_are_in_the_documentation_with_their_reasons() -> None:
    text = (PROJECT / "docs" / "domain.md").read_text(encoding="utf-8")
    _, _, rest = text.partition("Planned, and raised by nothing yet:")
    planned, _, _ = rest.partition("What to do about each")
    assert NOT_YET == dict(re.findall(r"^\| ([A-Z_]+) \| ([^|]+) \|$", planned, re.MULTILINE))
