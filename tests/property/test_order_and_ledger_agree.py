"""An order and the ledger each count the same claim; whatever is in flight between them, both come to the same."""

import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from domain.identifiers import ChannelId, LineId, NodeId, OrderId, ReservationId, ShipmentId
from domain.inventory.decisions import LedgerDecision
from domain.messages.inventory import (
    GivenBackLine,
    NodeUnits,
    OrderMessage,
    RequestedLine,
    ReservationLine,
    ReservationsGivenBack,
    ReservationsReleased,
    ReservationsRequested,
    UnitsPicked,
    UnitsShipped,
    UnitsShortPicked,
    UnitsUnpicked,
    UnpickedUnits,
)
from domain.messages.orders import AnsweredLine, ClaimedAs, FilledLine, RecalledLine, StatedLine
from domain.orders import counters
from domain.orders.claims import ClaimChange, stated
from domain.orders.lines import OrderLine, violations
from domain.returns import ReturnCondition
from tests.unit.inventory.book import ITEM, Book

Stated = AnsweredLine | FilledLine | RecalledLine | StatedLine
ORDERED = 12
NODES = (NodeId("E"), NodeId("W"))


class Conversation:
    """One order line and the ledger, with the messages that have not arrived yet, each way in order."""

    def __init__(self) -> None:
        self.book = Book()
        self.line = OrderLine(LineId("1"), ITEM, "EA", 0, ORDERED)
        self.to_ledger: deque[OrderMessage] = deque()
        self.to_order: deque[Stated] = deque()
        self.rivals = 0
        self.occurred: set[str] = set()

    def place(self) -> None:
        self.request(ReservationId("order"))

    def request(self, claim_id: ReservationId) -> None:
        """Claim what is open and not claimed, if anything is."""
        before = self.line.claims
        self.line = counters.request(self.line, claim_id)
        if self.line.claims == before:
            return
        asked = RequestedLine(claim_id, LineId("1"), ITEM, self.line.claims[-1].waiting)
        self.to_ledger.append(
            ReservationsRequested(
                OrderId("order"),
                ChannelId("shop"),
                1,
                NODES,
                confirmed=True,
                lines=(asked,),
                placed_at_us=1,
                split=True,
            )
        )

    def ship(self, quantity: int, node_id: NodeId) -> None:
        self.line, moves = counters.ship(self.line, quantity, node_id)
        self.to_ledger.append(UnitsShipped(OrderId("order"), node_id, ShipmentId("s"), self.told(moves)))

    def pick(self, quantity: int, node_id: NodeId) -> None:
        self.line, moves = counters.pick(self.line, quantity, node_id)
        if moves:
            self.to_ledger.append(UnitsPicked(OrderId("order"), node_id, self.told(moves)))

    def cancel(self, quantity: int) -> None:
        self.line, moves = counters.cancel(self.line, min(quantity, self.line.cancellable))
        if moves:
            self.to_ledger.append(ReservationsReleased(OrderId("order"), self.told(moves)))

    def ask_more(self, quantity: int) -> None:
        """As an amendment does: a second claim."""
        self.line = self.line._replace(ordered=self.line.ordered + quantity)
        self.request(ReservationId(f"order {len(self.to_ledger)} {self.line.ordered}"))

    def unpick(self, quantity: int, node_id: NodeId, condition: ReturnCondition) -> None:
        if condition is ReturnCondition.RESTOCKED:
            self.line, moves = counters.put_back(self.line, quantity, node_id, ClaimedAs.ALLOCATED)
        else:
            self.line, moves = counters.lose(self.line, quantity, node_id)
        lines = tuple(
            UnpickedUnits(each.reservation_id, each.line_id, ITEM, each.quantity, condition, each.sent, each.heard)
            for each in self.told(moves)
        )
        self.to_ledger.append(UnitsUnpicked(OrderId("order"), node_id, lines))
        self.cancel(0)

    def miss(self, quantity: int, node_id: NodeId) -> None:
        self.line, moves = counters.miss(self.line, quantity, node_id)
        self.to_ledger.append(UnitsShortPicked(OrderId("order"), node_id, self.told(moves)))

    def told(self, moves: Sequence[ClaimChange]) -> tuple[ReservationLine, ...]:
        return tuple(
            ReservationLine(claim.reservation_id, LineId("1"), ITEM, quantity, claim.sent, claim.heard, claim.holds)
            for claim, quantity in moves
        )

    def write_off(self, quantity: int, node_id: NodeId) -> None:
        self.hear(self.book.adjust(-quantity, node_id))

    def release(self) -> None:
        for node_id, units in self.line.to_release:
            self.line = counters.release(self.line, node_id, units)

    def receive(self, quantity: int, node_id: NodeId) -> None:
        self.hear(self.book.receive(quantity, node_id))

    def rival(self, quantity: int, node_id: NodeId, priority_class: int) -> None:
        self.rivals += 1
        self.hear(self.book.ask(f"rival {self.rivals}", quantity, (node_id,), priority_class))

    def ledger_reads(self) -> None:
        if self.to_ledger:
            event = self.to_ledger.popleft()
            for line in event.lines:
                self.hear(self.book.take(replace(event, lines=(line,))))  # type: ignore[arg-type]  # of its own kind

    def order_reads(self) -> None:
        if self.to_order:
            self.read(self.to_order.popleft())
            self.promises_no_more_than_the_ledger_holds()

    def read(self, line: Stated) -> None:
        claim = next((each for each in self.line.claims if each.reservation_id == line.reservation_id), None)
        if claim is None:
            self.occurred.add("the claim was over")
            return
        if line.heard != claim.sent:
            self.occurred.add("messages crossed")
        claim = stated(claim, line.said, line.heard, line.units)
        self.line = counters.change_claim(self.line, claim)
        if isinstance(line, RecalledLine):
            self.line, (claim, given) = counters.recall(
                self.line, claim, line.node_id, line.quantity, only_reserved=False
            )
            self.occurred.add("units were given back" if given else "units were kept")
            kept = line.quantity - given
            sent = claim.sent if given else 0
            holds = (NodeUnits(line.node_id, claim.at(line.node_id).unpicked),)
            answer = GivenBackLine(
                claim.reservation_id, LineId("1"), ITEM, given, kept, line.node_id, sent, claim.heard, holds
            )
            self.to_ledger.append(ReservationsGivenBack(OrderId("order"), for_earlier=False, lines=(answer,)))

    def promises_no_more_than_the_ledger_holds(self) -> None:
        """A warehouse may be asked for what the order holds: the ledger has it there, unless a message is under way."""
        if self.to_ledger:
            return
        for claim in self.line.claims:
            row = self.book.rows.get(claim.reservation_id)
            for at in claim.held if row is not None else ():
                assert row is not None
                assert at.allocated <= row.units_at(at.node_id).allocated

    def hear(self, decision: LedgerDecision) -> None:
        lines: tuple[Stated, ...] = (
            *decision.answers,
            *(fill.line for fill in decision.fills if fill.order_id == "order"),
            *(recall.line for recall in decision.recalls if recall.order_id == "order"),
            *(statement.line for statement in decision.statements),
        )
        self.to_order.extend(line for line in lines if not line.reservation_id.startswith("rival"))

    def all_is_read(self) -> None:
        while self.to_ledger or self.to_order:
            self.ledger_reads()
            self.order_reads()

    def as_the_order_counts(self) -> dict[str, Any]:
        return {
            claim.reservation_id: (claim.waiting, tuple(tuple(at) for at in claim.held))
            for claim in self.line.claims
            if claim.reservation_id
        }

    def as_the_ledger_counts(self) -> dict[str, Any]:
        return {
            row.reservation_id: (row.backordered, tuple((at[:4]) for at in row.at if any(at[1:4])))
            for row in self.book.rows.values()
            if row.order_id == "order" and "/" not in row.reservation_id
        }


