"""What was decided about a hold before the last decision, and comes after it, changes nothing."""

from itertools import permutations

import pytest

from tests.unit.orders.story import Story, effects_of

PLACED = "place available 5; answer 1:5"


def told(history: str) -> Story:
    story = Story()
    for step in history.split("; "):
        story.do(step)
    return story


@pytest.mark.parametrize(
    "order_of_arrival", tuple(permutations(("hold FRAUD decided at 10", "unhold FRAUD decided at 30")))
)
def test_a_hold_that_was_ended_later_holds_nothing_whichever_came_first(order_of_arrival: tuple[str, ...]) -> None:
    assert () == told("; ".join((PLACED, *order_of_arrival))).order.holds


@pytest.mark.parametrize(
    "order_of_arrival",
    tuple(permutations(("hold FRAUD decided at 10", "unhold FRAUD decided at 20", "hold FRAUD decided at 30"))),
)
def test_a_hold_that_was_set_again_later_holds_whatever_came_last(order_of_arrival: tuple[str, ...]) -> None:
    assert 1 == len(told("; ".join((PLACED, *order_of_arrival))).order.holds)


def test_whoever_asks_for_a_hold_that_was_ended_later_hears_so() -> None:
    story = told(f"{PLACED}; unhold FRAUD decided at 30")
    assert "OrderHoldRefused" == effects_of(story.do("hold FRAUD decided at 10"))


def test_what_was_decided_at_the_same_time_counts_as_it_comes() -> None:
    assert () == told(f"{PLACED}; hold FRAUD decided at 10; unhold FRAUD decided at 10").order.holds
    assert 1 == len(told(f"{PLACED}; unhold FRAUD decided at 10; hold FRAUD decided at 10").order.holds)


def test_kinds_of_holds_are_decided_about_one_by_one() -> None:
    assert 1 == len(told(f"{PLACED}; unhold CREDIT decided at 30; hold FRAUD decided at 10").order.holds)


def test_a_decision_that_came_before_its_order_counts_as_if_it_had_come_after() -> None:
    history = f"unhold FRAUD decided at 30; hold FRAUD decided at 10; {PLACED}"
    assert () == told(history).order.holds
