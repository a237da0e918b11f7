"""Credits are whole coins of their currency, and together exactly what the customer has paid.

A unit costs 0.001 EUR here, so that nearly every amount has to be rounded.
"""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.messages.dispatch import CommandType, Document, ErpRequested
from domain.money.amounts import in_coins, parse_amount, smallest_coin
from domain.orders.money.worth import value_of
from domain.quantities import UNIT
from tests.unit.orders.story import Story, story_of

CENT = smallest_coin("EUR")


def memos(story: Story, *events: str) -> list[Document]:
    requested = [
        message for event in events for message in story.do(event).messages if isinstance(message, ErpRequested)
    ]
    return [each.document for each in requested if each.command_type is CommandType.POST_CREDIT_MEMO]


def shipped(ordered: str, units: int) -> Story:
    return story_of(f"place available {ordered}; answer 1:{units}; booked; ship 1:{units}; posted")


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    (
        ("8.6366", "EUR", "8.64"),
        ("8.635", "EUR", "8.64"),
        ("8.6349", "EUR", "8.63"),
        ("8.5", "JPY", "9"),
        ("8.4999", "KRW", "8"),
        ("8.6366", "KWD", "8.637"),
        ("8.6366", "TND", "8.637"),
        ("8.6366", "CLF", "8.6366"),
        ("-8.635", "EUR", "-8.63"),
        ("8.6366", "", "8.64"),
    ),
)
def test_an_amount_is_rounded_to_the_minor_unit_of_its_currency(amount: str, currency: str, expected: str) -> None:
    assert parse_amount(expected) == in_coins(parse_amount(amount), currency)


@given(
    st.lists(st.integers(4, 60), min_size=1, max_size=5),
    st.sampled_from(
        ("", "coupon=33", "taxed=190", "coupon=50 taxed=77", "coupon=7 allowance=21 untaxed=4", "adjusted")
    ),
)
@example([83, 83, 84], "coupon=333 taxed=190")
@example([1, 1, 1, 1, 1], "")
def test_all_memos_are_cents_and_together_what_was_paid_in_whichever_order(parts: list[int], adjusted: str) -> None:
    units = sum(parts) * UNIT
    for order in (parts, parts[::-1]):
        story = shipped(f"{units} {adjusted}", units)
        found = memos(story, *(f"return 1:{part * UNIT}:restocked:unpriced" for part in order))
        assert value_of(story.order) == sum(memo.grand_total for memo in found)
        assert all(memo.grand_total >= 0 for memo in found)
        amounts = [memo.grand_total for memo in found]
        amounts += [part.value for memo in found for part in memo.discounts]
        amounts += [part.value for memo in found for part in memo.taxes]
        assert not any(amount % CENT for amount in amounts)


def test_what_a_source_states_is_in_cents_and_together_what_it_has_stated() -> None:
    story = shipped(f"{90 * UNIT}", 90 * UNIT)
    assert [2 * CENT, 2 * CENT] == [
        memo.grand_total for memo in memos(story, f"return 1:{15 * UNIT}", f"return 1:{15 * UNIT} 1:{10 * UNIT}")
    ]


def test_what_an_order_is_worth_is_in_cents_as_well() -> None:
    story = story_of(f"place available {100 * UNIT} coupon=333; answer 1:{100 * UNIT}; booked; cancel 1:{50 * UNIT}")
    story.do("warehouse accepts")
    assert 3 * CENT == value_of(story.order)


def test_a_memo_that_waits_is_in_cents_when_a_line_is_taken_off_it() -> None:
    story = story_of(f"place available {50 * UNIT} {55 * UNIT} coupon=33; ship 1:{50 * UNIT} 2:{55 * UNIT}")
    story.do(f"return 1:{50 * UNIT}:restocked:unpriced 2:{55 * UNIT}:restocked:unpriced")
    story.do(f"answer 1:0:heldXPX 2:{55 * UNIT}")
    (left,) = story.order.unposted_returns
    assert 5 * CENT == left.document.grand_total
