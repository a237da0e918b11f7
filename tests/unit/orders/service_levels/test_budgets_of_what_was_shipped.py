"""Budgets from the last shipment: what was shipped is delivered, and invoiced, in time."""

from dataclasses import replace

import pytest

from domain.identifiers import EventId
from domain.messages.cases import Case, CaseOrigin, CaseState
from domain.messages.orders import BudgetStage, OrderPlaced
from domain.messages.status import SlaBreached
from domain.orders.decision import Cause
from domain.orders.transitions import acted
from domain.working_days import DailyDue, ZoneOffset
from tests.unit.orders.service_levels.test_budgets import wait
from tests.unit.orders.story import Story, effects_of, story_of

DELIVERED = "place available 5 DELIVERY<60!; answer 1:5; booked"
INVOICED = "place available 5 INVOICE<60!; answer 1:5; booked"
LATE = "SlaBreached; case DEPENDENCY_TIMEOUT"


def watched(story: Story) -> str:
    """The stages whose time has not passed, and those that are breached, in small letters."""
    budgets = story.order.budgets
    if budgets is None:
        return ""
    return " ".join((*(each.stage for each in budgets.due), *(each.stage.lower() for each in budgets.breached)))


def next_of_time(story: Story) -> str:
    """What the first timer leads to that leads to anything."""
    effects = ""
    while not effects:
        effects = effects_of(story.do("timer"))
    return effects


@pytest.mark.parametrize(
    "history",
    (
        f"{DELIVERED}; ship 1:5; deliver 1:2; deliver 1:3",
        f"{DELIVERED}; deliver 1:5; ship 1:5",
        f"{DELIVERED}; undeliver 1:2; ship 1:5; deliver 1:7",
        f"{DELIVERED}; ship 1:5; unship 1:5",
        f"{DELIVERED}; ship 1:5; return 1:5",
        f"{DELIVERED}; ship 1:5; deliver 1:5; return 1:5; undeliver 1:5",
        f"{DELIVERED}; ship 1:5; deliver 1:2; return 1:3:missing",
        f"{DELIVERED}; return 1:5; ship 1:5",
        f"{INVOICED}; ship 1:5; invoice 1:3; return 1:2",
        f"{INVOICED}; ship 1:5; invoice 1:5",
        f"{INVOICED}; invoice 1:5; ship 1:5",
        f"{INVOICED}; ship 1:5; uninvoice 1:5; invoice 1:5; invoice 1:5",
        "deliver 1:5; ship 1:5; place available 5 DELIVERY<60!",
    ),
)
def test_what_is_delivered_or_invoiced_in_time_is_not_mentioned_in_whatever_order_it_is_known(history: str) -> None:
    story = story_of(history)
    assert "SlaBreached" not in effects_of(wait(story, 600))


@pytest.mark.parametrize(
    ("history", "last"),
    (
        (f"{DELIVERED}; ship 1:5", "deliver 1:5"),
        (f"{DELIVERED}; ship 1:5; deliver 1:4", "deliver 1:1"),
        (f"{DELIVERED}; ship 1:5; deliver 1:5; undeliver 1:1", "deliver 1:1"),
        (f"{DELIVERED}; ship 1:5", "unship 1:5"),
        (f"{DELIVERED}; ship 1:5; deliver 1:3; return 1:1", "return 1:1"),
        (f"{DELIVERED}; ship 1:5; deliver 1:5; undeliver 1:5", "return 1:5"),
        (f"{DELIVERED}; ship 1:2; cancel; warehouse accepts", "deliver 1:2"),
        (f"{INVOICED}; ship 1:5", "invoice 1:5"),
        (f"{INVOICED}; ship 1:5; invoice 1:5; uninvoice 1:5", "invoice 1:5"),
        ("place available 5 INVOICE<60!; answer 1:5; cancel; ship 1:5", "invoice 1:5"),
    ),
)
def test_what_is_late_is_breached_once_and_its_case_ends_when_nothing_is_owed(history: str, last: str) -> None:
    story = story_of(history)
    assert LATE == effects_of(wait(story, 60))
    assert "" == effects_of(wait(story, 599))
    assert effects_of(story.do(last)).endswith("case DEPENDENCY_TIMEOUT RESOLVED")
    assert "" == watched(story)


@pytest.mark.parametrize(
    ("end", "reason"),
    (
        ("deliver 1:5", "the stage is reached, late"),
        ("unship 1:5", "nothing that was shipped is owed any more: a shipment is reversed"),
        ("return 1:5", "nothing that was shipped is owed any more: the rest came back"),
    ),
)
def test_a_case_ends_with_what_became_of_the_goods(end: str, reason: str) -> None:
    story = story_of(f"{DELIVERED}; ship 1:5")
    wait(story, 60)
    cases = [case for case in story.do(end).messages if isinstance(case, Case) and case.state is CaseState.RESOLVED]
    assert [reason] == [case.reason for case in cases]


