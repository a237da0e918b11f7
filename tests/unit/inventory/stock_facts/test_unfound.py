"""Units that are known to be missing, and then not found by who was asked to pick them, are written off once."""

from itertools import permutations

import pytest

from domain.identifiers import EventId
from domain.messages.cases import CaseClass, CaseState
from tests.unit.inventory import book as book_of_tests
from tests.unit.inventory.book import Book, book_of, effects_of

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


PICKED = f"{PROMISED}; pick a 10 at E"
BLOCKED = (
    ("change 3 E AVAILABLE to DAMAGED time 2", "unpick a 3 damaged at E time 5", "damaged 3 customer 7"),
    ("change 3 E AVAILABLE to QUALITY_HOLD time 2", "unpick a 3 inspect at E time 5", "quality_hold 3 customer 7"),
)


@pytest.mark.parametrize(
    ("loss", "put_back", "stock"),
    (
        *((loss, "unpick a 3 missing at E time 5", stock) for loss, stock in LOSSES if "DAMAGED" not in loss),
        *((loss, put_back, f"E: supplier -10 {stock}") for loss, put_back, stock in BLOCKED),
    ),
)
def test_what_is_lost_or_blocked_in_picking_is_so_once_in_any_order_of_arrival(
    loss: str, put_back: str, stock: str
) -> None:
    for arrival in permutations((loss, put_back, "ship a 7 at E time 6")):
        book = book_of(PICKED)
        assert not has_open_shrinkage(book, arrival), arrival
        assert stock == stock_of(book), arrival
        assert "fills a 3 at E" in effects_of(book.do("receive 3 E time 7")), arrival


@pytest.mark.parametrize(
    ("history", "stock"),
    (
        ("count 7 E time 2; unpick a 1 missing at E time 5", "available -2 picked 9 adjustment 3"),
        ("count 7 E time 2; unpick a 1 missing at E time 5; unpick a 2 missing at E time 6", "picked 7 adjustment 3"),
        ("count 7 E time 2; unpick a 4 missing at E time 5", "picked 6 adjustment 4"),
        ("count 7 E time 6; unpick a 3 missing at E time 5", "picked 7 adjustment 3"),
        ("unpick a 3 missing at E time 5; count 7 E time 6", "picked 7 adjustment 3"),
        ("unpick a 3 missing at E time 5; adjust -3 E time 6", "available -3 picked 7 adjustment 6"),
        (
            "change 3 E AVAILABLE to DAMAGED time 2; unpick a 3 missing at E time 5",
            "available -3 picked 7 damaged 3 adjustment 3",
        ),
        ("adjust -3 E time 2; unpick a 3 damaged at E time 5", "available -3 picked 7 damaged 3 adjustment 3"),
        (
            "change 3 E AVAILABLE to QUALITY_HOLD time 2; unpick a 3 damaged at E time 5",
            "available -3 picked 7 damaged 3 quality_hold 3",
        ),
        (
            (
                "change 3 E AVAILABLE to DAMAGED time 2; change 3 E DAMAGED to SCRAPPED time 3; "
                "unpick a 3 damaged at E time 5"
            ),
            "picked 7 adjustment 3",
        ),
        ("change 3 E AVAILABLE to DAMAGED time 2; unpick a 1 damaged at E time 5", "available -2 picked 9 damaged 3"),
        (
            "change 3 E AVAILABLE to DAMAGED time 2; count 10 E time 4; unpick a 3 damaged at E time 5",
            "picked 7 damaged 3",
        ),
    ),
)
def test_what_no_other_fact_explains_is_lost_in_picking_as_well(history: str, stock: str) -> None:
    book = book_of(PICKED)
    is_open = has_open_shrinkage(book, tuple(history.split("; ")))
    assert f"E: supplier -10 {stock}" == stock_of(book)
    assert is_open is ("available" in stock)


def test_what_an_inspection_does_not_find_is_gone_once_in_any_order_of_arrival() -> None:
    for arrival in permutations(("count 5 E time 2", "inspect b 2 missing at E time 5", "ship a 5 at E time 6")):
        book = book_of("receive 5 E time 1; ask a 5 from E; confirm a; return b 2 inspect at E time 1")
        assert not has_open_shrinkage(book, arrival), arrival
        assert "E: supplier -5 customer 3 adjustment 2" == stock_of(book), arrival


def test_what_a_late_loss_in_picking_explains_is_what_a_count_has_missed_and_not_what_is_blocked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    history = ("unpick a 1 missing at E time 3", "change 3 E AVAILABLE to DAMAGED time 4", "count 9 E time 6")
    for arrival in permutations((*history, "unpick a 3 damaged at E time 5")):
        book = book_of(PICKED)
        for step in arrival:
            monkeypatch.setattr(book_of_tests, "DOCUMENT", EventId(step))
            book.do(step)
        assert "E: supplier -10 picked 6 damaged 3 adjustment 1" == stock_of(book), arrival
