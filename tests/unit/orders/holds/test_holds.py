"""Holds: what they keep back, how they end, and whom they tell."""

from dataclasses import replace

import pytest

from domain.messages.cases import Case, CaseClass, CaseState
from domain.messages.orders import HoldKind, OrderHoldReleaseRequested
from domain.messages.status import OrderHeld, OrderHoldReleased, OrderSnapshot
from tests.unit.orders.story import RULES, effects_of, flow_status_of, story_of

READY = "place available 5; answer 1:5"
BOOKS = "CREATE_SALES_ORDER 1:5; OrderAccepted; InventoryAllocated"


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        (READY, "hold FRAUD", "OrderHeld"),
        (f"{READY}; hold FRAUD", "booked", "OrderBooked"),
        (f"{READY}; hold FRAUD; booked", "unhold FRAUD", "OrderHoldReleased; releases 1:5; PickReleased"),
        (f"{READY}; hold FRAUD; hold MANUAL; booked", "unhold FRAUD", "OrderHoldReleased"),
        (f"{READY}; booked; hold FRAUD", "unhold FRAUD", "OrderHoldReleased"),
        (
            "place available 5 3; answer 1:5 2:0; booked; hold MANUAL",
            "fill 2:3",
            "InventoryAllocated",
        ),
        (
            "place available 5 3; answer 1:5 2:0; booked; hold MANUAL; fill 2:3",
            "unhold MANUAL",
            "OrderHoldReleased; releases 2:3; PickReleased",
        ),
        (READY, "unhold FRAUD", "dropped: release from a hold that the order does not have"),
    ),
)
def test_a_held_order_is_booked_but_not_released(given: str, when: str, effects: str) -> None:
    assert effects == effects_of(story_of(given).do(when))


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        ("place available 5; hold DUPLICATE", "answer 1:5", ""),
        (
            "place available 5; hold DUPLICATE; answer 1:5",
            "unhold DUPLICATE",
            f"case DUPLICATE_ORDER RESOLVED; OrderHoldReleased; {BOOKS}",
        ),
        (
            "place complete 5; hold PRICING; answer 1:5",
            "unhold PRICING",
            f"case PRICING_DISPUTE RESOLVED; OrderHoldReleased; confirms 1:5; {BOOKS}",
        ),
        ("place complete 5; answer 1:2; hold PRICING", "timer", ""),
        (
            "place complete 5; answer 1:2; hold PRICING; timer",
            "unhold PRICING",
            (
                "case PRICING_DISPUTE RESOLVED; OrderHoldReleased; "
                "CREATE_SALES_ORDER 1:5; OrderAccepted; InventoryBackordered"
            ),
        ),
        ("place kill 5; answer 1:2; hold DUPLICATE", "timer", ""),
        (
            "place kill 5; answer 1:2; hold DUPLICATE; timer",
            "unhold DUPLICATE",
            (
                "case DUPLICATE_ORDER RESOLVED; OrderHoldReleased; gives up 1:3; confirms 1:2; CREATE_SALES_ORDER 1:2; "
                "OrderAccepted; InventoryAllocated; OrderCancelled"
            ),
        ),
    ),
)
def test_an_order_in_dispute_is_not_accepted_until_it_is_settled(given: str, when: str, effects: str) -> None:
    assert effects == effects_of(story_of(given).do(when))


def test_an_order_in_dispute_does_not_ask_again_for_units_that_it_has() -> None:
    story = story_of("place available 5; hold DUPLICATE; answer 1:5")
    due_at_ms = story.now_ms + RULES.answer_within_ms
    assert "" == effects_of(story.do("timer"))
    assert due_at_ms == story.now_ms
    assert "RESERVING; 1: allocated 5" == flow_status_of(story)


def test_every_order_of_a_channel_may_begin_with_holds() -> None:
    story = story_of("")
    expected = "OrderReceived; case CREDIT_HOLD; OrderHeld; asks 1:5"
    assert expected == effects_of(story.do("place available 5 CREDIT accepted"))
    assert BOOKS == effects_of(story.do("answer 1:5"))
    released = "case CREDIT_HOLD RESOLVED; OrderHoldReleased; releases 1:5; PickReleased"
    assert released == effects_of(story.do("unhold CREDIT"))


def test_a_decision_may_come_before_the_order() -> None:
    story = story_of("unhold CREDIT")
    placed = story.do("place available 5 CREDIT accepted")
    expected = "OrderReceived; case CREDIT_HOLD; OrderHeld; case CREDIT_HOLD RESOLVED; OrderHoldReleased; asks 1:5"
    assert expected == effects_of(placed)
    assert () == story.order.holds


def test_a_hold_may_come_before_the_order() -> None:
    story = story_of("hold MANUAL; place available 5 accepted; answer 1:5")
    assert [HoldKind.MANUAL] == [held.kind for held in story.order.holds]
    assert "OrderHoldReleased; releases 1:5; PickReleased" == effects_of(story.do("unhold MANUAL"))


