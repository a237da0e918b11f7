"""Promise dates against an oracle that lets the days pass one at a time, and fills the queue from what comes on each.

The oracle knows only the facts: the last announcement under each number, and what was received for it. It puts what is
missing on the shelves of a copy of the ledger on its day, and notes when each claim waits for nothing more.
"""

from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from domain.identifiers import ChannelId, NodeId
from domain.inventory.backorders import fill_waiting
from domain.inventory.decisions import NOBODY, DecisionDraft, LedgerVerdict
from domain.inventory.supply import stock_to_come
from domain.inventory.supply.rows import DAY_US, ExpectedUnits, ItemSupply
from domain.inventory.supply.stock_to_come import StockToCome
from domain.messages.inventory import Account
from domain.messages.reference_data import ChannelFence
from domain.quantities import UNIT
from tests.unit.inventory.supply.book import SupplyBook

NODES = ("E", "W")
CHANNELS = ("portal", "market")
LAST_DAY = 12

few = st.integers(1, 6)
nodes = st.sampled_from(NODES)
numbers = st.sampled_from(("P1", "P2", "P3"))
channels = st.sampled_from(CHANNELS)
schedules = st.lists(st.tuples(st.integers(0, 6), st.integers(1, LAST_DAY)), min_size=1, max_size=3)
sources = st.lists(nodes, min_size=1, max_size=2, unique=True).map(tuple)
fences = st.builds(
    lambda node, channel, units, percent: ChannelFence(
        NodeId(node), ChannelId(channel), 0 if percent else units * UNIT, percent
    ),
    nodes,
    channels,
    few,
    st.sampled_from((0, 0, 20, 50)),
)


