"""One line from several nodes, and what the ledger states after messages that crossed.

The sentences are those of `book`.
"""

import pytest

from domain.inventory.sourcing import choose_nodes
from tests.unit.inventory.book import book_of, effects_of

STOCK = {"E": 3, "W": 5, "N": 0}


@pytest.mark.parametrize(
    ("quantity", "split", "expected"),
    (
        (3, True, (("E", 3),)),
        (4, True, (("W", 4),)),
        (7, True, (("W", 5), ("E", 2))),
        (9, True, (("W", 5), ("E", 3))),
        (7, False, (("W", 5),)),
        (0, True, ()),
    ),
)
def test_one_node_if_it_has_all_else_the_fullest_first(
    quantity: int, split: bool, expected: tuple[tuple[str, int], ...]
) -> None:
    assert expected == choose_nodes(tuple(STOCK), STOCK.__getitem__, quantity, split=split)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "when", "effects", "then"),
    (
        (
            "receive 6 E; receive 6 W",
            "ask a 10 from E W split",
            "at E: granted 10",
            "E: supplier -6 pending 6; W: supplier -6 available 2 pending 4; a: pending 6@E pending 4@W",
        ),
        (
            "receive 6 E; ask a 10 from E W split",
            "receive 6 W",
            "fills a 4 at W",
            "E: supplier -6 pending 6; W: supplier -6 available 2 pending 4; a: pending 6@E pending 4@W",
        ),
        (
            "receive 6 E; receive 6 W; ask a 10 from E W split",
            "confirm a",
            "",
            "E: supplier -6 allocated 6; W: supplier -6 available 2 allocated 4; a: allocated 6@E allocated 4@W",
        ),
        (
            "receive 6 E; receive 6 W; ask a 10 from E W split at once",
            "ship a 7 at W",
            "DRIFT",
            "E: supplier -6 available 3 allocated 3; W: supplier -6 available -1 customer 7; a@E: allocated 3",
        ),
        (
            "receive 6 E; receive 6 W; ask a 12 from E W split at once",
            "adjust -2 W",
            "recalls a 2; SHRINKAGE",
            (
                "E: supplier -6 allocated 6; W: supplier -6 available -2 allocated 6 adjustment 2; "
                "a: allocated 6@E allocated 6@W recalled 2@W"
            ),
        ),
        (
            "receive 6 E; receive 6 W; ask a 12 from E W split at once",
            "release a 5 holding 6 at E",
            "",
            "E: supplier -6 allocated 6; W: supplier -6 available 5 allocated 1; a: allocated 6@E allocated 1@W",
        ),
        (
            "receive 6 E; receive 6 W; ask a 12 from E W split at once",
            "release a 5 holding 6 at W",
            "",
            "E: supplier -6 available 5 allocated 1; W: supplier -6 allocated 6; a: allocated 1@E allocated 6@W",
        ),
    ),
)
def test_a_claim_holds_units_at_several_nodes(given: str, when: str, effects: str, then: str) -> None:
    book = book_of(given)
    decision = book.do(when)
    shown = effects_of(decision)
    assert (effects, then) == (shown, book.described())


@pytest.mark.parametrize(
    ("when", "effects"),
    (
        ("confirm a", ""),
        ("crossed confirm a", "states a"),
        ("crossed release a 1", "states a"),
        ("crossed ship a 1 at E", "states a"),
        ("crossed pick a 1 at E", "states a"),
        ("crossed give a 1", "fills a 1 at E"),
        ("crossed ship a 5 at E", ""),
    ),
)
def test_a_message_that_crossed_one_of_the_ledgers_is_answered_with_all_of_the_claim(when: str, effects: str) -> None:
    """Unless nothing is left of it, or another message of the same decision says all of it."""
    assert effects == effects_of(book_of("receive 3 E; ask a 5 from E; receive 2 E").do(when))


def test_the_release_of_what_waited_frees_what_was_filled_meanwhile_and_nothing_that_the_order_knows_of() -> None:
    book = book_of("receive 2 W; ask a 5 from E W split at once; receive 3 E")
    assert "states a" == effects_of(book.do("crossed release a 3 holding 2 at W"))
    assert "W: supplier -2 allocated 2; E: supplier -3 available 3; a@W: allocated 2" == book.described()


FIVE = "receive 5 E; receive 9 W; ask a 5 from E W at once"
BOTH = f"{FIVE}; ask b 3 from E W at once placed 2 beside a"

WAITING = "ask a 5 from E W; ask b 3 from E W placed 2 beside a"


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        (FIVE, "ask b 3 from E W at once placed 2 beside a", "at E: backordered 3"),
        (FIVE, "ask b 3 from E W at once placed 2", "at W: granted 3"),
        (BOTH, "receive 3 E", "fills b 3 at E"),
        (BOTH, "receive 3 W", ""),
        (BOTH, "ship a 4 at E", ""),
        (BOTH, "ship a 5 at E", "fills b 3 at W"),
        (BOTH, "release a 5", "fills b 3 at E"),
        (f"{BOTH}; pick a 5 at E", "receive 3 W", ""),
        (f"{BOTH}; pick a 5 at E; unpick a 5 missing at E", "receive 1 N", ""),
        (f"{BOTH}; release a 5; release b 3", "ask c 9 from E W at once placed 3 beside a b", "at W: granted 9"),
        (f"{BOTH}; ask c 2 from E W at once placed 3 beside a b", "ship a 5 at E", "fills b 3 at W; fills c 2 at W"),
        (
            f"{BOTH}; pick a 8 at E; pick b 1 at W",
            "ask c 1 from E W at once placed 3 beside a b",
            "at W: granted 1; fills b 2 at W",
        ),
        (
            f"{BOTH}; pick a 8 at E; pick b 3 at E; unpick a 2 missing at E; ask c 1 from E W placed 3 beside a b",
            "pick a 1 at W",
            "fills c 1 at W; fills a 1 at W",
        ),
        ("ask a 5 from E W; ask b 3 from E W placed 2 beside a; receive 3 E", "receive 9 W", ""),
        (
            "ask a 5 from E W; ask b 3 from E W placed 2 beside a; receive 3 E",
            "receive 5 E",
            "fills a 2 at E; fills b 3 at E",
        ),
    ),
)
def test_what_is_added_comes_from_the_node_that_serves_the_line(given: str, when: str, effects: str) -> None:
    assert effects == effects_of(book_of(given).do(when))
