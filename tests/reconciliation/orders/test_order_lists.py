"""An order that a complete list of another system does not name is a case, and what is in flight is none."""

from collections.abc import Sequence

import pytest

from domain.identifiers import CorrelationId
from domain.messages.cases import Case, CaseClass, CaseOrigin, CaseState
from domain.messages.snapshots.orders import OrderListEnded
from domain.messages.snapshots.stock import Reporter
from domain.values import replace
from operators.engine.partition import COUNTS
from operators.machines import snapshot_home
from operators.machines.order_lists import expected_orders
from operators.machines.order_lists.expected_orders import COMPLETED, EXPECTED, LISTED
from operators.machines.order_lists.gathered import NAMED_ORDERS
from tests.reconciliation.orders.desk import Desk

BOOKED = "place available born 5"
PLACED = "place available 5"


def desk_with(*numbers: int) -> Desk:
    desk = Desk()
    for number in numbers:
        desk.tell(number, BOOKED)
    desk.wait(60)
    return desk


def drifts(said: Sequence[Case]) -> list[tuple[str, CaseState]]:
    return [(case.subject, case.state) for case in said if case.case_class is CaseClass.DRIFT]


@pytest.mark.parametrize(
    ("system", "origin"), ((Reporter.ERP, CaseOrigin.ERP), (Reporter.CHANNEL, CaseOrigin.CHANNEL_MAPPING))
)
def test_an_order_that_is_not_named_is_a_case_when_the_time_for_it_has_passed(
    system: Reporter, origin: CaseOrigin
) -> None:
    desk = desk_with(1, 2, 3)
    assert [] == drifts([*desk.name_orders("L1", [1, 3], system), *desk.wait(14)])
    (case,) = desk.wait(3)
    assert ("shop:2", CaseState.OPEN, origin) == (case.subject, case.state, case.origin)
    assert "planning differs in its list of orders: MISSING_THERE: it is not there, and OPEN here" == case.reason


@pytest.mark.parametrize(
    ("before", "after"),
    (
        (("wait 50", "place", "wait 10"), ()),
        (("place", "wait 60"), ("ship 1:5",)),
        (("place", "wait 60"), ("cancel",)),
        (("place", "wait 55", "ship 1:2", "wait 5"), ()),
        (("place", "wait 30", "ship 1:5", "wait 30"), ()),
        (("place", "wait 30", "cancel", "wait 30"), ()),
        ((f"{PLACED}", "wait 60"), ()),
    ),
    ids=(
        "booked a few minutes before the list",
        "shipped a few minutes after it",
        "cancelled a few minutes after it",
        "changed a few minutes before it",
        "shipped before it",
        "cancelled before it",
        "not booked",
    ),
)
def test_what_is_in_flight_or_ended_raises_no_alarm(before: Sequence[str], after: Sequence[str]) -> None:
    desk, said = Desk(), list[Case]()
    for step in before:
        said += _do(desk, step)
    said += [*desk.name_orders("L1", [7]), *desk.wait(10)]
    for step in after:
        said += _do(desk, step)
    assert [] == drifts([*said, *desk.wait(2_000)])


def _do(desk: Desk, step: str) -> list[Case]:
    if step.startswith("wait"):
        return desk.wait(int(step.split()[1]))
    return desk.tell(1, BOOKED if step == "place" else step)


@pytest.mark.parametrize("event", ("list", "ship 1:5", "cancel", "report ERP OPEN"))
def test_a_case_is_resolved_by_a_list_that_names_it_or_when_it_is_not_open_any_more(event: str) -> None:
    desk = desk_with(1, 2)
    desk.name_orders("L1", [1])
    assert [("shop:2", CaseState.OPEN)] == drifts(desk.wait(20))
    desk.rows.restart()
    is_list = event == "list"
    said = [*desk.name_orders("L2", [1, 2]), *desk.wait(20)] if is_list else desk.tell(2, event)
    assert [("shop:2", CaseState.RESOLVED)] == drifts(said)
    assert [] == drifts([*desk.name_orders("L3", [1, 2]), *desk.wait(20)])


def test_a_second_list_without_it_opens_no_second_case() -> None:
    desk = desk_with(1, 2)
    desk.name_orders("L1", [1])
    assert 1 == len(drifts(desk.wait(20)))
    assert [] == drifts([*desk.name_orders("L2", [1]), *desk.wait(20)])


def test_a_list_that_is_not_whole_accuses_nobody_and_is_a_case_until_it_is() -> None:
    desk = desk_with(1, 2, 3)
    *parts, last = desk.parts("L1", [1, 2])
    assert [] == [case for part in parts for case in desk.hear(part)]
    (overdue,) = desk.wait(61)
    assert (CaseClass.DEPENDENCY_TIMEOUT, "order_list/planning/L1") == (overdue.case_class, overdue.subject)
    assert [] == desk.wait(600)
    (whole, missing) = (*desk.hear(last), *desk.wait(2))
    assert (CaseState.RESOLVED, "the snapshot is whole") == (whole.state, whole.reason)
    assert ("shop:3", CaseState.OPEN) == (missing.subject, missing.state)


def test_a_list_whose_end_counts_otherwise_accuses_nobody() -> None:
    desk = desk_with(1, 2, 3)
    *parts, last = desk.parts("L1", [1, 2])
    assert isinstance(last, OrderListEnded)
    for part in (*parts, replace(last, order_count=3)):
        desk.hear(part)
    (overdue,) = desk.wait(2_000)
    assert "the snapshot is not whole: 2 of 3 lines are there; nothing is compared" == overdue.reason


def test_a_part_that_comes_again_counts_once_and_with_other_content_it_is_a_conflict() -> None:
    desk = desk_with(1, 2)
    begun, part, ended = desk.parts("L1", [1, 2])
    other = replace(part.provenance, content_hash="other", correlation_id=CorrelationId("again"))
    said = [case for each in (begun, part, part) for case in desk.hear(each)]
    assert [] == said
    (conflict,) = desk.hear(replace(part, provenance=other))
    assert (CaseClass.CONFLICTING_DUPLICATE, "order_list/planning/L1") == (conflict.case_class, conflict.subject)
    assert [] == [*desk.hear(ended), *desk.wait(20)]


def test_a_list_that_is_older_than_the_last_one_says_nothing() -> None:
    desk = desk_with(1, 2)
    older = desk.parts("L1", [1])
    desk.wait(1)
    desk.name_orders("L2", [1, 2])
    desk.wait(20)
    assert [] == [case for part in older for case in desk.hear(part)] + desk.wait(20)
    counted = dict(desk.rows.rows(COUNTS))
    assert 1 == counted["order list that is older than the last one of its system"]


def test_a_long_list_is_compared_a_page_at_a_time_and_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expected_orders, "PAGE", 10)
    monkeypatch.setattr(snapshot_home, "PAGE", 10)
    numbers = list(range(1, 23))
    desk = desk_with(*numbers)
    missing = {3, 10, 11, 22}
    desk.name_orders("L1", [number for number in numbers if number not in missing])
    said = desk.wait(20)
    assert {f"shop:{number}" for number in missing} == {subject for subject, _ in drifts(said)}
    assert 2 * len(numbers) == len(list(desk.rows.rows(EXPECTED)))
    desk.wait(60 * 25)
    assert [] == [*desk.rows.rows(LISTED), *desk.rows.rows(COMPLETED), *desk.rows.rows(NAMED_ORDERS)]
    for number in numbers[:10]:
        desk.tell(number, "ship 1:5")
    assert 2 * (len(numbers) - 10) == len(list(desk.rows.rows(EXPECTED)))
