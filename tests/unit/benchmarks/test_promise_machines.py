"""The reference job's rules, one verdict a row: given a history of messages, when one comes, then what is said."""

from collections.abc import Sequence

import pytest

from benchmarks.promise_job.messages import Answered, Answers, Conflict, Order, Receipt, Requested, Requests, Status
from benchmarks.promise_job.order_machine import OrderMachine, content_hash_of
from benchmarks.promise_job.stock_machine import StockMachine
from connectors.log.port import Record
from domain.identifiers import CorrelationId, EventId
from operators.engine.event import Event
from operators.engine.keyed_state import Machine
from operators.engine.partition import COUNTS
from tests.memory_state import MemoryRows

PARTITIONS = 2
# Of two partitions murmur2 puts "a" and "b" into 0, "d" into 1.
ASKED = Order("m-1", "o-1", ((1, "a", 5), (2, "d", 3), (3, "b", 2)))
OTHER = Order("m-1", "o-1", ((1, "a", 6), (2, "d", 3), (3, "b", 2)))
OTHER_ID = Order("m-2", "o-1", ((1, "a", 5), (2, "d", 3), (3, "b", 2)))
CONFLICT = Conflict("o-1", "m-1", "the same order with other content: the first one stands")
ALSO_ASKED = Order("m-3", "o-2", ((1, "a", 1),))


def answers(*answered: Answered) -> Answers:
    return Answers(0, answered)


def requests(*asked: Requested, orders_partition: int = 0) -> Requests:
    return Requests(orders_partition, asked)


FROM_0, SHORT_FROM_0 = Answered("o-1", ((1, 5, 0), (3, 2, 0))), Answered("o-1", ((1, 4, 1), (3, 0, 2)))
FROM_1, SHORT_FROM_1 = Answered("o-1", ((2, 3, 0),)), Answered("o-1", ((2, 0, 3),))
NOTHING_FROM_0 = Answered("o-1", ((1, 0, 5), (3, 0, 2)))
OTHER_FROM_0 = Answered("o-2", ((1, 1, 0),))
DONE = Status("o-1", "ALLOCATED", ((1, 5, 0), (2, 3, 0), (3, 2, 0)))


def said(machine: Machine[object], rows: MemoryRows, messages: Sequence[object]) -> Sequence[object]:
    """What the last message leads to; the rows are stored and reloaded before each."""
    last: Sequence[object] = ()
    for offset, message in enumerate(messages):
        rows.restart()
        record = Record("in", 0, offset, 1_000 + offset, None, b"", ())
        last = machine.apply(
            rows.partition, Event(EventId(""), CorrelationId(""), (), message, record, PARTITIONS), 1_000 + offset
        )
    return list(last)


ORDER_VERDICTS: Sequence[tuple[str, Sequence[object], Sequence[object]]] = (
    ("a new order asks once in each partition", [ASKED], [
        Requested("o-1", ((1, "a", 5), (3, "b", 2))), Requested("o-1", ((2, "d", 3),)),
    ]),
    ("a copy says nothing", [ASKED, ASKED], []),
    ("other content is a conflict", [ASKED, OTHER], [CONFLICT]),
    ("each conflict is reported", [ASKED, OTHER, OTHER], [CONFLICT]),
    ("another correlation id is a conflict", [ASKED, OTHER_ID], [
        Conflict("o-1", "m-2", "the same order with other content: the first one stands"),
    ]),
    ("a part of the answers is not enough", [ASKED, answers(FROM_1)], []),
    ("the last answer gives the status, by line", [ASKED, answers(FROM_1), answers(FROM_0)], [DONE]),
    ("a record may answer several orders, and one twice", [ASKED, ALSO_ASKED, answers(FROM_1, OTHER_FROM_0, FROM_0)], [
        Status("o-2", "ALLOCATED", ((1, 1, 0),)), DONE,
    ]),
    ("some units are missing", [ASKED, answers(SHORT_FROM_0, FROM_1)], [
        Status("o-1", "PARTIALLY_ALLOCATED", ((1, 4, 1), (2, 3, 0), (3, 0, 2))),
    ]),
    ("all units are missing", [ASKED, answers(NOTHING_FROM_0), answers(SHORT_FROM_1)], [
        Status("o-1", "BACKORDERED", ((1, 0, 5), (2, 0, 3), (3, 0, 2))),
    ]),
    ("a copy after the status says nothing", [ASKED, answers(FROM_0, FROM_1), ASKED], []),
    ("a conflict after the status is published", [ASKED, answers(FROM_0, FROM_1), OTHER], [CONFLICT]),
)  # fmt: skip


