"""Counts: the last one and the movements since decide how much is there, whatever arrives when."""

from itertools import permutations

import pytest

from domain.inventory.decisions import LedgerVerdict
from domain.messages.cases import CaseOrigin, CaseState
from domain.messages.inventory import UnitFactor
from domain.quantities import UNIT
from tests.unit.inventory.book import Book, book_of, effects_of


@pytest.mark.parametrize(
    ("given", "when", "effects", "stock"),
    (
        ("receive 5 E time 1", "count 5 E time 2", "", "E: supplier -5 available 5"),
        ("receive 5 E time 1", "count 7 E time 2", "", "E: supplier -5 available 7 adjustment -2"),
        ("receive 5 E time 1", "count 2 E time 2", "", "E: supplier -5 available 2 adjustment 3"),
        ("receive 5 E time 1", "count 0 E time 2", "", "E: supplier -5 adjustment 5"),
        ("", "count 3 E time 2", "", "E: available 3 adjustment -3"),
        ("", "count 0 E time 2", "", ""),
        ("receive 5 E time 3", "count 0 E time 2", "", "E: supplier -5 available 5"),
        ("receive 5 E time 3", "count 4 E time 2", "", "E: supplier -5 available 9 adjustment -4"),
        ("receive 5 E time 1; ship ~a 2 at E time 3", "count 5 E time 2", "",
            "E: supplier -5 available 3 customer 2"),
        ("receive 5 E time 1; ship ~a 2 at E time 3", "count 4 E time 2", "",
            "E: supplier -5 available 2 customer 2 adjustment 1"),
        ("receive 5 E time 1; return a 1 damaged at E time 3", "count 5 E time 2", "",
            "E: supplier -5 available 5 damaged 1 customer -1"),
        ("receive 5 E time 1; adjust -1 E time 3", "count 5 E time 2", "", "E: supplier -5 available 4 adjustment 1"),
        ("receive 5 E time 1; change 1 E AVAILABLE to SCRAPPED time 3", "count 5 E time 2", "",
            "E: supplier -5 available 4 adjustment 1"),
        ("receive 5 E time 1; miss ~a 2 at E time 3", "count 5 E time 2", "",
            "E: supplier -5 available 3 adjustment 2"),
        ("receive 5 E time 1; pick ~a 2 at E; unpick ~a 2 missing at E time 3", "count 5 E time 2", "",
            "E: supplier -5 available 3 adjustment 2"),
        ("receive 5 E time 1; send 2 E to W of T1 time 3", "count 5 E time 2", "",
            "E: supplier -5 available 3; W: in_transit 2"),
        ("receive 5 E time 2", "count 5 E time 2", "", "E: supplier -5 available 5"),
        ("receive 5 E time 1; receive 1 W time 9", "count 5 E time 2", "",
            "E: supplier -5 available 5; W: supplier -1 available 1"),
        ("receive 5 E time 1; change 2 E AVAILABLE to DAMAGED time 3", "count 5 E time 2", "",
            "E: supplier -5 available 3 damaged 2"),
        ("receive 5 E time 1; pick ~a 2 at E", "count 5 E time 2", "",
            "E: supplier -5 available 3 picked 2; a/1/lamp@E: picked 2@E"),
        ("receive 5 E time 1; ask a 4 from E; confirm a", "count 3 E time 2", "recalls a 1; SHRINKAGE",
            "E: supplier -5 available -1 allocated 4 adjustment 2; a@E: allocated 4 recalled 1"),
        ("ask a 4 from E", "count 6 E time 2", "fills a 4 at E",
            "E: available 2 pending 4 adjustment -6; a@E: pending 4"),
        ("ship ~a 3 at E time 1", "count 0 E time 2", "DRIFT RESOLVED", "E: customer 3 adjustment -3"),
    ),
)  # fmt: skip
def test_a_count_is_compared_with_the_position_of_its_time(given: str, when: str, effects: str, stock: str) -> None:
    book = book_of(given)
    assert (effects, stock) == (effects_of(book.do(when)), book.described())


