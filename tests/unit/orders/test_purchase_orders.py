"""The home of a purchase order number: who carries it, and who is told that another does."""

import pytest

from domain.identifiers import OrderId, PurchaseOrderId
from domain.messages.orders import PurchaseOrderClaimed, PurchaseOrderGivenUp
from domain.orders.identity.purchase_orders import MOST_ORDERS, CarriedNumber, NumberVerdict, claimed, given_up

NUMBER = PurchaseOrderId("K1/4711")


def answers_of(history: str) -> list[str]:
    """`a` claims the number, `a!` says that it is cut short, `-a` gives it up; who is told whose duplicate it is."""
    row: CarriedNumber | None = None
    told: list[str] = []
    for word in history.split():
        order_id = OrderId(word.strip("-!"))
        if word.startswith("-"):
            verdict = given_up(row, PurchaseOrderGivenUp(NUMBER, order_id)) if row else NumberVerdict(None)
        else:
            verdict = claimed(row, PurchaseOrderClaimed(NUMBER, order_id, word.endswith("!")), until_ms=1)
        row = verdict.row
        answers = (f"{each.order_id}:{each.duplicate_of}{'!' * each.is_cut_short}" for each in verdict.answers)
        told.append(" ".join(answers))
    return told


@pytest.mark.parametrize(
    ("history", "answers"),
    (
        ("a", ["a:"]),
        ("a b", ["a:", "b:a"]),
        ("a a", ["a:", "a:"]),
        ("a b b", ["a:", "b:a", "b:a"]),
        ("a b c", ["a:", "b:a", "c:a"]),
        ("a -a b", ["a:", "", "b:"]),
        ("a b -a", ["a:", "b:a", "b:"]),
        ("a b -a c", ["a:", "b:a", "b:", "c:b"]),
        ("a b c -a", ["a:", "b:a", "c:a", "b: c:b"]),
        ("a b -a b", ["a:", "b:a", "b:", "b:"]),
        ("a b -b c", ["a:", "b:a", "", "c:a"]),
        ("a b -a -b c", ["a:", "b:a", "b:", "", "c:"]),
        ("a -b b", ["a:", "", "b:a"]),
        ("-a b", ["", "b:"]),
        ("a -a -a b", ["a:", "", "", "b:"]),
        ("a b -a a", ["a:", "b:a", "b:", "a:b"]),
        ("a b a!", ["a:", "b:a", "a: b:a!"]),
        ("a a! b", ["a:", "a:", "b:a!"]),
        ("a b a! a", ["a:", "b:a", "a: b:a!", "a: b:a"]),
        ("a b b! -a c", ["a:", "b:a", "b:a", "b:", "c:b!"]),
    ),
)
def test_the_first_that_is_still_alive_is_the_original_and_who_is_behind_it_is_told(
    history: str, answers: list[str]
) -> None:
    assert answers == answers_of(history)


def test_each_order_beyond_the_limit_is_a_duplicate_and_takes_no_room() -> None:
    row: CarriedNumber | None = None
    for number in range(MOST_ORDERS + 5):
        row, (answer,) = claimed(row, PurchaseOrderClaimed(NUMBER, OrderId(f"o{number}")), until_ms=1)
        assert ("o0" if number else "") == answer.duplicate_of
    assert row is not None
    assert MOST_ORDERS == len(row.order_ids)