@pytest.mark.parametrize(
    ("kind", "case_class"),
    (
        ("ADDRESS", CaseClass.ADDRESS_INVALID),
        ("CREDIT", CaseClass.CREDIT_HOLD),
        ("DUPLICATE", CaseClass.DUPLICATE_ORDER),
        ("PRICING", CaseClass.PRICING_DISPUTE),
        ("TAX", CaseClass.TAX_UNAVAILABLE),
    ),
)
def test_what_another_team_has_to_settle_is_a_case_that_ends_with_the_hold(kind: str, case_class: CaseClass) -> None:
    story = story_of(READY)
    opened = [each for each in story.do(f"hold {kind}").messages if isinstance(each, Case)]
    again = [each for each in story.do(f"hold {kind}").messages if isinstance(each, Case)]
    ended = [each for each in story.do(f"unhold {kind}").messages if isinstance(each, Case)]
    assert [(case_class, CaseState.OPEN, "held by ann: checked")] == [
        (each.case_class, each.state, each.reason) for each in opened
    ]
    assert [] == again
    assert [(opened[0].key, CaseState.RESOLVED)] == [(each.key, each.state) for each in ended]


def test_a_hold_that_nobody_ends_becomes_a_case_after_a_week() -> None:
    story = story_of(f"{READY}; hold MANUAL; timer")
    assert "case DEPENDENCY_TIMEOUT" == effects_of(story.do("timer"))
    assert [HoldKind.MANUAL] == [held.kind for held in story.order.holds]
    assert "case DEPENDENCY_TIMEOUT RESOLVED; OrderHoldReleased" == effects_of(story.do("unhold MANUAL"))


def test_a_hold_with_an_end_ends_by_itself() -> None:
    story = story_of(f"{READY}; booked; hold MANUAL until 5")
    verdict = story.do("timer")
    assert "OrderHoldReleased" == effects_of(verdict)
    ended = next(each for each in verdict.messages if isinstance(each, OrderHoldReleased))
    assert ("", "its time is over") == (ended.released_by, ended.reason)


def test_the_later_hold_of_a_kind_is_in_force() -> None:
    story = story_of(f"{READY}; hold MANUAL until 5; hold MANUAL; timer; timer")
    assert "case DEPENDENCY_TIMEOUT" == effects_of(story.do("timer"))


def test_only_the_last_end_counts() -> None:
    story = story_of(f"{READY}; hold MANUAL until 5; hold MANUAL until 9")
    held_at_ms = story.now_ms
    assert "" == effects_of(story.do("timer"))
    assert "OrderHoldReleased" == effects_of(story.do("timer"))
    assert held_at_ms + 9_000 == story.now_ms


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        (
            f"{READY}; hold CREDIT",
            "cancel",
            "gives up 1:5; CANCEL_SALES_ORDER; OrderCancelled; case CREDIT_HOLD RESOLVED; OrderHoldReleased",
        ),
        (
            "place available 5; hold DUPLICATE; ship 1:5",
            "unhold DUPLICATE",
            "case DUPLICATE_ORDER RESOLVED; OrderHoldReleased",
        ),
        (
            "place available 5; hold DUPLICATE; ship 1:5; unhold DUPLICATE",
            "old answer 1",
            "CREATE_SALES_ORDER 1:5; OrderAccepted; POST_SHIPMENT 1:5",
        ),
    ),
)
def test_a_hold_ends_with_its_order_and_not_before(given: str, when: str, effects: str) -> None:
    assert effects == effects_of(story_of(given).do(when))


def test_event_and_view_name_the_holds() -> None:
    story = story_of(f"{READY}; hold FRAUD")
    verdict = story.do("hold MANUAL until 5")
    held = next(each for each in verdict.messages if isinstance(each, OrderHeld))
    view = next(each for each in verdict.messages if isinstance(each, OrderSnapshot))
    both = (HoldKind.FRAUD, HoldKind.MANUAL)
    assert (both, both) == (held.order.holds, view.order.holds)
    assert ("ann", "checked", (story.now_ms + 5_000) * 1_000) == (held.held_by, held.reason, held.until_us)


def test_an_order_of_charges_alone_is_held_while_it_is_in_dispute() -> None:
    story = story_of("place available charged DUPLICATE")
    assert "RESERVING" == flow_status_of(story)
    released = "case DUPLICATE_ORDER RESOLVED; OrderHoldReleased; CREATE_SALES_ORDER POST:18; OrderAccepted"
    assert released == effects_of(story.do("unhold DUPLICATE"))


@pytest.mark.parametrize(("reason", "words"), (("paid", "paid"), ("", "ann has released it")))
def test_the_case_of_a_hold_that_has_ended_says_why_or_who_has_released_the_order(reason: str, words: str) -> None:
    story = story_of(f"{READY}; hold CREDIT")
    event = story.event("unhold CREDIT")
    assert isinstance(event, OrderHoldReleaseRequested)
    (case,) = [each for each in story.take(replace(event, reason=reason)).messages if isinstance(each, Case)]
    assert f"the hold has ended: {words}" == case.reason