@pytest.mark.parametrize(
    ("given", "when", "effects", "stock"),
    (
        ("count 5 E time 9", "receive 2 E time 8", "", "E: supplier -2 available 5 adjustment -3"),
        ("count 5 E time 9", "receive 2 E time 10", "", "E: supplier -2 available 7 adjustment -5"),
        ("count 5 E time 9", "ship ~a 2 at E time 8", "", "E: available 5 customer 2 adjustment -7"),
        ("count 5 E time 9", "ship ~a 2 at E time 10", "", "E: available 3 customer 2 adjustment -5"),
        ("count 0 E time 9", "ship ~a 2 at E time 8", "", "E: customer 2 adjustment -2"),
        ("count 5 E time 9", "adjust -2 E time 8", "", "E: available 5 adjustment -5"),
        ("count 5 E time 9", "adjust 2 E time 8", "", "E: available 5 adjustment -5"),
        ("count 5 E time 9", "return a 2 restocked at E time 8", "", "E: available 5 customer -2 adjustment -3"),
        ("count 5 E time 9", "return a 2 damaged at E time 8", "",
            "E: available 3 damaged 2 customer -2 adjustment -3"),
        ("count 5 E time 9", "receive 2 E as QUALITY_HOLD time 8", "",
            "E: supplier -2 available 3 quality_hold 2 adjustment -3"),
        ("count 5 E time 9; change 2 E AVAILABLE to DAMAGED", "change 2 E DAMAGED to SCRAPPED time 8", "",
            "E: available 5 adjustment -5"),
        ("count 5 E time 9", "miss ~a 2 at E time 8", "", "E: available 5 adjustment -5"),
        ("count 5 E time 9; pick ~a 2 at E", "unpick ~a 2 missing at E time 8", "", "E: available 5 adjustment -5"),
        ("count 5 E time 9; pick ~a 2 at E", "unpick ~a 2 damaged at E time 8", "",
            "E: available 3 damaged 2 adjustment -5"),
        ("count 5 E time 9", "send 2 E to W of T1 time 8", "", "E: available 5 adjustment -7; W: in_transit 2"),
        ("count 5 E time 9; send 2 W to E of T1 time 1", "receive 2 E of T1 from W time 8", "",
            "E: available 5 adjustment -3; W: available -2"),
        ("count 5 E time 9", "receive 2 W time 8", "", "E: available 5 adjustment -5; W: supplier -2 available 2"),
        ("count 4 E time 9; ask a 4 from E; confirm a", "receive 1 E as DAMAGED time 8", "recalls a 1; SHRINKAGE",
            "E: supplier -1 available -1 allocated 4 damaged 1 adjustment -3; a@E: allocated 4 recalled 1"),
        ("receive 5 E time 1; ask a 4 from E; confirm a; count 3 E time 9", "ship a 2 at E time 8",
            "SHRINKAGE RESOLVED", "E: supplier -5 available 1 allocated 2 customer 2; a@E: allocated 2 recalled 1"),
    ),
)  # fmt: skip
def test_a_fact_from_before_the_last_count_changes_nothing_of_what_is_there(
    given: str, when: str, effects: str, stock: str
) -> None:
    book = book_of(given)
    assert (effects, stock) == (effects_of(book.do(when)), book.described())


@pytest.mark.parametrize(
    ("first", "other", "available"),
    (
        ("count 5 E as C1 time 9", "count 8 E as C2 time 8", 5),
        ("count 5 E as C1 time 9", "count 8 E as C2 time 9", 8),
        ("count 5 E as C2 time 9", "count 8 E as C1 time 9", 5),
        ("count 5 E as C1 time 9", "count 8 E as C1 time 10", 8),
    ),
)
def test_of_two_counts_the_later_one_is_in_force_in_any_order(first: str, other: str, available: int) -> None:
    for steps in permutations((first, other)):
        assert available == book_of(*steps).item.nodes[0].available


def test_an_older_count_has_no_effect() -> None:
    book = book_of("receive 5 E time 1; count 5 E as C1 time 9")
    before = book.item
    decision = book.do("count 8 E as C2 time 8")
    assert (LedgerVerdict.COUNTED_BEFORE, False) == (decision.verdict, decision.verdict.is_ordinary)
    assert (before, "") == (book.item, effects_of(decision))


def test_a_count_from_before_what_is_kept_is_a_case_until_a_later_one_is_applied() -> None:
    book = book_of("receive 5 E time 7")
    book.kept_from["E"] = 6
    decision = book.do("count 3 E as C1 time 5")
    (case,) = decision.cases
    assert (LedgerVerdict.COUNT_TOO_OLD, (), 5) == (decision.verdict, decision.transfers, book.item.nodes[0].available)
    assert ("DRIFT", CaseOrigin.WAREHOUSE, "lamp", "E/count") == (case.case_class, case.origin, case.subject, case.key)
    assert (
        "count C1 of E is older than the movements that are kept of the item there; it changes nothing" == case.reason
    )
    again, resolved = book.do("count 3 E as C2 time 5"), book.do("count 4 E as C3 time 6")
    assert [case.key] == [each.key for each in again.cases]
    assert [(case.key, CaseState.RESOLVED)] == [(each.key, each.state) for each in resolved.cases]
    assert "" == effects_of(book.do("count 9 E as C4 time 8"))


def test_the_lines_of_an_item_add_up_each_in_its_unit() -> None:
    book = book_of("receive 5 E in EA")
    book.item = book.item._replace(factors=(UnitFactor("EA", UNIT), UnitFactor("XPX", 48 * UNIT)))
    book.count("E", "C1", 1, (2, "XPX"), (3, "EA"), (4, "EA"))
    assert 103 == book.item.nodes[0].available


def test_a_count_with_a_line_in_an_unknown_unit_changes_nothing() -> None:
    book = book_of("receive 5 E in EA")
    (case,) = book.count("E", "C1", 1, (3 * UNIT, "EA"), (2 * UNIT, "XPX")).cases
    assert "E reports 3 EA and 2 XPX of lamp, which is kept in EA; nothing is counted" == case.reason
    assert (5, ()) == (book.item.nodes[0].available, book.item.counts)


def test_the_first_count_decides_in_which_unit_an_item_is_kept() -> None:
    assert "KGM" == book_of("count 0 E in KGM").item.unit


def test_units_that_a_count_lacks_are_named_in_the_case() -> None:
    (case,) = book_of(f"receive {3 * UNIT} E; ask a {3 * UNIT} from E").do(f"count {UNIT} E as C7 time 1").cases
    assert "E counted 2 units too few with count C7, 2 more than are free to promise" == case.reason
    assert ("document/1", "wms") == (case.key, case.source_id)


def test_a_negative_count_is_a_bug_of_the_sender() -> None:
    with pytest.raises(ValueError, match="a negative quantity"):
        Book().do("count -1 E time 1")
