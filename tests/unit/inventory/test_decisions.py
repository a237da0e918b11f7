"""How a decision is made: from values, each changed row once, and the queue read no further than needed."""

from collections.abc import Iterator

import pytest

from domain.identifiers import LineId, NodeId, ReservationId
from domain.inventory import ledger
from domain.inventory.reservations import Reservation, UnitsAt
from domain.messages.cases import CaseOrigin
from domain.messages.inventory import ReservationLine
from tests.unit.inventory.book import ITEM, book_of


def test_a_row_that_was_released_and_refilled_comes_once_as_it_is_now() -> None:
    book = book_of("receive 3 E; ask a 8 from E W; confirm a; receive 9 W")
    decision = book.ship("a", 3, "E")
    assert [("a", (UnitsAt(NodeId("W"), allocated=5),), 0)] == [
        (row.reservation_id, row.at, row.backordered) for row in decision.reservations
    ]


def test_a_reservation_that_ended_is_reported_so_that_its_row_goes() -> None:
    decision = book_of("receive 3 E; ask a 3 from E").release("a", 3)
    assert [True] == [row.ended for row in decision.reservations]


def test_a_fill_states_all_of_the_claim() -> None:
    book = book_of("receive 9 W; ask a 12 from E W at once split; pick a 2 at W")
    (fill,) = book.receive(2, "E").fills
    expected = [("", "WAITING", 1), ("E", "ALLOCATED", 2), ("W", "ALLOCATED", 7), ("W", "PICKED", 2)]
    assert (2, 2, 2) == (fill.line.quantity, fill.line.said, fill.line.heard)
    assert expected == [(units.node_id, units.claimed_as, units.quantity) for units in fill.line.units]


def released(name: str, quantity: int) -> ReservationLine:
    return ReservationLine(ReservationId(name), LineId("1"), ITEM, quantity)


def test_the_queue_is_read_only_as_far_as_the_units_last() -> None:
    book = book_of("ask a 3 from E; ask b 3 from E; ask c 3 from E")
    read: list[str] = []

    def waiting() -> Iterator[Reservation]:
        for row in book.waiting():
            read.append(row.reservation_id)
            yield row

    ledger.release(book.item, book.rows["c"], released("c", 1), book.claims()._replace(waiting=waiting()))
    assert [] == read
    book = book_of("receive 4 E; ask d 4 from E; ask a 2 from E; ask b 3 from E; ask c 3 from E")
    ledger.release(book.item, book.rows["d"], released("d", 4), book.claims()._replace(waiting=waiting()))
    assert ["a", "b"] == read


def test_units_that_the_ledger_did_not_have_are_a_case_that_names_them() -> None:
    decision = book_of("receive 3000000 E").ship("~a", 4_500_000, "E")
    assert [("lamp", CaseOrigin.INVENTORY, "E shipped 1.5 units for order a that the ledger did not have")] == [
        (case.subject, case.origin, case.reason) for case in decision.cases
    ]


@pytest.mark.parametrize(
    "step",
    ("receive -1 E", "ask b -1 from E", "release a -1", "pick a -1 at E", "ship a -1 at E", "return a -1 damaged at E"),
)
def test_a_quantity_below_zero_is_a_bug(step: str) -> None:
    book = book_of("receive 3 E; ask a 3 from E")
    with pytest.raises(ValueError, match="a negative quantity reached the ledger: -1"):
        book.do(step)
