"""A part of a line is cancelled: at once what no warehouse knows of, the rest when its warehouse has stopped.

`given` is a history, `when` the event; `effects` and `status` are what comes of it (see `story`).
"""

import pytest

from domain.messages.status import CancelRefused
from tests.unit.orders.story import effects_of, flow_status_of, story_of

BOOKED = "place available 5; answer 1:5; booked"
ASKS = "asks the warehouse to stop 1; CancelRequested"


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        (
            "cancel 1:2",
            "place available 5",
            "OrderReceived; OrderCancelled; asks 1:3",
            "RESERVING; 1: cancelled 2 unanswered 3",
        ),
        (
            "place available 5",
            "cancel 1:2",
            "gives up 1:2; OrderCancelled",
            "RESERVING; 1: cancelled 2 unanswered 3",
        ),
        (
            "place available 5; answer 1:3",
            "cancel 1:2",
            "gives up 1:2; CANCEL_SALES_ORDER 1:2; OrderCancelled",
            "ACCEPTED; 1: cancelled 2 allocated 3",
        ),
        (
            "place available 5; answer 1:3; booked",
            "cancel 1:1",
            "gives up 1:1; CANCEL_SALES_ORDER 1:1; OrderCancelled",
            "ACCEPTED; 1: cancelled 1 allocated 3 backordered 1",
        ),
        (
            "place available 5 3; answer 1:5 2:3",
            "cancel 1:5 2",
            "gives up 2:3; CANCEL_SALES_ORDER 2:3; OrderCancelled; gives up 1:5; CANCEL_SALES_ORDER; OrderCancelled",
            "CANCELLED; 1: cancelled 5; 2: cancelled 3",
        ),
        (
            "place available 5; answer 1:5",
            "cancel 1:1 1:1",
            "gives up 1:2; CANCEL_SALES_ORDER 1:2; OrderCancelled",
            "ACCEPTED; 1: cancelled 2 allocated 3",
        ),
    ),
)
def test_what_no_warehouse_knows_of_is_cancelled_at_once(given: str, when: str, effects: str, status: str) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        (BOOKED, "cancel 1:2", ASKS, "ACCEPTED; 1: allocated 5"),
        (
            f"{BOOKED}; cancel 1:2",
            "warehouse accepts",
            "gives up 1:2; CANCEL_SALES_ORDER 1:2; OrderCancelled; releases 1:3; PickReleased",
            "ACCEPTED; 1: cancelled 2 allocated 3",
        ),
        (f"{BOOKED}; cancel 1:2", "warehouse refuses", "CancelRefused", "ACCEPTED; 1: allocated 5"),
        (
            "place available 5; answer 1:3; booked",
            "cancel 1:4",
            f"{ASKS}; gives up 1:2; CANCEL_SALES_ORDER 1:2; OrderCancelled",
            "ACCEPTED; 1: cancelled 2 allocated 3",
        ),
        (
            f"{BOOKED}; cancel 1:4; pick 1:2",
            "warehouse accepts",
            "gives up 1:3; CANCEL_SALES_ORDER 1:3; OrderCancelled",
            "ACCEPTED; 1: cancelled 3 allocated 2 picked 2",
        ),
        (
            f"{BOOKED}; cancel 1:2",
            "ship 1:5",
            "shipped 1:5; ShipmentConfirmed; POST_SHIPMENT 1:5; CancelRefused",
            "ACCEPTED; 1: shipped 5",
        ),
        (f"{BOOKED}; cancel 1:2", "cancel 1:1", "CancelRequested", "ACCEPTED; 1: allocated 5"),
        (
            f"{BOOKED}; cancel 1:2; cancel 1:1",
            "warehouse accepts",
            "gives up 1:3; CANCEL_SALES_ORDER 1:3; OrderCancelled; releases 1:2; PickReleased",
            "ACCEPTED; 1: cancelled 3 allocated 2",
        ),
        (
            f"{BOOKED}; cancel 1:2; cancel 1",
            "warehouse accepts",
            "gives up 1:5; CANCEL_SALES_ORDER; OrderCancelled",
            "CANCELLED; 1: cancelled 5",
        ),
        (f"{BOOKED}; cancel 1; cancel 1:2", "warehouse refuses", "CancelRefused", "ACCEPTED; 1: allocated 5"),
        (
            f"{BOOKED}; cancel 1:2; warehouse accepts; pick 1:3",
            "unpick 1:3",
            "took out of picking 1:3; PickReversed",
            "ACCEPTED; 1: cancelled 2 allocated 3",
        ),
    ),
)
def test_what_a_warehouse_knows_of_is_cancelled_by_its_leave_and_the_rest_released_again(
    given: str, when: str, effects: str, status: str
) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)


@pytest.mark.parametrize(
    ("given", "when", "reason"),
    (
        ("place available 5", "cancel 9:1", "the order has no line 9"),
        (f"{BOOKED}; ship 1:5", "cancel 1:1", "nothing is left to cancel of line 1"),
        (BOOKED, "cancel 1:7", "only 0.000005 of 0.000007 are left to cancel of line 1"),
        (f"{BOOKED}; cancel 1:4", "cancel 1:3", "only 0.000001 of 0.000003 are left to cancel of line 1"),
        (f"{BOOKED}; cancel 1", "cancel 1:1", "nothing is left to cancel of line 1"),
    ),
)
def test_what_cannot_be_cancelled_is_refused_by_name(given: str, when: str, reason: str) -> None:
    refused = [message for message in story_of(given).do(when).messages if isinstance(message, CancelRefused)]
    assert [reason] == [each.reason for each in refused]


def test_two_warehouses_stop_as_much_as_is_cancelled_between_them() -> None:
    story = story_of("place available 5; answer 1:2; booked; fill 1:3:W")
    assert f"asks the warehouse to stop 1; {ASKS}" == effects_of(story.do("cancel 1:4"))
    accepted = "gives up 1:3; CANCEL_SALES_ORDER 1:3; OrderCancelled"
    assert accepted == effects_of(story.do("warehouse accepts"))
    last = "gives up 1:1; CANCEL_SALES_ORDER 1:1; OrderCancelled; releases 1:1; PickReleased"
    assert last == effects_of(story.do("warehouse accepts"))
    assert "ACCEPTED; 1: cancelled 4 allocated 1" == flow_status_of(story)
