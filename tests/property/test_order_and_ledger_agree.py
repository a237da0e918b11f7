"""An order and the ledger each count the same claim; whatever is in flight between them, both come to the same."""

import random
from collections import deque
from collections.abc import Callable

import pytest

from domain.identifiers import LineId, NodeId, ReservationId
from domain.inventory.decisions import LedgerDecision
from domain.orders import lines as counters
from domain.orders.lines import OrderLine
from tests.unit.inventory.book import ITEM, Book

ORDERED = 12
NODES = ("E", "W")


class Conversation:
    """One order line and the ledger, with the messages that have not arrived yet, each way in order."""

    def __init__(self) -> None:
        self.book = Book()
        self.line = OrderLine(LineId("1"), ITEM, "EA", 0, ORDERED, backordered=ORDERED)
        self.to_ledger: deque[Callable[[], LedgerDecision]] = deque()
        self.to_order: deque[Callable[[OrderLine], OrderLine]] = deque()
        self.rivals = 0
        self.occurred: set[str] = set()

    def place(self) -> None:
        self.line = counters.request(self.line, ReservationId("order"))
        self.to_ledger.append(lambda: self.book.ask("order", ORDERED, NODES))

    def ship(self, quantity: int, node_id: str) -> None:
        self.line = counters.ship(self.line, quantity, NodeId(node_id))
        self.to_ledger.append(lambda: self.book.ship("order", quantity, node_id))

    def pick(self, quantity: int, node_id: str) -> None:
        self.line, forwarded = counters.pick(self.line, quantity, NodeId(node_id))
        if forwarded:
            self.to_ledger.append(lambda: self.book.pick("order", forwarded, node_id))

    def cancel(self, quantity: int) -> None:
        released = min(quantity, self.line.cancellable)
        self.line = counters.cancel(self.line, released)
        if released:
            self.to_ledger.append(lambda: self.book.release("order", released))

    def write_off(self, quantity: int, node_id: str) -> None:
        self.hear(self.book.adjust(-quantity, node_id))

    def release(self) -> None:
        self.line = counters.release(self.line)

    def receive(self, quantity: int, node_id: str) -> None:
        self.hear(self.book.receive(quantity, node_id))

    def rival(self, quantity: int, node_id: str, priority_class: int) -> None:
        self.rivals += 1
        self.hear(self.book.ask(f"rival {self.rivals}", quantity, (node_id,), priority_class))

    def ledger_reads(self) -> None:
        if self.to_ledger:
            self.hear(self.to_ledger.popleft()())

    def order_reads(self) -> None:
        if self.to_order:
            self.line = self.to_order.popleft()(self.line)

    def hear(self, decision: LedgerDecision) -> None:
        self.to_order.extend(
            self._answer(answer.node_id, answer.granted, answer.backordered)
            for answer in decision.answers
            if answer.reservation_id == "order"
        )
        for recall in decision.recalls:
            if recall.order_id == "order":
                self.to_order.append(self._recall(recall.line.quantity, for_earlier=recall.for_earlier))
        for fill in decision.fills:
            if fill.order_id == "order":
                if self.to_ledger:
                    self.occurred.add("a fill crossed a message")
                self.to_order.append(self._fill(fill.line.node_id, fill.line.reached))

    def _answer(self, node_id: str, granted: int, missing: int) -> Callable[[OrderLine], OrderLine]:
        def answered(line: OrderLine) -> OrderLine:
            if line.early_shipped or line.early_released:
                self.occurred.add("a fact overtook the answer")
            self.to_ledger.append(lambda: self.book.confirm("order"))
            return counters.confirm(counters.answer(line, NodeId(node_id), granted, missing))

        return answered

    def _recall(self, quantity: int, *, for_earlier: bool) -> Callable[[OrderLine], OrderLine]:
        def recalled(line: OrderLine) -> OrderLine:
            changed, given = counters.recall(line, quantity, only_reserved=for_earlier)
            self.occurred.add("units were given back" if given else "units were kept")
            self.to_ledger.append(
                lambda: self.book.give_back("order", given, quantity - given, for_earlier=for_earlier)
            )
            return changed

        return recalled

    def _fill(self, node_id: str, reached: int) -> Callable[[OrderLine], OrderLine]:
        return lambda line: counters.fill(line, NodeId(node_id), reached)

    def all_is_read(self) -> None:
        while self.to_ledger or self.to_order:
            self.ledger_reads()
            self.order_reads()

    def as_the_order_counts(self) -> dict[str, int]:
        line = self.line
        picked = max(0, line.picked - line.shipped)
        unpicked = max(0, line.allocated + line.reserved - picked)
        return {"picked": picked, "held": unpicked, "waits": line.backordered}

    def as_the_ledger_counts(self) -> dict[str, int]:
        row = self.book.rows.get("order")
        if row is None:
            return {"picked": 0, "held": 0, "waits": 0}
        return {"picked": row.picked_quantity, "held": row.pending + row.allocated, "waits": row.backordered}


