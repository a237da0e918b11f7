"""Units that come back: for sale again, and then for who waits, or put aside as damaged."""

import pytest

from domain.returns import ReturnCondition
from tests.unit.inventory.book import book_of, effects_of

SHIPPED = "receive 3 E; ask a 3 from E; ship a 3 at E"


@pytest.mark.parametrize(
    ("given", "when", "effects", "stock"),
    (
        (SHIPPED, "return a 2 restocked at E", "", "E: supplier -3 available 2 customer 1"),
        (SHIPPED, "return a 2 damaged at E", "", "E: supplier -3 damaged 2 customer 1"),
        (SHIPPED, "return a 3 restocked at W", "", "E: supplier -3 customer 3; W: available 3 customer -3"),
        (SHIPPED, "return a 5 restocked at E", "", "E: supplier -3 available 5 customer -2"),
        (
            f"{SHIPPED}; ask b 4 from E",
            "return a 2 restocked at E",
            "fills b 2 at E",
            "E: supplier -3 pending 2 customer 1; b@E: pending 2 waits 2",
        ),
        (
            f"{SHIPPED}; ask b 4 from E",
            "return a 2 damaged at E",
            "",
            "E: supplier -3 damaged 2 customer 1; b@E: waits 4",
        ),
        ("", "return a 2 restocked at E", "", "E: available 2 customer -2"),
    ),
)
def test_units_that_come_back(given: str, when: str, effects: str, stock: str) -> None:
    book = book_of(given)
    assert (effects, stock) == (effects_of(book.do(when)), book.described())


HELD = f"{SHIPPED}; return a 2 inspect at E"


@pytest.mark.parametrize(
    ("given", "when", "stock"),
    (
        (HELD, "inspect a 2 restocked at E", "E: supplier -3 available 2 customer 1"),
        (f"{HELD}; inspect a 2 restocked at E", "inspect a 1 damaged at E was restocked", "available 1 damaged 1"),
        (f"{HELD}; inspect a 2 damaged at E", "inspect a 2 restocked at E was damaged", "available 2"),
        (f"{HELD}; inspect a 2 missing at E", "inspect a 2 restocked at E was missing", "available 2"),
        (
            f"{HELD}; inspect a 2 missing at E",
            "inspect a 1 damaged at E was missing",
            "damaged 1 customer 1 adjustment 1",
        ),
        (f"{HELD}; inspect a 2 restocked at E", "inspect a 2 missing at E was restocked", "adjustment 2"),
        (f"{HELD}; inspect a 2 damaged at E", "inspect a 2 inspect at E was damaged", "quality_hold 2"),
    ),
)
def test_inspected_units_leave_what_they_were(given: str, when: str, stock: str) -> None:
    book = book_of(given)
    book.do(when)
    assert stock in book.described()


def test_promised_units_that_are_damaged_after_all_are_a_loss() -> None:
    book = book_of(f"{HELD}; inspect a 2 restocked at E; ask b 2 from E; confirm b")
    assert "SHRINKAGE" in effects_of(book.do("inspect a 2 damaged at E was restocked"))


def test_a_line_that_is_inspected_in_parts_is_a_loss_of_all_its_parts() -> None:
    book = book_of("inspect a 2 missing at E was restocked")
    (case,) = book.do("inspect a 3 missing at E was restocked").cases
    assert case.reason.endswith("0.000003 more than are free to promise, 0.000005 with those of before")
    assert "SHRINKAGE" not in effects_of(book.do("receive 4 E"))
    assert "SHRINKAGE RESOLVED" in effects_of(book.do("receive 1 E"))


def test_they_are_reported_as_the_orders_and_of_no_reservation() -> None:
    decision = book_of(SHIPPED).do("return a 2 restocked at E")
    assert [("a", "")] == [(each.order_id, each.reservation_id) for each in decision.transfers]


def test_what_never_came_back_is_no_movement() -> None:
    with pytest.raises(KeyError):
        book_of(SHIPPED).take_back("a", 1, "E", ReturnCondition.MISSING)
