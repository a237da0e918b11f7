"""Picked, shipped, booked: facts apply whenever they come, and the ledger moves goods once.

`given` is a history, `when` the event; `effects` and `status` are what comes of it (see `story`).
"""

from dataclasses import replace

import pytest

from domain.identifiers import NO_RESERVATION
from domain.messages.cases import Case
from domain.messages.inventory import UnitsShipped
from domain.messages.status import OrderStatus, ShipmentConfirmed
from domain.orders.facts import misdirected
from domain.orders.money.worth import value_of
from domain.orders.status import status_of
from domain.quantities import UNIT
from tests.unit.orders.story import effects_of, flow_status_of, story_of


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        ("", "pick 1:3", "", "parked"),
        (
            "pick 1:3",
            "place available 5",
            "OrderReceived; picked 1:3; PickConfirmed; asks 1:2",
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
            "OrderReceived; shipped 1:5; ShipmentConfirmed; asks 1:0",
            "RESERVING; 1: shipped 5",
        ),
        (
            "ship 1:5; place available 5",
            "answer 1:0",
            "CREATE_SALES_ORDER 1:5; OrderAccepted; POST_SHIPMENT 1:5",
            "ACCEPTED; 1: shipped 5",
        ),
        (
            "pick 1:3; ship 1:3",
            "place available 5",
            "OrderReceived; picked 1:3; PickConfirmed; shipped 1:3; ShipmentConfirmed; asks 1:2",
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
            "OrderReceived; PickConfirmed; case ORPHAN_EVENT RESOLVED; asks 1:2",
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
            "OrderReceived; ShipmentConfirmed; case ORPHAN_EVENT RESOLVED; asks 1:2",
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
        (
            "place available 5; answer 1:5; booked",
            "pick 1:5",
            "picked 1:5; PickConfirmed",
            "ACCEPTED; 1: allocated 5 picked 5",
        ),
        (
            "place available 5; answer 1:5; booked; pick 1:5",
            "ship 1:5",
            "shipped 1:5; ShipmentConfirmed; POST_SHIPMENT 1:5",
            "ACCEPTED; 1: picked 5 shipped 5",
        ),
        (
            "place available 5; answer 1:5; booked; ship 1:5",
            "pick 1:5",
            "PickConfirmed",
            "ACCEPTED; 1: picked 5 shipped 5",
        ),
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
            "case OVER_SHIPMENT; picked 9:2; PickConfirmed",
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
            "answer 1:0",
            "CREATE_SALES_ORDER 1:5; OrderAccepted; POST_SHIPMENT 1:4; InventoryBackordered",
            "ACCEPTED; 1: backordered 1 shipped 4",
        ),
        (
            "place available 5; ship 1:4; answer 1:0",
            "fill 1:1",
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
            "place available 5; cancel; ship 1:2",
            "old answer 1",
            "CREATE_SALES_ORDER 1:2; OrderAccepted; POST_SHIPMENT 1:2",
            "CANCELLED; 1: cancelled 5 shipped 2 excess 2",
        ),
        (
            "cancel; ship 1:2",
            "place available 5",
            "OrderReceived; OrderCancelled; shipped 1:2; case OVER_SHIPMENT; ShipmentConfirmed; asks 1:0",
            "CANCELLED; 1: cancelled 5 shipped 2 excess 2",
        ),
        (
            "cancel; ship 1:2; place available 5",
            "answer 1:0",
            "CREATE_SALES_ORDER 1:2; OrderAccepted; POST_SHIPMENT 1:2",
            "CANCELLED; 1: cancelled 5 shipped 2 excess 2",
        ),
        (
            "place kill 5; answer 1:0; timer",
            "ship 1:2",
            (
                "shipped 1:2; case OVER_SHIPMENT; ShipmentConfirmed; "
                "CREATE_SALES_ORDER 1:2; OrderAccepted; POST_SHIPMENT 1:2"
            ),
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
        (
            "place available 5; answer 1:5",
            "erp refuses",
            "ErpCommandRefused; case ORDER_REJECTED",
            "ACCEPTED; 1: allocated 5",
        ),
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


BOOKED = "place available 5 3; answer 1:5 2:3; booked"


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        (
            BOOKED,
            "ship 1=lamp:5",
            "shipped 1:5; case WRONG_ITEM; ShipmentConfirmed",
            "ACCEPTED; 1: allocated 5; 2: allocated 3",
        ),
        (
            BOOKED,
            "ship 1=lamp:5 2:3",
            "shipped 2:3 1:5; case WRONG_ITEM; ShipmentConfirmed; POST_SHIPMENT 2:3",
            "ACCEPTED; 1: allocated 5; 2: shipped 3",
        ),
        (
            BOOKED,
            "pick 1=lamp:5",
            "case WRONG_ITEM; picked 1:5; PickConfirmed",
            "ACCEPTED; 1: allocated 5; 2: allocated 3",
        ),
        (
            f"{BOOKED}; pick 1=lamp:5",
            "ship 1=lamp:5",
            "shipped 1:5; case WRONG_ITEM; ShipmentConfirmed",
            "ACCEPTED; 1: allocated 5; 2: allocated 3",
        ),
        (
            f"{BOOKED}; ship 1=lamp:5",
            "pick 1=lamp:6",
            "case WRONG_ITEM; picked 1:1; PickConfirmed",
            "ACCEPTED; 1: allocated 5; 2: allocated 3",
        ),
        (
            f"{BOOKED}; ship 9:5",
            "pick 9:5",
            "case OVER_SHIPMENT; PickConfirmed",
            "ACCEPTED; 1: allocated 5; 2: allocated 3",
        ),
        (
            f"{BOOKED}; ship 1:5 2:3",
            "return 1=lamp:2",
            "took back 1:2; case INVOICE_MISMATCH; ReturnReceived; case WRONG_ITEM",
            "ACCEPTED; 1: shipped 5; 2: shipped 3",
        ),
        (
            f"{BOOKED}; ship 1:5 2:3",
            "return 1=lamp:2 2:1",
            "took back 1:2 2:1; case INVOICE_MISMATCH; ReturnReceived; POST_CREDIT_MEMO 2:1; case WRONG_ITEM",
            "ACCEPTED; 1: shipped 5; 2: shipped 3 returned 1",
        ),
        (
            f"{BOOKED}; ship 1=lamp:2",
            "return 1=lamp:1:restocked:unpriced",
            "took back 1:1; ReturnReceived",
            "ACCEPTED; 1: allocated 5; 2: allocated 3",
        ),
        (
            f"{BOOKED}; ship 1=lamp:2",
            "return 1=lamp:2:restocked:unpriced",
            "took back 1:2; ReturnReceived; case WRONG_ITEM RESOLVED",
            "ACCEPTED; 1: allocated 5; 2: allocated 3",
        ),
        (
            f"{BOOKED}; ship 1=lamp:2; return 1=lamp:1:inspect",
            "unship 1=lamp:1",
            "reversed 1:1; ShipmentReversed; case WRONG_ITEM RESOLVED",
            "ACCEPTED; 1: allocated 5; 2: allocated 3",
        ),
        (
            f"{BOOKED}; ship 1=lamp:2",
            "return 1=lamp:2:missing:unpriced",
            "case WRONG_ITEM; ReturnReceived",
            "ACCEPTED; 1: allocated 5; 2: allocated 3",
        ),
        (
            f"{BOOKED}; return 1=lamp:2:restocked:unpriced",
            "ship 1=lamp:2",
            "shipped 1:2; ShipmentConfirmed; case WRONG_ITEM RESOLVED",
            "ACCEPTED; 1: allocated 5; 2: allocated 3",
        ),
        (
            f"{BOOKED}; ship 3:2",
            "return 3:2",
            "took back 3:2; case INVOICE_MISMATCH; ReturnReceived; case OVER_SHIPMENT RESOLVED",
            "ACCEPTED; 1: allocated 5; 2: allocated 3",
        ),
        (
            "ship 1=lamp:5",
            "place available 5",
            "OrderReceived; shipped 1:5; case WRONG_ITEM; ShipmentConfirmed; asks 1:5",
            "RESERVING; 1: unanswered 5",
        ),
        (
            "ship 1=lamp:5; timer",
            "place available 5",
            "OrderReceived; case WRONG_ITEM; ShipmentConfirmed; case ORPHAN_EVENT RESOLVED; asks 1:5",
            "RESERVING; 1: unanswered 5",
        ),
    ),
)
def test_another_item_than_the_lines_moves_as_what_it_is_and_the_line_stays_open(
    given: str, when: str, effects: str, status: str
) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)


