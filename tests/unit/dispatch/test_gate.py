"""How fast and in which order commands leave."""

from domain.dispatch.decision import TimerKind
from domain.messages.dispatch import Outcome
from tests.unit.dispatch.story import POLICY, story_with


def test_no_more_are_in_flight_than_the_erp_bears() -> None:
    story = story_with(max_in_flight=2)
    for number in range(4):
        story.request(f"C{number}")
    assert ["C0", "C1"] == story.released_ids
    story.answer("C1", Outcome.APPLIED)
    assert ["C0", "C1", "C2"] == story.released_ids


def test_a_burst_leaves_at_once_and_the_rest_at_the_rate() -> None:
    story = story_with(max_in_flight=1000, rate_per_second=20, burst=5)
    for number in range(50):
        story.request(f"C{number}")
    assert 5 == len(story.released)
    story.wait(1000)
    assert 25 == len(story.released)
    story.wait(1000)
    assert 45 == len(story.released)


def test_a_long_quiet_time_saves_up_no_more_than_the_burst() -> None:
    story = story_with(max_in_flight=1000, rate_per_second=20, burst=5)
    story.request("first")
    story.wait(3_600_000)
    for number in range(10):
        story.request(f"C{number}")
    assert 1 + 5 == len(story.released)


def test_one_timer_at_a_time_waits_for_tokens_and_none_is_finer_than_a_tenth_of_a_second() -> None:
    story = story_with(max_in_flight=1000, rate_per_second=1000, burst=100)
    for number in range(300):
        story.request(f"C{number}")
    assert [100] == story.timers_of(TimerKind.TOKENS)
    story.wait(100)
    assert 200 == len(story.released)
    assert [100] == story.timers_of(TimerKind.TOKENS)


def test_a_slow_erp_gets_its_timer_when_a_whole_token_is_there() -> None:
    story = story_with(rate_per_second=3, burst=1)
    story.request("A")
    story.request("B")
    assert [334] == story.timers_of(TimerKind.TOKENS)
    story.wait(333)
    assert ["A"] == story.released_ids
    story.wait(1)
    assert ["A", "B"] == story.released_ids


def test_nothing_is_asked_of_time_while_nothing_waits_or_tokens_are_not_what_is_missing() -> None:
    story = story_with(max_in_flight=1)
    story.request("A")
    story.request("B")
    assert [] == story.timers_of(TimerKind.TOKENS)


def test_the_urgent_leave_first() -> None:
    story = story_with(max_in_flight=1)
    story.request("running")
    story.request("booking", priority_class=2)
    story.request("shipment", priority_class=1)
    story.request("cancel", priority_class=0)
    for command_id in ("running", "cancel", "shipment"):
        story.answer(command_id, Outcome.APPLIED)
    assert ["running", "cancel", "shipment", "booking"] == story.released_ids


def test_who_has_waited_long_enough_passes_the_more_urgent() -> None:
    story = story_with(max_in_flight=1)
    story.request("running")
    story.request("booking", priority_class=2)
    story.wait(2 * POLICY.ageing_ms)
    story.request("cancel", priority_class=0)
    story.wait(1)
    story.request("later cancel", priority_class=0)
    for command_id in ("running", "booking", "cancel"):
        story.answer(command_id, Outcome.APPLIED)
    assert ["running", "booking", "cancel", "later cancel"] == story.released_ids


def test_a_query_keeps_the_place_that_its_command_had() -> None:
    story = story_with(max_in_flight=1)
    story.request("first")
    story.answer("first", Outcome.UNKNOWN)
    story.request("second")
    story.request("third")
    story.wait(POLICY.settle_after_ms)
    story.answer("second", Outcome.APPLIED)
    assert ["first", "second", "first"] == story.released_ids


def test_a_backlog_makes_no_decision_dearer() -> None:
    story = story_with(max_in_flight=10)
    story.available(False)
    backlog = 2000
    for number in range(backlog):
        story.request(f"C{number}")
    story.rows.reads = 0
    opened = story.available(True)
    probed = story.answer("C0", Outcome.APPLIED)
    assert 1 == len(opened.commands)
    assert 11 == len(probed.commands)
    assert 40 > story.rows.reads
    assert backlog - 1 - 10 == story.gate.queued
