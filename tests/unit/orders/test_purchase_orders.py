"""The home of a purchase order number: who carries it, and who is told that another does."""

import pytest

from domain.identifiers import OrderId, PurchaseOrderId
from domain.messages.orders import PurchaseOrderClaimed, PurchaseOrderGivenUp
from domain.orders.identity.purchase_orders import MOST_ORDERS, CarriedNumber, claimed, given_up

NUMBER = PurchaseOrderId("K1/4711")


def answers_of(history: str) -> list[str]:
    """`a` claims the number, `-a` gives it up; each claim is answered with the order that carries it, or nothing."""
    row: CarriedNumber | None = None
    answers: list[str] = []
    for word in history.split():
        order_id = OrderId(word.removeprefix("-"))
        if word.startswith("-"):
            row = row and given_up(row, PurchaseOrderGivenUp(NUMBER, order_id))
            continue
        row, answer = claimed(row, PurchaseOrderClaimed(NUMBER, order_id), until_ms=1)
        assert order_id == answer.order_id
        answers.append(answer.duplicate_of)
    return answers


@pytest.mark.parametrize(
    ("history", "answers"),
    (
        ("a", [""]),
        ("a b", ["", "a"]),
        ("a a", ["", ""]),
        ("a b b", ["", "a", "a"]),
        ("a b c", ["", "a", "a"]),
        ("a -a b", ["", ""]),
        ("a b -a", ["", "a"]),
        ("a b -a c", ["", "a", "b"]),
        ("a b -a b", ["", "a", ""]),
        ("a b -b c", ["", "a", "a"]),
        ("a b -a -b c", ["", "a", ""]),
        ("a -b b", ["", "a"]),
        ("-a b", [""]),
        ("a -a -a b", ["", ""]),
    ),
)
def test_the_first_that_is_still_alive_is_the_original(history: str, answers: list[str]) -> None:
    assert answers == answers_of(history)


def test_each_order_beyond_the_limit_is_a_duplicate_and_takes_no_room() -> None:
    row: CarriedNumber | None = None
    for number in range(MOST_ORDERS + 5):
        row, answer = claimed(row, PurchaseOrderClaimed(NUMBER, OrderId(f"o{number}")), until_ms=1)
        assert ("o0" if number else "") == answer.duplicate_of
    assert row is not None
    assert MOST_ORDERS == len(row.order_ids)
