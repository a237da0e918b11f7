"""A channel shows an order again and again: only what differs from what it is to be is asked for (see `story`)."""

import pytest

from domain.messages.dispatch import ErpRequested
from domain.orders.state import LastPicture, Order
from tests.unit.orders.story import effects_of, story_of

OLD = "dropped: picture that is older than the last one"
AGAIN = "dropped: picture that came before"
TAKEN = "OrderAmendmentRequested"
PLACED = "place available 5 3; answer 1:5 2:0"

UNKNOWN = (
    # when, effects
    ("picture 7 1:5 2:3", "OrderReceived; asks 1:5 2:3"),
    ("picture 7 1:5 2:3 cancelled", "OrderReceived; OrderCancelled"),
    ("picture 7 cancelled", "OrderReceived; OrderCancelled"),
)


@pytest.mark.parametrize(("when", "effects"), UNKNOWN)
def test_a_picture_of_an_unknown_order_places_it(when: str, effects: str) -> None:
    assert effects == effects_of(story_of("").do(when))


COMPARED = (
    # given, when, effects
    (PLACED, "picture 7 1:5 2:3", ""),
    (f"{PLACED}; picture 7 1:5 2:3", "picture 7 1:5 2:3", AGAIN),
    (f"{PLACED}; picture 7 1:5 2:3", "picture 6 1:4 2:3", OLD),
    (f"{PLACED}; picture 7 1:5 2:3", "picture 8 1:5 2:3", ""),
    (PLACED, "picture 7 1:5 2:4", f"{TAKEN}; asks 2:1"),
    (PLACED, "picture 7 1:5 2:2", f"{TAKEN}; AMEND_SALES_ORDER 1:5 2:2"),
    (PLACED, "picture 7 1:5", f"{TAKEN}; AMEND_SALES_ORDER 1:5"),
    (PLACED, "picture 7 1:5 2:3 3:6", f"{TAKEN}; asks 3:6"),
    (PLACED, "picture 7 1:5 2:3 address", f"{TAKEN}; AMEND_SALES_ORDER 1:5 2:3; OrderAmended"),
    (PLACED, "picture 7 1:5 2:3 by9", f"{TAKEN}; moves 1 2 to 9; AMEND_SALES_ORDER 1:5 2:3; OrderAmended"),
    (PLACED, "picture 7 1:5 2:3 charged", f"{TAKEN}; AMEND_SALES_ORDER 1:5 2:3 POST:18; OrderAmended"),
    (f"{PLACED}; picture 7 1:5 2:3 charged", "picture 8 2:3 1:5 charged", ""),
    (f"{PLACED}; picture 7 1:5 2:3 charged", "picture 8 1:5 2:3", f"{TAKEN}; AMEND_SALES_ORDER 1:5 2:3; OrderAmended"),
    (f"{PLACED}; cancel", "picture 7 1:5 2:3 charged", ""),
    (PLACED, "picture 7 1:5 2:3 cancelled", "gives up 1:5 2:3; CANCEL_SALES_ORDER; OrderCancelled"),
    (PLACED, "picture 7", "gives up 1:5 2:3; CANCEL_SALES_ORDER; OrderCancelled"),
    (f"{PLACED}; picture 7 1:5 2:3 cancelled", "picture 8 1:5 2:3 cancelled", ""),
    (f"{PLACED}; picture 7 1:5 2:3 cancelled", "picture 8 1:7 2:3", "case ALLOCATION_CONFLICT"),
    (f"{PLACED}; picture 7 1:5 2:3 cancelled", "picture 8 1:5 2:3", "case ALLOCATION_CONFLICT"),
    (f"{PLACED}; picture 7 1:5 2:3 cancelled", "picture 8 1:5 2:3 3:6", "case ALLOCATION_CONFLICT"),
    (f"{PLACED}; picture 7", "picture 8 1:5 2:3", "case ALLOCATION_CONFLICT"),
    (f"{PLACED}; picture 7; picture 8 1:5 2:3", "picture 9", "case ALLOCATION_CONFLICT RESOLVED"),
    (f"{PLACED}; picture 7; picture 8 1:5 2:3", "picture 9 1:5 2:2", "case ALLOCATION_CONFLICT"),
    ("picture 7 1:5 cancelled", "picture 8 1:5", "case ALLOCATION_CONFLICT"),
    (f"{PLACED}; booked; picture 7", "picture 8 1:5 2:3", "case ALLOCATION_CONFLICT"),
    (
        f"{PLACED}; booked; picture 7; picture 8 1:5 2:3; warehouse refuses",
        "picture 9 1:5 2:3 by9",
        f"case ALLOCATION_CONFLICT; {TAKEN}; moves 1 to 9; AMEND_SALES_ORDER 1:5; OrderAmended",
    ),
    (f"{PLACED}; cancel", "picture 7 1:5 2:3", ""),
    (f"{PLACED}; cancel", "picture 7 1:5 2:4", "case ALLOCATION_CONFLICT"),
    (f"{PLACED}; cancel 2", "picture 7 1:5", ""),
    (f"{PLACED}; cancel 2", "picture 7 1:5 2:3", ""),
    (f"{PLACED}; cancel 2:1", "picture 7 1:5 2:2", ""),
    (f"{PLACED}; cancel 2:1", "picture 7 1:5 2:4", f"{TAKEN}; asks 2:1"),
    (f"{PLACED}; ship 1:5; return 1:2", "picture 7 1:3 2:3", ""),
    (f"{PLACED}; ship 1:3", "picture 7 1:3 2:3", f"{TAKEN}; AMEND_SALES_ORDER 1:3 2:3"),
    (f"{PLACED}; ship 1:3", "picture 7 1:2 2:3", "case ALLOCATION_CONFLICT"),
    (f"{PLACED}; pick 1:3", "picture 7 1:2 2:3", "case ALLOCATION_CONFLICT"),
    (f"{PLACED}; ship 1:3", "picture 7 1:2 2:4", f"case ALLOCATION_CONFLICT; {TAKEN}; asks 2:1"),
    (f"{PLACED}; ship 1:5 2:3", "picture 7 1:5 2:3 cancelled", "case ALLOCATION_CONFLICT"),
    (f"{PLACED}; ship 1:5 2:3", "picture 7 1:5 2:3 address", "case ALLOCATION_CONFLICT"),
    (
        f"{PLACED}; ship 1:5",
        "picture 7 1:5 2:3 cancelled",
        "case ALLOCATION_CONFLICT; gives up 2:3; CANCEL_SALES_ORDER 2:3; OrderCancelled",
    ),
    (PLACED, "picture 7 1:5 2:3 dear", "case ALLOCATION_CONFLICT"),
    (f"{PLACED}; picture 7 1:5 2:3 dear", "picture 8 1:5 2:3", "case ALLOCATION_CONFLICT RESOLVED"),
    (f"{PLACED}; picture 7 1:5 2:3 dear", "picture 8 1:5 2:3 dear", ""),
    (f"{PLACED}; picture 7 1:5 2:3", "picture 7 1:5 2:2", "case CONFLICTING_DUPLICATE; dropped: conflicting duplicate"),
    ("place kill 5; answer 1:3; timer", "picture 7 kill 1:5", ""),
    ("place kill 5; answer 1:3; timer", "picture 7 kill 1:4", ""),
    ("place kill 5; answer 1:0; timer", "picture 7 kill 1:4", ""),
)


