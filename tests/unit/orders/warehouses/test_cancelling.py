"""A cancellation at every stage of an order: not placed yet, reserved, released to a warehouse, shipped.

`given` is a history, `when` the event; `effects` and `status` are what comes of it (see `story`).
"""

from dataclasses import replace

import pytest

from domain.messages.cases import Case, CaseClass, CaseState
from domain.messages.status import CancelRefused
from domain.orders.state import Order
from tests.unit.orders.story import Story, effects_of, flow_status_of, story_of


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        ("", "cancel", "", "parked"),
        ("cancel", "place available 5", "OrderReceived; OrderCancelled", "CANCELLED; 1: cancelled 5"),
        (
            "ship 1:2; cancel",
            "place available 5",
            "OrderReceived; shipped 1:2; ShipmentConfirmed; OrderCancelled; asks 1:0",
            "RESERVING; 1: cancelled 3 shipped 2",
        ),
        (
            "ship 1:2; cancel; place available 5",
            "answer 1:0",
            "CREATE_SALES_ORDER 1:2; OrderAccepted; POST_SHIPMENT 1:2",
            "ACCEPTED; 1: cancelled 3 shipped 2",
        ),
    ),
)
def test_a_cancellation_may_come_before_the_order(given: str, when: str, effects: str, status: str) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        ("place available 5", "cancel", "gives up 1:5; OrderCancelled", "CANCELLED; 1: cancelled 5"),
        (
            "place available 5; cancel",
            "old answer 1",
            "dropped: answer to a reservation that was given up",
            "CANCELLED; 1: cancelled 5",
        ),
        (
            "place available 5 3",
            "cancel 1",
            "gives up 1:5; OrderCancelled",
            "RESERVING; 1: cancelled 5; 2: unanswered 3",
        ),
        (
            "place available 5; ship 1:3",
            "cancel",
            "gives up 1:2; OrderCancelled",
            "RESERVING; 1: cancelled 2 shipped 3",
        ),
        (
            "place available 5; ship 1:3; cancel",
            "old answer 1",
            "CREATE_SALES_ORDER 1:3; OrderAccepted; POST_SHIPMENT 1:3",
            "ACCEPTED; 1: cancelled 2 shipped 3",
        ),
        (
            "place available 5; pick 1:3",
            "cancel",
            "gives up 1:2; OrderCancelled",
            "RESERVING; 1: cancelled 2 allocated 3 picked 3",
        ),
        ("place complete 5; answer 1:2", "cancel", "gives up 1:5; OrderCancelled", "CANCELLED; 1: cancelled 5"),
        ("place complete 5; answer 1:2; cancel", "timer", "", "CANCELLED; 1: cancelled 5"),
        (
            "place complete 5; answer 1:2; timer",
            "cancel",
            "gives up 1:5; CANCEL_SALES_ORDER; OrderCancelled",
            "CANCELLED; 1: cancelled 5",
        ),
        (
            "place complete 5; answer 1:2; timer; timer; timer",
            "cancel",
            "CANCEL_SALES_ORDER; OrderCancelled",
            "CANCELLED; 1: cancelled 5",
        ),
        ("place kill 5; answer 1:0; timer", "cancel", "CancelRefused", "REJECTED; 1: cancelled 5"),
        (
            "place available 5; answer 1:3",
            "cancel",
            "gives up 1:5; CANCEL_SALES_ORDER; OrderCancelled",
            "CANCELLED; 1: cancelled 5",
        ),
        (
            "place available 5 3; answer 1:5 2:3",
            "cancel 1",
            "gives up 1:5; CANCEL_SALES_ORDER 1:5; OrderCancelled",
            "ACCEPTED; 1: cancelled 5; 2: allocated 3",
        ),
        ("place available 5; answer 1:3; cancel", "cancel", "CancelRefused", "CANCELLED; 1: cancelled 5"),
        (
            "place available 5; answer 1:5; erp refuses",
            "cancel",
            "gives up 1:5; case ORDER_REJECTED RESOLVED; OrderCancelled",
            "CANCELLED; 1: cancelled 5",
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
        (
            "place available 5; answer 1:5; booked",
            "cancel",
            "asks the warehouse to stop 1; CancelRequested",
            "ACCEPTED; 1: allocated 5",
        ),
        ("place available 5; answer 1:5; booked; cancel", "cancel", "CancelRequested", "ACCEPTED; 1: allocated 5"),
        ("place available 5; answer 1:3; booked; cancel", "fill 1:2", "InventoryAllocated", "ACCEPTED; 1: allocated 5"),
        (
            "place available 5; answer 1:5; booked; cancel",
            "warehouse accepts",
            "gives up 1:5; CANCEL_SALES_ORDER; OrderCancelled",
            "CANCELLED; 1: cancelled 5",
        ),
        (
            "place available 5; answer 1:5; booked; cancel; pick 1:3",
            "warehouse accepts",
            "gives up 1:2; CANCEL_SALES_ORDER 1:2; OrderCancelled",
            "ACCEPTED; 1: cancelled 2 allocated 3 picked 3",
        ),
        (
            "place available 5; answer 1:5; booked; cancel",
            "ship 1:5",
            "shipped 1:5; ShipmentConfirmed; POST_SHIPMENT 1:5; CancelRefused",
            "ACCEPTED; 1: shipped 5",
        ),
        (
            "place available 5; answer 1:3; booked; cancel; fill 1:2",
            "ship 1:3",
            ("shipped 1:3; ShipmentConfirmed; POST_SHIPMENT 1:3; gives up 1:2; CANCEL_SALES_ORDER 1:2; OrderCancelled"),
            "CANCELLED; 1: cancelled 2 shipped 3",
        ),
        (
            "place available 5; answer 1:5; booked; cancel; ship 1:5",
            "warehouse refuses",
            "dropped: answer to a warehouse command that waits for none",
            "ACCEPTED; 1: shipped 5",
        ),
        (
            "place available 5; answer 1:5; booked; cancel",
            "warehouse refuses",
            "CancelRefused",
            "ACCEPTED; 1: allocated 5",
        ),
        (
            "place available 5; answer 1:3; booked; cancel",
            "warehouse refuses",
            "CancelRefused; gives up 1:2; CANCEL_SALES_ORDER 1:2; OrderCancelled",
            "ACCEPTED; 1: cancelled 2 allocated 3",
        ),
        (
            "place available 5; answer 1:3; booked; cancel; fill 1:2",
            "warehouse refuses",
            "CancelRefused; gives up 1:2; CANCEL_SALES_ORDER 1:2; OrderCancelled",
            "ACCEPTED; 1: cancelled 2 allocated 3",
        ),
        (
            "place available 5; answer 1:5; booked",
            "warehouse accepts release",
            "dropped: answer to a warehouse command that waits for none",
            "ACCEPTED; 1: allocated 5",
        ),
        ("place available 5; answer 1:5; booked; ship 1:5", "cancel", "CancelRefused", "ACCEPTED; 1: shipped 5"),
        (
            "place available 5; answer 1:5; booked; ship 1:3; cancel",
            "warehouse accepts",
            "gives up 1:2; CANCEL_SALES_ORDER 1:2; OrderCancelled",
            "CANCELLED; 1: cancelled 2 shipped 3",
        ),
    ),
)
def test_what_a_warehouse_was_reported_of_is_cancelled_by_its_leave(
    given: str, when: str, effects: str, status: str
) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        (
            "place available 5; answer 1:5; booked; timer; cancel",
            "timer",
            "case DEPENDENCY_TIMEOUT",
            "ACCEPTED; 1: allocated 5",
        ),
        (
            "place available 5; answer 1:5; booked; timer; cancel; timer",
            "warehouse accepts",
            "case DEPENDENCY_TIMEOUT RESOLVED; gives up 1:5; CANCEL_SALES_ORDER; OrderCancelled",
            "CANCELLED; 1: cancelled 5",
        ),
        (
            "place available 5; answer 1:5; booked; timer; cancel; timer",
            "warehouse refuses",
            "case DEPENDENCY_TIMEOUT RESOLVED; CancelRefused",
            "ACCEPTED; 1: allocated 5",
        ),
        (
            "place available 5; answer 1:5; booked; timer; cancel; timer",
            "ship 1:5",
            ("shipped 1:5; ShipmentConfirmed; POST_SHIPMENT 1:5; case DEPENDENCY_TIMEOUT RESOLVED; CancelRefused"),
            "ACCEPTED; 1: shipped 5",
        ),
        (
            "place available 5; answer 1:5; booked; timer; cancel; warehouse refuses",
            "timer",
            "",
            "ACCEPTED; 1: allocated 5",
        ),
    ),
)
def test_a_warehouse_that_does_not_answer_has_to_be_called(given: str, when: str, effects: str, status: str) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)


