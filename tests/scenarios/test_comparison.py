"""What an expectation compares, and what it leaves open."""

import pytest

from dataflows.scenarios.comparison import differences


@pytest.mark.parametrize(
    "expected",
    (
        {},
        {"orders": {}},
        {"orders": {"portal:1": {"status": "RELEASED"}}},
        {"orders": {"portal:1": {"lines": {"1": {"ordered": 5}}}}},
        {"orders": {"portal:1": {"lines": {"1": {"ordered": "5.0"}}}}},
        {"orders": {"portal:2": None}},
        {"exceptions": [{"case_class": "DRIFT"}]},
        {"dead_letters": []},
    ),
)
def test_what_is_not_named_is_not_compared(expected: dict[str, object]) -> None:
    assert [] == differences(expected, OUTCOME, "end")


@pytest.mark.parametrize(
    ("expected", "difference"),
    (
        ({"orders": {"portal:2": {}}}, "end: orders.portal:2: expected {}, found nothing"),
        (
            {"orders": {"portal:1": None}},
            "end: orders.portal:1: expected nothing, found {status: RELEASED, lines: {1: {ordered: 5}}}",
        ),
        (
            {"orders": {"portal:1": {"status": "BOOKED"}}},
            "end: orders.portal:1.status: expected BOOKED, found RELEASED",
        ),
        ({"orders": {"portal:1": {"statuses": "X"}}}, "end: orders.portal:1.statuses: expected X, found nothing"),
        ({"orders": []}, "end: orders: expected [], found {portal:1: {status: RELEASED, lines: {1: {ordered: 5}}}}"),
        ({"exceptions": []}, "end: exceptions: expected 0 entries, found 1: [{case_class: DRIFT, state: OPEN}]"),
        (
            {"exceptions": [{"case_class": "NETWORK"}]},
            "end: exceptions.1.case_class: expected NETWORK, found DRIFT",
        ),
        ({"orders": {"portal:1": {"lines": {"1": {"ordered": 50}}}}}, "expected 50, found 5"),
        ({"order": {}}, "end: order: expected {}, found nothing"),
    ),
)
def test_a_difference_says_where_and_what(expected: dict[str, object], difference: str) -> None:
    (found,) = differences(expected, OUTCOME, "end")
    assert difference in str(found)


OUTCOME = {
    "orders": {"portal:1": {"status": "RELEASED", "lines": {"1": {"ordered": "5"}}}},
    "exceptions": [{"case_class": "DRIFT", "state": "OPEN"}],
    "dead_letters": [],
}
