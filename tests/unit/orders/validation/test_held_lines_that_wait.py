"""An order that ships complete, and waits for a line that is held for its item or its unit."""

import pytest

from domain.orders.pending import awaiting
from domain.orders.pending.answers import Awaited
from domain.orders.state import Stage
from tests.unit.orders.story import effects_of, story_of

WAITS = "place complete 5 3 gate accepted; answer 1:5 2:0:held; timer; booked; timer"
GIVEN_BACK = f"{WAITS}; timer"


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        (WAITS, "timer", "gives up 1:5"),
        (GIVEN_BACK, "timer", "asks 1:5"),
        (f"{GIVEN_BACK}; timer", "answer 1:5", ""),
        (f"{GIVEN_BACK}; timer; answer 1:5", "wait 340h", "gives up 1:5"),
        (GIVEN_BACK, "cancel 2", "gives up 2:3; CANCEL_SALES_ORDER 2:3; OrderCancelled; asks 1:5"),
    ),
)
def test_the_claim_of_a_held_line_stays_when_its_order_gives_everything_back(
    given: str, when: str, effects: str
) -> None:
    assert effects == effects_of(story_of(given).do(when))


@pytest.mark.parametrize("history", ("cancel 1", "cancel 1; timer", "timer; cancel 1", "timer; answer 1:5"))
def test_an_order_that_waits_for_a_held_line_only_looks_again_in_time(history: str) -> None:
    order = story_of(f"{GIVEN_BACK}; {history}").order
    (row,) = awaiting.all_of(order, Awaited.UNITS, Awaited.NEXT_TRY)
    assert (row.awaited is Awaited.UNITS) == (order.stage is Stage.WAITING)
    assert row.due_at_ms
