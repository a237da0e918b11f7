"""What an order is promised under each policy, and what the ledger's late word does.

`given` is a history, `when` the event; `effects` and `status` are what comes of it (see `story`).
"""

import pytest

from domain.messages.status import OrderSnapshot
from tests.unit.orders.story import effects_of, flow_status_of, story_of


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        ("", "place available 5", "OrderReceived; asks 1:5", "RESERVING; 1: unanswered 5"),
        (
            "place available 5",
            "answer 1:5",
            "CREATE_SALES_ORDER 1:5; OrderAccepted; InventoryAllocated",
            "ACCEPTED; 1: allocated 5",
        ),
        (
            "place available 5 gate accepted",
            "answer 1:5",
            "CREATE_SALES_ORDER 1:5; OrderAccepted; InventoryAllocated; releases 1:5; PickReleased",
            "ACCEPTED; 1: allocated 5",
        ),
        (
            "place available 5",
            "answer 1:2",
            "CREATE_SALES_ORDER 1:5; OrderAccepted; InventoryAllocated; InventoryBackordered",
            "ACCEPTED; 1: allocated 2 backordered 3",
        ),
        (
            "place available 5",
            "answer 1:0",
            "CREATE_SALES_ORDER 1:5; OrderAccepted; InventoryBackordered",
            "ACCEPTED; 1: backordered 5",
        ),
        ("place available 5 3", "answer 1:5", "", "RESERVING; 1: allocated 5; 2: unanswered 3"),
        (
            "place available 5 3; answer 1:5",
            "answer 2:0",
            "CREATE_SALES_ORDER 1:5 2:3; OrderAccepted; InventoryAllocated; InventoryBackordered",
            "ACCEPTED; 1: allocated 5; 2: backordered 3",
        ),
        ("place available 5; answer 1:2", "fill 1:3", "InventoryAllocated", "ACCEPTED; 1: allocated 5"),
        (
            "place available 5 gate accepted; answer 1:2",
            "fill 1:3",
            "InventoryAllocated; releases 1:3; PickReleased",
            "ACCEPTED; 1: allocated 5",
        ),
        ("place available 5 3; answer 1:2", "fill 1:3", "", "RESERVING; 1: allocated 5; 2: unanswered 3"),
        (
            "place available 5 3; answer 1:2; fill 1:3",
            "answer 2:3",
            "CREATE_SALES_ORDER 1:5 2:3; OrderAccepted; InventoryAllocated",
            "ACCEPTED; 1: allocated 5; 2: allocated 3",
        ),
    ),
)
def test_ship_available_allocates_what_is_there_and_backorders_the_rest(
    given: str, when: str, effects: str, status: str
) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        (
            "place kill 5",
            "answer 1:5",
            "confirms 1:5; CREATE_SALES_ORDER 1:5; OrderAccepted; InventoryAllocated",
            "ACCEPTED; 1: allocated 5",
        ),
        ("place kill 5", "answer 1:2", "", "WAITING; 1: reserved 2 backordered 3"),
        (
            "place kill 5; answer 1:2",
            "fill 1:3",
            "confirms 1:5; CREATE_SALES_ORDER 1:5; OrderAccepted; InventoryAllocated",
            "ACCEPTED; 1: allocated 5",
        ),
        (
            "place kill 5; answer 1:2",
            "timer",
            "gives up 1:3; confirms 1:2; CREATE_SALES_ORDER 1:2; OrderAccepted; InventoryAllocated; OrderCancelled",
            "ACCEPTED; 1: cancelled 3 allocated 2",
        ),
        ("place kill 5; answer 1:0", "timer", "gives up 1:5; OrderRejected", "REJECTED; 1: cancelled 5"),
        (
            "place kill 5 3; answer 1:0 2:3",
            "timer",
            "gives up 1:5; confirms 2:3; CREATE_SALES_ORDER 2:3; OrderAccepted; InventoryAllocated; OrderCancelled",
            "ACCEPTED; 1: cancelled 5; 2: allocated 3",
        ),
        (
            "place kill 5; ship 1:2; answer 1:0",
            "timer",
            "gives up 1:3; CREATE_SALES_ORDER 1:2; OrderAccepted; POST_SHIPMENT 1:2; OrderCancelled",
            "ACCEPTED; 1: cancelled 3 shipped 2",
        ),
        (
            "place kill 5; pick 1:2; answer 1:0",
            "timer",
            "gives up 1:3; confirms 1:0; CREATE_SALES_ORDER 1:2; OrderAccepted; InventoryAllocated; OrderCancelled",
            "ACCEPTED; 1: cancelled 3 allocated 2 picked 2",
        ),
    ),
)
def test_fill_or_kill_waits_a_moment_then_cancels_the_rest_or_rejects(
    given: str, when: str, effects: str, status: str
) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        (
            "place complete 5",
            "answer 1:5",
            "confirms 1:5; CREATE_SALES_ORDER 1:5; OrderAccepted; InventoryAllocated",
            "ACCEPTED; 1: allocated 5",
        ),
        ("place complete 5", "answer 1:2", "", "WAITING; 1: reserved 2 backordered 3"),
        ("place complete 5 3; answer 1:5", "answer 2:1", "", "WAITING; 1: reserved 5; 2: reserved 1 backordered 2"),
        ("place complete 5 3; answer 1:2 2:1", "fill 1:3", "", "WAITING; 1: reserved 5; 2: reserved 1 backordered 2"),
        (
            "place complete 5 3; answer 1:5 2:1",
            "fill 2:2",
            "confirms 1:5 2:3; CREATE_SALES_ORDER 1:5 2:3; OrderAccepted; InventoryAllocated",
            "ACCEPTED; 1: allocated 5; 2: allocated 3",
        ),
        (
            "place complete 5 3; answer 1:5 2:1",
            "timer",
            "CREATE_SALES_ORDER 1:5 2:3; OrderAccepted; InventoryBackordered",
            "WAITING; 1: reserved 5; 2: reserved 1 backordered 2",
        ),
        (
            "place complete 5 3; answer 1:5 2:1; timer",
            "fill 2:2",
            "confirms 1:5 2:3; InventoryAllocated",
            "ACCEPTED; 1: allocated 5; 2: allocated 3",
        ),
        (
            "place complete 5 3; answer 1:5 2:1",
            "cancel 2",
            "gives up 2:3; OrderCancelled; confirms 1:5; CREATE_SALES_ORDER 1:5; OrderAccepted; InventoryAllocated",
            "ACCEPTED; 1: allocated 5; 2: cancelled 3",
        ),
        (
            "place complete 5 3; answer 1:5 2:1; timer; timer",
            "timer",
            "gives up 1:5 2:3",
            "RETRYING; 1: backordered 5; 2: backordered 3",
        ),
        (
            "place complete 5 3; answer 1:5 2:1; timer; timer; timer",
            "old fill 2 2",
            "",
            "RETRYING; 1: backordered 5; 2: backordered 3",
        ),
        (
            "place complete 5 3; answer 1:5 2:1; timer; timer; timer",
            "timer",
            "asks 1:5 2:3",
            "RESERVING; 1: unanswered 5; 2: unanswered 3",
        ),
        (
            "place complete 5 3; answer 1:5 2:1; timer; timer; timer; timer",
            "answer 1:5 2:3",
            "confirms 1:5 2:3; InventoryAllocated",
            "ACCEPTED; 1: allocated 5; 2: allocated 3",
        ),
        (
            "place complete 5; pick 1:3",
            "answer 1:1",
            "",
            "WAITING; 1: reserved 1 allocated 3 backordered 1 picked 3",
        ),
        (
            "place complete 5; pick 1:3; answer 1:1",
            "ship 1:5",
            "shipped 1:5; ShipmentConfirmed; CREATE_SALES_ORDER 1:5; OrderAccepted; POST_SHIPMENT 1:5",
            "ACCEPTED; 1: picked 3 shipped 5",
        ),
        (
            "place complete 5; pick 1:3; answer 1:1; timer; timer; timer; timer",
            "timer",
            "asks 1:2",
            "RESERVING; 1: unanswered 2 allocated 3 picked 3",
        ),
    ),
)
def test_ship_complete_keeps_what_it_gets_until_it_has_all_or_its_patience_ends(
    given: str, when: str, effects: str, status: str
) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        ("place available 5", "timer", "gives up 1:5; case DEPENDENCY_TIMEOUT; asks 1:5", "RESERVING; 1: unanswered 5"),
        (
            "place available 5; timer",
            "old answer 1",
            "case DEPENDENCY_TIMEOUT RESOLVED; dropped: answer to a reservation that was given up",
            "RESERVING; 1: unanswered 5",
        ),
        (
            "place available 5; timer",
            "answer 1:5",
            "case DEPENDENCY_TIMEOUT RESOLVED; CREATE_SALES_ORDER 1:5; OrderAccepted; InventoryAllocated",
            "ACCEPTED; 1: allocated 5",
        ),
        ("place available 5; timer", "timer", "gives up 1:5; asks 1:5", "RESERVING; 1: unanswered 5"),
        (
            "place available 5; pick 1:3",
            "timer",
            "gives up 1:2; case DEPENDENCY_TIMEOUT; asks 1:2",
            "RESERVING; 1: unanswered 2 allocated 3 picked 3",
        ),
        (
            "place available 5; pick 1:3; timer",
            "ship 1:4",
            "shipped 1:3 1:1; ShipmentConfirmed",
            "RESERVING; 1: unanswered 1 picked 3 shipped 4",
        ),
        (
            "place available 5",
            "ship 1:5",
            "shipped 1:5; ShipmentConfirmed",
            "RESERVING; 1: shipped 5",
        ),
        (
            "place available 5; ship 1:5",
            "timer",
            "case DEPENDENCY_TIMEOUT; asks 1:0",
            "RESERVING; 1: shipped 5",
        ),
        (
            "place available 5; ship 1:5",
            "old answer 1",
            "CREATE_SALES_ORDER 1:5; OrderAccepted; POST_SHIPMENT 1:5",
            "ACCEPTED; 1: shipped 5",
        ),
        (
            "place available 5 3; answer 1:5",
            "timer",
            "gives up 2:3; case DEPENDENCY_TIMEOUT; asks 2:3",
            "RESERVING; 1: allocated 5; 2: unanswered 3",
        ),
        (
            "pick 1:3; timer",
            "warehouse accepts",
            "case ORPHAN_EVENT",
            "parked",
        ),
        ("place available 5; answer 1:5", "timer", "", "ACCEPTED; 1: allocated 5"),
    ),
)
def test_a_late_answer_is_abandoned_and_requested_again(given: str, when: str, effects: str, status: str) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)


