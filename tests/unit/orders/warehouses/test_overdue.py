"""What a warehouse was asked for and nobody acts on becomes a case, and no case outlives its cause.

The sentences are those of `story`.
"""

import pytest

from domain.messages.cases import Case, CaseState
from domain.orders.pending.answers import Awaited
from domain.quantities import UNIT
from tests.unit.orders.story import RULES, Story, effects_of, story_of

RELEASED = "place available 5 4; answer 1:5 2:2; booked"
OPEN, RESOLVED = "case DEPENDENCY_TIMEOUT", "case DEPENDENCY_TIMEOUT RESOLVED"


def after_three_days(story: Story) -> Story:
    """Let all timers come that are due by then."""
    until_ms = story.now_ms + RULES.acted_within_ms
    while any(timer.due_at_ms <= until_ms for timer in story.timers):
        before = story.now_ms
        story.do("timer")
        if story.now_ms > until_ms:
            story.now_ms = before
            break
    return story


@pytest.mark.parametrize(
    ("history", "named"),
    (
        (RELEASED, "5 of item 1 for line 1 at E, 2 of item 2 for line 2 at E"),
        (f"{RELEASED}; ship 1:5", "2 of item 2 for line 2 at E"),
        (f"{RELEASED}; pick 1:5 2:2; ship 1:4", "1 of item 1 for line 1 at E, 2 of item 2 for line 2 at E"),
        ("place available 5; answer 1:2; pick 1:2", "2 of item 1 for line 1 at E"),
        (f"{RELEASED}; pick 1:1; cancel 1; warehouse accepts; ship 2:2", "1 of item 1 for line 1 at E"),
    ),
)
def test_what_nobody_acts_on_is_named_by_line_and_node(history: str, named: str) -> None:
    story = story_of(history)
    pending = story.pending(Awaited.ACTION)
    assert pending is not None
    story.now_ms = pending.due_at_ms
    verdict = story.do("timer")
    while OPEN != effects_of(verdict):
        verdict = story.do("timer")
    (case,) = (message for message in verdict.messages if isinstance(message, Case))
    units = named.replace("5 of", "0.000005 of").replace("2 of", "0.000002 of").replace("1 of", "0.000001 of")
    assert f"nothing has happened for 3 d to {units}" == case.reason


@pytest.mark.parametrize("deed", ("ship 1:5 2:2", "pick 1:1", "miss 1:1"))
def test_the_next_deed_of_a_warehouse_resolves_it(deed: str) -> None:
    story = after_three_days(story_of(RELEASED))
    pending = story.pending(Awaited.ACTION)
    assert pending is not None
    assert pending.is_late
    assert RESOLVED in effects_of(story.do(deed))


