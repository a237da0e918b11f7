"""The ledger's verdict tables: history, event, effects, and the stock and reservations after it.

`E`, `W` and `N` are nodes; `a`, `b` and `c` are orders with one line each (see `book`). A row `a@E: pending 2 waits 1`
is the reservation of `a` at node E.
"""

import pytest

from tests.unit.inventory.book import book_of, effects_of

REQUEST = (
    # given, when, effects, stock
    (
        "receive 5 E",
        "ask a 3 from E W",
        "at E: granted 3",
        "E: supplier -5 available 2 pending 3; a@E: pending 3",
    ),
    (
        "receive 2 E; receive 5 W",
        "ask a 3 from E W",
        "at W: granted 3",
        "E: supplier -2 available 2; W: supplier -5 available 2 pending 3; a@W: pending 3",
    ),
    (
        "receive 2 E; receive 3 W",
        "ask a 8 from E W",
        "at W: granted 3 backordered 5",
        "E: supplier -2 available 2; W: supplier -3 pending 3; a@W: pending 3 waits 5",
    ),
    (
        "receive 3 E; receive 3 W",
        "ask a 8 from W E",
        "at W: granted 3 backordered 5",
        "E: supplier -3 available 3; W: supplier -3 pending 3; a@W: pending 3 waits 5",
    ),
    (
        "",
        "ask a 8 from E W",
        "at E: backordered 8",
        "a@E: waits 8",
    ),
    (
        "receive 5 E; ask b 4 from E placed 2",
        "ask a 3 from E placed 1",
        "at E: granted 1 backordered 2; recalls b 2 for earlier",
        "E: supplier -5 pending 5; b@E: pending 4 recalled 2; a@E: pending 1 waits 2",
    ),
    (
        "receive 5 E; ask b 4 from E placed 2 at once",
        "ask a 3 from E placed 1",
        "at E: granted 1 backordered 2",
        "E: supplier -5 pending 1 allocated 4; b@E: allocated 4; a@E: pending 1 waits 2",
    ),
    (
        "receive 5 E; ask b 4 from E placed 1; ask c 1 from E class 2",
        "ask a 3 from E placed 2",
        "at E: backordered 3; recalls c 1 for earlier",
        "E: supplier -5 pending 5; b@E: pending 4; c@E: pending 1 recalled 1; a@E: waits 3",
    ),
    (
        "receive 9 N",
        "ask a 8 from E W",
        "at E: backordered 8",
        "N: supplier -9 available 9; a@E: waits 8",
    ),
    (
        "receive 9 E",
        "ask a 8 from",
        "at : backordered 8",
        "E: supplier -9 available 9; a@: waits 8",
    ),
    (
        "receive 9 E",
        "ask a 0 from E",
        "at E:",
        "E: supplier -9 available 9",
    ),
    (
        "receive 5 E; ask a 3 from E",
        "ask a 3 from E",
        "at E: granted 3",
        "E: supplier -5 available 2 pending 3; a@E: pending 3",
    ),
    (
        "receive 5 E; ask a 8 from E; receive 1 E",
        "ask a 8 from E",
        "at E: granted 6 backordered 2",
        "E: supplier -6 pending 6; a@E: pending 6 waits 2",
    ),
    (
        "receive 5 E",
        "ask a 3 from E at once",
        "at E: granted 3",
        "E: supplier -5 available 2 allocated 3; a@E: allocated 3",
    ),
    (
        "receive 2 E",
        "ask a 3 from E at once",
        "at E: granted 2 backordered 1",
        "E: supplier -2 allocated 2; a@E: allocated 2 waits 1",
    ),
    (
        "receive 2 E; ask a 3 from E at once",
        "receive 4 E",
        "fills a 1 at E",
        "E: supplier -6 available 3 allocated 3; a@E: allocated 3",
    ),
    (
        "receive 5 E; ask a 3 from E at once",
        "ask a 3 from E at once",
        "at E: granted 3",
        "E: supplier -5 available 2 allocated 3; a@E: allocated 3",
    ),
    (
        "receive 5 E; ask a 3 from E at once",
        "confirm a",
        "",
        "E: supplier -5 available 2 allocated 3; a@E: allocated 3",
    ),
    (
        "receive 5 E; ask a 3 from E at once",
        "release a 3",
        "",
        "E: supplier -5 available 5",
    ),
    (
        "receive 5 E; ask a 3 from E",
        "ask a 4 from E",
        "at E: granted 3; CONFLICTING_DUPLICATE",
        "E: supplier -5 available 2 pending 3; a@E: pending 3",
    ),
    (
        "receive 5 E; ask a 8 from E",
        "ask b 1 from E class 0",
        "at E: backordered 1; recalls a 1 for earlier",
        "E: supplier -5 pending 5; a@E: pending 5 waits 3 recalled 1; b@E: waits 1",
    ),
)
CONFIRM = (
    # given, when, effects, stock
    (
        "receive 5 E; ask a 3 from E",
        "confirm a",
        "",
        "E: supplier -5 available 2 allocated 3; a@E: allocated 3",
    ),
    (
        "receive 5 E; ask a 3 from E; confirm a",
        "confirm a",
        "",
        "E: supplier -5 available 2 allocated 3; a@E: allocated 3",
    ),
    (
        "ask a 3 from E",
        "confirm a",
        "",
        "a@E: waits 3",
    ),
    (
        "receive 5 E; ask a 3 from E; ship a 3 at E",
        "confirm a",
        "",
        "E: supplier -5 available 2 customer 3",
    ),
)
RELEASE = (
    # given, when, effects, stock
    (
        "receive 5 E; ask a 8 from E",
        "release a 2",
        "",
        "E: supplier -5 pending 5; a@E: pending 5 waits 1",
    ),
    (
        "receive 5 E; ask a 8 from E",
        "release a 5",
        "",
        "E: supplier -5 available 2 pending 3; a@E: pending 3",
    ),
    (
        "receive 5 E; ask a 8 from E; confirm a",
        "release a 5",
        "",
        "E: supplier -5 available 2 allocated 3; a@E: allocated 3",
    ),
    (
        "receive 5 E; ask a 8 from E",
        "release a 9",
        "",
        "E: supplier -5 available 5",
    ),
    (
        "receive 5 E; ask a 5 from E; confirm a; pick a 4 at E",
        "release a 5",
        "",
        "E: supplier -5 available 1 picked 4; a@E: picked 4@E",
    ),
    (
        "",
        "release a 5",
        "",
        "",
    ),
    (
        "receive 5 E; ask a 5 from E; ask b 3 from E",
        "release a 4",
        "fills b 3 at E",
        "E: supplier -5 available 1 pending 4; a@E: pending 1; b@E: pending 3",
    ),
    (
        "receive 5 E; ask a 5 from E; ask b 3 from E; confirm b; ask c 3 from E class 0",
        "release a 4",
        "fills c 3 at E; fills b 1 at E",
        "E: supplier -5 pending 4 allocated 1; a@E: pending 1 recalled 3; b@E: allocated 1 waits 2; c@E: pending 3",
    ),
    (
        "receive 5 E; ask a 5 from E; ask b 3 from W",
        "release a 4",
        "",
        "E: supplier -5 available 4 pending 1; a@E: pending 1; b@W: waits 3",
    ),
)
RECEIVE = (
    # given, when, effects, stock
    (
        "",
        "receive 5 E",
        "",
        "E: supplier -5 available 5",
    ),
    (
        "ask a 3 from E",
        "receive 5 E",
        "fills a 3 at E",
        "E: supplier -5 available 2 pending 3; a@E: pending 3",
    ),
    (
        "ask a 3 from E; confirm a",
        "receive 2 E",
        "fills a 2 at E",
        "E: supplier -2 allocated 2; a@E: allocated 2 waits 1",
    ),
    (
        "ask a 3 from E; ask b 3 from E",
        "receive 4 E",
        "fills a 3 at E; fills b 1 at E",
        "E: supplier -4 pending 4; a@E: pending 3; b@E: pending 1 waits 2",
    ),
    (
        "ask a 3 from E; ask b 3 from E class 0",
        "receive 4 E",
        "fills b 3 at E; fills a 1 at E",
        "E: supplier -4 pending 4; a@E: pending 1 waits 2; b@E: pending 3",
    ),
    (
        "ask a 3 from E W",
        "receive 2 W",
        "fills a 2 at W",
        "W: supplier -2 pending 2; a@W: pending 2 waits 1",
    ),
    (
        "receive 1 E; ask a 3 from E W",
        "receive 2 W",
        "",
        "E: supplier -1 pending 1; W: supplier -2 available 2; a@E: pending 1 waits 2",
    ),
    (
        "ask a 3 from E",
        "receive 2 W",
        "",
        "W: supplier -2 available 2; a@E: waits 3",
    ),
    (
        "ask a 3 from E; receive 1 E; ask b 3 from E",
        "receive 4 E",
        "fills a 2 at E; fills b 2 at E",
        "E: supplier -5 pending 5; a@E: pending 3; b@E: pending 2 waits 1",
    ),
)
PICK = (
    # given, when, effects, stock
    (
        "receive 5 E; ask a 3 from E; confirm a",
        "pick a 2 at E",
        "",
        "E: supplier -5 available 2 allocated 1 picked 2; a@E: allocated 1 picked 2@E",
    ),
    (
        "receive 5 E; ask a 3 from E",
        "pick a 2 at E",
        "",
        "E: supplier -5 available 2 pending 1 picked 2; a@E: pending 1 picked 2@E",
    ),
    (
        "receive 5 E; ask a 3 from E; confirm a",
        "pick a 4 at E",
        "",
        "E: supplier -5 available 1 picked 4; a@E: picked 4@E",
    ),
    (
        "receive 2 E; ask a 3 from E; confirm a",
        "pick a 3 at E",
        "DRIFT",
        "E: supplier -2 available -1 picked 3; a@E: picked 3@E",
    ),
    (
        "receive 3 E; ask a 3 from E; confirm a; receive 2 W",
        "pick a 3 at W",
        "DRIFT",
        "E: supplier -3 available 3; W: supplier -2 available -1 picked 3; a@W: picked 3@W",
    ),
    (
        "receive 3 E; ask a 3 from E; confirm a",
        "pick a 2 at W",
        "DRIFT",
        "E: supplier -3 available 2 allocated 1; W: available -2 picked 2; a@E: allocated 1 picked 2@W",
    ),
    (
        "receive 3 E; ask a 3 from E; confirm a; ask b 3 from E",
        "pick a 3 at W",
        "fills b 3 at E; DRIFT",
        "E: supplier -3 pending 3; W: available -3 picked 3; a@W: picked 3@W; b@E: pending 3",
    ),
    (
        "receive 3 E; ask a 9 from E W; confirm a; receive 9 W",
        "pick a 3 at W",
        "fills a 6 at W",
        "E: supplier -3 available 3; W: supplier -9 allocated 6 picked 3; a@W: allocated 6 picked 3@W",
    ),
    (
        "receive 3 E",
        "pick ~a 2 at E",
        "",
        "E: supplier -3 available 1 picked 2; a/1/lamp@E: picked 2@E",
    ),
    (
        "receive 3 E; pick ~a 2 at E",
        "pick ~a 2 at E",
        "DRIFT",
        "E: supplier -3 available -1 picked 4; a/1/lamp@E: picked 4@E",
    ),
    (
        "receive 3 E; ask a 3 from E; ship a 3 at E",
        "pick a 1 at E",
        "DRIFT",
        "E: supplier -3 available -1 picked 1 customer 3; a@E: picked 1@E",
    ),
    (
        "receive 3 E",
        "pick a 0 at E",
        "",
        "E: supplier -3 available 3",
    ),
)
UNPICK = (
    # given, when, effects, stock
    (
        "receive 5 E; ask a 3 from E at once; pick a 2 at E",
        "unpick a 2 restocked at E",
        "",
        "E: supplier -5 available 2 allocated 3; a@E: allocated 3",
    ),
    (
        "receive 5 E; ask a 3 from E; pick a 2 at E",
        "unpick a 1 restocked at E",
        "states a",
        "E: supplier -5 available 2 pending 2 picked 1; a@E: pending 2 picked 1@E",
    ),
    (
        "receive 5 E; ask a 5 from E at once; pick a 2 at E; ask b 2 from E",
        "unpick a 2 damaged at E",
        "",
        "E: supplier -5 allocated 3 damaged 2; a@E: allocated 3 waits 2; b@E: waits 2",
    ),
    (
        "receive 6 E; ask a 5 from E at once; pick a 2 at E",
        "unpick a 2 missing at E",
        "fills a 1 at E",
        "E: supplier -6 allocated 4 adjustment 2; a@E: allocated 4 waits 1",
    ),
    (
        "receive 5 E; ask a 3 from E at once",
        "unpick a 2 damaged at E",
        "fills a 2 at E",
        "E: supplier -5 allocated 3 damaged 2; a@E: allocated 3",
    ),
    (
        "receive 5 E; ask a 3 from E at once",
        "unpick a 2 restocked at E",
        "",
        "E: supplier -5 available 2 allocated 3; a@E: allocated 3",
    ),
    (
        "receive 3 E; ask a 3 from E at once; pick a 2 at E",
        "unpick a 5 missing at E",
        "DRIFT",
        "E: supplier -3 available -2 adjustment 5; a@E: waits 3",
    ),
    (
        "receive 5 E; pick ~a 2 at E; ask b 5 from E at once",
        "unpick ~a 2 restocked at E",
        "fills b 2 at E",
        "E: supplier -5 allocated 5; b@E: allocated 5",
    ),
    (
        "receive 5 E; pick ~a 2 at E",
        "unpick ~a 2 missing at E",
        "",
        "E: supplier -5 available 3 adjustment 2",
    ),
    (
        "receive 3 E; receive 3 W; ask a 3 from E at once; pick a 2 at E",
        "unpick a 2 damaged at W",
        "",
        "E: supplier -3 allocated 1 picked 2; W: supplier -3 available 1 damaged 2; a@E: allocated 1 picked 2@E",
    ),
    (
        "receive 1 E; ask a 3 from E at once; pick a 2 at E",
        "unpick a 1 restocked at E",
        "recalls a 1",
        "E: supplier -1 available -1 allocated 1 picked 1; a@E: allocated 1 waits 1 recalled 1 picked 1@E",
    ),
)
REVERSE = (
    # given, when, effects, stock
    (
        "receive 5 E; ask a 5 from E at once; ship a 5 at E; ask b 2 from E",
        "reverse a 3 restocked at E",
        "",
        "E: supplier -5 allocated 3 customer 2; b@E: waits 2; a@E: allocated 3",
    ),
    (
        "receive 5 E; ask a 5 from E; ship a 3 at E",
        "reverse a 2 restocked at E",
        "states a",
        "E: supplier -5 pending 4 customer 1; a@E: pending 4",
    ),
    (
        "receive 5 E; ask a 5 from E at once; ship a 5 at E; ask b 2 from E",
        "reverse ~a 3 restocked at E",
        "fills b 2 at E",
        "E: supplier -5 available 1 pending 2 customer 2; b@E: pending 2",
    ),
    (
        "receive 5 E; ask a 5 from E at once; ship a 5 at E; ask b 2 from E",
        "reverse a 3 damaged at E",
        "",
        "E: supplier -5 damaged 3 customer 2; b@E: waits 2",
    ),
    (
        "receive 5 E; ask a 5 from E at once; ship a 5 at E",
        "reverse a 3 missing at E",
        "",
        "E: supplier -5 customer 2 adjustment 3",
    ),
    (
        "receive 5 E; ask a 5 from E at once; ship a 5 at E",
        "reverse a 3 restocked at W",
        "",
        "E: supplier -5 customer 5; W: allocated 3 customer -3; a@W: allocated 3",
    ),
    (
        "receive 5 E; ask a 5 from E at once; ship a 5 at E time 2; count 0 E as C1 time 9",
        "reverse a 3 restocked at E time 5",
        "recalls a 3; SHRINKAGE",
        "E: supplier -5 available -3 allocated 3 customer 2 adjustment 3; a@E: allocated 3 recalled 3",
    ),
)
SHORT_PICK = (
    # given, when, effects, stock
    (
        "receive 5 E; ask a 5 from E at once; pick a 2 at E",
        "miss a 3 at E",
        "",
        "E: supplier -5 picked 2 adjustment 3; a@E: waits 3 picked 2@E",
    ),
    (
        "receive 9 E; ask a 5 from E at once",
        "miss a 3 at E",
        "fills a 3 at E",
        "E: supplier -9 available 1 allocated 5 adjustment 3; a@E: allocated 5",
    ),
    (
        "receive 5 E; ask a 3 from E",
        "miss a 4 at E",
        "fills a 1 at E",
        "E: supplier -5 pending 1 adjustment 4; a@E: pending 1 waits 2",
    ),
    (
        "receive 3 E; ask a 3 from E",
        "miss ~c 1 at E",
        "recalls a 1; DRIFT",
        "E: supplier -3 available -1 pending 3 adjustment 1; a@E: pending 3 recalled 1",
    ),
)
SHIP = (
    # given, when, effects, stock
    (
        "receive 5 E; ask a 3 from E; confirm a; pick a 3 at E",
        "ship a 3 at E",
        "",
        "E: supplier -5 available 2 customer 3",
    ),
    (
        "receive 5 E; ask a 3 from E; confirm a; pick a 2 at E",
        "ship a 3 at E",
        "",
        "E: supplier -5 available 2 customer 3",
    ),
    (
        "receive 5 E; ask a 3 from E",
        "ship a 2 at E",
        "",
        "E: supplier -5 available 2 pending 1 customer 2; a@E: pending 1",
    ),
    (
        "receive 5 E; ask a 3 from E; confirm a",
        "ship a 4 at E",
        "",
        "E: supplier -5 available 1 customer 4",
    ),
    (
        "receive 3 E; ask a 3 from E; confirm a",
        "ship a 5 at E",
        "DRIFT",
        "E: supplier -3 available -2 customer 5",
    ),
    (
        "receive 3 E; ask a 5 from E; confirm a",
        "ship a 4 at E",
        "DRIFT",
        "E: supplier -3 available -1 customer 4; a@E: waits 1",
    ),
    (
        "receive 5 E; ask a 3 from E; confirm a; receive 9 W",
        "ship a 2 at W",
        "",
        "E: supplier -5 available 4 allocated 1; W: supplier -9 available 7 customer 2; a@E: allocated 1",
    ),
    (
        "receive 3 E; ask a 3 from E; confirm a; ask b 2 from E",
        "ship a 3 at W",
        "fills b 2 at E; DRIFT",
        "E: supplier -3 available 1 pending 2; W: available -3 customer 3; b@E: pending 2",
    ),
    (
        "receive 3 E; ask a 8 from E W; confirm a; receive 9 W",
        "ship a 3 at E",
        "fills a 5 at W",
        "E: supplier -3 customer 3; W: supplier -9 available 4 allocated 5; a@W: allocated 5",
    ),
    (
        "receive 3 E; ask a 3 from E; confirm a; receive 3 W; pick a 2 at W",
        "ship a 2 at W",
        "",
        "E: supplier -3 available 2 allocated 1; W: supplier -3 available 1 customer 2; a@E: allocated 1",
    ),
    (
        "receive 5 E; ask a 3 from E; confirm a; pick a 3 at E; receive 3 W",
        "ship a 3 at W",
        "",
        "E: supplier -5 available 2 picked 3; W: supplier -3 customer 3; a@E: picked 3@E",
    ),
    (
        "receive 3 E; pick ~a 2 at E",
        "ship ~a 2 at E",
        "",
        "E: supplier -3 available 1 customer 2",
    ),
    (
        "receive 3 E",
        "ship ~a 2 at E",
        "",
        "E: supplier -3 available 1 customer 2",
    ),
    (
        "",
        "ship ~a 2 at E",
        "DRIFT",
        "E: available -2 customer 2",
    ),
)


