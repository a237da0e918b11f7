"""What another system says of an order is compared with it, and a difference that nothing explains is a case."""

import pytest

from domain.identifiers import CaseId, CorrelationId, SourceId
from domain.messages.case_actions import CaseDismissed
from domain.messages.cases import Case, CaseClass, CaseHome, CaseOrigin, CaseState
from domain.orders.pending.answers import Awaited
from domain.orders.reports.watching import MOST_KEPT
from domain.orders.state import Order
from domain.orders.transitions import OrderVerdict
from domain.provenance import Provenance
from tests.unit.orders.story import Story, effects_of, story_of

BOOKED = "place available 5 3; answer 1:5 2:3; booked; wait 1h"
SHIPPED = "place available 5; answer 1:5; booked; ship 1:5; posted; wait 1h"
PARTLY = "place available 5; answer 1:5; booked; ship 1:2; posted; wait 1h"
CANCELLED = "place available 5; answer 1:5; cancel; warehouse accepts; wait 1h"
REVISED = "place available 5; answer 1:0; booked; amend 1 1:3; amendment applied; wait 1h"


def drifts(verdict: OrderVerdict) -> list[Case]:
    return [each for each in verdict.messages if isinstance(each, Case) and each.case_class is CaseClass.DRIFT]


@pytest.mark.parametrize(
    ("history", "report", "expected"),
    (
        (BOOKED, "report ERP OPEN 1:5:0 2:3:0", ""),
        (BOOKED, "report ERP OPEN", ""),
        (BOOKED, "report ERP OPEN 1:5", ""),
        (BOOKED, "report ERP CANCELLED", "CANCELLED_THERE: it is CANCELLED there, and OPEN here"),
        (BOOKED, "report CHANNEL CANCELLED", "CANCELLED_THERE: it is CANCELLED there, and OPEN here"),
        (BOOKED, "report ERP SHIPPED", "MISSED_EVENT: it is SHIPPED there, and OPEN here"),
        (BOOKED, "report ERP OPEN 1:4", "CHANGED_THERE: 0.000004 of line 1 are ordered there, and 0.000005 here"),
        (BOOKED, "report ERP OPEN 1:5 7:1", "CHANGED_THERE: line 7 is there, and not here"),
        (BOOKED, "report ERP OPEN 1:5:1", "MISSED_EVENT: 0.000001 of line 1 are shipped there, and 0 here"),
        (PARTLY, "report ERP OPEN 1:5:2", ""),
        (PARTLY, "report ERP OPEN 1:5:0", "NOT_BOOKED_THERE: 0 of line 1 are shipped there, and 0.000002 here"),
        (PARTLY, "report ERP CANCELLED", "CANCELLED_THERE: it is CANCELLED there, and OPEN here"),
        (SHIPPED, "report ERP SHIPPED 1:5:5", ""),
        (SHIPPED, "report ERP OPEN", "NOT_BOOKED_THERE: it is OPEN there, and SHIPPED here"),
        (CANCELLED, "report ERP CANCELLED", ""),
        (CANCELLED, "report ERP OPEN 1:5:0", "CANCELLED_HERE: it is OPEN there, and CANCELLED here"),
        (CANCELLED, "report ERP SHIPPED", "CANCELLED_HERE: it is SHIPPED there, and CANCELLED here"),
        (REVISED, "report ERP OPEN 1:3", ""),
        (REVISED, "report ERP OPEN 1:5", "CHANGED_HERE: 0.000005 of line 1 are ordered there, and 0.000003 here"),
    ),
)
def test_a_difference_is_a_case_with_its_cause(history: str, report: str, expected: str) -> None:
    story = story_of(history)
    assert [] == drifts(story.do(report))
    found = drifts(story.do("wait 1h"))
    assert [expected] * bool(expected) == [case.reason.partition(": ")[2] for case in found]
    assert {CaseState.OPEN} >= {case.state for case in found}


def test_a_second_document_of_an_erp_is_a_case_until_it_is_cancelled_there() -> None:
    story = story_of(BOOKED)
    own = story.order.erp_document_number
    assert own
    story.do(f"report ERP OPEN as {own}")
    story.do("report ERP OPEN as SO-OTHER")
    (case,) = drifts(story.do("wait 1h"))
    assert f"DUPLICATE_DOCUMENT: document SO-OTHER is OPEN there, and {own} booked it" in case.reason
    assert CaseOrigin.ERP is case.origin
    story.do(f"report ERP OPEN as {own}")
    (resolved,) = drifts(story.do("report ERP CANCELLED as SO-OTHER"))
    assert (case.key, CaseState.RESOLVED) == (resolved.key, resolved.state)


@pytest.mark.parametrize(
    "arrives", ("ship 1:2", "wait 1h; report ERP OPEN 1:5:0"), ids=("the missing event", "a later report")
)
def test_a_case_is_resolved_by_what_makes_them_agree(arrives: str) -> None:
    story = story_of(f"{BOOKED}; report ERP OPEN 1:5:2")
    (opened,) = drifts(story.do("wait 1h"))
    messages = [each for step in arrives.split("; ") for each in drifts(story.do(step))]
    assert [(opened.key, CaseState.RESOLVED)] == [(each.key, each.state) for each in messages]
    assert story.pending(Awaited.AGREEMENT) is None


