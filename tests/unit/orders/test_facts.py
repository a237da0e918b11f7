"""Picked, shipped, booked: facts apply whenever they come, and the ledger moves goods once.

`given` is a history, `when` the event; `effects` and `status` are what comes of it (see `story`).
"""

import pytest

from tests.unit.orders.story import effects_of, flow_status_of, story_of


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        ("", "pick 1:3", "", "parked"),
        (
            "pick 1:3",
            "place available 5",
            "OrderReceived; picked 1:3; asks 1:2",
            "RESERVING; 1: unanswered 2 allocated 3 picked 3",
        ),
        (
            "ship 1:3",
            "place available 5",
            "OrderReceived; shipped 1:3; ShipmentConfirmed; asks 1:2",
            "RESERVING; 1: unanswered 2 shipped 3",
        ),
        (
            "ship 1:5",
            "place available 5",
            "OrderReceived; shipped 1:5; ShipmentConfirmed; CREATE_SALES_ORDER 1:5; OrderAccepted; POST_SHIPMENT 1:5",
            "ACCEPTED; 1: shipped 5",
        ),
        (
            "pick 1:3; ship 1:3",
            "place available 5",
            "OrderReceived; picked 1:3; shipped 1:3; ShipmentConfirmed; asks 1:2",
            "RESERVING; 1: unanswered 2 picked 3 shipped 3",
        ),
    ),
)
def test_facts_of_an_unknown_order_wait_for_it(given: str, when: str, effects: str, status: str) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        ("pick 1:3", "timer", "picked 1:3; case ORPHAN_EVENT", "parked"),
        ("pick 1:3; ship 1:3", "timer", "picked 1:3; shipped 1:3; case ORPHAN_EVENT", "parked"),
        ("ship 1:3; pick 1:3", "timer", "shipped 1:3; case ORPHAN_EVENT", "parked"),
        ("pick 1:3; timer", "ship 1:3", "shipped 1:3", "parked"),
        ("ship 1:3; timer", "pick 1:3", "", "parked"),
        (
            "pick 1:3; timer",
            "place available 5",
            "OrderReceived; asks 1:2",
            "RESERVING; 1: unanswered 2 allocated 3 picked 3",
        ),
        (
            "pick 1:3; timer; place available 5; answer 1:2",
            "ship 1:5",
            "shipped 1:3 1:2; ShipmentConfirmed; POST_SHIPMENT 1:5",
            "ACCEPTED; 1: picked 3 shipped 5",
        ),
        (
            "ship 1:3; timer",
            "place available 5",
            "OrderReceived; ShipmentConfirmed; asks 1:2",
            "RESERVING; 1: unanswered 2 shipped 3",
        ),
        (
            "ship 1:3; timer; place available 5",
            "answer 1:2",
            "CREATE_SALES_ORDER 1:5; OrderAccepted; POST_SHIPMENT 1:3; InventoryAllocated",
            "ACCEPTED; 1: allocated 2 shipped 3",
        ),
    ),
)
def test_orphans_move_goods_once(given: str, when: str, effects: str, status: str) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        ("place available 5; answer 1:5; booked", "pick 1:5", "picked 1:5", "ACCEPTED; 1: allocated 5 picked 5"),
        (
            "place available 5; answer 1:5; booked; pick 1:5",
            "ship 1:5",
            "shipped 1:5; ShipmentConfirmed; POST_SHIPMENT 1:5",
            "ACCEPTED; 1: picked 5 shipped 5",
        ),
        ("place available 5; answer 1:5; booked; ship 1:5", "pick 1:5", "", "ACCEPTED; 1: picked 5 shipped 5"),
        (
            "place available 5; answer 1:5; booked",
            "ship 1:7",
            "shipped 1:7; case OVER_SHIPMENT; ShipmentConfirmed; POST_SHIPMENT 1:7",
            "ACCEPTED; 1: shipped 7 excess 2",
        ),
        (
            "place available 5; answer 1:5; booked",
            "ship 9:2",
            "shipped 9:2; case OVER_SHIPMENT; ShipmentConfirmed",
            "ACCEPTED; 1: allocated 5",
        ),
        (
            "place available 5; answer 1:5; booked",
            "pick 9:2",
            "case OVER_SHIPMENT; picked 9:2",
            "ACCEPTED; 1: allocated 5",
        ),
        (
            "place available 5; answer 1:2",
            "ship 1:4",
            "shipped 1:4; ShipmentConfirmed; POST_SHIPMENT 1:4",
            "ACCEPTED; 1: backordered 1 shipped 4",
        ),
        (
            "place available 5; answer 1:2; ship 1:4",
            "fill 1:3",
            "InventoryAllocated",
            "ACCEPTED; 1: allocated 1 shipped 4",
        ),
        ("place available 5", "ship 1:4", "shipped 1:4; ShipmentConfirmed", "RESERVING; 1: unanswered 1 shipped 4"),
        (
            "place available 5; ship 1:4",
            "answer 1:2",
            "CREATE_SALES_ORDER 1:5; OrderAccepted; POST_SHIPMENT 1:4; InventoryBackordered",
            "ACCEPTED; 1: backordered 1 shipped 4",
        ),
        (
            "place available 5; ship 1:4; answer 1:2",
            "fill 1:3",
            "InventoryAllocated",
            "ACCEPTED; 1: allocated 1 shipped 4",
        ),
        (
            "place available 5; cancel",
            "ship 1:2",
            "shipped 1:2; case OVER_SHIPMENT; ShipmentConfirmed",
            "CANCELLED; 1: cancelled 5 shipped 2 excess 2",
        ),
        (
            "place kill 5; answer 1:0",
            "ship 1:2",
            "shipped 1:2; case OVER_SHIPMENT; ShipmentConfirmed",
            "REJECTED; 1: cancelled 5 shipped 2 excess 2",
        ),
    ),
)
def test_facts_of_a_known_order_apply(given: str, when: str, effects: str, status: str) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        (
            "place available 5; answer 1:5",
            "booked",
            "OrderBooked; releases 1:5; PickReleased",
            "ACCEPTED; 1: allocated 5",
        ),
        ("place available 5; answer 1:5; booked", "fill 1:0", "", "ACCEPTED; 1: allocated 5"),
        (
            "place available 5; answer 1:2; booked",
            "fill 1:3",
            "InventoryAllocated; releases 1:3; PickReleased",
            "ACCEPTED; 1: allocated 5",
        ),
        ("place available 5; answer 1:5", "erp refuses", "ErpCommandRefused", "ACCEPTED; 1: allocated 5"),
        (
            "place available 5 gate accepted; answer 1:3; erp refuses",
            "fill 1:2",
            "InventoryAllocated",
            "ACCEPTED; 1: allocated 5",
        ),
        (
            "pick 1:3; place available 5 gate accepted",
            "answer 1:5",
            "CREATE_SALES_ORDER 1:5; OrderAccepted; InventoryAllocated; releases 1:2; PickReleased",
            "ACCEPTED; 1: allocated 5 picked 3",
        ),
        (
            "pick 1:3; place available 5 gate accepted",
            "answer 1:2",
            "CREATE_SALES_ORDER 1:5; OrderAccepted; InventoryAllocated; releases 1:2; PickReleased",
            "ACCEPTED; 1: allocated 5 picked 3",
        ),
        ("place available 5; answer 1:5; pick 1:5", "booked", "OrderBooked", "ACCEPTED; 1: allocated 5 picked 5"),
        ("place available 5; answer 1:5; cancel", "booked", "OrderBooked", "CANCELLED; 1: cancelled 5"),
        ("place available 5; answer 1:5; booked", "cancellation done", "", "ACCEPTED; 1: allocated 5"),
    ),
)
def test_the_release_gate(given: str, when: str, effects: str, status: str) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)
