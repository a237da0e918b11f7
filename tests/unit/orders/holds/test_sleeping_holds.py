"""Holds of an order that has left: they sleep, and keep back whatever is open again."""

import pytest

from domain.messages.cases import Case, CaseState
from domain.messages.orders import HoldKind
from domain.messages.status import (
    OrderArchived,
    OrderClosed,
    OrderHeld,
    OrderHoldRefused,
    OrderPurged,
    OrderSnapshot,
    ShipmentConfirmed,
    ShipmentReversed,
)
from domain.orders.decision import OrderEffect
from tests.unit.orders.story import Story, effects_of, flow_status_of, story_of

BOOKED = "place available 5; answer 1:5; booked"
SHIPPED = f"{BOOKED}; ship 1:5"
LEFT = "shipped 1:5; ShipmentConfirmed; POST_SHIPMENT 1:5"
BACK = "reversed 1:5; ShipmentReversed; REVERSE_SHIPMENT 1:5"
RELEASED = "releases 1:5; PickReleased"


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        (f"{BOOKED}; hold CREDIT", "ship 1:5", f"{LEFT}; case CREDIT_HOLD RESOLVED; OrderHeld"),
        (f"{BOOKED}; hold FRAUD", "ship 1:5", f"{LEFT}; OrderHeld"),
        (f"{BOOKED}; hold CREDIT; ship 1:5", "unship 1:5", f"{BACK}; case CREDIT_HOLD; OrderHeld"),
        (f"{BOOKED}; hold FRAUD; ship 1:5", "unship 1:5", f"{BACK}; case DEPENDENCY_TIMEOUT; OrderHeld"),
        (f"{BOOKED}; hold CREDIT; ship 1:3", "unship 1:3", BACK.replace("5", "3")),
        (
            f"{BOOKED}; hold CREDIT; ship 1:5",
            "unship 1:2:damaged",
            (
                "reversed 1:2; ShipmentReversed; REVERSE_SHIPMENT 1:2; case ALLOCATION_CONFLICT; asks 1:2; "
                "case CREDIT_HOLD; OrderHeld"
            ),
        ),
    ),
)
def test_a_hold_sleeps_while_all_has_left_and_keeps_back_what_comes_back(given: str, when: str, effects: str) -> None:
    assert effects == effects_of(story_of(given).do(when))


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        (SHIPPED, "hold CREDIT", "OrderHeld"),
        (SHIPPED, "hold FRAUD", "OrderHeld"),
        (f"{SHIPPED}; hold CREDIT", "hold CREDIT", "OrderHeld"),
        (f"{SHIPPED}; hold CREDIT", "unship 1:5", f"{BACK}; case CREDIT_HOLD; OrderHeld"),
        (f"{SHIPPED}; timer; hold FRAUD", "unship 1:5", f"{BACK}; case DEPENDENCY_TIMEOUT; OrderHeld"),
    ),
)
def test_a_hold_of_an_order_that_has_left_is_taken_and_sleeps(given: str, when: str, effects: str) -> None:
    assert effects == effects_of(story_of(given).do(when))


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        (f"{BOOKED}; hold CREDIT; ship 1:5", "unhold CREDIT", "OrderHoldReleased"),
        (f"{SHIPPED}; hold CREDIT", "unhold CREDIT", "OrderHoldReleased"),
        (f"{SHIPPED}; hold CREDIT; unhold CREDIT", "unship 1:5", f"{BACK}; {RELEASED}"),
        (
            f"{BOOKED}; hold CREDIT; ship 1:5; unship 1:5",
            "unhold CREDIT",
            f"case CREDIT_HOLD RESOLVED; OrderHoldReleased; {RELEASED}",
        ),
        (f"{SHIPPED}; hold CREDIT; hold FRAUD; unship 1:5; unhold FRAUD", "ship 1:5",
            f"{LEFT}; case CREDIT_HOLD RESOLVED; OrderHeld"),
    ),
)  # fmt: skip
def test_a_release_counts_whether_the_hold_sleeps_or_not(given: str, when: str, effects: str) -> None:
    assert effects == effects_of(story_of(given).do(when))


@pytest.mark.parametrize(
    "arrivals",
    (
        "hold FRAUD; ship 1:5; unship 1:5; unhold FRAUD",
        "hold FRAUD; ship 1:5; unhold FRAUD; unship 1:5",
        "hold FRAUD; unship 1:5; ship 1:5; unhold FRAUD",
        "hold FRAUD; unhold FRAUD; ship 1:5; unship 1:5",
        "ship 1:5; hold FRAUD; unship 1:5; unhold FRAUD",
        "ship 1:5; hold FRAUD; unhold FRAUD; unship 1:5",
        "ship 1:5; unship 1:5; hold FRAUD; unhold FRAUD",
        "unship 1:5; ship 1:5; hold FRAUD; unhold FRAUD",
        "unship 1:5; hold FRAUD; ship 1:5; unhold FRAUD",
        "unship 1:5; hold FRAUD; unhold FRAUD; ship 1:5",
    ),
)
def test_a_hold_its_release_a_shipment_and_its_reversal_come_to_the_same_end_in_any_order(arrivals: str) -> None:
    story = story_of(f"{BOOKED}; {arrivals}")
    assert "ACCEPTED; 1: allocated 5 picked -5" == flow_status_of(story)
    assert [5] == [line.to_be_picked for line in story.order.lines]
    assert () == story.order.holds


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        (f"{SHIPPED}; hold MANUAL until 5", "timer", "OrderHoldReleased"),
        (f"{SHIPPED}; hold MANUAL until 5", "unship 1:5", f"{BACK}; OrderHeld"),
        (f"{SHIPPED}; hold MANUAL until 5; unship 1:5", "timer", f"OrderHoldReleased; {RELEASED}"),
        (f"{SHIPPED}; hold TAX until 5", "unship 1:5", f"{BACK}; case TAX_UNAVAILABLE; OrderHeld"),
    ),
)
def test_a_hold_with_an_end_ends_also_while_it_sleeps(given: str, when: str, effects: str) -> None:
    assert effects == effects_of(story_of(given).do(when))


