"""Refunds of units that may not have left: each unit is cancelled or asked to come back, never both.

`given` is a history, `when` the event (`refund return R 1:2`: what has not left of 2 units is cancelled); see `story`.
"""

from itertools import permutations

import pytest

from domain.identifiers import LineId, ReturnId
from domain.messages.returns.requests import OrderReturnRequested, UnitsToReturn
from domain.messages.status import ReturnDeclined, ReturnRequested
from domain.orders.returns.unsent import MOST_KEPT
from domain.orders.status import return_status_of
from domain.values import replace
from tests.unit.orders.story import Story, effects_of, story_of

OPEN = "place available authorised gate accepted 3"
"""Accepted, and nothing of it is held: no warehouse knows of it."""
RELEASED = "place available authorised gate accepted 3; answer 1:3"
SENT = "place available authorised 3; answer 1:3; booked; ship 1:3; posted"
PART_SENT = "place available authorised 3; answer 1:2; booked; ship 1:2; posted"
AUTHORISED = "ReturnRequested; ReturnAuthorised; CREATE_RETURN_AUTHORIZATION 1:1"


@pytest.mark.parametrize(
    ("given", "when", "cancelled", "asked"),
    (
        (PART_SENT, "refund return R 1:1", 1, 0),
        (PART_SENT, "refund return R 1:2", 1, 1),
        (PART_SENT, "refund return R 1:3", 1, 2),
        (SENT, "refund return R 1:1", 0, 1),
        (f"{PART_SENT}; refund return Q 1:1", "refund return R 1:1", 1, 1),
        (f"{OPEN}; answer 1:0", "refund return R 1:3", 3, 0),
        (f"{OPEN}; answer 1:0; cancel", "refund return R 1:3", 3, 0),
        (f"{OPEN}; answer 1:0; refund return R 1:3", "cancel", 3, 0),
        (f"{PART_SENT}; refund return Q 1:1; refund return R 1:1", "authorise R", 1, 1),
        (f"{PART_SENT}; refund return Q 1:1; cancel 1:1", "refund return R 1:1", 1, 1),
        (RELEASED, "refund return R 1:1", 0, 0),
        (f"{RELEASED}; refund return R 1:1", "warehouse accepts", 1, 0),
        (f"{RELEASED}; refund return R 1:1; warehouse refuses", "ship 1:2", 0, 0),
        (f"{RELEASED}; refund return R 1:1; warehouse refuses", "ship 1:3", 0, 1),
        (f"{RELEASED}; refund return R 1:1", "ship 1:3", 0, 1),
        (f"{RELEASED}; pick 1:3; refund return R 1:1", "ship 1:2", 0, 0),
        (f"{RELEASED}; pick 1:3; refund return R 1:1; ship 1:2", "ship 1:1", 0, 1),
        (f"{RELEASED}; pick 1:3; refund return R 1:1; ship 1:2; unpick 1:1", "warehouse accepts", 1, 0),
        (f"{RELEASED}; pick 1:3; refund return R 1:1; ship 1:2", "unpick 1:1:damaged", 1, 0),
        (f"{RELEASED}; ship 1:2; refund return R 1:1", "miss 1:1", 1, 0),
        (f"{RELEASED}; ship 1:2; refund return R 1:2", "warehouse accepts", 1, 1),
        (f"{RELEASED}; ship 1:2; refund return R 1:2", "ship 1:1", 0, 2),
        (f"{RELEASED}; refund return R 1:1; warehouse accepts", "ship 1:3", 1, 1),
        (f"{SENT}; refund return R 1:1; unship 1:2", "ship 1:1", 1, 1),
    ),
)
def test_a_unit_is_cancelled_or_asked_back(given: str, when: str, cancelled: int, asked: int) -> None:
    story = story_of(given)
    story.do(when)
    assert (cancelled, asked) == (story.order.lines[0].cancelled, story.order.lines[0].announced)


def test_a_request_for_what_has_not_left_says_nothing_of_a_return() -> None:
    said = effects_of(story_of(PART_SENT).do("refund return R 1:1"))
    assert "OrderCancelled" in said
    assert "Return" not in said


def test_what_has_left_is_authorised_as_any_return() -> None:
    assert AUTHORISED == effects_of(story_of(SENT).do("refund return R 1:1"))


