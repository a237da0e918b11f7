"""Goods that are put back: their warehouse picks them again, unless it is told to stop, or has stopped before."""

import pytest

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
        (f"{PICKED}; cancel; unpick 1:5; pick 1:5", "unpick 1:5", "stop 1; CancelRequested", "allocated 5"),
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
