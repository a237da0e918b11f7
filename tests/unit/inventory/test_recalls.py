"""Recalls: what a fact took beyond the free units is asked back from the last in the queue; receipts cover the rest."""

import pytest

from tests.unit.inventory.book import book_of, effects_of

TWO = "receive 5 E; ask a 3 from E at once; ask b 2 from E at once"
TWO_SHORT = f"{TWO}; adjust -2 E"

RECALLS = (
    # given, when, effects, stock
    (
        TWO,
        "adjust -2 E",
        "recalls b 2; SHRINKAGE",
        "E: supplier -5 available -2 allocated 5 adjustment 2; a@E: allocated 3; b@E: allocated 2 recalled 2",
    ),
    (
        TWO,
        "ship ~x 3 at E",
        "recalls b 2; recalls a 1; DRIFT",
        "E: supplier -5 available -3 allocated 5 customer 3; a@E: allocated 3 recalled 1; b@E: allocated 2 recalled 2",
    ),
    (
        f"{TWO}; adjust -1 E",
        "pick ~x 2 at E",
        "recalls b 1; recalls a 1; DRIFT",
        (
            "E: supplier -5 available -3 allocated 5 picked 2 adjustment 1; a@E: allocated 3 recalled 1; "
            "b@E: allocated 2 recalled 2; x/1/lamp@E: picked 2@E"
        ),
    ),
    (
        "receive 5 E; ask a 3 from E class 2; ask b 2 from E class 1",
        "adjust -1 E",
        "recalls a 1; SHRINKAGE",
        "E: supplier -5 available -1 pending 5 adjustment 1; a@E: pending 3 recalled 1; b@E: pending 2",
    ),
    (
        f"{TWO}; receive 1 W; ask c 1 from W at once",
        "adjust -1 E",
        "recalls b 1; SHRINKAGE",
        (
            "E: supplier -5 available -1 allocated 5 adjustment 1; W: supplier -1 allocated 1; a@E: allocated 3; "
            "b@E: allocated 2 recalled 1; c@W: allocated 1"
        ),
    ),
    (
        f"{TWO}; adjust -2 E",
        "ship b 1 at E",
        "recalls a 1",
        (
            "E: supplier -5 available -2 allocated 4 customer 1 adjustment 2; a@E: allocated 3 recalled 1; "
            "b@E: allocated 1 recalled 2"
        ),
    ),
    (
        f"{TWO}; adjust -2 E",
        "ship b 2 at E",
        "recalls a 2",
        "E: supplier -5 available -2 allocated 3 customer 2 adjustment 2; a@E: allocated 3 recalled 2",
    ),
    (
        "receive 2 E; ask a 2 from E at once; pick a 2 at E",
        "adjust -1 E",
        "SHRINKAGE",
        "E: supplier -2 available -1 picked 2 adjustment 1; a@E: picked 2@E",
    ),
)

