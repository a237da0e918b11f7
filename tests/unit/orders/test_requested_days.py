"""When an order and its lines are wanted: what the ledger is asked, and what an amendment moves (see `story`)."""

import pytest

from domain.messages.inventory import ReservationsRequested
from domain.messages.orders import OrderAmendRequested
from domain.messages.status import OrderAmendmentRefused
from domain.papers import RequestedDay
from tests.unit.orders.story import Story, effects_of, story_of

PLACED = (
    # placed, the days of its lines
    ("place available 5 3", "0 0"),
    ("place available 5 3 by7", "7 7"),
    ("place available 5 3 2by7", "0 7"),
    ("place available 5 3 by7 1by9", "9 7"),
    ("place complete 5 3 by7 1by9", "7 7"),
    ("place complete 5 3 1by9 2by8", "8 8"),
    ("place complete 5 3 1by9", "0 0"),
    ("place kill 5 3 by9 1by8", "8 8"),
)

TOLD = "AMEND_SALES_ORDER 1:5 2:3; OrderAmended"


@pytest.mark.parametrize(("placed", "days"), PLACED)
def test_the_ledger_is_told_when_a_line_is_wanted(placed: str, days: str) -> None:
    (asked,) = (each for each in Story().do(placed).messages if isinstance(each, ReservationsRequested))
    assert days == " ".join(str(line.requested_us) for line in asked.lines)


AMENDED = (
    # given, when, effects
    ("place available 5 3; answer 1:5 2:0", "amend 1 by9", f"moves 1 2 to 9; {TOLD}"),
    ("place available 5 3 by9; answer 1:5 2:0", "amend 1 by9", "OrderAmended"),
    (
        "place available 5 3 by9; answer 1:5 2:0",
        "amend 1 2by7",
        f"moves 2 to 7; {TOLD}",
    ),
    (
        "place available 5 3 1by9; answer 1:5 2:0",
        "amend 1 by7",
        f"moves 1 2 to 7; {TOLD}",
    ),
    (
        "place available 5 3; answer 1:5 2:0",
        "amend 1 1by7 2by9",
        f"moves 1 to 7; moves 2 to 9; {TOLD}",
    ),
    (
        "place complete 5 3 by9; answer 1:5 2:0; timer",
        "amend 1 by7",
        f"moves 1 2 to 7; {TOLD}",
    ),
    (
        "place complete 5 3 by9; answer 1:5 2:0; timer",
        "amend 1 2by7",
        f"moves 1 2 to 7; {TOLD}",
    ),
    (
        "place available 5 3; answer 1:5 2:0; ship 1:5",
        "amend 1 by9",
        f"moves 2 to 9; {TOLD}",
    ),
)


@pytest.mark.parametrize(("given", "when", "effects"), AMENDED)
def test_an_amended_day_moves_what_is_claimed(given: str, when: str, effects: str) -> None:
    assert f"OrderAmendmentRequested; {effects}" == effects_of(story_of(given).do(when))


def test_a_day_waits_for_the_steps_of_its_amendment() -> None:
    story = story_of("place available 5; answer 1:5; booked; amend 1 1:3 by9")
    assert () == story.order.requested
    story.do("amendment applied")
    assert "gives up 1:2; moves 1 to 9; OrderAmended; releases 1:3; PickReleased" == effects_of(
        story.do("warehouse accepts")
    )


def test_an_added_line_may_have_a_day_of_its_own() -> None:
    story = story_of("place available 5; answer 1:5")
    assert "OrderAmendmentRequested; asks 3:6" == effects_of(story.do("amend 1 +3:6 3by9"))
    story.do("answer 3:6")
    assert "moves 3 to 9; OrderAmended" == effects_of(story.do("amendment applied"))


def test_a_day_for_a_line_that_is_not_there_is_refused() -> None:
    verdict = story_of("place available 5; answer 1:5").do("amend 1 7by9")
    (refused,) = (each for each in verdict.messages if isinstance(each, OrderAmendmentRefused))
    assert "the order has no line 7, which is wanted on another day" == refused.reason


def test_units_that_are_asked_for_again_keep_their_day() -> None:
    story = story_of("place available 5 by9; answer 1:5; booked; pick 1:2; unpick 1:2:missing")
    days = [line for each in story.order.lines for line in each.claims]
    assert 1 == len(days)
    assert (RequestedDay(9),) == story.order.requested


def test_an_amendment_of_the_day_alone_is_told_to_the_erp() -> None:
    story = story_of("place available 5; answer 1:5; booked")
    assert isinstance(story.event("amend 1 by9"), OrderAmendRequested)
    assert "OrderAmendmentRequested; moves 1 to 9; AMEND_SALES_ORDER 1:5; OrderAmended" == effects_of(
        story.do("amend 1 by9")
    )
