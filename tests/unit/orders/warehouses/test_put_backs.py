"""Goods that are put back: their warehouse picks them again, unless it is told to stop, or has stopped before."""

import pytest

from domain.orders.pending.answers import Awaited
from tests.unit.orders.story import effects_of, flow_status_of, story_of

BOOKED = "place available 5; answer 1:5; booked"
PICKED = f"{BOOKED}; pick 1:5"


@pytest.mark.parametrize(
    ("given", "when", "effects", "flow_status"),
    (
        (f"{PICKED}; cancel", "unpick 1:5", "stop 1; CancelRequested", "allocated 5"),
        (f"{PICKED}; cancel; unpick 1:5", "warehouse accepts", "OrderCancelled", "cancelled 5"),
        (f"{PICKED}; cancel; unpick 1:5", "warehouse refuses", "CancelRefused", "allocated 5"),
        (f"{PICKED}; cancel; unpick 1:5", "pick 1:5", "CancelRefused", "picked 5"),
        (f"{PICKED}; cancel; unpick 1:5; pick 1:5", "unpick 1:5", "PickReversed; CancelRequested", "allocated 5"),
        (f"{PICKED}; cancel; unpick 1:2", "warehouse accepts", "OrderCancelled", "cancelled 2"),
        (f"{PICKED}; cancel 1:2; unpick 1:3", "warehouse accepts", "OrderCancelled", "cancelled 2"),
        (f"{PICKED}; cancel", "unpick 1:5:damaged", "OrderCancelled", "cancelled 5"),
        (f"{BOOKED}; pick 1:2; cancel; warehouse accepts", "unpick 1:2", "OrderCancelled", "cancelled 5"),
        (f"{BOOKED}; cancel; warehouse refuses; pick 1:5", "unpick 1:5", "PickReversed", "allocated 5"),
    ),
)
def test_what_is_not_wanted_is_cancelled_when_its_warehouse_has_stopped(
    given: str, when: str, effects: str, flow_status: str
) -> None:
    story = story_of(given)
    happened = effects_of(story.do(when))
    assert effects in happened
    assert flow_status in flow_status_of(story)


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        (f"{BOOKED}; pick 1:2; cancel 1:2; warehouse accepts", "unpick 1:2", "releases 1:2"),
        (f"{BOOKED}; pick 1:2; ship@W 1:3; warehouse accepts", "unpick 1:2", "releases 1:2"),
        (f"{BOOKED}; pick 1:2; ship@W 1:3; unpick 1:2", "warehouse accepts", "releases 1:2"),
    ),
)
def test_what_a_warehouse_that_has_stopped_puts_back_is_released_again(given: str, when: str, effects: str) -> None:
    assert effects in effects_of(story_of(given).do(when))


STOPPED = f"{BOOKED}; cancel; pick 1:5"
"""A warehouse is asked to stop, and has picked all before it answers."""


@pytest.mark.parametrize(
    ("given", "when", "effects", "flow_status"),
    (
        (f"{STOPPED}; unpick 1:5", "warehouse accepts", "OrderCancelled", "cancelled 5"),
        (f"{STOPPED}; warehouse accepts", "unpick 1:5", "OrderCancelled", "cancelled 5"),
        (f"{STOPPED}; unpick 1:3; warehouse accepts", "unpick 1:2", "OrderCancelled", "cancelled 5"),
        (f"{STOPPED}; unpick 1:3", "warehouse accepts", "OrderCancelled", "cancelled 3"),
        (f"{STOPPED}; warehouse accepts; unpick 1:3", "unpick 1:2", "OrderCancelled", "cancelled 5"),
        (f"{STOPPED}; unpick 1:5", "warehouse refuses", "CancelRefused", "allocated 5"),
        (f"{STOPPED}; warehouse refuses", "unpick 1:5", "stop 1; CancelRequested", "allocated 5"),
        (f"{STOPPED}; unpick 1:5; pick 1:5; unpick 1:5", "warehouse accepts", "OrderCancelled", "cancelled 5"),
        (f"{BOOKED}; cancel 1:2; pick 1:5; unpick 1:5", "warehouse accepts", "releases 1:3", "cancelled 2"),
        (f"{BOOKED}; cancel 1:2; pick 1:5; warehouse accepts", "unpick 1:5", "releases 1:3", "cancelled 2"),
        (f"{STOPPED}; unpick 1:5; warehouse accepts", "warehouse accepts", "dropped", "cancelled 5"),
        (f"{STOPPED}; unpick 1:5; warehouse accepts", "warehouse refuses", "CONFLICTING_DUPLICATE", "cancelled 5"),
        (f"{STOPPED}; ship 1:5", "warehouse accepts", "CONFLICTING_DUPLICATE", "shipped 5"),
        (f"{STOPPED}; ship 1:3; unpick 1:2", "warehouse accepts", "OrderCancelled", "cancelled 2"),
        (f"{STOPPED}; unpick 1:5:missing", "warehouse accepts", "", "cancelled 5"),
    ),
)
def test_a_pick_is_no_answer_once_the_warehouse_has_answered_itself(
    given: str, when: str, effects: str, flow_status: str
) -> None:
    story = story_of(given)
    happened = effects_of(story.do(when))
    assert effects in happened
    assert ("CONFLICTING_DUPLICATE" in effects) is ("CONFLICTING_DUPLICATE" in happened)
    assert flow_status in flow_status_of(story)


def test_a_warehouse_is_not_asked_twice_to_stop_what_it_puts_back() -> None:
    story = story_of(f"{STOPPED}; unpick 1:2")
    assert "stop" not in effects_of(story.do("unpick 1:3"))
    assert story.pending(Awaited.CANCELLATION) is not None


def test_an_answer_from_before_a_new_release_stops_nothing() -> None:
    story = story_of(f"{BOOKED}; cancel 1:2")
    answer = story.event("warehouse accepts")
    story.do("pick 1:5")
    for each in ("ship 1:5 as S", "unship 1:5 of S"):
        story.do(each)
    released = story.order.lines[0].released_at
    assert "case CONFLICTING_DUPLICATE" == effects_of(story.take(answer))
    assert released == story.order.lines[0].released_at