class Queue(RuleBasedStateMachine):
    """Announcements that come early, late, amended or cancelled; receipts in part; and all that moves the queue."""

    def __init__(self) -> None:
        super().__init__()
        self.book = SupplyBook()
        self.announced: dict[tuple[str, str], list[tuple[int, int]]] = {}
        self.received: Counter[tuple[str, str]] = Counter()
        self.revisions = 0
        self.asked = 0
        self.seen: Counter[str] = Counter()

    @rule(number=numbers, node=nodes, schedule=schedules)
    def announce(self, number: str, node: str, schedule: list[tuple[int, int]]) -> None:
        """A quantity of zero cancels."""
        self.revisions += 1
        self.announced[node, number] = [(units * UNIT, day) for units, day in schedule]
        self.book.announce(number, node, *self.announced[node, number], revision=self.revisions)

    @precondition(lambda self: self.announced)
    @rule(number=numbers, node=nodes, schedule=schedules)
    def announce_late(self, number: str, node: str, schedule: list[tuple[int, int]]) -> None:
        """An announcement that is older than the one in force."""
        if (node, number) in self.announced:
            decision = self.book.announce(number, node, *schedule, revision=0)
            assert decision.verdict is LedgerVerdict.EXPECTED_BEFORE

    @rule(number=numbers, node=nodes, quantity=few)
    def receive(self, number: str, node: str, quantity: int) -> None:
        self.received[node, number] += quantity * UNIT
        self.book.receive_for(number, quantity * UNIT, node)

    @rule(node=nodes, quantity=st.integers(-4, 4).filter(bool))
    def adjust(self, node: str, quantity: int) -> None:
        self.book.adjust(quantity * UNIT, node)

    @rule(
        channel=channels,
        quantity=few,
        nodes=sources,
        priority_class=st.integers(0, 1),
        placed=st.integers(0, 3),
        split=st.booleans(),
    )
    def ask(  # noqa: PLR0913, PLR0917  as many as a wish has
        self, channel: str, quantity: int, nodes: tuple[str, ...], priority_class: int, placed: int, split: bool
    ) -> None:
        """The new claim has its day at once: nobody waits before it whose own day matters to it."""
        self.asked += 1
        name = f"{channel}:{self.asked}"
        self.book.ask(name, quantity * UNIT, nodes, priority_class, placed=placed, confirmed=True, split=split)
        if (claim := self.book.rows[name]).waits:
            assert self.expected_days()[name] == claim.promised_us
            self.seen["was promised at once"] += bool(claim.promised_us)

    @precondition(lambda self: self.book.rows)
    @rule(age=st.integers(0, 5), quantity=few)
    def release(self, age: int, quantity: int) -> None:
        rows = list(self.book.rows)
        self.book.release(rows[max(0, len(rows) - 1 - age)], quantity * UNIT)

    @rule(safety_stock=st.dictionaries(nodes, few), fences=st.lists(fences, max_size=3))
    def set_policy(self, safety_stock: dict[str, int], fences: list[ChannelFence]) -> None:
        unique = {(fence.node_id, fence.channel_id): fence for fence in fences}
        self.book.set_policy({node: units * UNIT for node, units in safety_stock.items()}, *unique.values())

    @rule()
    def a_day_passes(self) -> None:
        if self.book.today < LAST_DAY:
            self.book.today += 1

    @invariant()
    def dates_are_those_of_the_oracle(self) -> None:
        before: dict[str, int] = {row.reservation_id: row.promised_us for row in self.book.waiting()}
        told = Counter(each.order_id for decision in self.book.promise() for each in decision.statements)
        after: dict[str, int] = {row.reservation_id: row.promised_us for row in self.book.waiting()}
        assert self.expected_days() == after
        assert {str(name) for name in told} == {name for name, day in after.items() if day != before[name]}
        assert set(told.values()) <= {1}
        assert all(not row.promised_us for row in self.book.rows.values() if not row.waits)
        self.seen["moved"] += sum(1 for name, day in after.items() if day and before[name])
        self.seen["lost its day"] += sum(1 for name, day in after.items() if not day and before[name])

    def expected_days(self) -> dict[str, int]:
        copy = deepcopy(self.book)
        days: dict[str, int] = {row.reservation_id: 0 for row in copy.waiting()}
        left = dict(self.received)
        coming: list[tuple[int, str, int]] = []
        for (node, number), schedule in self.announced.items():
            for units, day in sorted(schedule, key=lambda each: each[1]):
                used = min(units, left.get((node, number), 0))
                left[node, number] = left.get((node, number), 0) - used
                coming.append((day, node, units - used))
        for today in range(self.book.today, LAST_DAY + 1):
            draft = DecisionDraft(copy.item)
            for day, node, units in coming:
                if day == today:
                    draft.move(NOBODY, NodeId(node), Account.SUPPLIER, Account.AVAILABLE, units)
            fill_waiting(draft, copy.waiting())
            copy.apply(draft.decided(LedgerVerdict.RECEIVED))
            for name, day_us in days.items():
                if not day_us and not (name in copy.rows and copy.rows[name].waits):
                    days[name] = today * DAY_US
        return days


def test_every_claim_is_promised_the_day_on_which_it_would_be_filled() -> None:
    run_state_machine_as_test(Queue, settings=settings(max_examples=30, stateful_step_count=20, deadline=None))


_FIND = settings(max_examples=3_000, stateful_step_count=20, deadline=None, phases=(Phase.generate,), database=None)


def _of_all_supply(supply: ItemSupply) -> Any:
    return tuple(ExpectedUnits(supply.node_id, *each) for each in supply.announced)


def _without_the_hole(node: Any, policy: Any, expected: Any, dealt: Any = stock_to_come._dealt) -> Any:
    return dealt(replace(node, available=max(0, node.available)), policy, expected)


def _taking_nothing(_self: StockToCome, *_taken: object) -> None:
    pass


@pytest.mark.parametrize(
    ("owner", "name", "bug"),
    (
        pytest.param(ItemSupply, "expected", property(_of_all_supply), id="receipts that use up no supply"),
        pytest.param(stock_to_come, "_dealt", _without_the_hole, id="supply that is promised before it covers a hole"),
        pytest.param(StockToCome, "_take", _taking_nothing, id="supply that is promised twice"),
    ),
)
def test_the_oracle_sees_it(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, bug: Callable[..., Any]) -> None:
    monkeypatch.setattr(owner, name, bug)

    with pytest.raises(AssertionError):
        run_state_machine_as_test(Queue, settings=_FIND)
