"""Lines that the channel ships from its own stock (`2channel`): nothing of ours moves, and its shipment is awaited.

`ship@C` is the channel's shipment, `ship` one of a warehouse of ours.
"""

import pytest

from domain.messages.status import OrderStatus
from domain.orders.status import status_of
from tests.unit.orders.story import effects_of, flow_status_of, story_of
from tests.unit.orders.without_stock.test_nothing_leaves import order_of


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        (
            "",
            "place available 2channel",
            "OrderReceived; CREATE_SALES_ORDER 1:2; OrderAccepted",
            "ACCEPTED; 1: without_stock 2",
        ),
        ("place available 2channel", "booked", "OrderBooked", "ACCEPTED; 1: without_stock 2"),
        (
            "place kill 2channel; booked",
            "ship@C 1:2",
            "ShipmentConfirmed; POST_SHIPMENT 1:2",
            "ACCEPTED; 1: shipped 2",
        ),
        (
            "ship@C 1:2",
            "place available 2channel",
            "OrderReceived; ShipmentConfirmed; CREATE_SALES_ORDER 1:2; OrderAccepted; POST_SHIPMENT 1:2",
            "ACCEPTED; 1: shipped 2",
        ),
        (
            "place complete 5 2channel",
            "answer 1:5",
            "confirms 1:5; CREATE_SALES_ORDER 1:5 2:2; OrderAccepted; InventoryAllocated",
            "ACCEPTED; 1: allocated 5; 2: without_stock 2",
        ),
        (
            "place complete 5 2channel; answer 1:5",
            "booked",
            "OrderBooked; releases 1:5; PickReleased",
            "ACCEPTED; 1: allocated 5; 2: without_stock 2",
        ),
        (
            "place available 2channel; booked; ship@C 1:2; posted",
            "unship@C 1:2",
            "ShipmentReversed; REVERSE_SHIPMENT 1:2",
            "ACCEPTED; 1: without_stock 2 picked -2",
        ),
        (
            "place available 2channel; booked",
            "picture 7 1:2channel 1>2",
            "ShipmentConfirmed; POST_SHIPMENT 1:2",
            "ACCEPTED; 1: shipped 2",
        ),
        (
            "place available 2channel; booked; picture 7 1:2channel 1>1",
            "picture 8 1:2channel 1>2",
            "ShipmentConfirmed; POST_SHIPMENT 1:1",
            "ACCEPTED; 1: shipped 2",
        ),
        (
            "place available 2channel; booked; picture 7 1:2channel 1>2",
            "picture 8 1:2channel 1>1",
            "",
            "ACCEPTED; 1: shipped 2",
        ),
        (
            "place available 2channel; booked; picture 8 1:2channel 1>1",
            "picture 7 1:2channel 1>2",
            "dropped: picture that is older than the last one",
            "ACCEPTED; 1: without_stock 1 shipped 1",
        ),
        (
            "",
            "picture 7 1:2channel 1>2",
            "OrderReceived; ShipmentConfirmed; CREATE_SALES_ORDER 1:2; OrderAccepted; POST_SHIPMENT 1:2",
            "ACCEPTED; 1: shipped 2",
        ),
        (
            "place available 2channel; booked",
            "picture 7 1:2channel 1>2 cancelled",
            "ShipmentConfirmed; POST_SHIPMENT 1:2; case ALLOCATION_CONFLICT",
            "ACCEPTED; 1: shipped 2",
        ),
        # What our warehouse is to ship is its to report.
        (
            "place available 3; answer 1:3; booked",
            "picture 7 1:3 1>3",
            "",
            "ACCEPTED; 1: allocated 3",
        ),
        (
            "place available 2channel; booked",
            "ship 1:2",
            "shipped 1:2; ShipmentConfirmed; POST_SHIPMENT 1:2",
            "ACCEPTED; 1: shipped 2",
        ),
    ),
)
def test_no_ledger_and_no_warehouse_hears_of_it(given: str, when: str, effects: str, status: str) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        (
            "place available 3; answer 1:3",
            "ship@C 1:2",
            "gives up 1:2; ShipmentConfirmed; POST_SHIPMENT 1:2",
            "ACCEPTED; 1: allocated 1 shipped 2",
        ),
        (
            "place available 3; answer 1:1",
            "ship@C 1:2",
            "gives up 1:2; ShipmentConfirmed; POST_SHIPMENT 1:2",
            "ACCEPTED; 1: backordered 1 shipped 2",
        ),
    ),
)
def test_what_the_channel_ships_in_the_place_of_a_warehouse_frees_our_units(
    given: str, when: str, effects: str, status: str
) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        ("place available 2channel; booked", "cancel", "CANCEL_SALES_ORDER; OrderCancelled"),
        (
            "place available 2channel; booked; cancel",
            "ship@C 1:2",
            "case OVER_SHIPMENT; ShipmentConfirmed; POST_SHIPMENT 1:2",
        ),
        (
            "picture 1 1:2channel; booked",
            "picture 2 1:2channel cancelled",
            "CANCEL_SALES_ORDER; OrderCancelled",
        ),
        ("place available 2channel; booked; ship@C 1:2", "cancel", "CancelRefused"),
        (
            "place available 5; answer 1:5; booked; amend 1 +2:2channel",
            "amendment applied",
            "OrderAmended",
        ),
        ("place available 2channel; booked; amend 1 1:1", "amendment applied", "OrderAmended"),
    ),
)
def test_it_is_cancelled_and_amended_at_once(given: str, when: str, effects: str) -> None:
    assert effects == effects_of(story_of(given).do(when))


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        ("place available 2channel; booked", "timer", "case DEPENDENCY_TIMEOUT"),
        ("place available 2channel; booked; wait 100h; ship@C 1:1", "wait 100h", ""),
        (
            "place available 2channel; booked; timer",
            "ship@C 1:2",
            "ShipmentConfirmed; POST_SHIPMENT 1:2; case DEPENDENCY_TIMEOUT RESOLVED",
        ),
        (
            "place available 2channel; booked; timer; ship@C 1:1",
            "timer",
            "case DEPENDENCY_TIMEOUT",
        ),
        (
            "place available 2channel; booked; timer",
            "cancel",
            "CANCEL_SALES_ORDER; OrderCancelled; case DEPENDENCY_TIMEOUT RESOLVED",
        ),
        ("place available 2channel; booked; ship@C 1:2; unship@C 1:2", "wait 168h", "case DEPENDENCY_TIMEOUT"),
    ),
)
def test_a_channel_that_does_not_report_its_shipment_is_a_case(given: str, when: str, effects: str) -> None:
    assert effects == effects_of(story_of(given).do(when))


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        (
            "place available 5 2channel; answer 1:5; booked",
            "agent-cancels",
            (
                "asks the warehouse to stop 1; CancelRequested; CANCEL_SALES_ORDER 2:2; OrderCancelled; "
                "case ALLOCATION_CONFLICT"
            ),
        ),
        (
            "place available 2channel; booked",
            "agent-cancels 1:1",
            "CANCEL_SALES_ORDER 1:1; OrderCancelled; case ALLOCATION_CONFLICT",
        ),
        ("place available 2channel 1none; booked", "agent-cancels 2", "CancelRefused"),
        ("place available 5 1none; answer 1:5", "agent-cancels 2", "CANCEL_SALES_ORDER 2:1; OrderCancelled"),
        ("place available 2channel; booked; ship@C 1:2", "agent-cancels", "CancelRefused"),
    ),
)
def test_somebody_tells_the_channel_what_others_have_cancelled(given: str, when: str, effects: str) -> None:
    assert effects == effects_of(story_of(given).do(when))


