"""Stock adjustments: what is found goes to who waits; what is written off is gone, and promised units are recalled."""

import pytest

from domain.messages.cases import CaseOrigin
from tests.unit.inventory.book import book_of, effects_of


@pytest.mark.parametrize(
    ("given", "when", "effects", "stock"),
    (
        ("", "adjust 3 E", "", "E: available 3 adjustment -3"),
        ("receive 5 E", "adjust -2 E", "", "E: supplier -5 available 3 adjustment 2"),
        ("receive 5 E", "adjust -5 E", "", "E: supplier -5 adjustment 5"),
        ("receive 5 E", "adjust -7 E", "SHRINKAGE", "E: supplier -5 available -2 adjustment 7"),
        ("receive 5 E", "adjust -2 W", "SHRINKAGE", "E: supplier -5 available 5; W: available -2 adjustment 2"),
        (
            "receive 5 E; ask a 4 from E; confirm a",
            "adjust -3 E",
            "recalls a 2; SHRINKAGE",
            "E: supplier -5 available -2 allocated 4 adjustment 3; a@E: allocated 4 recalled 2",
        ),
        (
            "receive 5 E; ask a 4 from E; pick a 2 at E",
            "adjust -5 E",
            "recalls a 2; SHRINKAGE",
            "E: supplier -5 available -4 pending 2 picked 2 adjustment 5; a@E: pending 2 recalled 2 picked 2@E",
        ),
        (
            "ask a 4 from E; ask b 4 from E",
            "adjust 6 E",
            "fills a 4 at E; fills b 2 at E",
            "E: pending 6 adjustment -6; a@E: pending 4; b@E: pending 2 waits 2",
        ),
        ("ask a 4 from E", "adjust 6 W", "", "W: available 6 adjustment -6; a@E: waits 4"),
        ("receive 5 E", "adjust 0 E", "", "E: supplier -5 available 5"),
    ),
)
def test_an_adjustment(given: str, when: str, effects: str, stock: str) -> None:
    book = book_of(given)
    assert (effects, stock) == (effects_of(book.do(when)), book.described())


def test_a_write_off_of_promised_units_is_a_case_that_names_it_and_asks_for_a_count() -> None:
    (case,) = book_of("receive 3000000 E").adjust(-4_500_000, "E").cases
    assert ("lamp", CaseOrigin.WAREHOUSE, "wms") == (case.subject, case.origin, case.source_id)
    assert case.reason == "E wrote off 4.5 units with adjustment adjustment, 1.5 more than are free to promise"
    assert case.suggested_action.startswith("count the item at E")