def test_other_lines_are_released_while_a_cancellation_waits_for_its_answer() -> None:
    story = story_of("place available 5 3; answer 1:5 2:0; booked; cancel 1")
    assert "InventoryAllocated; releases 2:3; PickReleased" == effects_of(story.do("fill 2:3"))


def test_a_line_whose_cancellation_waits_is_released_after_the_answer_only() -> None:
    story = story_of("place available 5; answer 1:3; booked; cancel")
    assert "InventoryAllocated" == effects_of(story.do("fill 1:2"))


BOOKED = "place available 5; answer 1:5; booked"


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        ("", "warehouse accepts", "case ORPHAN_EVENT"),
        ("pick 1:1", "warehouse refuses", "case ORPHAN_EVENT"),
        (BOOKED, "warehouse accepts", "case ORPHAN_EVENT"),
        (BOOKED, "warehouse refuses", "case ORPHAN_EVENT"),
        (BOOKED, "warehouse refuses release", "case ALLOCATION_CONFLICT"),
        (f"{BOOKED}; cancel; warehouse refuses", "warehouse accepts", "case CONFLICTING_DUPLICATE"),
        (f"{BOOKED}; cancel; warehouse accepts", "warehouse refuses", "case CONFLICTING_DUPLICATE"),
        (
            f"{BOOKED}; cancel; warehouse accepts",
            "warehouse accepts",
            "dropped: answer to a warehouse command that waits for none",
        ),
        (f"{BOOKED}; cancel; ship 1:5", "warehouse accepts", "case CONFLICTING_DUPLICATE"),
    ),
)
def test_no_answer_of_a_warehouse_vanishes(given: str, when: str, effects: str) -> None:
    story = story_of(given)
    before = story.known
    assert effects == effects_of(story.do(when))
    after = story.known
    assert before == (replace(after, watched_cases=()) if isinstance(after, Order) else after)


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        (
            f"{BOOKED}; cancel",
            "pick 1:5",
            "picked 1:5; PickConfirmed; CancelRefused",
            "ACCEPTED; 1: allocated 5 picked 5",
        ),
        (f"{BOOKED}; cancel", "pick 1:3", "picked 1:3; PickConfirmed", "ACCEPTED; 1: allocated 5 picked 3"),
        (
            f"{BOOKED}; cancel; pick 1:3",
            "pick 1:2",
            "picked 1:2; PickConfirmed; CancelRefused",
            "ACCEPTED; 1: allocated 5 picked 5",
        ),
        (
            "place available 5; answer 1:3; booked; cancel",
            "pick 1:3",
            "picked 1:3; PickConfirmed; gives up 1:2; CANCEL_SALES_ORDER 1:2; OrderCancelled",
            "ACCEPTED; 1: cancelled 2 allocated 3 picked 3",
        ),
    ),
)
def test_a_pick_answers_a_cancellation_as_a_shipment_does(given: str, when: str, effects: str, status: str) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)


