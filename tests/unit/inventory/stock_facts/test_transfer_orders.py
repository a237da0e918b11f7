"""Transfer orders: units between two nodes are in transit, whichever node reports first."""

from itertools import permutations

import pytest

from domain.messages.cases import CaseState
from domain.quantities import UNIT
from tests.unit.inventory.book import Book, book_of, effects_of


@pytest.mark.parametrize(
    ("given", "when", "effects", "stock"),
    (
        ("receive 5 E", "send 2 E to W of T1", "", "E: supplier -5 available 3; W: in_transit 2"),
        ("receive 5 E; send 2 E to W of T1", "receive 2 W of T1 from E", "",
            "E: supplier -5 available 3; W: available 2"),
        ("receive 5 E; send 2 E to W of T1", "receive 1 W of T1 from E", "",
            "E: supplier -5 available 3; W: in_transit 1 available 1"),
        ("receive 5 E; send 2 E to W of T1", "receive 3 W of T1 from E", "DRIFT",
            "E: supplier -5 available 3; W: available 3 adjustment -1"),
        ("receive 5 E; send 2 E to W of T1", "receive 2 W as QUALITY_HOLD of T1 from E", "",
            "E: supplier -5 available 3; W: quality_hold 2"),
        ("receive 5 E; send 2 E to W of T1", "receive 2 W of T2 from E", "DRIFT",
            "E: supplier -5 available 3; W: in_transit 2 available 2 adjustment -2"),
        ("receive 5 E; send 2 E to W of T1", "receive 2 W", "",
            "E: supplier -5 available 3; W: supplier -2 in_transit 2 available 2"),
        ("receive 5 E; receive 2 W of T1 from E", "send 2 E to W of T1", "DRIFT RESOLVED",
            "E: supplier -5 available 3; W: available 2"),
        ("receive 5 E; send 2 E to W of T1", "receive 1 W as SCRAPPED of T1 from E", "",
            "E: supplier -5 available 3; W: in_transit 1 adjustment 1"),
        ("receive 5 E; send 2 E to W of T1; receive 2 W as SCRAPPED of T1 from E", "receive 2 W of T1 from E", "DRIFT",
            "E: supplier -5 available 3; W: available 2"),
        ("receive 5 E; receive 2 W as SCRAPPED of T1 from E", "send 2 E to W of T1", "DRIFT RESOLVED",
            "E: supplier -5 available 3; W: adjustment 2"),
        ("receive 5 E; ask a 4 from W; send 2 E to W of T1", "receive 2 W as SCRAPPED of T1 from E", "",
            "E: supplier -5 available 3; W: adjustment 2; a@W: waits 4"),
        ("receive 5 E; receive 2 W of T1 from E", "send 1 E to W of T1", "",
            "E: supplier -5 available 4; W: available 2 adjustment -1"),
        ("receive 5 E; receive 2 W of T1 from E", "send 3 E to W of T1", "DRIFT RESOLVED",
            "E: supplier -5 available 2; W: in_transit 1 available 2"),
        ("receive 5 E; ask a 4 from W; send 2 E to W of T1", "receive 2 W of T1 from E", "fills a 2 at W",
            "E: supplier -5 available 3; W: pending 2; a@W: pending 2 waits 2"),
        ("receive 5 E; ask a 4 from E; confirm a", "send 3 E to W of T1", "recalls a 2; SHRINKAGE",
            "E: supplier -5 available -2 allocated 4; W: in_transit 3; a@E: allocated 4 recalled 2"),
        ("receive 5 E; ask a 4 from E; confirm a", "send 7 E to W of T1", "recalls a 4; DRIFT; SHRINKAGE",
            "E: supplier -5 available -6 allocated 4; W: in_transit 7; a@E: allocated 4 recalled 4"),
        ("receive 5 E; ask a 4 from E; confirm a; send 3 E to W of T1; give a 2", "receive 2 E",
            "fills a 2 at E; SHRINKAGE RESOLVED",
            "E: supplier -7 allocated 4; W: in_transit 3; a@E: allocated 4"),
        ("receive 5 E; ask a 4 from E; confirm a; send 7 E to W of T1; give a 4", "receive 2 E", "DRIFT RESOLVED",
            "E: supplier -7; W: in_transit 7; a@E: waits 4"),
        ("receive 5 E; ask a 4 from E; confirm a; pick a 4 at E", "send 3 E to W of T1", "SHRINKAGE",
            "E: supplier -5 available -2 picked 4; W: in_transit 3; a@E: picked 4@E"),
        ("receive 5 E; send 2 E to W of T1", "receive 2 W of T1", "",
            "E: supplier -5 available 3; W: available 2"),
        ("receive 5 E; send 2 E to W of T1", "receive 3 W of T1", "DRIFT",
            "E: supplier -5 available 3; W: available 3 adjustment -1"),
        ("receive 5 E; send 2 E to W of T1", "receive 2 W of T2", "DRIFT",
            "E: supplier -5 available 3; W: in_transit 2 available 2 adjustment -2"),
        ("receive 5 E; receive 5 S; send 2 E to W of T1; send 2 S to W of T1", "receive 2 W of T1", "DRIFT",
            "E: supplier -5 available 3; S: supplier -5 available 3; W: in_transit 4 available 2 adjustment -2"),
        ("receive 5 E; receive 2 W of T1", "send 2 E to W of T1", "DRIFT RESOLVED",
            "E: supplier -5 available 3; W: available 2"),
        ("receive 5 E; receive 2 W of T1", "send 3 E to W of T1", "DRIFT RESOLVED",
            "E: supplier -5 available 2; W: in_transit 1 available 2"),
        ("receive 5 E; receive 2 W of T1; receive 1 W of T1", "send 2 E to W of T1", "",
            "E: supplier -5 available 3; W: available 3 adjustment -1"),
        ("receive 5 E; send 2 E to W of T1", "receive 2 E of T1 from E", "",
            "E: supplier -5 available 5; W:"),
        ("receive 5 E; send 2 E to W of T1", "receive 1 E of T1", "",
            "E: supplier -5 available 4; W: in_transit 1"),
        ("receive 5 E; send 2 E to W of T1", "receive 2 E as QUALITY_HOLD of T1 from E", "",
            "E: supplier -5 available 3 quality_hold 2; W:"),
        ("receive 5 E; send 2 E to W of T1", "receive 3 E of T1 from E", "DRIFT",
            "E: supplier -5 available 6 adjustment -1; W:"),
        ("receive 5 E; receive 2 E of T1 from E", "send 2 E to W of T1", "DRIFT RESOLVED",
            "E: supplier -5 available 5"),
        ("receive 5 E; send 5 E to W of T1; ask a 4 from E", "receive 5 E of T1", "fills a 4 at E",
            "E: supplier -5 available 1 pending 4; W:; a@E: pending 4"),
        ("", "send 2 E to W of T1", "DRIFT", "E: available -2; W: in_transit 2"),
        ("send 2 E to W of T1", "receive 2 E", "DRIFT RESOLVED", "E: supplier -2; W: in_transit 2"),
    ),
)  # fmt: skip
def test_a_transfer(given: str, when: str, effects: str, stock: str) -> None:
    book = book_of(given)
    assert (effects, stock) == (effects_of(book.do(when)), book.described())


