"""What a change says of lines beside their quantities: a price is taken or disputed, other goods refuse it.

`given` is a history, `when` the event; `effects` is what comes of it (see `story`). Lines 1 and 2 cost 10 a unit.
"""

import pytest

from domain.messages.cases import Case
from domain.messages.orders import HoldKind
from domain.messages.status import OrderAmended, OrderHeld, OrderSnapshot
from domain.papers import Note
from domain.quantities import UNIT
from tests.unit.orders.story import effects_of, story_of

BOOKED = "place available 5 4; answer 1:5 2:4; booked"
TAKEN = "OrderAmendmentRequested"
HELD = "case PRICING_DISPUTE; OrderHeld"


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        # Disputed: the quantities are carried out at the order's price, and the order is held.
        (BOOKED, "amend 1 1@12", f"{TAKEN}; {HELD}; OrderAmended"),
        (BOOKED, "amend 1 1:2 1@12", f"{TAKEN}; {HELD}; AMEND_SALES_ORDER 1:2 2:4"),
        (BOOKED, "amend 1 1:8 1@12", f"{TAKEN}; {HELD}; asks 1:3"),
        (BOOKED, "amend 1 postage", f"{TAKEN}; {HELD}; OrderAmended"),
        # Agreed: the ERP is told.
        (BOOKED, "amend 1 1@12 agreed", f"{TAKEN}; AMEND_SALES_ORDER 1:5 2:4; OrderAmended"),
        (
            "place available 5 4; answer 1:5 2:4",
            "amend 1 1@12 agreed",
            f"{TAKEN}; AMEND_SALES_ORDER 1:5 2:4; OrderAmended",
        ),
        (BOOKED, "amend 1 1:2 1@12 agreed", f"{TAKEN}; AMEND_SALES_ORDER 1:2 2:4"),
        (f"{BOOKED}; ship 1:5; invoice 1:5", "amend 1 1@12 agreed", f"{TAKEN}; {HELD}; OrderAmended"),
        # What agrees with the line changes nothing.
        (BOOKED, "amend 1 1@10", f"{TAKEN}; OrderAmended"),
        ("place available 5 4 charged; answer 1:5 2:4; booked", "amend 1 postage", f"{TAKEN}; OrderAmended"),
        # Other goods, other money.
        (BOOKED, "amend 1 1:2 1=lamp", f"{TAKEN}; case INVALID_ITEM; OrderAmendmentRefused"),
        (BOOKED, "amend 1 1:2 1*XCT", f"{TAKEN}; case INVALID_ITEM; OrderAmendmentRefused"),
        (BOOKED, "amend 1 1@12 USD", f"{TAKEN}; case PRICING_DISPUTE; OrderAmendmentRefused"),
        (BOOKED, "amend 1 +3:6 USD", f"{TAKEN}; case PRICING_DISPUTE; OrderAmendmentRefused"),
        (BOOKED, "amend 1 9@12", f"{TAKEN}; OrderAmendmentRefused"),
        # Everything has left: nothing can be held.
        (f"{BOOKED}; ship 1:5 2:4", "amend 1 1@12", f"{TAKEN}; case PRICING_DISPUTE; OrderAmended"),
    ),
)
def test_what_a_change_says_of_a_line_is_never_lost(given: str, when: str, effects: str) -> None:
    story = story_of(given)
    assert effects == effects_of(story.do(when))


def test_a_dispute_names_both_prices_and_the_line() -> None:
    story = story_of(BOOKED)
    verdict = story.do("amend 1 1@12")
    (case,) = (each for each in verdict.messages if isinstance(each, Case))
    (held,) = (each for each in verdict.messages if isinstance(each, OrderHeld))
    assert "amendment 1 states 0.0012 EUR instead of 0.001 EUR for line 1" in case.reason
    assert HoldKind.PRICING is held.hold
    (amended,) = (each for each in verdict.messages if isinstance(each, OrderAmended))
    assert (("1",), ()) == (amended.disputed_lines, amended.repriced)


def test_a_second_dispute_keeps_the_words_of_the_first_one() -> None:
    story = story_of(f"{BOOKED}; amend 1 1@12")
    verdict = story.do("amend 2 2@13")
    (case,) = (each for each in verdict.messages if isinstance(each, Case))
    assert "amendment 1 states" in case.reason
    assert "amendment 2 states" in case.reason


def test_a_price_that_is_taken_is_what_the_order_is_worth() -> None:
    story = story_of(BOOKED)
    verdict = story.do("amend 1 1@12 agreed")
    (snapshot,) = (each for each in verdict.messages if isinstance(each, OrderSnapshot))
    assert 5 * 12 + 4 * 10 == sum(line.ordered * line.unit_price for line in story.order.lines)
    (amended,) = (each for each in verdict.messages if isinstance(each, OrderAmended))
    assert [("1", 12, 1)] == [(each.line_id, each.unit_price, each.price_basis) for each in amended.repriced]
    assert snapshot.order.goods_total == amended.order.goods_total


def test_taxes_follow_a_new_price_and_what_is_taken_off_stays() -> None:
    story = story_of(f"place available {2 * UNIT} adjusted; answer 1:{2 * UNIT}; booked")
    before = story.order.adjustments
    story.do("amend 1 1@20 agreed")
    after = story.order.adjustments
    assert before is not None
    assert after is not None
    assert before.discounts == after.discounts
    assert [6, 5, 2] == [tax.value for tax in before.taxes]
    # 2 units at 10, less 4, are 16; at 20 they are 36.
    assert [14, 11, 5] == [tax.value for tax in after.taxes]


def test_notes_are_added_to_the_order_once_and_reach_the_erp() -> None:
    story = story_of(BOOKED)
    assert f"{TAKEN}; AMEND_SALES_ORDER 1:5 2:4; OrderAmended" == effects_of(story.do("amend 1 note"))
    assert story.order.papers is not None
    assert (Note("the back door"),) == story.order.papers.notes
    assert f"{TAKEN}; OrderAmended" == effects_of(story.do("amend 2 note"))
