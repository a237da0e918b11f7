"""What is taken off a whole order goes with its goods: none costs less than nothing, none is credited above its price.

A unit costs 10, in ten-thousandths.
"""

from itertools import permutations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.messages.dispatch import CommandType, Document, ErpRequested
from domain.messages.status import ReturnReceived
from domain.orders.money.worth import value_of
from domain.quantities import UNIT
from tests.unit.orders.story import Story, story_of

TEN, FIVE, ONE = 10 * UNIT, 5 * UNIT, UNIT
HALF = f"place available CLF {TEN} coupon=50"
HALF_OFF = f"{HALF}; answer 1:{TEN}; booked"
UNTAXED = f"place available CLF {TEN} allowance=50 untaxed=10; answer 1:{TEN}"


def memos(story: Story, *events: str) -> list[Document]:
    requested = [
        message for event in events for message in story.do(event).messages if isinstance(message, ErpRequested)
    ]
    return [each.document for each in requested if each.command_type is CommandType.POST_CREDIT_MEMO]


def shipped(ordered: str, units: int) -> Story:
    return story_of(f"place available CLF {ordered}; answer 1:{units}; booked; ship 1:{units}; posted")


@pytest.mark.parametrize(
    ("history", "expected"),
    (
        (HALF_OFF, 50),
        (f"{HALF_OFF}; cancel 1:{FIVE}; warehouse accepts", 25),
        (f"{HALF_OFF}; amend 1 1:{ONE}; amendment applied; warehouse accepts", 5),
        (f"{HALF_OFF}; ship 1:{ONE}; cancel; warehouse accepts", 5),
        (f"place available CLF {TEN} allowance=50; answer 1:{TEN}; booked; cancel 1:{FIVE}; warehouse accepts", 25),
        (
            f"{HALF} allowance=50; answer 1:{TEN}; booked; cancel 1:{FIVE}; warehouse accepts",
            0,
        ),
        (f"{UNTAXED}; booked", 40),
        (f"{UNTAXED}; booked; cancel 1:{FIVE}; warehouse accepts", 20),
        (f"place available CLF {TEN} charged coupon=110; answer 1:{TEN}; booked", 8),
        (
            f"place available CLF {TEN} charged coupon=110; answer 1:{TEN}; booked; cancel 1:{FIVE}; warehouse accepts",
            8,
        ),
        (f"place available CLF {TEN} taxed=20; answer 1:{TEN}; booked; cancel 1:{FIVE}; warehouse accepts", 60),
        (f"{HALF_OFF}; amend 1 1:{2 * TEN}; answer 1:{TEN}; amendment applied", 150),
    ),
)
def test_an_order_is_worth_what_is_left_of_it_less_its_part_of_what_is_taken_off(history: str, expected: int) -> None:
    assert expected == value_of(story_of(history).order)


@given(st.integers(1, 10), st.integers(0, 10), st.integers(0, 200), st.integers(0, 200), st.booleans())
@example(10, 9, 50, 50, True)
def test_no_order_that_costs_something_ever_costs_less_than_nothing(
    ordered: int,
    cancelled: int,
    coupon: int,
    allowance: int,
    is_charged: bool,
) -> None:
    charged = "charged" if is_charged else ""
    placed = f"place available CLF {ordered * UNIT} {charged} coupon={coupon} allowance={allowance}"
    story = story_of(f"{placed}; answer 1:{ordered * UNIT}")
    costs_something = value_of(story.order) >= 0
    if cancelled:
        story.do(f"cancel 1:{min(cancelled, ordered) * UNIT}")
    assert value_of(story.order) >= 0 or not costs_something


