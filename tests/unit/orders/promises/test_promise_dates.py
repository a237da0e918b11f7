"""What an order tells of its promise dates, and when it keeps silent."""

from collections.abc import Iterable

import pytest

from domain.messages.status import OrderRepromised, OrderSnapshot
from domain.orders.transitions import OrderVerdict
from tests.unit.orders.story import effects_of, flow_status_of, story_of


def summary_of(verdict: OrderVerdict) -> tuple[int, list[tuple[str, int]]]:
    """The day of the order, and those of its lines, as the view has them."""
    (view,) = (message for message in verdict.messages if isinstance(message, OrderSnapshot))
    return view.order.promised_us, [(line.line_id, line.promised_us) for line in view.order.lines]


def moved(messages: Iterable[object]) -> list[tuple[str, int, int]]:
    (event,) = (message for message in messages if isinstance(message, OrderRepromised))
    return [(line.line_id, line.before_us, line.promised_us) for line in event.lines]


def test_an_accepted_order_tells_the_old_and_the_new_day() -> None:
    story = story_of("place available 5; answer 1:0; promise 1:3")

    verdict = story.do("promise 1:7")

    assert moved(verdict.messages) == [("1", 3, 7)]
    assert summary_of(verdict) == (7, [("1", 7)])


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        ("place available 5; answer 1:0", "promise 1:3", "OrderRepromised"),
        ("place available 5; answer 1:0; promise 1:3", "promise 1:3", ""),
        ("place available 5; answer 1:0; promise 1:3", "promise 1:0", "OrderRepromised"),
        ("place available 5; answer 1:0; promise 1:3", "crossed promise 1:7", "OrderRepromised"),
        ("place available 5; answer 1:0; promise 1:3", "state 1:0", ""),
        ("place available 5; answer 1:0; promise 1:3", "fill 1:5", "InventoryAllocated"),
        ("place complete 5 3; answer 1:0", "promise 1:3", ""),
        ("place complete 5; answer 1:0", "promise 1:3", ""),
        ("place available 5; answer 1:0; cancel", "promise 1:3", ""),
    ),
)
def test_an_order_tells_of_a_day_only_if_it_has_moved(given: str, when: str, effects: str) -> None:
    assert effects_of(story_of(given).do(when)) == effects


def test_an_order_is_promised_on_the_day_of_its_last_line() -> None:
    story = story_of("place available 5 3; answer 1:0 2:0; promise 1:3")

    assert summary_of(story.do("promise 2:7")) == (7, [("1", 3), ("2", 7)])


def test_an_order_has_no_day_while_a_line_has_none() -> None:
    story = story_of("place available 5 3; answer 1:0 2:0")

    assert summary_of(story.do("promise 2:7")) == (0, [("1", 0), ("2", 7)])


def test_what_is_filled_has_no_day_any_more() -> None:
    story = story_of("place available 5; answer 1:0; promise 1:3")

    assert summary_of(story.do("fill 1:5")) == (0, [("1", 0)])


def test_what_is_backordered_again_waits_for_a_day_of_its_own() -> None:
    story = story_of("place available 5; answer 1:0; promise 1:3; fill 1:5")

    assert summary_of(story.do("recall 1:5")) == (0, [("1", 0)])


@pytest.mark.parametrize(
    ("promise", "flow_status"),
    (
        ("promise 1:3; promise 2:7", "WAITING"),
        ("promise 2:7", "RETRYING"),
        ("promise 1:3; promise 2:7; promise 1:0", "RETRYING"),
    ),
)
def test_an_order_that_ships_complete_keeps_what_it_has_while_it_is_promised_on_a_day(
    promise: str, flow_status: str
) -> None:
    story = story_of(f"place complete 5 3; answer 1:0 2:0; timer; timer; {promise}; timer")

    assert flow_status == flow_status_of(story).partition(";")[0]