def test_a_view_that_was_reported_while_the_order_waited_is_reported_again_when_it_gives_all_back() -> None:
    story = story_of("place complete 5 3; answer 1:5 2:1; timer; timer")

    (amid,) = (each for each in story.do("booked").messages if isinstance(each, OrderSnapshot))
    (after,) = (each for each in story.do("timer").messages if isinstance(each, OrderSnapshot))

    assert [5, 1] == [line.reserved for line in amid.order.lines]
    assert [0, 0] == [line.reserved for line in after.order.lines]
    assert [5, 3] == [line.backordered for line in after.order.lines]
    assert amid.order.version == after.order.version


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        ("place kill 5; answer 1:0:held", "timer", "", "WAITING"),
        ("place kill 5 5; answer 1:0:held 2:0", "timer", "gives up 2:5", "WAITING"),
        ("place kill 5; answer 1:0:held; timer", "fill 1:5", "confirms 1:5", "ACCEPTED"),
        ("place available 5; answer 1:0:held", "fill 1:5", "", "ACCEPTED"),
    ),
)
def test_a_line_that_is_held_for_its_unit_is_not_killed(given: str, when: str, effects: str, status: str) -> None:
    story = story_of(given)
    found = effects_of(story.do(when))
    assert effects in found
    assert "OrderRejected" not in found
    assert status == story.order.stage
