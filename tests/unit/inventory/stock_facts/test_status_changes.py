"""Status changes: units are blocked, free again, or scrapped; facts about them may come in any order."""

from itertools import permutations

import pytest

from domain.messages.cases import CaseState
from domain.messages.stock import StockStatus
from domain.quantities import UNIT
from tests.unit.inventory.book import Book, book_of, effects_of

RECALL = "recalls a 2; SHRINKAGE"
UNKNOWN = "DRIFT"


@pytest.mark.parametrize(
    ("given", "when", "effects", "stock"),
    (
        ("receive 5 E", "change 2 E AVAILABLE to QUALITY_HOLD", "", "E: supplier -5 available 3 quality_hold 2"),
        ("receive 5 E", "change 2 E AVAILABLE to DAMAGED", "", "E: supplier -5 available 3 damaged 2"),
        ("receive 5 E", "change 2 E AVAILABLE to SCRAPPED", "", "E: supplier -5 available 3 adjustment 2"),
        ("receive 5 E as DAMAGED", "change 2 E DAMAGED to SCRAPPED", "", "E: supplier -5 damaged 3 adjustment 2"),
        ("receive 5 E as DAMAGED", "change 2 E DAMAGED to AVAILABLE", "", "E: supplier -5 available 2 damaged 3"),
        ("receive 5 E as QUALITY_HOLD", "change 2 E QUALITY_HOLD to AVAILABLE", "",
            "E: supplier -5 available 2 quality_hold 3"),
        ("receive 5 E as QUALITY_HOLD", "change 2 E QUALITY_HOLD to DAMAGED", "",
            "E: supplier -5 damaged 2 quality_hold 3"),
        ("receive 5 E as QUALITY_HOLD; ask a 4 from E", "change 2 E QUALITY_HOLD to AVAILABLE", "fills a 2 at E",
            "E: supplier -5 pending 2 quality_hold 3; a@E: pending 2 waits 2"),
        ("receive 5 E; ask a 4 from E; confirm a", "change 3 E AVAILABLE to QUALITY_HOLD", RECALL,
            "E: supplier -5 available -2 allocated 4 quality_hold 3; a@E: allocated 4 recalled 2"),
        ("receive 5 E; ask a 4 from E; confirm a", "change 3 E AVAILABLE to SCRAPPED", RECALL,
            "E: supplier -5 available -2 allocated 4 adjustment 3; a@E: allocated 4 recalled 2"),
        ("receive 5 E", "change 2 E QUALITY_HOLD to AVAILABLE", UNKNOWN, "E: supplier -5 available 5"),
        ("receive 5 E; change 1 E AVAILABLE to DAMAGED", "change 3 E DAMAGED to SCRAPPED", UNKNOWN,
            "E: supplier -5 available 2 adjustment 3"),
        ("change 2 E QUALITY_HOLD to AVAILABLE", "receive 5 E as QUALITY_HOLD", "DRIFT RESOLVED",
            "E: supplier -5 available 2 quality_hold 3"),
        ("change 2 E DAMAGED to SCRAPPED", "return a 2 damaged at E", "DRIFT RESOLVED; SHRINKAGE RESOLVED",
            "E: customer -2 adjustment 2"),
        ("receive 5 E; change 2 E DAMAGED to SCRAPPED; pick ~a 2 at E", "unpick ~a 2 damaged at E", "DRIFT RESOLVED",
            "E: supplier -5 available 3 adjustment 2"),
        ("change 3 E QUALITY_HOLD to AVAILABLE; receive 3 E", "change 2 E AVAILABLE to QUALITY_HOLD", "",
            "E: supplier -3 available 3"),
        ("ask a 4 from E", "receive 5 E as QUALITY_HOLD", "", "E: supplier -5 quality_hold 5; a@E: waits 4"),
    ),
)  # fmt: skip
def test_a_status_change(given: str, when: str, effects: str, stock: str) -> None:
    book = book_of(given)
    assert (effects, stock) == (effects_of(book.do(when)), book.described())


@pytest.mark.parametrize(
    "steps",
    (
        ("receive 5 E", "change 3 E AVAILABLE to QUALITY_HOLD", "change 2 E QUALITY_HOLD to AVAILABLE"),
        ("receive 5 E", "change 2 E AVAILABLE to DAMAGED", "change 2 E DAMAGED to SCRAPPED"),
        ("receive 5 E as QUALITY_HOLD", "change 4 E QUALITY_HOLD to DAMAGED", "change 3 E DAMAGED to SCRAPPED"),
    ),
)
def test_every_order_of_a_story_ends_in_the_same_position_without_an_open_case(steps: tuple[str, ...]) -> None:
    expected = book_of(*steps).item.nodes
    for story in permutations(steps):
        book = Book()
        cases = [case for step in story for case in book.do(step).cases]
        assert (expected, ()) == (book.item.nodes, book.item.premature)
        states = {case.key: case.state for case in cases if case.case_class == "DRIFT"}
        assert set(states.values()) <= {CaseState.RESOLVED}


def test_the_cases_say_what_happened() -> None:
    book = book_of(f"receive {3 * UNIT} E; ask a {3 * UNIT} from E")
    (unknown,) = book.do(f"change {2 * UNIT} E DAMAGED to AVAILABLE").cases
    assert "E has taken 2 more units out of DAMAGED than came into it" == unknown.reason
    assert "E/DAMAGED" == unknown.key
    (short,) = book.do(f"change {UNIT} E AVAILABLE to QUALITY_HOLD").cases
    assert "E changed 1 unit to QUALITY_HOLD with change, 1 more than are free to promise" == short.reason


@pytest.mark.parametrize(
    ("before", "after"),
    ((StockStatus.SCRAPPED, StockStatus.AVAILABLE), (StockStatus.DAMAGED, StockStatus.DAMAGED)),
)
def test_what_intake_refuses_is_a_bug_here(before: StockStatus, after: StockStatus) -> None:
    with pytest.raises(ValueError, match="reached the ledger"):
        Book().change(1, "E", before, after)