@pytest.mark.parametrize(("given", "when", "effects"), COMPARED)
def test_what_differs_is_asked_for_once(given: str, when: str, effects: str) -> None:
    assert effects == effects_of(story_of(given).do(when))


UNDER_WAY = (
    # given, when, effects
    (f"{PLACED}; picture 7 1:5 2:2", "picture 8 1:5 2:2 3:1", TAKEN),
    (f"{PLACED}; picture 7 1:5 2:2", "picture 8 1:5 2:3", TAKEN),
    (f"{PLACED}; booked; picture 7 1:5 2:2; picture 8 1:5 2:3", "picture 9 1:5 2:3 address", TAKEN),
    (f"{PLACED}; booked; picture 7 1:4 2:3; amendment applied", "picture 8 1:4 2:3 by9", TAKEN),
    (f"{PLACED}; booked; cancel 1", "picture 7 2:3", ""),
    (f"{PLACED}; booked; cancel", "picture 7 1:5 2:3 cancelled", ""),
    ("place available 5 3; picture 7 1:5 2:2", "picture 8 1:5 2:2 dear", "case ALLOCATION_CONFLICT"),
)


@pytest.mark.parametrize(("given", "when", "effects"), UNDER_WAY)
def test_a_picture_is_compared_with_what_the_order_is_to_be(given: str, when: str, effects: str) -> None:
    assert effects == effects_of(story_of(given).do(when))