def test_loads_and_receipts_in_any_order_end_in_the_same_position_without_an_open_case() -> None:
    steps = (
        "receive 9 E",
        "send 3 E to W of T1",
        "send 2 E to W of T1",
        "receive 4 W of T1 from E",
        "receive 1 W of T1 from E",
    )
    for story in permutations(steps):
        book = Book()
        states = {case.key: case.state for step in story for case in book.do(step).cases}
        assert {"E": 4, "W": 5} == {node.node_id: node.available for node in book.item.nodes}
        assert not any(book.balances.values())
        assert set(states.values()) <= {CaseState.RESOLVED}


def test_the_cases_say_what_was_promised_and_what_was_not_there() -> None:
    book = book_of(f"receive {5 * UNIT} E; ask a {4 * UNIT} from E; confirm a")
    absent, promised = book.do(f"send {7 * UNIT} E to W of T1").cases
    assert "E sent 2 units for transfer order T1 that the ledger did not have" == absent.reason
    assert "E sent 7 units to W with transfer order T1, 4 more than are free to promise" == promised.reason


def test_the_cases_name_the_order_and_both_nodes() -> None:
    book = Book()
    (more,) = book.do(f"receive {2 * UNIT} W of T1 from E").cases
    assert "W reports 2 units more of transfer order T1, as received or as lost, than E has sent" == more.reason
    assert "E/W/T1" == more.key
    left, resolved = book.do(f"send {2 * UNIT} E to W of T1").cases
    assert (
        "E sent 2 units for transfer order T1 that the ledger did not have"
        == (left if left.state is CaseState.OPEN else resolved).reason
    )