def test_the_erp_is_told_what_is_left_of_what_is_taken_off() -> None:
    story = story_of(HALF_OFF)
    requested = [each for each in story.do(f"amend 1 1:{FIVE}").messages if isinstance(each, ErpRequested)]
    requested += [each for each in story.do("warehouse accepts").messages if isinstance(each, ErpRequested)]
    amended = [each.document for each in requested if each.command_type is CommandType.AMEND_SALES_ORDER]
    assert [(25, [25])] == [(each.grand_total, [part.value for part in each.discounts]) for each in amended]


@pytest.mark.parametrize("taken_off", ("coupon=50", "allowance=50"))
def test_what_was_taken_off_the_whole_order_is_on_the_memo_of_what_comes_back(taken_off: str) -> None:
    story = shipped(f"{TEN} {taken_off}", TEN)
    (memo,) = memos(story, f"return 1:{TEN}:restocked:unpriced")
    assert (50, [50], [10]) == (
        memo.grand_total,
        [each.value for each in memo.discounts],
        [line.unit_price for line in memo.lines],
    )


def test_the_tax_that_a_charge_takes_off_is_on_the_memos_as_its_charge_is() -> None:
    story = shipped(f"{3 * UNIT} allowance=10 untaxed=2", 3 * UNIT)
    found = memos(story, *(f"return 1:{UNIT}:restocked:unpriced" for _ in range(3)))
    assert -2 == sum(tax.value for memo in found for tax in memo.taxes)
    assert 30 - 10 - 2 == sum(memo.grand_total for memo in found) == value_of(story.order)


def test_the_event_of_a_return_says_what_its_memo_says() -> None:
    story = shipped(f"{TEN} coupon=50 taxed=19", TEN)
    messages = story.do(f"return 1:{FIVE}:restocked:unpriced").messages
    (received,) = [each for each in messages if isinstance(each, ReturnReceived)]
    (memo,) = [each.document for each in messages if isinstance(each, ErpRequested)]
    assert received.credit == memo.grand_total == 50 - 25 + 9


def test_the_taxes_of_the_units_that_come_back_are_on_the_memo() -> None:
    story = story_of(f"place available CLF {2 * UNIT} adjusted; answer 1:{2 * UNIT}; booked; ship 1:{2 * UNIT}; posted")
    first, second = memos(story, f"return 1:{UNIT}:restocked:unpriced", f"return 1:{UNIT}:restocked:unpriced")
    of_line = [(each.code, each.quantity) for each in first.taxes if each.quantity]
    assert [("VAT", UNIT), ("ECO", UNIT)] == of_line
    assert 21 == first.grand_total + second.grand_total == value_of(story.order)
    assert [6, 5, 2] == [sum(values) for values in _by_code(first, second)]


def _by_code(*documents: Document) -> list[list[int]]:
    names = list(dict.fromkeys((tax.code, tax.line_id) for document in documents for tax in document.taxes))
    return [
        [tax.value for document in documents for tax in document.taxes if (tax.code, tax.line_id) == name]
        for name in names
    ]


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.integers(0, 90), st.integers(0, 40))
@example([1, 1, 1], 10, 7)
def test_the_credits_of_all_units_are_what_the_customer_has_paid_in_whichever_order(
    parts: list[int], coupon: int, tax: int
) -> None:
    units = sum(parts) * UNIT
    coupon = min(coupon, 10 * sum(parts))
    for order in (parts, parts[::-1]):
        story = shipped(f"{units} coupon={coupon} taxed={tax}", units)
        credited = [
            memo.grand_total for memo in memos(story, *(f"return 1:{part * UNIT}:restocked:unpriced" for part in order))
        ]
        assert value_of(story.order) == sum(credited)
        assert all(each >= 0 for each in credited)


