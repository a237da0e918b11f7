"""Refunds of another amount than was paid: the memos come to what the customer has got (`UNIT` costs 1 EUR)."""

import pytest

from domain.messages.cases import Case
from domain.messages.dispatch import CommandType, ErpRequested
from tests.unit.orders.story import Story, effects_of, story_of

UNIT = 1_000_000_000
"""A thousand pieces, at a tenth of a cent each."""
SENT = f"place available authorised {3 * UNIT}; answer 1:{3 * UNIT}; booked; ship 1:{3 * UNIT}; posted"
PART_SENT = f"place available authorised {3 * UNIT}; answer 1:{2 * UNIT}; booked; ship 1:{2 * UNIT}; posted"


def credits_of(story: Story, *sentences: str) -> list[int]:
    """What each memo comes to, in cents."""
    messages = [message for sentence in sentences for message in story.do(sentence).messages]
    memos = [each for each in messages if isinstance(each, ErpRequested)]
    return [each.document.grand_total // 100 for each in memos if each.command_type is CommandType.POST_CREDIT_MEMO]


@pytest.mark.parametrize(
    ("paid_back", "brought", "memos"),
    (
        ("", (2,), [200]),
        ("for=20000", (2,), [200]),
        ("for=20001", (2,), [200]),
        ("for=15000", (2,), [150]),
        ("for=15000", (1, 1), [50, 100]),
        ("for=5000", (1, 1), [0, 50]),
        ("for=26000", (1, 1), [160, 100]),
        ("for=0", (2,), [0]),
    ),
)
@pytest.mark.parametrize("verb", ("ask", "refund"))
def test_the_memos_come_to_what_was_paid_back(
    verb: str, paid_back: str, brought: tuple[int, ...], memos: list[int]
) -> None:
    story = story_of(f"{SENT}; {verb} return R 1:{2 * UNIT} {paid_back}".strip())
    assert memos == credits_of(story, *(f"bring R 1:{units * UNIT}:restocked:unpriced" for units in brought))
    assert 0 == sum(row.difference for row in story.documents.returns())


def test_what_is_inspected_is_credited_so_as_well() -> None:
    story = story_of(f"{SENT}; ask return R 1:{2 * UNIT} for=15000; bring R 1:{2 * UNIT}:inspect:unpriced")
    assert [150] == credits_of(story, f"inspect R 1:{2 * UNIT}")


def test_what_waits_for_its_shipment_is_credited_so_as_well() -> None:
    given = (
        f"place available authorised {3 * UNIT}; answer 1:{3 * UNIT}; booked; bring R 1:{2 * UNIT}:restocked:unpriced"
    )
    story = story_of(f"{given}; ask return R 1:{2 * UNIT} for=15000")
    assert [150] == credits_of(story, f"ship 1:{3 * UNIT}", "posted")


def test_units_that_are_cancelled_count_as_they_were_paid() -> None:
    story = story_of(f"{PART_SENT}; refund return R 1:{2 * UNIT} for=15000")
    assert [50] == credits_of(story, f"bring R 1:{UNIT}:restocked:unpriced")


@pytest.mark.parametrize(
    ("given", "when", "reason"),
    (
        (SENT, f"ask return R 1:{UNIT} for=12000", "return R pays back 1.2 EUR for goods that were paid with 1"),
        (
            PART_SENT,
            f"refund return R 1:{UNIT} for=8000",
            "return R has paid back 0.2 EUR less than was paid, and no credit memo says so",
        ),
        (
            PART_SENT,
            f"refund return R 1:{UNIT} for=12000",
            "return R has paid back 0.2 EUR more than was paid, and no credit memo says so",
        ),
    ),
)
def test_a_difference_that_a_person_has_to_see_is_a_case(given: str, when: str, reason: str) -> None:
    cases = [message for message in story_of(given).do(when).messages if isinstance(message, Case)]
    assert reason == cases[-1].reason


def test_less_than_was_paid_is_no_case() -> None:
    assert "case" not in effects_of(story_of(SENT).do(f"ask return R 1:{UNIT} for=8000"))


def test_another_amount_under_the_same_number_is_another_document() -> None:
    story = story_of(f"{SENT}; ask return R 1:{UNIT} for=8000")
    assert "dropped: return that was asked for before" == effects_of(story.do(f"ask return R 1:{UNIT} for=9000"))
