"""Gathered releases: what is ready waits for what is missing, until the channel's window of two hours has passed.

`given` is a history, `when` the event; `effects` is what comes of it (see `story`).
"""

import pytest

from domain.identifiers import NodeId
from domain.messages.warehouse import WarehouseReleaseCommanded
from domain.orders.pending.answers import Awaited
from tests.unit.orders.story import effects_of, flow_status_of, story_of

PLACED = "place available 5 2 accepted gathered"
WAITS = f"{PLACED}; answer 1:3 2:0"
"""3 of line 1 are ready, and wait for the rest."""


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        (WAITS, "fill 1:1", "InventoryAllocated"),
        (f"{WAITS}; fill 1:1", "wait 1h", ""),
        (f"{WAITS}; fill 1:1", "wait 2h", "releases 1:4; PickReleased"),
        (f"{WAITS}; wait 1h; fill 1:1", "wait 1h", "releases 1:4; PickReleased"),
        (f"{WAITS}; wait 2h", "fill 1:1", "InventoryAllocated"),
        (f"{WAITS}; wait 2h; fill 1:1", "wait 1h", ""),
        (f"{WAITS}; wait 2h; fill 1:1", "wait 2h", "releases 1:1; PickReleased"),
        ("place available 5 gathered; answer 1:3; wait 9h", "booked", "OrderBooked"),
        ("place available 5 gathered; answer 1:3; wait 9h; booked", "wait 2h", "releases 1:3; PickReleased"),
    ),
)
def test_the_window_begins_with_the_first_units_that_are_ready_and_ends_with_one_command(
    given: str, when: str, effects: str
) -> None:
    assert effects == effects_of(story_of(given).do(when))


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        (
            PLACED,
            "answer 1:5 2:2",
            "CREATE_SALES_ORDER 1:5 2:2; OrderAccepted; InventoryAllocated; releases 1:5 2:2; PickReleased",
        ),
        (f"{WAITS}; fill 1:2", "fill 2:2", "InventoryAllocated; releases 1:5 2:2; PickReleased"),
        (
            f"{WAITS}; fill 1:2",
            "cancel 2",
            "gives up 2:2; CANCEL_SALES_ORDER 2:2; OrderCancelled; releases 1:5; PickReleased",
        ),
        (
            f"{WAITS}; booked; amend 1 1:3 2:0",
            "amendment applied",
            "gives up 1:2 2:2; OrderAmended; releases 1:3; PickReleased",
        ),
        (
            "place kill 5 2 accepted gathered; answer 1:5 2:0",
            "timer",
            (
                "gives up 2:2; confirms 1:5; CREATE_SALES_ORDER 1:5; OrderAccepted; InventoryAllocated; releases 1:5; "
                "PickReleased; OrderCancelled"
            ),
        ),
        (
            "place complete 5 2 accepted gathered; answer 1:5 2:0; timer",
            "fill 2:2",
            "confirms 1:5 2:2; InventoryAllocated; releases 1:5 2:2; PickReleased",
        ),
    ),
)
def test_an_order_to_which_nothing_more_can_come_does_not_wait(given: str, when: str, effects: str) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert story.pending(Awaited.RELEASE_WINDOW) is None


def test_a_channel_without_a_window_releases_what_is_ready_at_once() -> None:
    story = story_of("place available 5 accepted; answer 1:3")
    assert "InventoryAllocated; releases 1:1; PickReleased" == effects_of(story.do("fill 1:1"))


def test_every_node_gets_one_command() -> None:
    commands = [
        (message.node_id, message.lines[0].quantity)
        for message in story_of(f"{WAITS}; fill 1:1:W; fill 2:1:W").do("wait 2h").messages
        if isinstance(message, WarehouseReleaseCommanded)
    ]
    assert [(NodeId("E"), 3), (NodeId("W"), 1)] == commands


@pytest.mark.parametrize(
    ("when", "effects", "status"),
    (
        (
            "cancel",
            "gives up 1:5 2:2; CANCEL_SALES_ORDER; OrderCancelled",
            "CANCELLED; 1: cancelled 5; 2: cancelled 2",
        ),
        (
            "cancel 1",
            "gives up 1:5; CANCEL_SALES_ORDER 1:5; OrderCancelled",
            "ACCEPTED; 1: cancelled 5; 2: backordered 2",
        ),
        (
            "recall 1:3",
            "gives back 1:3; InventoryBackordered",
            "ACCEPTED; 1: backordered 5; 2: backordered 2",
        ),
        (
            "ship 1:3",
            "shipped 1:3; ShipmentConfirmed; POST_SHIPMENT 1:3",
            "ACCEPTED; 1: backordered 2 shipped 3; 2: backordered 2",
        ),
    ),
)
def test_what_leaves_the_order_in_the_window_is_not_asked_for_and_nobody_is_asked_to_stop(
    when: str, effects: str, status: str
) -> None:
    story = story_of(WAITS)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)
    assert story.pending(Awaited.RELEASE_WINDOW) is None
    assert "" == effects_of(story.do("wait 2h"))


def test_a_cancelled_order_is_finished_in_the_window() -> None:
    story = story_of("place available 5 accepted gathered; answer 1:3; booked; cancel; cancellation applied")
    assert story.order.leaves_at_ms


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        (f"{WAITS}; hold FRAUD", "wait 2h", ""),
        (f"{WAITS}; hold FRAUD; wait 2h", "unhold FRAUD", "OrderHoldReleased; releases 1:3; PickReleased"),
        (f"{WAITS}; hold FRAUD; wait 1h", "unhold FRAUD", "OrderHoldReleased"),
        (f"{WAITS}; hold FRAUD; wait 1h; unhold FRAUD", "wait 1h", "releases 1:3; PickReleased"),
        (f"{WAITS}; booked; amend 1 1:4", "wait 2h", ""),
        (
            f"{WAITS}; booked; amend 1 1:4; wait 2h",
            "amendment applied",
            "gives up 1:1; OrderAmended; releases 1:3; PickReleased",
        ),
    ),
)
def test_what_is_kept_back_at_the_end_of_the_window_goes_as_soon_as_it_may(given: str, when: str, effects: str) -> None:
    assert effects == effects_of(story_of(given).do(when))


def test_nobody_has_to_act_on_what_no_warehouse_was_asked_for() -> None:
    story = story_of(WAITS)
    assert story.pending(Awaited.ACTION) is None
    story.do("wait 2h")
    assert story.pending(Awaited.ACTION) is not None


def test_a_release_budget_runs_on_in_the_window() -> None:
    story = story_of("place available 5 accepted gathered RELEASE<3600!; answer 1:3")
    assert "SlaBreached; case DEPENDENCY_TIMEOUT" == effects_of(story.do("wait 1h"))
    released = "InventoryAllocated; releases 1:5; PickReleased; case DEPENDENCY_TIMEOUT RESOLVED"
    assert released == effects_of(story.do("fill 1:2"))