def _talk(seed: int) -> Conversation:
    chance = random.Random(seed)
    talk = Conversation()
    acts: tuple[Callable[[], None], ...] = (
        lambda: talk.receive(chance.randint(1, 5), chance.choice(NODES)),
        lambda: talk.rival(chance.randint(1, 4), chance.choice(NODES), chance.randint(0, 2)),
        lambda: talk.ship(chance.randint(1, 4), chance.choice(NODES)),
        lambda: talk.pick(chance.randint(1, 4), chance.choice(NODES)),
        lambda: talk.cancel(chance.randint(1, 3)),
        lambda: talk.write_off(chance.randint(1, 5), chance.choice(NODES)),
        talk.release,
        talk.ledger_reads,
        talk.ledger_reads,
        talk.order_reads,
        talk.order_reads,
    )
    talk.place()
    for _ in range(chance.randint(3, 20)):
        chance.choice(acts)()
    talk.all_is_read()
    return talk


def test_order_and_ledger_agree_whatever_was_in_flight() -> None:
    occurred: set[str] = set()
    for seed in range(3_000):
        talk = _talk(seed)
        assert talk.as_the_ledger_counts() == talk.as_the_order_counts(), f"seed {seed}"
        assert () == counters.violations(talk.line), f"seed {seed}"
        occurred |= talk.occurred
    assert {
        "a fill crossed a message",
        "a fact overtook the answer",
        "units were given back",
        "units were kept",
    } == occurred


def test_a_fill_that_crossed_a_shipment_counts_only_as_far_as_it_reached() -> None:
    talk = Conversation()
    talk.place()
    talk.receive(3, "E")
    talk.all_is_read()
    talk.receive(2, "E")
    talk.ship(4, "E")
    talk.all_is_read()
    expected = {"picked": 0, "held": 1, "waits": 7}
    assert (expected, expected) == (talk.as_the_order_counts(), talk.as_the_ledger_counts())


def _book_with_a_claim(seed: int, nodes: tuple[str, ...]) -> Book:
    chance = random.Random(seed)
    book = Book()
    for number in range(chance.randint(0, 3)):
        book.ask(f"rival {number}", chance.randint(1, 6), nodes, chance.randint(0, 2))
    for node_id in nodes:
        book.receive(chance.randint(1, 9), node_id)
    book.ask("order", chance.randint(2, 12), nodes)
    if chance.random() < 0.5:
        book.confirm("order")
    if chance.random() < 0.5:
        book.pick("order", chance.randint(1, 2), chance.choice(nodes))
    for number in range(3, 3 + chance.randint(0, 3)):
        book.ask(f"rival {number}", chance.randint(1, 6), nodes, chance.randint(0, 2))
    if chance.random() < 0.5:
        book.receive(chance.randint(1, 5), chance.choice(nodes))
    return book


def _both_ways(seed: int, nodes: tuple[str, ...]) -> tuple[Book, Book]:
    """The same claim shipped and released, and released and shipped; together no more than all of it."""
    chance = random.Random(~seed)
    first, second = _book_with_a_claim(seed, nodes), _book_with_a_claim(seed, nodes)
    claim = first.rows["order"].claim
    shipped = chance.randint(0, claim)
    released = chance.randint(0, claim - shipped)
    node_id = chance.choice(nodes)
    first.ship("order", shipped, node_id)
    first.release("order", released)
    second.release("order", released)
    second.ship("order", shipped, node_id)
    return first, second


def test_a_shipment_and_a_release_commute_at_one_node() -> None:
    for seed in range(1_000):
        first, second = _both_ways(seed, ("E",))
        assert (first.item, first.rows) == (second.item, second.rows), f"seed {seed}"


def test_a_shipment_and_a_release_leave_the_same_claim_at_any_nodes() -> None:
    """Where its units lie may differ: the node that serves a claim is chosen by what it still waits for."""
    for seed in range(1_000):
        first, second = _both_ways(seed, ("E", "W"))
        assert _claim_of(first) == _claim_of(second), f"seed {seed}"


def _claim_of(book: Book) -> tuple[int, int, int]:
    row = book.rows.get("order")
    return (0, 0, 0) if row is None else (row.picked_quantity, row.pending + row.allocated, row.backordered)


@pytest.mark.parametrize("reached", (5, 4, 3))
def test_a_fill_that_comes_twice_counts_once(reached: int) -> None:
    line = counters.answer(
        counters.request(OrderLine(LineId("1"), ITEM, "EA", 0, 8, backordered=8), ReservationId("order")),
        NodeId("E"),
        3,
        5,
    )
    once = counters.fill(line, NodeId("E"), reached)
    assert once == counters.fill(once, NodeId("E"), reached)
