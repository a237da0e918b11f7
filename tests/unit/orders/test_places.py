"""From when a line waits in its item's queue: what the ledger is asked, and what an amendment moves (see `story`)."""

import pytest

from domain.messages.inventory import ReservationsMoved
from tests.unit.orders.story import effects_of, story_of


def test_an_order_that_ships_what_there_is_asks_for_what_is_added_only() -> None:
    story = story_of("place available 5 3; answer 1:5 2:3")
    assert "OrderAmendmentRequested; asks 1:2" == effects_of(story.do("amend 1 1:7"))
    story.do("answer 1:2")
    assert "OrderAmended" in effects_of(story.do("amendment applied"))
    assert ("1",) == tuple(each.line_id for each in story.order.raised)


@pytest.mark.parametrize("placed", ("place available 5 3", "place complete 5 3"))
def test_a_refused_amendment_costs_no_place(placed: str) -> None:
    story = story_of(f"{placed}; answer 1:5 2:0; timer; amend 1 1:7; answer 1:2")
    verdict = story.do("amendment refused")
    assert [] == [each for each in verdict.messages if isinstance(each, ReservationsMoved)]
    assert () == story.order.raised


def test_fewer_units_keep_their_place() -> None:
    story = story_of("place complete 5 3; answer 1:5 2:0; timer; amend 1 2:1")
    verdict = story.do("amendment applied")
    assert [] == [each for each in verdict.messages if isinstance(each, ReservationsMoved)]
