"""Nothing in another unit is added to an item's stock, or promised from it: 2 pallets are not 2 pieces."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.inventory.decisions import LedgerDecision, LedgerVerdict
from domain.inventory.units.describing import describe
from domain.inventory.units.keeping import converted
from domain.messages.cases import Impact
from domain.messages.inventory import ItemDescribed, UnitFactor
from domain.quantities import UNIT
from tests.unit.inventory.book import ITEM, PROVENANCE, Book, book_of, effects_of

HELD = "INVALID_ITEM"
NO_MORE = "INVALID_ITEM RESOLVED"
HELD_LINE = "receive 9 E in EA; ask a 2 from E in XPX"


@pytest.mark.parametrize(
    ("given", "when", "effects", "book"),
    (
        ("receive 9 E in EA", "ask a 2 from E in XPX", f"at E: backordered 2; {HELD}",
            "E: supplier -9 available 9; a@E: waits 2"),
        ("receive 9 E in EA", "ask a 2 from E in EA at once", "at E: granted 2",
            "E: supplier -9 available 7 allocated 2; a@E: allocated 2"),
        ("receive 9 E in EA", "ask a 2 from E in C62 at once", "at E: granted 2",
            "E: supplier -9 available 7 allocated 2; a@E: allocated 2"),
        ("receive 9 E in H87", "ask a 2 from E in EA at once", "at E: granted 2",
            "E: supplier -9 available 7 allocated 2; a@E: allocated 2"),
        ("ask a 2 from E in XPX", "receive 9 E in EA", f"states a; {HELD}", "E: supplier -9 available 9; a@E: waits 2"),
        ("ask a 2 from E in XPX; ask b 3 from E in EA", "receive 9 E in EA", f"fills b 3 at E; states a; {HELD}",
            "E: supplier -9 available 6 pending 3; a@E: waits 2; b@E: pending 3"),
        ("receive 9 E in EA; ask a 2 from E in XPX", "receive 9 E in EA", "",
            "E: supplier -18 available 18; a@E: waits 2"),
        ("receive 9 E in EA; ask a 2 from E in XPX", "release a 2", NO_MORE, "E: supplier -9 available 9"),
        ("receive 9 E in EA; ask a 2 from E in XPX", "release a 1", "", "E: supplier -9 available 9; a@E: waits 1"),
        ("receive 9 E in EA; ask a 2 from E in XPX", "ask a 2 from E in XPX", "at E: backordered 2",
            "E: supplier -9 available 9; a@E: waits 2"),
        (HELD_LINE, "ship a 2 at E", "states a", "E: supplier -9 available 7 customer 2; a@E: waits 2"),
        (HELD_LINE, "pick a 2 at E", "states a",
            "E: supplier -9 available 7 picked 2; a@E: waits 2; a/1/lamp@E: picked 2@E"),
        (f"{HELD_LINE}; pick a 2 at E", "ship a 2 at E", "states a",
            "E: supplier -9 available 7 customer 2; a@E: waits 2"),
        (f"{HELD_LINE}; pick a 2 at E", "unpick a 2 restocked at E", "states a",
            "E: supplier -9 available 9; a@E: waits 2"),
        (f"{HELD_LINE}; ship a 2 at E", "reverse a 2 restocked at E", "states a",
            "E: supplier -9 available 9; a@E: waits 2"),
        (HELD_LINE, "miss a 2 at E", "states a",
            "E: supplier -9 available 7 adjustment 2; a@E: waits 2"),
        ("ask a 2 from E in XPX; pick a 1 at E", "receive 9 E in EA", f"states a; {HELD}; DRIFT RESOLVED",
            "E: supplier -9 available 8 picked 1; a@E: waits 1; a/1/lamp@E: picked 1@E"),
        ("ask a 2 from E in XPX; pick a 1 at E; receive 9 E in EA", "ship a 1 at E", "states a",
            "E: supplier -9 available 8 customer 1; a@E: waits 1"),
        ("receive 9 E in EA", "receive 2 E in XPX", HELD, "E: supplier -9 available 9"),
        ("receive 9 E in EA", "adjust -2 E in XPX", HELD, "E: supplier -9 available 9"),
        ("receive 9 E in EA", "receive 2 E", "", "E: supplier -11 available 11"),
        ("receive 9 E", "ask a 2 from E in XPX at once", "at E: granted 2",
            "E: supplier -9 available 7 allocated 2; a@E: allocated 2"),
    ),
)  # fmt: skip
def test_a_quantity_counts_only_in_the_unit_in_which_its_item_is_kept(
    given: str, when: str, effects: str, book: str
) -> None:
    before = book_of(given)
    assert effects == effects_of(before.do(when))
    assert book == before.described()


UNITS = st.sampled_from(("EA", "KGM", "XPX", "C62"))
STEPS = st.one_of(
    st.builds("receive {} E in {}".format, st.integers(1, 9), UNITS),
    st.builds("adjust {} E in {}".format, st.integers(-9, 9).filter(bool), UNITS),
    st.builds("ask {} {} from E in {} at once".format, st.sampled_from("abc"), st.integers(1, 9), UNITS),
    st.builds("release {} {}".format, st.sampled_from("abc"), st.integers(1, 9)),
)


@given(st.lists(STEPS, max_size=12))
def test_no_line_gets_units_of_an_item_that_is_kept_in_another_unit(steps: list[str]) -> None:
    book = Book()
    for step in steps:
        book.do(step)
    pieces = {"EA", "C62"}
    for row in book.rows.values():
        same = row.unit == book.item.unit or {row.unit, book.item.unit} <= pieces
        assert same or not book.item.unit or not row.held
    assert book.item.backordered == sum(row.backordered for row in book.rows.values() if not row.is_held)


def test_the_case_says_who_asked_for_what_and_how_the_item_is_kept() -> None:
    (case,) = book_of(f"receive {9 * UNIT} E in EA").do(f"ask a {2 * UNIT} from E in XPX").cases
    assert "line 1 asks for 2 XPX of lamp, which is kept in EA; nothing of the line is released" == case.reason
    assert ("a", "a") == (case.subject, case.key)


@pytest.mark.parametrize("asks", ("from E in XPX", "from E known"))
def test_each_order_that_waits_for_an_item_has_a_case_that_counts_its_line(asks: str) -> None:
    book = book_of("receive 9 E in EA")
    cases = [case for order_id in "abc" for case in book.do(f"ask {order_id} 2 {asks}").cases]
    assert ["a", "b", "c"] == [case.subject for case in cases]
    assert [Impact(orders=1, lines=1)] * 3 == [case.impact for case in cases]


def described(book: Book, unit: str, *factors: tuple[str, int], at_us: int = 1) -> LedgerDecision:
    units = tuple(UnitFactor(name, factor) for name, factor in factors)
    data = ItemDescribed(ITEM, replace(PROVENANCE, occurred_at_us=at_us), unit, units)
    return book.apply(describe(book.item, data, book.claims()))


PALLET = ("XPX", 480 * UNIT)
CARTON = ("XCT", 12 * UNIT)


@pytest.mark.parametrize(
    ("kept", "when", "available"),
    (
        ("receive 9 E in EA", "receive 2 E in XPX", 969),
        ("receive 9 E in EA", "adjust 2 E in XPX", 969),
        ("receive 970 E in EA", "adjust -2 E in XPX", 10),
        ("receive 9 E in XCT", "receive 2 E in XPX", 89),
        ("receive 9 E in XCT", "receive 24 E in EA", 11),
        ("receive 9 E in XCT", "receive 24 E in C62", 11),
    ),
)
def test_a_stock_fact_is_converted_exactly_by_the_items_table(kept: str, when: str, available: int) -> None:
    book = book_of(kept)
    described(book, "EA", PALLET, CARTON)
    assert "" == effects_of(book.do(when))
    assert available == book.item.nodes[0].available


@pytest.mark.parametrize("when", ("receive 7 E in EA", "receive 2 E in KGM", "adjust -7 E in EA"))
def test_what_cannot_be_converted_exactly_is_not_counted(when: str) -> None:
    book = book_of("receive 9 E in XCT")
    described(book, "EA", CARTON)
    assert HELD == effects_of(book.do(when))
    assert 9 == book.item.nodes[0].available


def test_master_data_may_come_before_the_first_receipt() -> None:
    book = book_of("ask a 2 from E in XPX")
    assert f"states a; {HELD}" == effects_of(described(book, "EA", PALLET))
    book.do("receive 1 E in XPX")
    assert ("EA", 480) == (book.item.unit, book.item.nodes[0].available)


def test_older_master_data_changes_nothing() -> None:
    book = book_of("receive 9 E in EA")
    described(book, "EA", PALLET, at_us=5)
    before = book.item
    assert LedgerVerdict.OUTDATED is described(book, "EA", ("XPX", UNIT), at_us=4).verdict
    assert before == book.item


def test_an_item_stays_in_the_unit_in_which_it_is_kept() -> None:
    book = book_of("receive 9 E in XCT")
    described(book, "EA", CARTON)
    assert "XCT" == book.item.unit


def test_a_line_that_comes_to_more_than_a_line_may_have_is_not_counted() -> None:
    book = book_of("receive 9 E in EA")
    described(book, "EA", ("XPX", 10**9 * UNIT - 1))
    assert HELD == effects_of(book.do(f"receive {10**9 * UNIT - 1} E in XPX"))


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(-(10**9), 10**9))
def test_a_conversion_is_exact_and_can_be_undone(factor: int, kept: int, quantity: int) -> None:
    factors = (UnitFactor("A", factor), UnitFactor("B", kept))
    there = converted(factors, "A", "B", quantity)
    too_much = abs(quantity * factor) >= 10**9 * UNIT * kept
    assert (there is None) == bool(quantity * factor % kept or too_much)
    if there is not None:
        assert quantity == converted(factors, "B", "A", there)