@pytest.mark.parametrize("first", ("ship 1:2", "refund return R 1:1"))
def test_the_order_of_the_shipment_and_the_refund_does_not_matter(first: str) -> None:
    (second,) = {"ship 1:2", "refund return R 1:1"} - {first}
    story = story_of(f"place available authorised 3; answer 1:2; booked; {first}; {second}")
    assert (1, 2, 0) == (story.order.lines[0].cancelled, story.order.lines[0].shipped, story.order.lines[0].announced)


@pytest.mark.parametrize("events", tuple(permutations(("refund return R 1:1", "ship 1:3", "cancel 1:1"))))
def test_in_any_order_the_customer_keeps_what_he_pays_for(events: tuple[str, ...]) -> None:
    story = story_of("; ".join(("place available authorised 3; answer 1:3; booked", *events)))
    line = story.order.lines[0]
    assert 3 == line.shipped
    assert 1 == line.announced


def test_the_same_return_asked_for_again_changes_nothing() -> None:
    story = story_of(f"{PART_SENT}; refund return R 1:1")
    assert "dropped: return that was asked for before" == effects_of(story.do("refund return R 1:1"))
    assert "dropped: return that was asked for before" == effects_of(story.do("ask return R 1:1"))


def test_what_came_back_is_not_wanted_less_any_more() -> None:
    story = story_of(f"{SENT}; refund return R 1:1; bring R 1:1; unship 1:1; ship 1:1")
    assert (0, 3, 0) == (story.order.lines[0].cancelled, story.order.lines[0].shipped, story.order.lines[0].announced)
    assert "PARTIAL" == return_status_of(story.order)
    assert () == story.order.unsent_returns


def test_what_was_asked_back_once_is_not_asked_back_again() -> None:
    story = story_of(f"{PART_SENT}; refund return R 1:2; bring R 1:1")
    assert "Return" not in effects_of(story.do("ship 1:1"))


@pytest.mark.parametrize(
    ("given", "when", "reason"),
    (
        (PART_SENT, "refund return R 1:5", "0.000004 of line 1 are to come back, and 0.000002 may"),
        (PART_SENT, "refund return R 7:1", "the order has no line 7"),
        (f"{PART_SENT}; refund return Q 1:3", "refund return R 1:1", "0.000001 of line 1 are to come back, and 0 may"),
    ),
)
def test_what_the_line_never_had_is_declined(given: str, when: str, reason: str) -> None:
    verdict = story_of(given).do(when)
    (declined,) = (message for message in verdict.messages if isinstance(message, ReturnDeclined))
    assert reason == declined.reason


def test_a_refund_of_several_lines_is_one_return_when_nothing_of_it_is_under_way() -> None:
    story = story_of("place available authorised gate accepted 3 2; answer 1:3 2:2; ship 1:3")
    assert "ReturnRequested" not in effects_of(story.do("refund return R 1:1 2:2"))
    verdict = story.do("ship 2:2")
    (asked,) = (message for message in verdict.messages if isinstance(message, ReturnRequested))
    assert {"1": 1, "2": 2} == {line.line_id: line.quantity for line in asked.lines}


def test_a_refund_waits_for_its_order() -> None:
    story = story_of("ship 1:2; refund return R 1:1; place available authorised 3")
    assert (1, 2, 0) == (story.order.lines[0].cancelled, story.order.lines[0].shipped, story.order.lines[0].announced)


def test_only_so_many_are_kept() -> None:
    story = story_of("place available authorised gate accepted 300; answer 1:0")
    for number in range(MOST_KEPT + 20):
        story.take(_refund(story, number))
    assert MOST_KEPT == len(story.order.unsent_returns)
    assert MOST_KEPT + 20 == story.order.lines[0].cancelled


def test_beyond_so_many_that_wait_a_refund_is_declined() -> None:
    story = story_of("place available authorised gate accepted 300; answer 1:300; pick 1:300")
    for number in range(MOST_KEPT):
        story.take(_refund(story, number))
    assert "ReturnRequested; ReturnDeclined" == effects_of(story.take(_refund(story, MOST_KEPT)))


def _refund(story: Story, number: int) -> OrderReturnRequested:
    request = story.event(f"refund return R{number} 1:1")
    assert isinstance(request, OrderReturnRequested)
    return replace(request, return_id=ReturnId(f"R{number}"), lines=(UnitsToReturn(LineId("1"), 1),))
