"""The oracle of the reference job notices what it is there to notice."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.e2e.load.promise_world import Outcome, Sent, Workload, violations, workload

FIRST = Sent("m-1", "o-1", ((1, "a", 5), (2, "b", 2)))
SECOND = Sent("m-2", "o-2", ((1, "a", 5),))
GIVEN = Workload([FIRST, SECOND, FIRST, replace(SECOND, lines=((1, "a", 6),))], [("a", 4), ("a", 3), ("b", 9)])
RIGHT = [Outcome("o-1", "ALLOCATED", ((1, 5, 0), (2, 2, 0))), Outcome("o-2", "PARTIALLY_ALLOCATED", ((1, 2, 3),))]
FAULTS: Sequence[tuple[str, Sequence[Outcome], Sequence[str], str]] = (
    ("a lost status", RIGHT[:1], ["o-2"], "statuses of o-2: 0 instead of 1"),
    ("a doubled status", [*RIGHT, RIGHT[0]], ["o-2"], "statuses of o-1: 2 instead of 1"),
    ("a lost line", [replace(RIGHT[0], lines=((1, 5, 0),)), RIGHT[1]], ["o-2"], "o-1: the lines are not"),
    ("a wrong sum", [RIGHT[0], replace(RIGHT[1], lines=((1, 2, 2),))], ["o-2"], "o-2: the lines are not"),
    ("a wrong name", [RIGHT[0], replace(RIGHT[1], status="ALLOCATED")], ["o-2"], "o-2: ALLOCATED instead of"),
    ("less than nothing", [RIGHT[0], replace(RIGHT[1], lines=((1, 6, -1),))], ["o-2"], "o-2: less than nothing"),
    ("a double grant", [RIGHT[0], replace(RIGHT[1], lines=((1, 3, 2),))], ["o-2"], "a: granted 8 of 7"),
    ("stock held back", [RIGHT[0], replace(RIGHT[1], lines=((1, 1, 4),))], ["o-2"], "a: backordered with 1 left"),
    ("a conflict not reported", RIGHT, [], "conflicts of o-2: 0 instead of 1"),
    ("a conflict reported twice", RIGHT, ["o-2", "o-2"], "conflicts of o-2: 2 instead of 1"),
    ("a copy reported as a conflict", RIGHT, ["o-1", "o-2"], "conflicts of o-1: 1 instead of 0"),
)  # fmt: skip


def test_it_finds_nothing_where_nothing_is_wrong() -> None:
    assert [] == violations(GIVEN, RIGHT, ["o-2"])


@pytest.mark.parametrize(("fault", "outcomes", "conflicts", "expected"), FAULTS)
def test_it_notices(fault: str, outcomes: Sequence[Outcome], conflicts: Sequence[str], expected: str) -> None:
    found = violations(GIVEN, outcomes, conflicts)
    assert any(finding.startswith(expected) for finding in found), f"{fault}: {found}"


def test_the_workload_has_copies_conflicts_and_both_kinds_of_items() -> None:
    given = workload(300, 1)
    distinct = set(given.sent)
    demand, stock = 0, sum(units for _, units in given.receipts)
    for order in given.sent:
        demand += sum(units for _, _, units in order.lines)
    assert given == workload(300, 1)
    assert 300 < len(distinct) < len(given.sent)
    assert 0 < stock < demand