def _talk(seed: int) -> Conversation:
    chance = random.Random(seed)
    talk = Conversation()
    acts: tuple[Callable[[], None], ...] = (
        lambda: talk.receive(chance.randint(1, 5), chance.choice(NODES)),
        lambda: talk.rival(chance.randint(1, 4), chance.choice(NODES), chance.randint(0, 2)),
        lambda: talk.ship(chance.randint(1, 4), chance.choice(NODES)),
        lambda: talk.pick(chance.randint(1, 4), chance.choice(NODES)),
        lambda: talk.unpick(chance.randint(1, 3), chance.choice(NODES), chance.choice(list(ReturnCondition))),
        lambda: talk.miss(chance.randint(1, 3), chance.choice(NODES)),
        lambda: talk.cancel(chance.randint(1, 3)),
        lambda: talk.ask_more(chance.randint(1, 3)),
        lambda: talk.write_off(chance.randint(1, 5), chance.choice(NODES)),
        talk.release,
        talk.ledger_reads,
        talk.ledger_reads,
        talk.order_reads,
        talk.order_reads,
    )
    talk.place()
    for _ in range(chance.randint(3, 25)):
        chance.choice(acts)()
        assert () == violations(talk.line)
    talk.all_is_read()
    return talk


def test_order_and_ledger_agree_on_every_unit_and_its_node_whatever_was_in_flight() -> None:
    occurred: set[str] = set()
    for seed in range(4_000):
        talk = _talk(seed)
        assert talk.as_the_ledger_counts() == talk.as_the_order_counts(), f"seed {seed}"
        occurred |= talk.occurred
    assert {"messages crossed", "the claim was over", "units were given back", "units were kept"} == occurred


def test_a_fill_that_crossed_a_shipment_is_stated_again() -> None:
    talk = Conversation()
    talk.place()
    talk.receive(3, NODES[0])
    talk.all_is_read()
    talk.receive(2, NODES[0])
    talk.ship(4, NODES[0])
    talk.all_is_read()
    expected = {"order": (7, (("E", 0, 1, 0),))}
    assert (expected, expected) == (talk.as_the_order_counts(), talk.as_the_ledger_counts())
    assert {"messages crossed"} == talk.occurred


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
    return (0, 0, 0) if row is None else (row.picked, row.held, row.backordered)
