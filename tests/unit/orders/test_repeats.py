"""What comes again: an order under another correlation id is measured by its content.

`given` is a history, `when` the event; `effects` and `status` are what comes of it (see `story`).
"""

import pytest

from domain.messages.cases import Case
from tests.unit.orders.story import effects_of, flow_status_of, story_of


@pytest.mark.parametrize(
    ("given", "when", "effects", "status"),
    (
        ("place available 5", "place available 5", "dropped: duplicate", "RESERVING; 1: unanswered 5"),
        (
            "place available 5",
            "place available 6",
            "case CONFLICTING_DUPLICATE; dropped: conflicting duplicate",
            "RESERVING; 1: unanswered 5",
        ),
        (
            "place available 5 answered",
            "place available 5 answered",
            "OrderDuplicateReceived; dropped: duplicate",
            "RESERVING; 1: unanswered 5",
        ),
    ),
)
def test_an_order_placed_again_is_a_duplicate_or_a_conflict(given: str, when: str, effects: str, status: str) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))
    assert status == flow_status_of(story)


def test_the_case_of_an_order_placed_again_does_not_take_its_message_for_one_that_came_twice() -> None:
    story = story_of("place available 5")
    (case,) = [each for each in story.do("place available 6").messages if isinstance(each, Case)]
    assert " sent order " in case.reason
    assert case.reason.endswith(" again with other content than the message that placed it, which stays in force")