def test_an_amendment_that_adds_to_an_order_wakes_its_hold() -> None:
    story = story_of(f"{SHIPPED}; hold CREDIT")
    assert "OrderAmendmentRequested; asks 1:3; case CREDIT_HOLD; OrderHeld" == effects_of(story.do("amend 1 1:8"))
    story.do("answer 1:3")
    story.do("amendment applied")
    assert "case CREDIT_HOLD RESOLVED; OrderHoldReleased; releases 1:3; PickReleased" == effects_of(
        story.do("unhold CREDIT")
    )


def case_of(story: Story, when: str) -> Case:
    (case,) = (each for each in story.do(when).messages if isinstance(each, Case))
    return case


def test_each_waking_is_a_case_of_its_own_which_says_who_holds_the_order_and_why() -> None:
    story = story_of(f"{BOOKED}; hold MANUAL; ship 1:5")
    assert [(0, "")] == [(held.overdue_at_ms, held.case_key) for held in story.order.holds]
    woken, asleep, again = (case_of(story, when) for when in ("unship 1:5", "ship 1:5 as T", "unship 1:5 of T"))
    assert [CaseState.OPEN, CaseState.RESOLVED, CaseState.OPEN] == [each.state for each in (woken, asleep, again)]
    assert "held again by ann: checked" == woken.reason
    assert "everything has left: the hold sleeps until units are open again" == asleep.reason
    assert woken.key == asleep.key != again.key


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        (f"{BOOKED}; ship 1:3; hold FRAUD; cancel", "warehouse accepts",
            "gives up 1:2; CANCEL_SALES_ORDER 1:2; OrderCancelled; OrderHeld"),
        (f"{BOOKED}; ship 1:3; cancel; warehouse accepts", "hold FRAUD", "OrderHeld"),
        (f"{BOOKED}; ship 1:3; cancel; warehouse accepts; hold FRAUD", "unship 1:3",
            ("reversed 1:3; ShipmentReversed; REVERSE_SHIPMENT 1:3; gives up 1:3; CANCEL_SALES_ORDER; OrderCancelled; "
            "OrderHoldReleased")),
        ("place available 5; cancel", "hold FRAUD", "OrderHoldRefused"),
        ("place available 5; cancel; ship 1:5", "hold FRAUD", "OrderHoldRefused"),
        ("place kill 5; answer 1:0; timer", "hold FRAUD", "OrderHoldRefused"),
    ),
)  # fmt: skip
def test_a_hold_ends_and_is_refused_where_all_of_the_order_is_cancelled(given: str, when: str, effects: str) -> None:
    assert effects == effects_of(story_of(given).do(when))


def test_a_hold_that_came_too_late_says_so() -> None:
    verdict = story_of("place available 5; cancel").do("hold FRAUD")
    refused = next(each for each in verdict.messages if isinstance(each, OrderHoldRefused))
    assert (HoldKind.FRAUD, "all of the order is cancelled") == (refused.hold, refused.reason)


def test_a_sleeping_hold_is_not_among_the_holds_of_the_order_and_its_event_says_so() -> None:
    story = story_of(f"{BOOKED}; hold FRAUD")
    shipped, *_, asleep, _ = story.do("ship 1:5").messages[1:]
    assert isinstance(shipped, ShipmentConfirmed)
    assert isinstance(asleep, OrderHeld)
    assert ((), (), True) == (shipped.order.holds, asleep.order.holds, asleep.sleeps)
    told = [each for each in story.do("unship 1:5").messages if isinstance(each, ShipmentReversed | OrderHeld)]
    assert [(HoldKind.FRAUD,), (HoldKind.FRAUD,)] == [each.order.holds for each in told]
    assert [False] == [each.sleeps for each in told if isinstance(each, OrderHeld)]


def test_an_order_is_closed_and_purged_while_its_hold_sleeps() -> None:
    story = story_of(f"{BOOKED}; hold FRAUD; ship 1:5; posted")
    told: list[OrderEffect] = []
    while story.known is not None:
        told += story.do("timer").messages
    assert [OrderClosed, OrderSnapshot, OrderArchived, OrderPurged] == [type(each) for each in told]
    assert [()] == [each.order.holds for each in told if isinstance(each, OrderArchived)]


def test_a_hold_that_finds_a_closed_order_keeps_back_what_comes_back_of_it() -> None:
    story = story_of(f"{SHIPPED}; posted; timer")
    assert "OrderHeld" == effects_of(story.do("hold FRAUD"))
    assert f"{BACK}; case DEPENDENCY_TIMEOUT; OrderHeld" == effects_of(story.do("unship 1:5"))


def test_a_hold_that_sleeps_does_not_stop_the_time_of_a_budget() -> None:
    story = story_of("place available 5 BOOKING<60 pauses accepted; answer 1:5; hold CREDIT")
    story.now_ms += 10_000
    story.do("ship 1:5")
    story.now_ms += 59_000
    assert "" == effects_of(story.do("timer"))
    story.now_ms += 12_000
    assert "SlaBreached" in effects_of(story.do("booked"))
