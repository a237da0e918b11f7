"""What a warehouse was asked for and nobody acts on becomes a case, and no case outlives its cause.

The sentences are those of `story`.
"""

import pytest

from domain.messages.cases import Case, CaseState
from domain.orders.pending.answers import Awaited
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


@pytest.mark.parametrize("deed", ("ship 1:5 2:2", "pick 1:1", "ship@W 1:1"))
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


def test_a_cancellation_that_a_warehouse_accepts_ends_the_wait() -> None:
    story = after_three_days(story_of("place available 5; answer 1:5; booked"))
    story.do("cancel")
    verdict = story.do("warehouse accepts")
    cases = [message for message in verdict.messages if isinstance(message, Case)]
    assert [CaseState.RESOLVED] == [case.state for case in cases]