def test_whatever_comes_first_is_credited_alike_to_the_last_place() -> None:
    returns = [f"return 1:{ONE}:restocked:unpriced", f"return 1:{FIVE}:missing:unpriced", f"ship 1:{TEN}"]
    sums = set()
    for order in permutations(returns):
        story = story_of(f"place available CLF {TEN} coupon=33; answer 1:{TEN}; booked")
        sums.add(sum(memo.grand_total for memo in memos(story, *order, "posted")))
    assert {60 - 33 * 6 // 10} == sums


def test_a_source_that_says_what_a_unit_is_worth_is_taken_at_its_word() -> None:
    (memo,) = memos(shipped(f"{TEN} coupon=50 taxed=19", TEN), f"return 1:{FIVE}")
    assert (50, (), ()) == (memo.grand_total, memo.discounts, memo.taxes)


def test_goods_that_an_inspection_accepts_later_are_credited_as_they_were_paid() -> None:
    story = shipped(f"{TEN} coupon=50", TEN)
    story.do(f"bring R 1:{TEN}:inspect:unpriced")
    (memo,) = memos(story, f"inspect R 1:{TEN}")
    assert 50 == memo.grand_total


def test_a_line_that_turns_out_to_be_in_another_unit_takes_its_part_off_the_memo_that_waits() -> None:
    story = story_of(f"place available CLF {TEN} {TEN} coupon=50; ship 1:{TEN} 2:{TEN}")
    story.do(f"return 1:{TEN}:restocked:unpriced 2:{TEN}:restocked:unpriced")
    (waiting,) = story.order.unposted_returns
    assert 150 == waiting.document.grand_total
    story.do(f"answer 1:0:heldXPX 2:{TEN}")
    (left,) = story.order.unposted_returns
    assert (75, [25], ["2"]) == (
        left.document.grand_total,
        [each.value for each in left.document.discounts],
        [line.line_id for line in left.document.lines],
    )


@pytest.mark.parametrize(
    ("events", "expected"),
    (
        ((f"ship 1:{12 * UNIT}", f"return 1:{2 * UNIT}:restocked:unpriced"), [20]),
        (
            (f"ship 1:{12 * UNIT}", f"return 1:{2 * UNIT}:restocked:unpriced", f"return 1:{TEN}:missing:unpriced"),
            [20, 50],
        ),
        (
            (f"ship 1:{12 * UNIT}", f"return 1:{TEN}:restocked:unpriced", f"return 1:{2 * UNIT}:restocked:unpriced"),
            [60, 10],
        ),
        ((f"ship 1:{12 * UNIT}", f"return 1:{12 * UNIT}:restocked:unpriced"), [70]),
        (
            (
                f"ship 1:{TEN}",
                f"return 1:{2 * UNIT}:restocked:unpriced",
                f"ship 1:{2 * UNIT}",
                f"return 1:{TEN}:restocked:unpriced",
            ),
            [10, 60],
        ),
        (
            (
                f"ship 1:{12 * UNIT}",
                f"return 1:{2 * UNIT}:restocked:unpriced",
                f"amend 1 1:{12 * UNIT}",
                "amendment applied",
                f"return 1:{TEN}:restocked:unpriced",
            ),
            [20, 50],
        ),
    ),
)
def test_what_nobody_ordered_is_credited_first_at_its_price_and_never_more_than_was_charged(
    events: tuple[str, ...], expected: list[int]
) -> None:
    """Twelve at 10 were posted, less a coupon of 50."""
    assert expected == [memo.grand_total for memo in memos(story_of(HALF_OFF), *events)]


def test_the_surplus_of_a_line_in_another_unit_takes_nothing_else_off_the_memo_that_waits() -> None:
    story = story_of(f"place available CLF {TEN} {TEN} coupon=50; ship 1:{12 * UNIT} 2:{TEN}")
    story.do(f"return 1:{12 * UNIT}:restocked:unpriced 2:{TEN}:restocked:unpriced")
    (waiting,) = story.order.unposted_returns
    assert 170 == waiting.document.grand_total
    story.do(f"answer 1:0:heldXPX 2:{TEN}")
    (left,) = story.order.unposted_returns
    assert (75, [25]) == (left.document.grand_total, [each.value for each in left.document.discounts])