@pytest.mark.parametrize(("rule", "history", "expected"), ORDER_VERDICTS)
def test_the_order_machine(rule: str, history: Sequence[object], expected: Sequence[object]) -> None:
    assert rule
    assert expected == said(OrderMachine(), MemoryRows(), history)


STOCK_VERDICTS: Sequence[tuple[str, Sequence[object], Sequence[object]]] = (
    ("a receipt says nothing", [Receipt("r-1", "a", 5)], []),
    ("what is there is granted", [Receipt("r-1", "a", 5), requests(Requested("o-1", ((1, "a", 3),)))],
     [answers(Answered("o-1", ((1, 3, 0),)))]),
    ("receipts add up",
     [Receipt("r-1", "a", 2), Receipt("r-2", "a", 2), requests(Requested("o-1", ((1, "a", 3),)))],
     [answers(Answered("o-1", ((1, 3, 0),)))]),
    ("the rest is backordered", [Receipt("r-1", "a", 2), requests(Requested("o-1", ((1, "a", 3),)))],
     [answers(Answered("o-1", ((1, 2, 1),)))]),
    ("what was never received is backordered", [requests(Requested("o-1", ((1, "a", 3),)))],
     [answers(Answered("o-1", ((1, 0, 3),)))]),
    ("what is granted is gone",
     [Receipt("r-1", "a", 4), requests(Requested("o-1", ((1, "a", 3),))), requests(Requested("o-2", ((1, "a", 3),)))],
     [answers(Answered("o-2", ((1, 1, 2),)))]),
    ("the orders of a record are served in its order",
     [Receipt("r-1", "a", 4), requests(Requested("o-1", ((1, "a", 3),)), Requested("o-2", ((1, "a", 3),)))],
     [answers(Answered("o-1", ((1, 3, 0),)), Answered("o-2", ((1, 1, 2),)))]),
    ("an item in two lines is granted in their order",
     [Receipt("r-1", "a", 4), requests(Requested("o-1", ((1, "a", 3), (2, "a", 3))))],
     [answers(Answered("o-1", ((1, 3, 0), (2, 1, 2))))]),
    ("the answer goes to where the orders live",
     [Receipt("r-1", "a", 4), requests(Requested("o-1", ((1, "a", 3),)), orders_partition=1)],
     [Answers(1, (Answered("o-1", ((1, 3, 0),)),))]),
)  # fmt: skip


@pytest.mark.parametrize(("rule", "history", "expected"), STOCK_VERDICTS)
def test_the_stock_machine(rule: str, history: Sequence[object], expected: Sequence[object]) -> None:
    assert rule
    assert expected == said(StockMachine(), MemoryRows(), history)


def test_copies_are_counted_and_conflicts_are_not() -> None:
    rows = MemoryRows()
    said(OrderMachine(), rows, [ASKED, ASKED, OTHER, ASKED])
    assert 2 == rows.partition.state.get(COUNTS, "DUPLICATE")


def test_an_answer_to_no_question_is_a_bug_and_stops_the_flow() -> None:
    with pytest.raises(ValueError, match="without having been asked"):
        said(OrderMachine(), MemoryRows(), [answers(FROM_0)])
    with pytest.raises(ValueError, match="without having been asked"):
        said(OrderMachine(), MemoryRows(), [ASKED, answers(FROM_0, FROM_1), answers(FROM_1)])


def test_the_content_hash_is_of_what_is_said() -> None:
    assert content_hash_of(ASKED) == content_hash_of(Order("m-1", "o-1", tuple(ASKED.lines)))
    assert content_hash_of(ASKED) != content_hash_of(OTHER)
    assert content_hash_of(ASKED) != content_hash_of(OTHER_ID)