@pytest.mark.parametrize(("given", "when", "effects", "stock"), REQUEST)
def test_a_request_gets_what_one_node_can_give(given: str, when: str, effects: str, stock: str) -> None:
    assert_verdict(given, when, effects, stock)


@pytest.mark.parametrize(("given", "when", "effects", "stock"), CONFIRM)
def test_a_confirmation_allocates_what_is_pending(given: str, when: str, effects: str, stock: str) -> None:
    assert_verdict(given, when, effects, stock)


@pytest.mark.parametrize(("given", "when", "effects", "stock"), RELEASE)
def test_a_release_gives_units_to_those_who_wait(given: str, when: str, effects: str, stock: str) -> None:
    assert_verdict(given, when, effects, stock)


@pytest.mark.parametrize(("given", "when", "effects", "stock"), RECEIVE)
def test_a_receipt_fills_the_queue(given: str, when: str, effects: str, stock: str) -> None:
    assert_verdict(given, when, effects, stock)


@pytest.mark.parametrize(("given", "when", "effects", "stock"), PICK)
def test_a_pick_always_applies(given: str, when: str, effects: str, stock: str) -> None:
    assert_verdict(given, when, effects, stock)


@pytest.mark.parametrize(("given", "when", "effects", "stock"), UNPICK)
def test_goods_that_come_out_of_picking_are_held_again_or_gone(given: str, when: str, effects: str, stock: str) -> None:
    assert_verdict(given, when, effects, stock)


@pytest.mark.parametrize(("given", "when", "effects", "stock"), REVERSE)
def test_units_of_a_reversed_shipment_are_held_again_or_free(given: str, when: str, effects: str, stock: str) -> None:
    assert_verdict(given, when, effects, stock)


@pytest.mark.parametrize(("given", "when", "effects", "stock"), SHORT_PICK)
def test_a_short_pick_takes_units_from_the_claim_and_then_from_stock(
    given: str, when: str, effects: str, stock: str
) -> None:
    assert_verdict(given, when, effects, stock)


@pytest.mark.parametrize(("given", "when", "effects", "stock"), SHIP)
def test_a_shipment_always_applies(given: str, when: str, effects: str, stock: str) -> None:
    assert_verdict(given, when, effects, stock)


def assert_verdict(given: str, when: str, effects: str, stock: str) -> None:
    book = book_of(given)
    assert (effects, stock) == (effects_of(book.do(when)), book.described())
