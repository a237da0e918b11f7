"""What comes again: an order under another correlation id is measured by its content.

`given` is a history, `when` the event; `effects` and `status` are what comes of it (see `story`).
"""

import pytest

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