@pytest.mark.parametrize(
    "history",
    (
        "ship@C 1:2; wait 1h; place available 2channel; booked",
        "ship@C 1:2; unship@C 1:1; wait 1h; place available 2channel; booked",
        "unship@C 1:1; wait 1h; place available 2channel; booked; ship@C 1:2",
    ),
)
def test_what_came_long_before_its_order_has_moved_nothing_either(history: str) -> None:
    story = story_of("")
    for step in history.split("; "):
        assert "shipped" not in (effects := effects_of(story.do(step)).replace("case", ""))
        assert "reversed" not in effects


def test_the_budget_of_the_release_does_not_run_for_it_and_that_of_the_shipment_does() -> None:
    story = story_of("place available 2channel RELEASE<60! SHIPMENT<90!; booked")
    assert "SlaBreached; case DEPENDENCY_TIMEOUT" == effects_of(story.do("timer"))
    assert ["SHIPMENT"] == [each.stage for each in order_of(story).budgets.breached]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("history", "expected"),
    (
        ("place available 2channel", OrderStatus.ACCEPTED),
        ("place available 2channel; booked", OrderStatus.BOOKED),
        ("place available 2channel; booked; ship@C 1:1", OrderStatus.PARTIALLY_SHIPPED),
        ("place available 2channel; booked; ship@C 1:2", OrderStatus.SHIPPED),
        ("place available 2channel; booked; ship@C 1:2; deliver 1:2", OrderStatus.DELIVERED),
    ),
)
def test_the_status_follows_the_channel(history: str, expected: OrderStatus) -> None:
    assert expected == status_of(order_of(story_of(history)))


def test_a_picture_that_shows_an_open_line_served_otherwise_is_a_case_until_one_agrees() -> None:
    story = story_of("picture 1 1:2channel; booked")
    assert "case ALLOCATION_CONFLICT" == effects_of(story.do("picture 2 1:2"))
    assert "case ALLOCATION_CONFLICT RESOLVED" == effects_of(story.do("picture 3 1:2channel"))
