"""More credited than was paid is a case for finance: of a charge, or of all of the order. A unit costs 10."""

import pytest

from domain.messages.cases import Case, CaseClass, CaseState
from domain.orders.money.overcredited import credited_beyond
from domain.quantities import UNIT
from domain.values import replace
from tests.unit.orders.story import Story, story_of

TWO = f"place available CLF {2 * UNIT} charged; answer 1:{2 * UNIT}; booked; ship 1:{2 * UNIT}; posted"


def cases(story: Story, event: str) -> list[Case]:
    found = [message for message in story.do(event).messages if isinstance(message, Case)]
    return [case for case in found if case.key == "credited beyond what was paid"]


@pytest.mark.parametrize(
    ("history", "event", "expected"),
    (
        (TWO, f"return 1:{UNIT}", []),
        (TWO, f"return 1:{2 * UNIT} refund", []),
        (TWO, f"return 1:{2 * UNIT}:restocked:unpriced refund", []),
        (f"{TWO}; return refund", "return refund", ["0.0036 of 0.0018 CLF paid for charge C"]),
        (
            f"{TWO}; return refund",
            f"return 1:{2 * UNIT} refund",
            ["0.0036 of 0.0018 CLF paid for charge C, 0.0056 of 0.0038 CLF paid in all"],
        ),
        (
            f"{TWO.replace('CLF', 'CLF coupon=10')}; return refund",
            f"return 1:{2 * UNIT}",
            ["0.0038 of 0.0028 CLF paid in all"],
        ),
        (f"{TWO}; return refund; return refund", f"return 1:{UNIT}:restocked:unpriced", []),
    ),
)
def test_more_credited_than_was_paid_is_a_case(history: str, event: str, expected: list[str]) -> None:
    found = cases(story_of(history), event)
    assert expected == [case.reason.partition(": ")[2] for case in found]
    assert all((CaseClass.INVOICE_MISMATCH, CaseState.OPEN) == (case.case_class, case.state) for case in found)


def test_the_case_ends_when_the_customer_has_paid_as_much() -> None:
    story = story_of(f"{TWO.replace('CLF', 'CLF coupon=10')}; return refund; return 1:{2 * UNIT}")
    (resolved,) = cases(story, f"ship 1:{UNIT}")
    assert (CaseState.RESOLVED, "no more is credited than was paid") == (resolved.state, resolved.reason)


def test_an_order_without_prices_has_none() -> None:
    order = story_of(f"{TWO}; return refund; return refund").order
    assert credited_beyond(order)
    assert not credited_beyond(replace(order, lines=tuple(line._replace(unit_price=0) for line in order.lines)))
