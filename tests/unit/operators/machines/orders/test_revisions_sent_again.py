"""A revision that was refused for its time may be sent again: in another message, or in the same one.

Each event is a revision of an order of 5: `2:7` is revision 2, which wants 7; `late` lets the time of waiting pass.
"""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from domain.deduplication import Horizons
from domain.identifiers import CorrelationId, EventId
from domain.messages.cases import Case, CaseClass, CaseState
from domain.messages.orders import OrderAmendRequested
from domain.orders.state import Order
from operators.engine.partition import COUNTS
from operators.machines.orders import ORDERS, OrderMachine
from tests.unit.operators.machines.test_documents_of_orders import Desk
from tests.unit.orders.story import RULES

CASE = CaseClass.CONFLICTING_DUPLICATE


class Channel:
    """A channel that names each message by its revision."""

    def __init__(self) -> None:
        self._desk = Desk("place available 5", "answer 1:5", "booked")
        self._machine = OrderMachine(RULES, Horizons())
        self.cases: dict[str, Case] = {}

    def does(self, sentence: str) -> None:
        effects = self._let_time_pass() if sentence == "late" else self._send(sentence)
        self.cases |= {each.key or str(len(self.cases)): each for each in effects if isinstance(each, Case)}

    def _send(self, sentence: str) -> Sequence[object]:
        revision, wanted = sentence.split(":")
        event = self._desk.story.event(f"amend {revision} 1:{wanted}")
        assert isinstance(event, OrderAmendRequested)
        message_id = CorrelationId(f"revision {revision}")
        said = replace(event.provenance, correlation_id=message_id, content_hash=sentence)
        return self._desk.hear(replace(event, provenance=said))

    def _let_time_pass(self) -> Sequence[object]:
        partition = self._desk.rows.partition
        now_ms = partition.advance(partition.now_ms + RULES.revision_within_ms)
        return [
            effect
            for timer in partition.timers.take_due(now_ms)
            for effect in self._machine.fire(partition, timer, EventId("late"))
        ]

    @property
    def order(self) -> Order:
        (order,) = (row for _, row in self._desk.rows.rows(ORDERS))
        assert isinstance(order, Order)
        return order

    def has_order(self, order: Order) -> None:
        """As it is after it was purged and placed again."""
        self._desk.rows.partition.state.put(ORDERS, order.order_id, order)

    @property
    def open_cases(self) -> list[CaseClass]:
        return [each.case_class for each in self.cases.values() if each.state is CaseState.OPEN]

    def count(self, reason: str) -> int:
        return dict(self._desk.rows.rows(COUNTS)).get(reason, 0)


@pytest.mark.parametrize(
    ("given", "when", "wanted", "waits", "cases"),
    (
        ("2:7", "2:7", 0, 1, []),
        ("2:7 late", "1:6", 1, 0, [CASE]),
        ("2:7 late 1:6", "2:7", 2, 0, []),
        ("2:7 late 1:6", "2:8", 2, 0, []),
        ("2:7 late", "2:7", 0, 1, [CASE]),
        ("2:7 late 2:7", "1:6", 2, 0, []),
        ("2:7 3:8 late 1:6 2:7", "3:8", 3, 0, []),
        ("2:7 late 1:6 2:8", "2:8", 2, 0, []),
        ("2:7 late 1:6 2:7", "2:7", 2, 0, []),
        ("2:7 late 1:6 2:7", "2:8", 2, 0, [CASE]),
        ("1:6", "1:6", 1, 0, []),
        ("1:6", "1:7", 1, 0, [CASE]),
        ("2:7", "2:8", 0, 1, [CASE]),
    ),
)
def test_what_comes_again_counts_if_nothing_came_of_it_before(
    given: str, when: str, wanted: int, waits: int, cases: list[CaseClass]
) -> None:
    channel = Channel()
    for sentence in given.split():
        channel.does(sentence)
    channel.does(when)
    assert (wanted, waits) == (channel.order.amended_to, len(channel.order.early_amendments))
    assert cases == channel.open_cases


def test_a_revision_that_waits_or_was_taken_is_a_duplicate() -> None:
    channel = Channel()
    for sentence in ("2:7", "2:7", "1:6", "1:6", "2:7"):
        channel.does(sentence)
    assert 3 == channel.count("duplicate")


def test_a_revision_of_an_earlier_life_of_the_order_is_not_sent_again() -> None:
    channel = Channel()
    channel.does("2:7")
    channel.does("late")
    channel.has_order(replace(channel.order, life=2, ingested_at_us=10**18))
    channel.does("2:7")
    assert () == channel.order.early_amendments
    assert 1 == channel.count("duplicate")