def test_units_on_more_lines_than_an_order_counts_move_when_they_are_shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(misdirected, "MOST_COUNTED", 1)
    story = story_of(f"{BOOKED}; pick 8:1")
    assert "case OVER_SHIPMENT; PickConfirmed" == effects_of(story.do("pick 9:5"))
    assert "shipped 9:5; case OVER_SHIPMENT; ShipmentConfirmed" == effects_of(story.do("ship 9:5"))
    assert "case OVER_SHIPMENT; picked 8:1; PickConfirmed" == effects_of(story.do("pick 8:1"))
    assert ["8"] == [units.line_id for units in story.order.misdirected]


def test_the_case_of_a_wrong_item_names_both_items_the_line_and_the_shipment() -> None:
    verdict = story_of(BOOKED).do(f"ship 1=lamp:{5 * UNIT}")
    (case,) = (message for message in verdict.messages if isinstance(message, Case))
    (moved,) = (message for message in verdict.messages if isinstance(message, UnitsShipped))
    (confirmed,) = (message for message in verdict.messages if isinstance(message, ShipmentConfirmed))
    assert "5 of lamp were shipped with S on line '1', which is for item 1" in case.reason
    assert [(NO_RESERVATION, "lamp")] == [(line.reservation_id, line.item_id) for line in moved.lines]
    assert [("1", "lamp", 5 * UNIT)] == [(line.line_id, line.item_id, line.quantity) for line in confirmed.lines]


