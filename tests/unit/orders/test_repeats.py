"""What comes again: an order under another correlation id is measured by its content.

`given` is a history, `when` the event; `others_hear` and `it_stands` are what comes of it (see `story`).
"""

import pytest

from tests.unit.orders.story import effects_of, flow_status_of, story_of


@pytest.mark.parametrize(
    ("given", "when", "others_hear", "it_stands"),
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
def test_an_order_placed_again_is_a_duplicate_or_a_conflict(
    given: str, when: str, others_hear: str, it_stands: str
) -> None:
    story = story_of(given)
    assert others_hear == effects_of(story.do(when))
    assert it_stands == flow_status_of(story)