def test_a_report_that_differs_again_opens_no_second_case() -> None:
    story = story_of(f"{BOOKED}; report ERP CANCELLED")
    assert 1 == len(drifts(story.do("wait 1h")))
    assert [] == drifts(story.do("report ERP CANCELLED"))
    assert [] == drifts(story.do("wait 1h"))


@pytest.mark.parametrize(
    "history",
    (
        "place available 5; answer 1:5; booked; report ERP CANCELLED",
        f"{BOOKED}; ship 1:2; report ERP OPEN 1:5:0",
        f"{BOOKED}; report ERP OPEN 1:5:2; ship 1:2",
        f"{BOOKED}; report ERP OPEN 1:5:2; ship 1:1",
        f"{BOOKED}; report ERP CANCELLED; cancel",
    ),
)
def test_what_changes_around_the_report_raises_no_alarm(history: str) -> None:
    story = story_of(history)
    assert [] == drifts(story.do("wait 1h"))
    assert story.pending(Awaited.AGREEMENT) is None


def test_an_older_report_says_nothing_any_more() -> None:
    story = story_of(BOOKED)
    older = story.event("report ERP CANCELLED")
    story.do("wait 1h")
    story.do("report ERP OPEN")
    verdict = story.take(older)
    assert "report of an order that is older than the last one" == verdict.dropped
    assert [] == drifts(story.do("wait 1h"))


def test_the_reports_of_a_few_systems_and_documents_are_kept() -> None:
    story = story_of(BOOKED)
    for number in range(MOST_KEPT):
        story.do(f"report ERP OPEN as SO-{number}")
    assert "report of an order by too many systems" == story.do("report CHANNEL CANCELLED").dropped


def test_an_order_that_never_came_is_looked_for_and_found() -> None:
    story = story_of("report ERP OPEN 1:5")
    assert "case ORPHAN_EVENT" == effects_of(story.do("timer"))
    assert "report of an order that nobody has to find" == story.do("report ERP OPEN 1:5").dropped
    assert "case ORPHAN_EVENT" in effects_of(story.do("place available 5"))


@pytest.mark.parametrize("status", ("CANCELLED", "SHIPPED"))
def test_nobody_looks_for_an_order_that_has_ended_and_is_forgotten(status: str) -> None:
    story = Story()
    story.lives = 1
    assert "report of an order that nobody has to find" == story.do(f"report ERP {status}").dropped
    assert story.known is None


def test_a_report_each_day_keeps_no_order_from_its_end() -> None:
    story = story_of(SHIPPED)
    for _ in range(100):
        story.do("wait 24h")
        if isinstance(story.known, Order):
            story.do("report ERP SHIPPED 1:5:5")
    assert story.known is None


def test_only_lines_that_differ_are_kept() -> None:
    story = story_of(f"{BOOKED}; report ERP OPEN 1:5 2:4")
    assert [["2"]] == [[line.line_id for line in report.lines] for report in story.order.reports]
    story.do("wait 2h")
    story.do("report ERP OPEN 1:5 2:3")
    assert [[]] == [[line.line_id for line in report.lines] for report in story.order.reports]


def test_reports_that_come_more_often_than_they_are_judged_put_nothing_off() -> None:
    story = story_of(f"{BOOKED}; report ERP OPEN 1:5:1")
    found = []
    for _ in range(4):
        found += [*drifts(story.do("wait 10m")), *drifts(story.do("report ERP OPEN 1:5:1"))]
    assert [CaseState.OPEN] == [case.state for case in found]


def test_a_difference_that_only_the_newest_report_has_waits_its_own_time() -> None:
    story = story_of(f"{BOOKED}; report ERP OPEN 1:5:1; wait 10m; report ERP OPEN 1:5:2")
    assert [] == drifts(story.do("wait 6m"))
    (case,) = drifts(story.do("wait 10m"))
    assert "0.000002 of line 1 are shipped there, and 0 here" in case.reason


def test_a_difference_that_a_person_accepts_is_not_stated_again() -> None:
    story = story_of(f"{BOOKED}; report ERP OPEN 1:5:1")
    (case,) = drifts(story.do("wait 1h"))
    provenance = Provenance(SourceId("operations"), CorrelationId("d"), 0, "d", 0, 0)
    closed = CaseDismissed(CaseId("1"), CaseHome.ORDERS, case.subject, provenance, "Ann", "written off there")
    story.take_decision(case, closed)
    assert story.pending(Awaited.AGREEMENT) is None
    assert [] == [*drifts(story.do("report ERP OPEN 1:5:1")), *drifts(story.do("wait 1h"))]
    story.do("report ERP OPEN 1:5:3")
    assert 1 == len(drifts(story.do("wait 1h")))


@pytest.mark.parametrize("history", (BOOKED, SHIPPED, PARTLY, CANCELLED, REVISED))
def test_a_report_changes_nothing_of_the_order(history: str) -> None:
    reports = ("report ERP OPEN 1:4:1", "report CHANNEL CANCELLED", "report ERP SHIPPED as SO-OTHER")
    steps = history.split("; ")
    told = story_of("; ".join([steps[0], *(f"{step}; {reports[n % 3]}" for n, step in enumerate(steps[1:]))]))
    silent = story_of(history)
    assert [line._replace(claims=()) for line in silent.order.lines] == [
        line._replace(claims=()) for line in told.order.lines
    ]
    assert (silent.order.stage, silent.order.version) == (told.order.stage, told.order.version)
