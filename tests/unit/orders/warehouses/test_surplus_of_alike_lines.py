"""Two lines of one item: what the customer has too many on one of them is not sent once more for the other."""

import pytest

from domain.messages.warehouse import WarehouseReleaseCommanded
from tests.unit.orders.story import Story, story_of

SHIPPED = "place available 2 3 alike; answer 1:2 2:3; booked; ship 1=lamp:2 as S; ship 2=lamp:3 as T"


def released(story: Story, event: str) -> list[tuple[str, int]]:
    commands = [each for each in story.do(event).messages if isinstance(each, WarehouseReleaseCommanded)]
    return [(line.line_id, line.quantity) for each in commands for line in each.lines]


@pytest.mark.parametrize(
    ("history", "event", "expected"),
    (
        (SHIPPED, "unship 1=lamp:2 of S", [("1", 2)]),
        (f"{SHIPPED}; ship 1=lamp:2 as U", "unship 1=lamp:2 of S", []),
        (f"{SHIPPED}; ship 1=lamp:1 as U", "unship 1=lamp:2 of S", [("1", 1)]),
        (f"{SHIPPED}; ship 1=lamp:1 as U; unship 1=lamp:2 of S", "return 2=lamp:1", [("1", 1)]),
    ),
)
def test_a_surplus_is_what_another_line_of_its_item_lacks(
    history: str, event: str, expected: list[tuple[str, int]]
) -> None:
    assert expected == released(story_of(history), event)
