"""Lines of items that nobody has described, or that are discontinued, get nothing where their channel checks items."""

import pytest

from domain.messages.cases import CaseState
from tests.unit.inventory.book import book_of, effects_of

HELD = "INVALID_ITEM"
NO_MORE = "INVALID_ITEM RESOLVED"


@pytest.mark.parametrize(
    ("given", "when", "effects", "book"),
    (
        ("receive 9 E", "ask a 2 from E known", f"at E: backordered 2; {HELD}",
            "E: supplier -9 available 9; a@E: waits 2"),
        ("receive 9 E; describe", "ask a 2 from E at once known", "at E: granted 2",
            "E: supplier -9 available 7 allocated 2; a@E: allocated 2"),
        ("receive 9 E; describe discontinued", "ask a 2 from E known", f"at E: backordered 2; {HELD}",
            "E: supplier -9 available 9; a@E: waits 2"),
        ("receive 9 E", "ask a 2 from E", "at E: granted 2",
            "E: supplier -9 available 7 pending 2; a@E: pending 2"),
        ("receive 9 E; describe discontinued", "ask a 2 from E", "at E: granted 2",
            "E: supplier -9 available 7 pending 2; a@E: pending 2"),
        ("receive 9 E; ask a 2 from E at once known", "describe", f"fills a 2 at E; states a; {NO_MORE}",
            "E: supplier -9 available 7 allocated 2; a@E: allocated 2"),
        ("ask a 2 from E known", "describe", f"states a; {NO_MORE}", "a@E: waits 2"),
        ("ask a 2 from E known; describe", "receive 9 E", "fills a 2 at E",
            "E: supplier -9 available 7 pending 2; a@E: pending 2"),
        ("ask a 2 from E known", "receive 9 E", "", "E: supplier -9 available 9; a@E: waits 2"),
        ("ask a 2 from E known", "describe discontinued", HELD, "a@E: waits 2"),
        ("ask a 2 from E known; describe discontinued time 1", "describe time 2", f"states a; {NO_MORE}",
            "a@E: waits 2"),
        ("ask a 2 from E known; describe discontinued time 3", "describe time 2", "", "a@E: waits 2"),
        ("ask a 2 from E known", "release a 2", NO_MORE, ""),
        ("receive 9 E; describe; ask a 20 from E at once known", "describe discontinued time 2", "",
            "E: supplier -9 allocated 9; a@E: allocated 9 waits 11"),
        ("receive 9 E in EA; ask a 2 from E in XPX known", "describe", f"states a; {HELD}",
            "E: supplier -9 available 9; a@E: waits 2"),
    ),
)  # fmt: skip
def test_a_line_waits_for_the_master_data_of_its_item(given: str, when: str, effects: str, book: str) -> None:
    before = book_of(given)
    assert effects == effects_of(before.do(when))
    assert book == before.described()


def test_lines_that_are_not_held_any_more_take_their_old_places_in_the_queue() -> None:
    book = book_of("receive 3 E; ask b 2 from E placed 2 known; ask a 2 from E placed 1 known; describe")
    assert "E: supplier -3 pending 3; b@E: pending 1 waits 1; a@E: pending 2" == book.described()


def test_an_earlier_order_that_was_held_asks_later_ones_for_what_is_only_pending_with_them() -> None:
    book = book_of("receive 2 E; ask b 2 from E placed 2; ask a 2 from E placed 1 known")
    assert f"recalls b 2 for earlier; states a; {NO_MORE}" == effects_of(book.do("describe"))


@pytest.mark.parametrize(
    ("steps", "reason"),
    (
        ("ask a 2000000 from E known", "of which no master data has come"),
        ("describe discontinued; ask a 2000000 from E known", "which is discontinued"),
    ),
)
def test_the_case_says_why_the_line_is_held(steps: str, reason: str) -> None:
    *given, when = steps.split("; ")
    (case,) = book_of(*given).do(when).cases
    assert f"line 1 asks for 2 of lamp, {reason}; nothing of the line is released" == case.reason
    assert ("a", "a") == (case.subject, case.key)


def test_the_case_names_what_may_be_offered_instead() -> None:
    (case,) = book_of("describe discontinued BOLT NUT").do("ask a 2 from E known").cases
    assert case.suggested_action.startswith("offer the customer BOLT or NUT in its place, and amend the order; or ")


def test_what_may_be_offered_instead_may_be_said_later() -> None:
    book = book_of("describe discontinued", "ask a 2 from E known")
    (case,) = book.do("describe discontinued NUT time 2").cases
    assert "offer the customer NUT in its place" in case.suggested_action
    assert [] == list(book.do("describe discontinued NUT time 3").cases)


@pytest.mark.parametrize(
    ("when", "why"),
    (
        ("describe", "its item is known now, and its unit"),
        ("release a 2", "its order has given the claim up"),
        ("ship a 2 at E", "it has shipped"),
        ("pick a 2 at E", "it is picked"),
        ("receive 9 E; ship a 2 at E", "it has shipped"),
    ),
)
def test_the_case_says_why_the_line_is_no_longer_held(when: str, why: str) -> None:
    *given, last = when.split("; ")
    cases = book_of("ask a 2 from E known", *given).do(last).cases
    assert [f"line 1 is no longer held: {why}"] == [each.reason for each in cases if each.state is CaseState.RESOLVED]


def test_the_answer_says_which_version_of_the_master_data_was_used() -> None:
    (answer,) = book_of("describe time 7").do("ask a 2 from E known").answers
    assert (7, False) == (answer.described_at_us, answer.is_held)
