"""A line that is held for its item or its unit, and leaves all the same."""

import pytest

from domain.identifiers import LineId
from tests.unit.orders.story import Story

HELD = "place available 5 3 gate accepted; answer 1:0:held 2:3"


def held_after(history: str) -> tuple[LineId, ...]:
    story = Story()
    for step in f"{HELD}; {history}".split("; "):
        story.do(step)
    return story.order.held_lines


@pytest.mark.parametrize("shipped", ("ship 1:5", "ship 1:5; unship 1:2", "unship 1:2; ship 1:5", "cancel 1"))
def test_a_line_of_which_nothing_waits_any_more_is_held_no_more(shipped: str) -> None:
    assert () == held_after(shipped)


@pytest.mark.parametrize("shipped", ("ship 1:4", "ship 2:3", "cancel 1:2", "pick 1:5", "pick 1:5; unpick 1:2"))
def test_a_line_of_which_something_waits_or_may_come_back_is_held_still(shipped: str) -> None:
    assert (LineId("1"),) == held_after(shipped)