ANSWERS = (
    (
        TWO_SHORT,
        "give b 2",
        "",
        "E: supplier -5 allocated 3 adjustment 2; a@E: allocated 3; b@E: waits 2",
    ),
    (
        TWO_SHORT,
        "give b 0 keeping 2",
        "recalls a 2",
        "E: supplier -5 available -2 allocated 5 adjustment 2; a@E: allocated 3 recalled 2; b@E: allocated 2 kept 2",
    ),
    (
        f"{TWO_SHORT}; give b 1 keeping 1; give a 0 keeping 1",
        "adjust -1 E",
        "SHRINKAGE",
        (
            "E: supplier -5 available -2 allocated 4 adjustment 3; a@E: allocated 3 kept 3; "
            "b@E: allocated 1 waits 1 kept 1"
        ),
    ),
    (
        "receive 5 E; ask b 4 from E placed 2; ask a 3 from E placed 1",
        "give b 2 for earlier",
        "fills a 2 at E",
        "E: supplier -5 pending 5; b@E: pending 2 waits 2; a@E: pending 3",
    ),
    (
        "receive 5 E; ask b 4 from E placed 2; ask a 3 from E placed 1",
        "give b 0 keeping 2 for earlier",
        "",
        "E: supplier -5 pending 5; b@E: pending 4; a@E: pending 1 waits 2",
    ),
    (
        f"{TWO_SHORT}; receive 2 E",
        "give b 2",
        "fills b 2 at E",
        "E: supplier -7 allocated 5 adjustment 2; a@E: allocated 3; b@E: allocated 2",
    ),
    (
        f"{TWO_SHORT}; ask c 1 from E; receive 2 E",
        "give b 2",
        "fills b 2 at E",
        "E: supplier -7 allocated 5 adjustment 2; a@E: allocated 3; b@E: allocated 2; c@E: waits 1",
    ),
    (
        f"{TWO_SHORT}; ask c 1 from E class 0; receive 2 E",
        "give b 2",
        "fills c 1 at E; fills b 1 at E",
        "E: supplier -7 pending 1 allocated 4 adjustment 2; a@E: allocated 3; b@E: allocated 1 waits 1; c@E: pending 1",
    ),
    (
        f"{TWO_SHORT}; release b 2",
        "give b 0 keeping 2",
        "",
        "E: supplier -5 allocated 3 adjustment 2; a@E: allocated 3",
    ),
)

COVERED = (
    ("ship ~a 2 at E", "receive 2 E", "DRIFT RESOLVED", "E: supplier -2 customer 2"),
    ("ship ~a 2 at E", "receive 1 E", "", "E: supplier -1 available -1 customer 2"),
    ("ship ~a 2 at E", "adjust 2 E", "DRIFT RESOLVED", "E: customer 2 adjustment -2"),
    ("ship ~a 2 at E", "ship ~b 1 at E", "DRIFT", "E: available -3 customer 3"),
    ("ship ~a 2 at E", "receive 2 W", "", "E: available -2 customer 2; W: supplier -2 available 2"),
    ("ship ~a 2 at E; receive 2 E", "receive 1 E", "", "E: supplier -3 available 1 customer 2"),
    (
        "ship ~a 2 at E; ask b 1 from E",
        "receive 3 E",
        "fills b 1 at E; DRIFT RESOLVED",
        "E: supplier -3 pending 1 customer 2; b@E: pending 1",
    ),
    ("adjust -2 E", "receive 2 E", "SHRINKAGE RESOLVED", "E: supplier -2 adjustment 2"),
)


def assert_verdict(given: str, when: str, effects: str, stock: str) -> None:
    book = book_of(given)
    assert (effects, stock) == (effects_of(book.do(when)), book.described())


@pytest.mark.parametrize(("given", "when", "effects", "stock"), RECALLS)
def test_what_is_promised_and_gone_is_asked_back_from_the_last_in_the_queue(
    given: str, when: str, effects: str, stock: str
) -> None:
    assert_verdict(given, when, effects, stock)


@pytest.mark.parametrize(("given", "when", "effects", "stock"), ANSWERS)
def test_what_is_given_back_waits_at_its_old_place_and_what_is_kept_is_asked_of_the_next(
    given: str, when: str, effects: str, stock: str
) -> None:
    assert_verdict(given, when, effects, stock)


@pytest.mark.parametrize(("given", "when", "effects", "stock"), COVERED)
def test_units_that_left_without_being_there_are_covered_by_whatever_comes(
    given: str, when: str, effects: str, stock: str
) -> None:
    assert_verdict(given, when, effects, stock)


@pytest.mark.parametrize(
    "steps",
    (
        ("receive 5 E", "ship ~a 5 at E", "ask b 5 from E"),
        ("ship ~a 5 at E", "receive 5 E", "ask b 5 from E"),
        ("ship ~a 5 at E", "ask b 5 from E", "receive 5 E"),
        ("ship ~a 2 at E", "receive 5 E", "ship ~a 3 at E", "ask b 5 from E"),
    ),
)
def test_any_order_of_facts_ends_in_the_same_position(steps: tuple[str, ...]) -> None:
    assert "E: supplier -5 customer 5; b@E: waits 5" == book_of(*steps).described()
