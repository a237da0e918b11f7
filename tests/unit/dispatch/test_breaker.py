"""What moves the gate: the whole product of its states and the events, and what follows from an outage."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from domain.dispatch.breaker import GateState
from domain.dispatch.decision import DispatchTimer, TimerKind
from domain.messages.cases import CaseClass, CaseState
from domain.messages.dispatch import CommandType, Outcome
from domain.messages.failure_policy import Dependency
from tests.unit.dispatch.story import POLICY, Story, request

Step = Callable[[Story], None]
CLOSED, OPEN, HALF_OPEN = GateState


def other_calls_are_out(story: Story) -> None:
    for command_id in ("other-1", "other-2", "other-3"):
        story.request(command_id)


def closed(story: Story) -> None:
    other_calls_are_out(story)
    story.request("probe")


def open_(story: Story) -> None:
    closed(story)
    story.available(False)


def half_open(story: Story) -> None:
    other_calls_are_out(story)
    story.available(False)
    story.request("probe")
    story.available(True)
    assert ["other-1", "other-2", "other-3", "probe"] == story.released_ids


def answers(command_ids: tuple[str, ...], outcome: Outcome) -> Step:
    def step(story: Story) -> None:
        for command_id in command_ids:
            story.answer(command_id, outcome)

    return step


def stale_timer(story: Story) -> None:
    story.fire(DispatchTimer(TimerKind.HALF_OPEN, "main", story.now_ms - 1))


def time_is_up(story: Story) -> None:
    story.wait(60_000)


OTHERS = ("other-1", "other-2", "other-3")
EVENTS: tuple[Step, ...] = (
    answers(OTHERS[:2], Outcome.UNKNOWN),
    answers(OTHERS, Outcome.UNKNOWN),
    answers(OTHERS, Outcome.REJECTED_TRANSIENT),
    answers(OTHERS, Outcome.APPLIED),
    answers(OTHERS, Outcome.REJECTED_BUSINESS),
    answers(OTHERS, Outcome.NOT_FOUND),
    answers(("probe",), Outcome.APPLIED),
    answers(("probe",), Outcome.REJECTED_BUSINESS),
    answers(("probe",), Outcome.NOT_FOUND),
    answers(("probe",), Outcome.UNKNOWN),
    answers(("probe",), Outcome.REJECTED_TRANSIENT),
    lambda story: void(story.available(True)),
    lambda story: void(story.available(False)),
    stale_timer,
    time_is_up,
)
NAMES = (
    "two fail", "three fail", "three are throttled", "three succeed", "three are refused",
    "three are not found", "probe succeeds", "probe is refused", "probe is not found", "probe fails",
    "probe is throttled", "available", "unavailable", "stale timer", "time is up",
)  # fmt: skip

TABLE: dict[Step, tuple[GateState, ...]] = {
    closed: (
        CLOSED, OPEN, OPEN, CLOSED, CLOSED, CLOSED, CLOSED,
        CLOSED, CLOSED, CLOSED, CLOSED, CLOSED, OPEN, CLOSED,
        CLOSED,
    ),
    open_: (
        OPEN, OPEN, OPEN, OPEN, OPEN, OPEN, OPEN,
        OPEN, OPEN, OPEN, OPEN, HALF_OPEN, OPEN, OPEN,
        HALF_OPEN,
    ),
    half_open: (
        HALF_OPEN, HALF_OPEN, HALF_OPEN, HALF_OPEN, HALF_OPEN, HALF_OPEN, CLOSED,
        CLOSED, CLOSED, OPEN, OPEN, HALF_OPEN, OPEN, HALF_OPEN,
        HALF_OPEN,
    ),
}  # fmt: skip


def void(_: object) -> None:
    """Discards what a step reports; the table compares the state after it."""


@pytest.mark.parametrize(
    ("given", "event", "then"),
    [
        pytest.param(given, event, then, id=f"{given.__name__}: {name} -> {then}")
        for given, states in TABLE.items()
        for event, name, then in zip(EVENTS, NAMES, states, strict=True)
    ],
)
def test_the_gate_after_an_event(given: Step, event: Step, then: GateState) -> None:
    story = Story()
    given(story)
    event(story)
    assert then == story.breaker.state


def test_the_breaker_looks_back_over_its_window_only() -> None:
    story = Story()
    for number in range(20):
        story.request(f"C{number}")
        story.answer(f"C{number}", Outcome.UNKNOWN if number % 2 else Outcome.APPLIED)
    assert CLOSED == story.breaker.state
    assert POLICY.breaker_window == len(story.breaker.recent_failures)


def test_an_open_breaker_sends_nothing_and_a_half_open_one_a_single_probe() -> None:
    story = Story()
    story.available(False)
    for number in range(5):
        story.request(f"C{number}")
    assert [] == story.released_ids
    story.wait(POLICY.open_ms)
    assert ["C0"] == story.released_ids
    story.request("C5")
    assert ["C0"] == story.released_ids
    story.answer("C0", Outcome.APPLIED)
    assert ["C0", "C1", "C2", "C3", "C4", "C5"] == story.released_ids


def test_the_cooldown_doubles_with_every_failed_probe_up_to_the_cap() -> None:
    story = Story()
    story.available(False)
    story.request("C")
    cooldowns = [story.breaker.cooldown_ms]
    for _ in range(3):
        story.wait(story.breaker.until_ms - story.now_ms)
        story.wait(POLICY.settle_after_ms)
        story.answer("C", Outcome.UNKNOWN)
        cooldowns.append(story.breaker.cooldown_ms)
    assert [5000, 10_000, 15_000, 15_000] == cooldowns


def test_a_poisoned_command_does_not_keep_the_gate_shut_for_the_others() -> None:
    story = Story()
    story.request("poison", priority_class=0)
    story.available(False)
    story.answer("poison", Outcome.REJECTED_TRANSIENT)
    for number in range(3):
        story.request(f"C{number}", priority_class=2)
    story.wait(POLICY.open_ms)
    assert ["poison", "poison"] == story.released_ids
    story.answer("poison", Outcome.REJECTED_TRANSIENT)
    story.wait(POLICY.open_cap_ms)
    assert "C0" == story.released_ids[-1]
    story.answer("C0", Outcome.APPLIED)
    assert CLOSED == story.breaker.state
    assert {"poison", "C1", "C2"} == set(story.released_ids[3:])


def test_a_poisoned_command_is_tried_again_when_nothing_else_waits() -> None:
    story = Story()
    story.available(False)
    story.request("poison")
    for _ in range(3):
        story.wait(POLICY.open_cap_ms)
        story.answer("poison", Outcome.REJECTED_TRANSIENT)
    assert ["poison"] * 3 == story.released_ids


def test_an_outage_is_one_case_from_the_first_opening_until_the_gate_closes() -> None:
    story = Story()
    opened = story.available(False).cases
    began_at_ms = story.now_ms
    story.request("C")
    story.wait(POLICY.open_ms)
    story.answer("C", Outcome.REJECTED_TRANSIENT)
    assert (OPEN, began_at_ms) == (story.breaker.state, story.breaker.opened_at_ms)
    story.wait(POLICY.open_cap_ms)
    resolved = story.answer("C", Outcome.APPLIED).cases
    assert [(CaseClass.ERP_OUTAGE, CaseState.OPEN)] == [(one.case_class, one.state) for one in opened]
    assert [(CaseClass.ERP_OUTAGE, CaseState.RESOLVED)] == [(one.case_class, one.state) for one in resolved]
    assert opened[0].key == resolved[0].key
    assert (True, "") == (bool(opened[0].reason), resolved[0].suggested_action)
    assert 2 == sum(len(decision.cases) for decision in story.decisions)


def test_the_orders_are_told_once_that_their_erp_is_away_and_once_that_it_is_back() -> None:
    story = Story()
    story.available(False)
    began_at_us = story.now_ms * 1_000
    story.request("C")
    story.wait(POLICY.open_ms)
    story.answer("C", Outcome.REJECTED_TRANSIENT)
    story.wait(POLICY.open_cap_ms)
    story.answer("C", Outcome.APPLIED)
    reports = [report for decision in story.decisions for report in decision.reports]
    assert [(True, began_at_us), (False, story.now_ms * 1_000)] == [(each.is_away, each.since_us) for each in reports]
    assert {(Dependency.ERP, POLICY.erp_id)} == {(each.dependency, each.erp_id) for each in reports}


def test_the_next_outage_is_another_case_even_in_the_same_millisecond() -> None:
    story = Story()
    keys = []
    for command_id in ("A", "B"):
        keys += [one.key for one in story.available(False).cases]
        story.request(command_id)
        story.available(True)
        story.answer(command_id, Outcome.APPLIED)
    assert 2 == len(set(keys))


@pytest.mark.parametrize(
    ("command_type", "documents"), ((CommandType.CREATE_SALES_ORDER, 0), (CommandType.POST_SHIPMENT, 1))
)
def test_a_refusal_tells_the_order_what_it_needs_to_ask_again_and_opens_no_case_here(
    command_type: CommandType, documents: int
) -> None:
    story = Story()
    asked = replace(request("C", document_key="order"), command_type=command_type)
    story.ask(asked)
    decision = story.answer("C", Outcome.REJECTED_BUSINESS)
    (outcome,) = decision.outcomes
    assert [] == list(decision.cases)
    assert (Outcome.REJECTED_BUSINESS, asked.business_key) == (outcome.outcome, outcome.business_key)
    assert (asked.document,) * documents == outcome.refused
