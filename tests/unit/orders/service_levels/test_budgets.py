"""Budgets: a stage that is not reached in time is said once, and its case ends when the stage is reached."""

import pytest

from domain.messages.cases import Case, CaseOrigin
from domain.messages.orders import BudgetStage
from domain.messages.status import OrderSnapshot, SlaBreached
from domain.orders.decision import OrderTimer
from domain.orders.transitions import OrderVerdict
from tests.unit.orders.story import RULES, Story, effects_of, story_of

BOOKS = "CREATE_SALES_ORDER 1:5; OrderAccepted; InventoryAllocated"


def wait(story: Story, seconds: int) -> OrderVerdict:
    """Let the order's timers come, one by one, until so long after its receipt; what they lead to together."""
    until_ms = story.order.ingested_at_us // 1_000 + seconds * 1_000
    messages: list[object] = []
    while any(timer.due_at_ms <= until_ms for timer in story.timers):
        messages += [each for each in story.do("timer").messages if not isinstance(each, OrderSnapshot)]
    story.now_ms = until_ms
    return OrderVerdict(story.known, tuple(messages))  # type: ignore[arg-type]  # effects of orders


def budget_timers(story: Story) -> list[OrderTimer]:
    """Those that are set and have not fired, of an order that waits for nothing else."""
    held = (each.overdue_at_ms for each in story.order.holds)
    patience_ms = story.order.ingested_at_us // 1_000 + RULES.answer_within_ms
    others = {patience_ms, *story.asked_due_ms, *held}
    return [timer for timer in story.timers if timer.due_at_ms not in others]


@pytest.mark.parametrize(
    ("stage", "history"),
    (
        ("ACCEPTANCE", "answer 1:5"),
        ("BOOKING", "answer 1:5; booked"),
        ("RELEASE", "answer 1:5; booked"),
        ("SHIPMENT", "answer 1:5; booked; ship 1:5"),
        ("ACCEPTANCE", "cancel"),
        ("SHIPMENT", "answer 1:5; cancel"),
        ("SHIPMENT", "answer 1:5; booked; ship 1:2; cancel; warehouse accepts"),
    ),
)
def test_a_stage_that_is_reached_in_time_is_not_mentioned(stage: str, history: str) -> None:
    story = story_of(f"place available 5 {stage}<60!; {history}")
    assert None is story.order.budgets
    assert "" == effects_of(wait(story, 61))


@pytest.mark.parametrize(
    ("stage", "history", "last", "effects"),
    (
        ("ACCEPTANCE", "", "answer 1:5", BOOKS),
        ("BOOKING", "answer 1:5", "booked", "OrderBooked; releases 1:5; PickReleased"),
        ("RELEASE", "answer 1:2; booked", "fill 1:3", "InventoryAllocated; releases 1:3; PickReleased"),
        ("SHIPMENT", "answer 1:5; booked; ship 1:2", "ship 1:3", "shipped 1:3; ShipmentConfirmed; POST_SHIPMENT 1:3"),
    ),
)
def test_a_stage_that_is_late_is_breached_once_and_its_case_ends_when_it_is_reached(
    stage: str, history: str, last: str, effects: str
) -> None:
    story = story_of(f"place available 5 {stage}<60!; {history}")
    assert "SlaBreached; case DEPENDENCY_TIMEOUT" == effects_of(wait(story, 60))
    assert "" == effects_of(wait(story, 599))
    assert f"{effects}; case DEPENDENCY_TIMEOUT RESOLVED" == effects_of(story.do(last))
    assert None is story.order.budgets


def test_a_breach_says_the_stage_and_its_times() -> None:
    story = story_of("place available 5 BOOKING<60!")
    breach, case = wait(story, 60).messages
    assert isinstance(breach, SlaBreached)
    assert isinstance(case, Case)
    since_us = story.order.ingested_at_us
    found = (breach.stage, breach.budget_ms, breach.since_us, breach.due_us)
    assert (BudgetStage.BOOKING, 60_000, since_us, since_us + 60_000_000) == found
    assert (CaseOrigin.ERP, "not booked by its ERP within 1 min") == (case.origin, case.reason)


def test_a_channel_may_want_no_case() -> None:
    assert "SlaBreached" == effects_of(wait(story_of("place available 5 BOOKING<60"), 60))


def test_an_order_has_one_timer_for_all_of_its_budgets() -> None:
    story = story_of("place available 5 ACCEPTANCE<60 BOOKING<120 RELEASE<180 SHIPMENT<240; answer 1:5; booked")
    placed_ms = story.now_ms
    assert [placed_ms + 60_000] == [timer.due_at_ms for timer in budget_timers(story)]
    assert "" == effects_of(wait(story, 60))
    assert [placed_ms + 240_000] == [timer.due_at_ms for timer in budget_timers(story)]
    assert "SlaBreached" == effects_of(wait(story, 599))
    assert [] == budget_timers(story)


def test_budgets_of_an_order_that_ends_with_nothing_shipped_end_with_their_cases() -> None:
    story = story_of("place available 5 BOOKING<60! SHIPMENT<300!; answer 1:5")
    wait(story, 60)
    assert "case DEPENDENCY_TIMEOUT RESOLVED" in effects_of(story.do("cancel"))
    assert None is story.order.budgets


def test_a_rejected_order_was_answered_in_time() -> None:
    story = story_of("place kill 5 ACCEPTANCE<60 SHIPMENT<90; answer 1:0; timer")
    assert None is story.order.budgets


def test_a_hold_does_not_stop_the_time() -> None:
    story = story_of("place available 5 RELEASE<60; answer 1:5; booked; hold CREDIT")
    assert None is story.order.budgets
    story = story_of("place available 5 RELEASE<60; hold CREDIT; answer 1:5; booked")
    assert "SlaBreached" == effects_of(wait(story, 60))


def test_a_hold_that_the_channel_names_stops_the_time_until_it_ends() -> None:
    story = story_of("place available 5 RELEASE<60! pauses; hold CREDIT; answer 1:5; booked")
    placed_ms = story.now_ms
    assert "" == effects_of(wait(story, 500))
    story.do("hold FRAUD")
    story.do("unhold CREDIT")
    assert [placed_ms + 560_000] == [timer.due_at_ms for timer in budget_timers(story)]
    breach, case = wait(story, 599).messages
    assert isinstance(breach, SlaBreached)
    assert (60_000, (placed_ms + 560_000) * 1_000) == (breach.budget_ms, breach.due_us)
    assert isinstance(case, Case)


def test_a_pause_that_ends_before_the_time_of_the_timer_moves_the_deadline() -> None:
    story = story_of("place available 5 RELEASE<60 pauses CREDIT; answer 1:5; booked; hold MANUAL")
    placed_ms = story.now_ms
    story.now_ms += 50_000
    story.do("unhold CREDIT")
    assert "" == effects_of(wait(story, 109))
    assert [placed_ms + 110_000] == [timer.due_at_ms for timer in budget_timers(story)]


def test_an_order_that_is_received_too_late_is_late_when_it_reaches_the_stage() -> None:
    story = story_of("")
    placed = story.event("place available 5 BOOKING<60!")
    story.now_ms += 90_000
    assert "OrderReceived; asks 1:5; SlaBreached; case DEPENDENCY_TIMEOUT" == effects_of(story.take(placed))
