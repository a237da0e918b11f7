"""A line that one node at a time serves is never given units at two, however often it is amended.

Facts may do so: a warehouse that was not asked may pick. So what is judged is each grant and fill, against what the
claims of the line held before. That nobody waits for free units is a law of the book.
"""

from hypothesis import given
from hypothesis import strategies as st

from domain.inventory.decisions import LedgerDecision
from domain.inventory.reservations import Reservation
from domain.messages.inventory import Account
from tests.unit.inventory.book import Book, book_of

LINE = ("a", "b", "c")
NODES = ("E", "W")
_units = st.integers(1, 6)
_of_line = st.sampled_from(LINE)
_nodes = st.sampled_from(NODES)
STEPS = st.one_of(
    st.builds("receive {} {}".format, _units, _nodes),
    st.builds("adjust -{} {}".format, _units, _nodes),
    st.builds("ship {} {} at {}".format, _of_line, _units, _nodes),
    st.builds("pick {} {} at {}".format, _of_line, _units, _nodes),
    st.builds("unpick {} {} {} at {}".format, _of_line, _units, st.sampled_from(("restocked", "missing")), _nodes),
    st.builds("miss {} {} at {}".format, _of_line, _units, _nodes),
    st.builds("release {} {}".format, _of_line, _units),
    st.builds("give {} {}".format, _of_line, _units),
    st.builds("confirm {}".format, _of_line),
)


def held_by_line(book: Book) -> dict[str, Reservation]:
    return {name: book.rows[name] for name in LINE if name in book.rows}


def given_at(decision: LedgerDecision) -> set[str]:
    """The nodes at which the line was promised units that were free."""
    promised = {Account.PENDING, Account.ALLOCATED}
    return {
        move.node_id
        for move in decision.transfers
        if move.reservation_id in LINE and move.debit is Account.AVAILABLE and move.credit in promised
    }


@given(
    st.sampled_from(("at once", "")),
    st.tuples(_units, _units, _units),
    st.tuples(*(st.lists(STEPS, max_size=most) for most in (5, 5, 10))),
)
def test_no_grant_and_no_fill_serves_a_line_from_a_second_node(
    once: str, asked: tuple[int, int, int], steps: tuple[list[str], ...]
) -> None:
    book = book_of("receive 4 E; receive 9 W")
    for number, (name, units) in enumerate(zip(LINE, asked, strict=True)):
        beside = f"beside {' '.join(LINE[:number])}" if number else ""
        asking = f"ask {name} {units} from E W {once} placed {number} {beside}"
        for step in (asking, *steps[number]):
            before = held_by_line(book)
            if step != asking and not is_of_open_claim(step, before):
                continue
            decision = book.do(step)
            after = held_by_line(book)
            bound = held_at(before) & held_at({each: row for each, row in after.items() if each in before})
            put_back = {step.split()[-1]} if step.startswith("unpick") else set()
            assert not bound or given_at(decision) <= held_at(before) | put_back, f"{step}: {before}"


def is_of_open_claim(step: str, rows: dict[str, Reservation]) -> bool:
    """An order says nothing of a claim before it has asked for it, and nothing after it has ended."""
    return step.split(maxsplit=1)[0] in {"receive", "adjust"} or step.split()[1] in rows


def held_at(rows: dict[str, Reservation]) -> set[str]:
    return {at.node_id for row in rows.values() for at in row.at if at.held}
