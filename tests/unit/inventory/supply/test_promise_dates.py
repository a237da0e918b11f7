"""Which day a claim that waits is promised: a verdict table, one history a row, the days of the queue last."""

import pytest

from domain.inventory.decisions import LedgerVerdict
from tests.unit.inventory.supply.book import supply_book_of


@pytest.mark.parametrize(
    ("history", "dates"),
    (
        ("ask a 5 from E", "a never"),
        ("announce 5 E on 3 of P1; ask a 5 from E", "a 3"),
        ("announce 4 E on 3 of P1; ask a 5 from E", "a never"),
        ("announce 4 E on 3 of P1; announce 4 E on 7 of P2; ask a 5 from E", "a 7"),
        ("announce 4 E on 3 and 4 on 7 of P1; ask a 5 from E", "a 7"),
        ("receive 2 E; announce 3 E on 3 of P1; ask a 5 from E", "a 3"),
        ("announce 5 W on 3 of P1; ask a 5 from E", "a never"),
        ("announce 5 W on 3 of P1; ask a 5 from E W", "a 3"),
        ("announce 3 E on 3 of P1; announce 2 W on 4 of P2; ask a 5 from E W split", "a 4"),
        ("announce 3 E on 3 of P1; announce 9 W on 4 of P2; ask a 5 from E W", "a never"),
    ),
    ids=lambda text: text,
)
def test_a_claim_is_promised_the_first_day_on_which_supply_covers_it(history: str, dates: str) -> None:
    assert dates == supply_book_of(history).dates


@pytest.mark.parametrize(
    ("history", "dates"),
    (
        (
            "announce 5 E on 3 of P1; announce 5 E on 7 of P2; ask a 5 from E placed 1; ask b 5 from E placed 2",
            "a 3; b 7",
        ),
        (
            "announce 5 E on 3 of P1; announce 5 E on 7 of P2; ask a 5 from E placed 2; ask b 5 from E placed 1",
            "b 3; a 7",
        ),
        ("announce 5 E on 3 of P1; ask a 5 from E; ask b 5 from E class 0", "b 3; a never"),
        ("announce 6 E on 3 of P1; ask a 9 from E placed 1; ask b 5 from E placed 2", "a never; b never"),
        ("announce 5 E on 3 of P1; ask a 5 from E placed 1; ask b 5 from E placed 2; release a 5", "b 3"),
    ),
    ids=lambda text: text,
)
def test_those_before_it_in_the_queue_are_served_first(history: str, dates: str) -> None:
    assert dates == supply_book_of(history, "promise").dates


@pytest.mark.parametrize(
    ("then", "dates"),
    (
        ("announce 5 E on 6 of P1 revision 1", "a 6; b 9"),
        ("announce 5 E on 2 of P1 revision 1", "a 2; b 9"),
        ("announce 4 E on 3 of P1 revision 1", "a 9; b never"),
        ("announce 9 E on 3 of P1 revision 1", "a 3; b 9"),
        ("announce 10 E on 3 of P1 revision 1", "a 3; b 3"),
        ("announce 0 E on 3 of P1 revision 1", "a 9; b never"),
        ("announce 0 E on 3 of P1 revision 1; announce 0 E on 9 of P2 revision 1", "a never; b never"),
        ("announce 5 E on 6 of P1 revision 2; announce 5 E on 4 of P1 revision 1", "a 6; b 9"),
        ("today 3", "a 3; b 9"),
        ("today 4", "a 9; b never"),
        ("today 4; announce 5 E on 12 of P1 revision 1", "a 9; b 12"),
        ("receive 5 E for P1", "b 9"),
        ("receive 3 E for P1", "a 3; b 9"),
        ("receive 5 E", "b 3"),
        ("receive 5 E as DAMAGED", "a 3; b 9"),
        ("adjust -2 E", "a 9; b never"),
        ("policy safety 2 E", "a 9; b never"),
        ("policy web 4 E", "a 9; b never"),
    ),
    ids=lambda text: text,
)
def test_days_move_with_supply_and_demand(then: str, dates: str) -> None:
    given = (
        "announce 5 E on 3 of P1; announce 5 E on 9 of P2; ask shop:a 5 from E placed 1; ask shop:b 5 from E placed 2"
    )

    assert dates == supply_book_of(given, then, "promise").dates.replace("shop:", "")


@pytest.mark.parametrize(
    ("history", "open_units"),
    (
        ("announce 5 E on 3 and 5 on 7 of P1; receive 6 E for P1", [(7, 4)]),
        ("receive 6 E for P1; announce 5 E on 3 and 5 on 7 of P1", [(7, 4)]),
        ("announce 5 E on 3 of P1; receive 9 E for P1", []),
        ("announce 5 E on 3 of P1; receive 9 E for P1; announce 12 E on 5 of P1 revision 1", [(5, 3)]),
        ("announce 5 E on 3 of P1; receive 9 E for P2", [(3, 5)]),
        ("announce 5 E on 3 of P1; receive 9 W for P1", [(3, 5)]),
    ),
    ids=str,
)
def test_a_receipt_uses_up_the_supply_that_it_names(history: str, open_units: list[tuple[int, int]]) -> None:
    book = supply_book_of(history)

    assert open_units == [(each.expected_us // 86_400_000_000, each.units) for each in book.expected()]


def test_supply_changes_no_account() -> None:
    book = supply_book_of("receive 2 E", "announce 5 E on 3 of P1")

    assert book.described() == supply_book_of("receive 2 E").described()


def test_supply_in_an_unknown_unit_is_not_counted_and_a_case_says_so() -> None:
    book = supply_book_of("receive 1 E in EA")

    decision = book.do("announce 5 E on 3 of P1 in XPX")

    assert decision.verdict is LedgerVerdict.NOT_COUNTED
    assert [case.case_class for case in decision.cases] == ["INVALID_ITEM"]
    assert book.expected() == []


def test_only_orders_whose_day_has_changed_hear_of_it() -> None:
    book = supply_book_of(
        "announce 5 E on 3 of P1; announce 5 E on 9 of P2",
        "ask a 5 from E placed 1; ask b 5 from E placed 2",
        "announce 5 E on 10 of P2 revision 1",
    )

    decision = book.do("promise")

    assert [statement.order_id for statement in decision.statements] == ["b"]


def test_a_claim_that_waits_no_more_has_no_day() -> None:
    book = supply_book_of("announce 5 E on 3 of P1", "ask a 5 from E", "receive 5 E for P1")

    assert book.rows["a"].promised_us == 0


def test_a_claim_that_waits_again_gets_a_day_of_its_own() -> None:
    book = supply_book_of("announce 5 E on 3 of P1; announce 5 E on 8 of P2", "ask a 5 from E", "receive 5 E for P1")

    book.do("adjust -5 E")
    book.do("give a 5")

    assert book.dates == "a never"
    book.do("promise")
    assert book.dates == "a 8"