def test_a_breach_counts_from_the_last_shipment() -> None:
    story = story_of(f"{DELIVERED}; ship 1:2")
    story.now_ms += 40_000
    story.do("ship 1:3")
    since_us = story.order.last_shipped_us
    breach, case = wait(story, 100).messages
    assert isinstance(breach, SlaBreached)
    assert isinstance(case, Case)
    found = (breach.stage, breach.budget_ms, breach.since_us, breach.due_us)
    assert (BudgetStage.DELIVERY, 60_000, since_us, since_us + 60_000_000) == found
    assert (CaseOrigin.CARRIER, "not delivered within 1 min of its last shipment") == (case.origin, case.reason)


def test_each_further_shipment_is_to_be_delivered_as_well() -> None:
    story = story_of(f"{DELIVERED}; ship 1:2; deliver 1:2")
    assert "" == effects_of(wait(story, 600))
    story.do("ship 1:3")
    assert LATE == effects_of(wait(story, 660))


@pytest.mark.parametrize(
    ("history", "told"),
    (
        (f"{DELIVERED}; ship 1:2; wait 1m; deliver 1:2; ship 1:3", LATE),
        (f"{DELIVERED}; ship 1:2; wait 1m; deliver 1:2; ship 1:3; deliver 1:3", ""),
        (f"{DELIVERED}; ship 1:2; wait 1m; unship 1:2; ship 1:2", LATE),
        (f"{DELIVERED}; ship 1:2; wait 1m; ship 1:3", "SlaBreached"),
        (f"{DELIVERED}; ship 1:2; wait 1m; ship 1:3; deliver 1:5", ""),
        (f"{DELIVERED}; ship 1:2; wait 1m; deliver 1:2; undeliver 1:2", ""),
        (f"{INVOICED}; ship 1:2; wait 1m; invoice 1:2; ship 1:3", LATE),
    ),
)
def test_a_shipment_after_a_breach_is_watched_as_well_and_each_breach_told_once(history: str, told: str) -> None:
    story = story_of(history)
    assert told == effects_of(wait(story, 120))
    assert "SlaBreached" not in effects_of(wait(story, 600))


def test_a_shipment_after_a_person_has_closed_the_case_is_watched_as_well() -> None:
    story = story_of(f"{DELIVERED}; ship 1:2")
    _, case = wait(story, 60).messages
    assert isinstance(case, Case)
    _, action = story.decision("resolve DEPENDENCY_TIMEOUT")
    story.take_decision(case, action)
    story.do("ship 1:3")
    assert LATE == effects_of(wait(story, 120))


def test_nothing_is_due_before_something_is_shipped() -> None:
    assert "" == effects_of(wait(story_of(DELIVERED), 600))


def test_a_hold_does_not_stop_the_time_of_what_was_shipped() -> None:
    story = story_of("place available 5 DELIVERY<60! pauses; answer 1:3; booked; ship 1:3; hold CREDIT")
    assert LATE == effects_of(wait(story, 60))


def test_a_shorter_budget_from_the_shipment_does_not_wait_for_a_longer_one() -> None:
    story = story_of("place available 5 SHIPMENT<500 INVOICE<60!; answer 1:5; booked; ship 1:2")
    assert LATE == effects_of(wait(story, 60))
    assert "SlaBreached" == effects_of(wait(story, 500))


def test_a_person_who_closes_the_case_ends_the_wait() -> None:
    story = story_of(f"{DELIVERED}; ship 1:5")
    _, case = wait(story, 60).messages
    assert isinstance(case, Case)
    _, action = story.decision("resolve DEPENDENCY_TIMEOUT")
    assert "delivery" == watched(story)
    story.known = acted(story.known, case, action, Cause(EventId("closed"), story.now_ms), story.rules).state
    assert "" == watched(story)


def test_an_order_is_not_purged_while_its_case_is_open() -> None:
    story = story_of(f"{DELIVERED}; ship 1:5; posted")
    assert LATE == effects_of(wait(story, 60))
    assert "OrderClosed" == next_of_time(story)
    assert 0 == story.order.leaves_at_ms
    story.do("deliver 1:5")
    assert "OrderArchived; OrderPurged" == next_of_time(story)


def test_a_daily_cut_off_counts_from_the_day_of_the_last_shipment() -> None:
    story = story_of("")
    placed = story.event("place available 5 DELIVERY<0!")
    assert isinstance(placed, OrderPlaced)
    daily = DailyDue(14 * 3_600_000, 18 * 3_600_000, (0, 1, 2, 3, 4), 1, (ZoneOffset(0, 3_600_000),))
    (budget,) = placed.policy.budgets
    policy = replace(placed.policy, budgets=(replace(budget, daily=(daily,)),))
    story.take(replace(placed, policy=policy))
    for sentence in ("answer 1:5", "booked", "ship 1:5"):
        story.do(sentence)
    since_ms = story.order.last_shipped_us // 1_000
    due_s = (daily.due_at_ms(since_ms) - story.order.ingested_at_us // 1_000) // 1_000
    assert "" == effects_of(wait(story, due_s - 1))
    breach, _ = wait(story, due_s).messages
    assert isinstance(breach, SlaBreached)
    assert daily.due_at_ms(since_ms) - since_ms == breach.budget_ms