def test_amendments_of_pictures_are_carried_out_one_after_the_other() -> None:
    story = story_of(f"{PLACED}; booked; picture 7 1:5 2:2; picture 8 1:5 2:3")
    assert "gives up 2:1; OrderAmended; asks 2:1" == effects_of(story.do("amendment applied"))


def test_an_order_that_is_placed_after_its_picture_is_older() -> None:
    story = story_of("picture 7 1:5 2:2")
    assert "dropped: duplicate" == effects_of(story.do("place available 5 3"))


def test_the_number_and_content_of_the_last_picture_are_kept() -> None:
    story = story_of(f"{PLACED}; picture 7 1:5 2:3; picture 8 1:5 2:3; picture 6 1:9")
    assert isinstance(story.known, Order)
    assert LastPicture(8, "1:5 2:3") == story.known.picture


def test_what_is_parked_applies_to_an_order_that_a_picture_places() -> None:
    story = story_of("ship 1:5; picture 7 1:5 cancelled")
    assert 5 == story.order.lines[0].shipped
    story = story_of("cancel; picture 7 1:5")
    assert "CANCELLED" == story.order.stage


@pytest.mark.parametrize("history", ("return 1:1", "return 1:1; picture 8 1:3", "picture 8 1:3 dear; return 1:2"))
def test_the_case_of_a_picture_stays_while_it_shows_what_cannot_be(history: str) -> None:
    story = story_of(f"place available 5; answer 1:5; booked; ship 1:5; picture 7 1:3; {history}")
    assert isinstance(story.known, Order)
    assert story.known.picture is not None
    assert story.known.picture.has_case


def test_the_order_and_its_erp_have_the_money_that_a_picture_shows() -> None:
    story = story_of("place available 5; answer 1:5; booked")
    (told,) = (each for each in story.do("picture 7 1:5 adjusted").messages if isinstance(each, ErpRequested))
    shown = story.order.adjustments
    assert shown is not None
    assert ((shown.discounts, shown.taxes), 2) == ((told.document.discounts, told.document.taxes), len(shown.discounts))


def test_a_line_that_is_not_shown_any_more_keeps_its_discounts_and_taxes() -> None:
    story = story_of("place available 5 3 adjusted; answer 1:5 2:3; booked; ship 1:5; posted; return 1:5; credited")
    before = story.order.adjustments
    story.do("picture 7 2:3")
    after = story.order.adjustments
    assert before is not None
    assert after is not None
    assert [each for each in before.taxes if each.line_id == "1"] == list(after.taxes)


@pytest.mark.parametrize(
    ("picture", "wanted"),
    (
        ("late picture 2000000000000000 1:6", 5),
        ("late picture 2000000000 1:6", 4),
        ("late picture 7 1:6", 4),
        ("picture 7 1:6", 5),
    ),
)
def test_what_a_picture_shows_later_than_a_cancellation_counts_after_it(picture: str, wanted: int) -> None:
    """Its order occurred when it was placed; by its time, which its number is, it is later."""
    story = story_of("place available 5; answer 1:5; booked; wait 1h; cancel 1:1; warehouse accepts")
    story.do(picture)
    (line,) = story.order.lines
    assert wanted == line.wanted
