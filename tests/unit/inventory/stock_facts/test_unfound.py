"""Units that are known to be missing, and then not found by who was asked to pick them, are written off once."""

from itertools import permutations

import pytest

from domain.messages.cases import CaseClass, CaseState
from tests.unit.inventory.book import Book, book_of

PROMISED = "receive 10 E time 1; ask a 10 from E; confirm a"
KEPT = "give a 0 keeping 3"
LOSSES = (
    ("count 7 E time 2", "E: supplier -10 customer 7 adjustment 3"),
    ("adjust -3 E time 2", "E: supplier -10 customer 7 adjustment 3"),
    ("change 3 E AVAILABLE to DAMAGED time 2", "E: supplier -10 damaged 3 customer 7"),
    ("change 3 E AVAILABLE to SCRAPPED time 2", "E: supplier -10 customer 7 adjustment 3"),
    ("send 3 E to W of T1 time 2", "E: supplier -10 customer 7; W: in_transit 3"),
)


def stock_of(book: Book) -> str:
    """Without the claims."""
    return book.described().split("; a")[0]


def has_open_shrinkage(book: Book, given: tuple[str, ...]) -> bool:
    last = [case for step in given for case in book.do(step).cases if case.case_class is CaseClass.SHRINKAGE][-1:]
    return bool(last) and last[0].state is CaseState.OPEN


@pytest.mark.parametrize(("loss", "stock"), LOSSES)
@pytest.mark.parametrize("answers", ("at once", "at the end"))
def test_in_any_order_of_arrival(loss: str, stock: str, answers: str) -> None:
    for arrival in permutations((loss, "miss a 3 at E time 5", "ship a 7 at E time 6")):
        steps = [step for each in arrival for step in ((each, KEPT) if each == loss else (each,))]
        if answers == "at the end":
            steps = [*arrival, KEPT]
        book = book_of(PROMISED)
        assert not has_open_shrinkage(book, tuple(steps)), arrival
        assert stock == stock_of(book), arrival


KNOWN = f"count 7 E time 2; {KEPT}"
BLOCKED_LATER = f"miss a 3 at E time 5; change 3 E AVAILABLE to DAMAGED time 6; {KEPT}"


@pytest.mark.parametrize(
    ("history", "stock"),
    (
        (f"{KNOWN}; miss a 1 at E time 5", "available -2 allocated 9 adjustment 3"),
        (f"{KNOWN}; miss a 4 at E time 5", "allocated 6 adjustment 4"),
        (f"{KNOWN}; miss a 1 at E time 5; miss a 2 at E time 6", "allocated 7 adjustment 3"),
        (f"miss a 3 at E time 5; adjust -3 E time 6; {KEPT}", "available -3 allocated 7 adjustment 6"),
        (BLOCKED_LATER, "available -3 allocated 7 damaged 3 adjustment 3"),
        ("miss a 3 at E time 5; count 7 E time 6", "allocated 7 adjustment 3"),
        (f"count 7 E time 6; {KEPT}; miss a 3 at E time 5", "allocated 7 adjustment 3"),
    ),
)
def test_what_nothing_explains_is_lost_as_well(history: str, stock: str) -> None:
    assert f"E: supplier -10 {stock}" == stock_of(book_of(f"{PROMISED}; {history}"))


@pytest.mark.parametrize(
    "history",
    (
        "count 7 E time 2; give b 3; miss a 3 at E time 5",
        "count 7 E time 2; miss a 3 at E time 5; give b 3",
    ),
)
def test_what_another_order_gives_back_explains_the_loss_instead(history: str) -> None:
    book = book_of(f"receive 10 E time 1; ask a 7 from E; confirm a; ask b 3 from E; confirm b; {history}")
    assert "E: supplier -10 allocated 4 adjustment 6" == stock_of(book)


def test_what_comes_afterwards_is_promised() -> None:
    book = book_of(
        f"{PROMISED}; count 7 E time 2; {KEPT}; miss a 3 at E time 5; ship a 7 at E time 6; receive 3 E time 7"
    )
    assert "E: supplier -13 allocated 3 customer 7 adjustment 3" == stock_of(book)


def test_a_later_count_knows_that_nothing_left_with_the_short_pick() -> None:
    book = book_of(f"{PROMISED}; {KNOWN}; miss a 3 at E time 5; count 7 E time 4")
    assert "E: supplier -10 allocated 7 adjustment 3" == stock_of(book)
