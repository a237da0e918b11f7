"""The place of a claim in the queue when its customer wants it on a day (see `book`; times in microseconds)."""

from itertools import product

import pytest

from domain.identifiers import ItemId, LineId, NodeId, OrderId, ReservationId
from domain.inventory.decisions import ReservationChange
from domain.inventory.reservations import Reservation, UnitsAt
from operators.machines.claims.rows import HOLDING, WAITING, place_waiting, store
from tests.memory_state import MemoryRows
from tests.unit.inventory.book import book_of, effects_of


def claim(name: str, placed: int, wanted: int, arrival: int = 0, *, backordered: int = 1) -> Reservation:
    return Reservation(
        ReservationId(name),
        OrderId(name),
        LineId("1"),
        ItemId("lamp"),
        (NodeId("E"),),
        split=False,
        priority_class=1,
        arrival=arrival,
        requested=backordered,
        confirmed=False,
        backordered=backordered,
        placed_at_us=placed,
        requested_us=wanted,
    )


QUEUES = (
    # given, who is in the queue
    ("ask a 1 from E placed 1; ask b 1 from E placed 2", "a b"),
    ("ask a 1 from E placed 1 wanted 9; ask b 1 from E placed 2", "b a"),
    ("ask a 1 from E placed 1 wanted 9; ask b 1 from E placed 2 wanted 8", "b a"),
    ("ask b 1 from E placed 1 wanted 9; ask a 1 from E placed 2 wanted 9", "b a"),
    ("ask a 1 from E placed 1 wanted 9; ask b 1 from E placed 9", "a b"),
    ("ask a 1 from E placed 1 wanted 9; ask b 1 from E placed 10", "a b"),
    ("ask a 1 from E placed 5; ask b 1 from E placed 6 wanted 2", "a b"),
    ("ask a 1 from E placed 1 wanted 9; ask b 1 from E placed 2 class 2", "a b"),
    ("ask a 1 from E placed 1; ask b 1 from E placed 2; move a 9", "b a"),
    ("ask a 1 from E placed 1 wanted 9; ask b 1 from E placed 2; move a 0", "a b"),
    ("ask a 1 from E placed 1; ask b 1 from E placed 2; move a 0 placed 3", "b a"),
    ("ask a 1 from E placed 1 wanted 9; ask b 1 from E placed 2 wanted 9; move a 9 placed 3", "b a"),
)


@pytest.mark.parametrize(("given", "expected"), QUEUES)
def test_what_is_wanted_first_is_first(given: str, expected: str) -> None:
    book = book_of(given)
    assert expected == " ".join(row.order_id for row in book.waiting())
    assert f"fills {expected[0]} 1 at E" == effects_of(book.do("receive 1 E"))


MOVES = (
    # given, when, effects
    ("receive 3 E; ask a 3 from E placed 1; ask b 2 from E placed 2", "move a 9", "recalls a 2 for earlier"),
    (
        "receive 3 E; ask a 3 from E placed 1 wanted 9; ask b 2 from E placed 2 wanted 10",
        "move b 8",
        "recalls a 2 for earlier",
    ),
    ("receive 3 E; ask a 3 from E placed 1 at once; ask b 2 from E placed 2", "move a 9", ""),
    ("receive 3 E; ask a 3 from E placed 1; ask b 2 from E placed 20", "move a 9", ""),
    ("receive 3 E; ask a 4 from E placed 1; ask b 2 from E placed 2", "move a 9", "recalls a 2 for earlier"),
    ("receive 3 E; ask a 3 from E placed 1", "crossed move a 9", "states a"),
    ("receive 3 E; ask a 3 from E placed 1; release a 3", "move a 9", ""),
)


@pytest.mark.parametrize(("given", "when", "effects"), MOVES)
def test_a_claim_that_moves_asks_or_is_asked_for_what_is_pending(given: str, when: str, effects: str) -> None:
    assert effects == effects_of(book_of(given).do(when))


def test_units_go_to_the_order_that_is_first_now() -> None:
    book = book_of("receive 3 E; ask a 3 from E placed 1; ask b 2 from E placed 2; move a 9; give a 2 for earlier")
    assert "E: supplier -3 pending 3; a@E: pending 1 waits 2; b@E: pending 2" == book.described()


TIMES = tuple(product((1, 5, 9), (0, 5, 9)))


def test_the_rows_are_in_the_order_of_the_queue() -> None:
    claims = [claim(f"o{number}", *times, number) for number, times in enumerate(reversed(TIMES))]
    in_queue = sorted(claims, key=lambda each: each.queue_position)
    assert in_queue == sorted(claims, key=place_waiting)


def test_the_rows_of_what_is_held_are_against_the_queue() -> None:
    rows = MemoryRows()
    claims = [
        claim(f"o{number}", *times, number)._replace(backordered=0, at=(UnitsAt(NodeId("E"), pending=1),))
        for number, times in enumerate(TIMES)
    ]
    for each in reversed(claims):
        store(rows.partition.state, ReservationChange(None, each))
    in_queue = sorted(claims, key=lambda each: each.queue_position, reverse=True)
    assert [each.reservation_id for each in in_queue] == [name for _, name in rows.rows(HOLDING)]


def test_the_place_of_what_is_wanted_at_once_is_as_earlier_releases_wrote_it() -> None:
    expected = f"lamp\0{1:012d}\0{5:018d}\0a\0{7:012d}"
    assert expected == place_waiting(claim("a", 5, 0, 7))


def test_a_claim_that_moves_leaves_no_row_behind() -> None:
    rows = MemoryRows()
    first = claim("a", 5, 0)._replace(at=(UnitsAt(NodeId("E"), pending=1),))
    moved = first._replace(requested_us=9)
    gone = moved._replace(backordered=0, at=())
    for change in ((None, first), (first, moved)):
        store(rows.partition.state, ReservationChange(*change))
    assert [(place_waiting(moved), "a")] == list(rows.rows(WAITING))
    assert 1 == len(list(rows.rows(HOLDING)))
    store(rows.partition.state, ReservationChange(moved, gone))
    assert [] == [*rows.rows(WAITING), *rows.rows(HOLDING)]