def test_a_deed_moves_the_deadline() -> None:
    story = story_of(RELEASED)
    first = story.pending(Awaited.ACTION)
    assert first is not None
    story.now_ms += RULES.acted_within_ms // 2
    story.do("pick 1:1")
    second = first
    while second.due_at_ms == first.due_at_ms:
        assert "" == effects_of(story.do("timer"))
        now = story.pending(Awaited.ACTION)
        assert now is not None
        second = now
    assert (False, first.due_at_ms + RULES.acted_within_ms // 2) == (second.is_late, second.due_at_ms)


@pytest.mark.parametrize("history", ("place available 5; answer 1:0; booked", f"{RELEASED}; ship 1:5 2:2"))
def test_what_no_warehouse_was_asked_for_has_no_deadline(history: str) -> None:
    assert story_of(history).pending(Awaited.ACTION) is None


def test_a_cancellation_ends_the_wait_since_the_warehouse_is_to_stop_now() -> None:
    story = after_three_days(story_of("place available 5; answer 1:5; booked"))
    cases = [message for message in story.do("cancel").messages if isinstance(message, Case)]
    assert [(CaseState.RESOLVED, "E is asked to ship nothing of this any more")] == [
        (case.state, case.reason) for case in cases
    ]


@pytest.mark.parametrize(
    ("history", "expected"),
    (
        ("cancel", ["E has not answered the cancellation of line 1 within 1 h"]),
        (
            "ship@W 1:3",
            ["E has not answered that it stops line 1, which another warehouse has picked or shipped within 1 h"],
        ),
        ("amend 1 1:2", ["E has not answered the amendment of line 1 within 1 h"]),
    ),
)
def test_a_warehouse_that_does_not_answer_has_one_case_also_after_days(history: str, expected: list[str]) -> None:
    story = story_of(f"place available 5; answer 1:5; booked; {history}; amendment applied")
    verdict = story.do("wait 100h")
    asked = {case.reason: case.state for case in verdict.messages if isinstance(case, Case)}
    assert expected == [reason for reason, state in asked.items() if state is CaseState.OPEN]


def test_a_warehouse_that_owes_several_answers_has_one_case_of_them_until_the_last_one_comes() -> None:
    story = story_of("place available 5 4; answer 1:5 2:4; booked; cancel 1; wait 1m; ship@W 2:4")
    cases = [each for each in story.do("wait 2h").messages if isinstance(each, Case)]
    assert 1 == len({case.key for case in cases})
    both = "the cancellation of line 1, nor that it stops line 2, which another warehouse has picked or shipped"
    assert f"E has not answered {both} within 1 h" == cases[-1].reason
    first = [each for each in story.do("warehouse accepts").messages if isinstance(each, Case)]
    assert [CaseState.RESOLVED, CaseState.OPEN] == [case.state for case in first]
    last = [each for each in story.do("warehouse accepts").messages if isinstance(each, Case)]
    assert [(first[1].key, CaseState.RESOLVED)] == [(case.key, case.state) for case in last]


def test_the_case_of_a_silent_warehouse_gives_way_to_that_of_what_it_is_asked_to_stop() -> None:
    story = story_of("place available 5; answer 1:5; booked; wait 80h; ship@W 1:3")
    cases = {each.reason: each.state for each in story.do("wait 100h").messages if isinstance(each, Case)}
    to_stop = "that it stops line 1, which another warehouse has picked or shipped within 1 h"
    assert {
        "E does not answer what it is asked to stop: that is the case": CaseState.RESOLVED,
        f"E has not answered {to_stop}": CaseState.OPEN,
    } == cases


def test_what_is_picked_and_left_is_not_asked_for_as_well() -> None:
    story = story_of("place available 5; answer 1:5; booked; pick 1:5; ship 1:2; posted")
    cases = [each for each in story.do("wait 100h").messages if isinstance(each, Case)]
    assert ["picked and not shipped after 1 d: 0.000003 of item 1 for line 1 at E"] == [each.reason for each in cases]


def test_what_is_picked_and_left_replaces_the_case_of_what_was_asked_for() -> None:
    story = story_of("place available 5 1; answer 1:5 2:0; booked; pick 1:5; wait 80h")
    ended = [each for each in story.do("cancel 2").messages if isinstance(each, Case)]
    words = "what is left of this at E is picked, and nothing else of the order is open: that is watched now"
    assert [(CaseState.RESOLVED, words)] == [(each.state, each.reason) for each in ended]
    (case,) = (each for each in story.do("timer").messages if isinstance(each, Case))
    assert "picked and not shipped after 1 d: 0.000005 of item 1 for line 1 at E" == case.reason


@pytest.mark.parametrize("deed", ("fill 2:2", "ship@W 1:1", "pick@W 1:1", "cancel 1", "amend 1 1:9"))
def test_what_is_no_deed_of_the_warehouse_does_not_resolve_it(deed: str) -> None:
    story = after_three_days(story_of(RELEASED))
    assert "case DEPENDENCY_TIMEOUT RESOLVED" not in effects_of(story.do(deed))


def cases_of(story: Story, until_ms: int) -> list[tuple[int, CaseState, str]]:
    """When cases of inaction were opened or resolved until then, and with what words."""
    heard = []
    while story.now_ms <= until_ms and any(timer.due_at_ms <= until_ms for timer in story.timers):
        messages = [message for message in story.do("timer").messages if isinstance(message, Case)]
        heard += [(story.now_ms, case.state, case.reason) for case in messages if "has happened" in case.reason]
    return heard


BACKORDERED = f"place available {5 * UNIT} {4 * UNIT}; answer 1:{5 * UNIT} 2:{2 * UNIT}; booked"
WITHIN_MS = RULES.acted_within_ms
FIRST, ALL = "5 of item 1 for line 1 at E, 2 of item 2 for line 2 at E", "5 of item 1 for line 1 at E, 4 of item 2"


def test_what_is_released_later_does_not_start_the_clock_of_what_was_released_first() -> None:
    story = story_of(BACKORDERED)
    first_ms = story.now_ms
    story.now_ms += WITHIN_MS // 2
    story.do(f"fill 2:{2 * UNIT}")
    second_ms = story.now_ms
    (one, other) = cases_of(story, second_ms + WITHIN_MS)
    assert (first_ms + WITHIN_MS, CaseState.OPEN, f"nothing has happened for 3 d to {FIRST}") == one
    assert (second_ms + WITHIN_MS, CaseState.OPEN) == other[:2]
    assert other[2].startswith(f"nothing has happened for 3 d to {ALL}")


def test_a_warehouse_ships_what_it_was_asked_for_first() -> None:
    story = story_of(BACKORDERED)
    story.now_ms += WITHIN_MS // 2
    story.do(f"fill 2:{2 * UNIT}")
    second_ms = story.now_ms
    story.now_ms += WITHIN_MS // 4
    story.do(f"ship 1:{5 * UNIT}")
    story.do(f"ship 2:{2 * UNIT}")
    (only,) = cases_of(story, story.now_ms + WITHIN_MS)
    assert second_ms + WITHIN_MS + WITHIN_MS // 4 == only[0]
    assert "nothing has happened for 3 d to 2 of item 2 for line 2 at E" == only[2]


def test_a_deed_to_what_was_released_later_leaves_the_case_of_the_first_open() -> None:
    story = story_of(f"place available {5 * UNIT} {4 * UNIT}; answer 1:{5 * UNIT} 2:0; booked")
    after_three_days(story)
    story.do(f"fill 2:{4 * UNIT}")
    assert "case DEPENDENCY_TIMEOUT" not in effects_of(story.do(f"ship 2:{4 * UNIT}"))
    assert "case DEPENDENCY_TIMEOUT RESOLVED" in effects_of(story.do(f"ship 1:{5 * UNIT}"))


def test_each_warehouse_has_a_case_of_its_own() -> None:
    story = story_of(f"{BACKORDERED}; fill 2:{UNIT}:W")
    first_ms = story.now_ms
    opened = cases_of(story, first_ms + WITHIN_MS)
    assert {
        f"nothing has happened for 3 d to {FIRST}",
        "nothing has happened for 3 d to 1 of item 2 for line 2 at W",
    } == {reason for _, _, reason in opened}
    verdict = story.do(f"ship@W 2:{UNIT}")
    (resolved,) = (each for each in verdict.messages if isinstance(each, Case) and each.state is CaseState.RESOLVED)
    assert "W has acted, and has none of these units left" == resolved.reason