@pytest.mark.parametrize(
    ("given", "when", "effects", "reason"),
    (
        (
            "place available 5 3",
            "cancel 1 9",
            "gives up 1:5; OrderCancelled; CancelRefused",
            "the order has no line 9",
        ),
        ("place available 5 3", "cancel 9", "CancelRefused", "the order has no line 9"),
        (
            "place available 5 3; answer 1:5 2:3; ship 1:5",
            "cancel 1 2 9 8",
            "gives up 2:3; CANCEL_SALES_ORDER 2:3; OrderCancelled; CancelRefused",
            "the order has no line 9, 8; nothing is left to cancel of line 1",
        ),
        ("place available 5; answer 1:5; ship 1:5", "cancel", "CancelRefused", "nothing of it is left to cancel"),
        ("place available charged", "cancel 9", "CancelRefused", "the order has no line 9"),
    ),
)
def test_each_named_line_that_cannot_be_cancelled_is_refused_by_name(
    given: str, when: str, effects: str, reason: str
) -> None:
    verdict = story_of(given).do(when)
    assert effects == effects_of(verdict)
    (refused,) = (message for message in verdict.messages if isinstance(message, CancelRefused))
    assert reason == refused.reason


@pytest.mark.parametrize(
    ("history", "resolved"),
    (
        ("place available 5; answer 1:5; erp refuses; cancel", 1),
        ("place available 5; answer 1:5; cancel; erp refuses", 1),
        ("place available 5; answer 1:5; cancel; erp refuses; cancellation refused", 1),
        ("place available 5; answer 1:5; cancel; cancellation refused; erp refuses", 2),
        ("place available 5; answer 1:5; erp refuses", 0),
    ),
)
def test_a_refusal_is_resolved_when_nothing_is_left_of_the_order_whatever_came_first(
    history: str, resolved: int
) -> None:
    story = Story()
    cases = []
    for step in history.split("; "):
        cases += [message for message in story.do(step).messages if isinstance(message, Case)]
    keys = [case.key for case in cases if case.case_class is CaseClass.ORDER_REJECTED]
    ends = {case.key for case in cases if case.state is CaseState.RESOLVED}
    assert (resolved, resolved == 0) == (len(ends), bool(story.order.refusals))
    assert set(keys) >= ends