@pytest.mark.parametrize(
    ("history", "status", "value"),
    (
        ("place kill 5; answer 1:0; timer", OrderStatus.REJECTED, 0),
        ("place kill 5; answer 1:0; timer; ship 1:2", OrderStatus.SHIPPED, 20),
        ("place kill 5 charged; answer 1:0; timer; ship 1:2", OrderStatus.SHIPPED, 38),
        ("place available 5; cancel; ship 1:2", OrderStatus.SHIPPED, 20),
        ("place available 5; answer 1:5; cancel; ship 1:2", OrderStatus.SHIPPED, 20),
        ("place available 5; answer 1:5; ship 1:2; cancel; ship 1:2", OrderStatus.SHIPPED, 40),
        ("place available 5; answer 1:5; ship 1:7", OrderStatus.SHIPPED, 50),
        ("place available 5; answer 1:5; cancel", OrderStatus.CANCELLED, 0),
    ),
)
def test_goods_that_left_are_worth_what_they_are_worth_whatever_the_order_had_become(
    history: str, status: OrderStatus, value: int
) -> None:
    order = story_of(history).order
    priced = replace(order, lines=tuple(line._replace(unit_price=10 * UNIT) for line in order.lines))
    charges = tuple(replace(charge, unit_price=18 * UNIT, quantity=1) for charge in order.charges)
    assert (status, value) == (status_of(order), value_of(replace(priced, charges=charges, currency="CLF")))


def test_the_second_shipment_of_an_order_that_had_ended_is_posted_alone() -> None:
    story = story_of("place kill 5; answer 1:0; timer; ship 1:2")
    heard = effects_of(story.do("ship 1:1"))
    assert "shipped 1:1; case OVER_SHIPMENT; ShipmentConfirmed; POST_SHIPMENT 1:1" == heard
