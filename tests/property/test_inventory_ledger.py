"""The ledger under any history of requests, facts and receipts, held against its laws and a naive second ledger."""

import random
from collections import Counter
from collections.abc import Callable, Iterable
from copy import deepcopy
from functools import cache, partial
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from domain.identifiers import ChannelId, NodeId
from domain.invariants import InvariantViolated
from domain.inventory import grants, ledger
from domain.inventory.accounts import PROMISES, Item, balance, on_hand
from domain.inventory.decisions import DecisionDraft, LedgerDecision
from domain.inventory.laws import audit, violations
from domain.inventory.reservations import ItemClaims, Reservation
from domain.inventory.stock_policy import availability, setting
from domain.inventory.stock_policy.availability import changed_availability
from domain.inventory.stock_policy.in_use import PolicyInUse
from domain.inventory.stock_policy.node_policy import Fence, NodePolicy
from domain.inventory.stock_policy.regaining import Regaining
from domain.inventory.supply.rows import ExpectedUnits
from domain.messages.cases import CaseClass, CaseState
from domain.messages.inventory import (
    Account,
    NodePosition,
    RequestedLine,
    ReservationLine,
    ReservationsRequested,
)
from domain.messages.reference_data import ChannelFence
from domain.messages.stock import StockStatus
from domain.quantities import UNIT
from tests.property import naive_ledger
from tests.property.naive_ledger import NaiveLedger
from tests.unit.inventory.book import Book

NODES = ("E", "W", "N")
CHANNELS = ("portal", "market", "shop")
SOURCING = {ChannelId(channel): tuple(map(NodeId, NODES)) for channel in CHANNELS}
SEEDS = range(12)
CASES = (CaseClass.DRIFT, CaseClass.SHRINKAGE)
HELD = tuple(account for account in Account if account not in {Account.SUPPLIER, Account.ADJUSTMENT})
PLACES = ("AVAILABLE", "QUALITY_HOLD", "DAMAGED")
CHANGES = tuple((before, after) for before in PLACES for after in (*PLACES, "SCRAPPED") if before != after)

few = st.integers(1, 4)
many = st.integers(3, 12)
ages = st.integers(0, 7)
times = st.integers(0, 5)
nodes = st.sampled_from(NODES)
channels = st.sampled_from(CHANNELS)
fences = st.one_of(
    st.builds(naive_ledger.Fence, channels, nodes, units=st.integers(1, 6)),
    st.builds(naive_ledger.Fence, channels, nodes, percent=st.sampled_from((20, 50))),
)
policies = st.lists(fences, max_size=4, unique_by=lambda fence: (fence.channel, fence.node))
sources = st.lists(nodes, min_size=1, max_size=3, unique=True).map(tuple)


class Ledger(RuleBasedStateMachine):
    """The real ledger and the naive one live through the same history; the naive one counts whole units."""

    def __init__(self) -> None:
        super().__init__()
        self.book = Book()
        self.naive = NaiveLedger()
        self.received = 0
        self.shipped = 0
        self.counts = 0
        self.available: Counter[str] = Counter()
        self.shown: dict[str, tuple[tuple[str, int], ...]] = dict.fromkeys(CHANNELS, ())
        self.known = self.book.item
        self.seen: Counter[str] = Counter()

    @rule(quantity=many, node=nodes, time=times, place=st.sampled_from((*PLACES, "AVAILABLE")))
    def receive(self, quantity: int, node: str, time: int, place: str) -> None:
        self.received += quantity
        self.naive.receive(quantity, node, time, place)
        self.queue_order_is_kept(self.book.receive(quantity * UNIT, node, at_us=time, status=StockStatus(place)))

    @rule(safety_stock=st.dictionaries(nodes, st.integers(1, 4)), fences=policies)
    def set_policy(self, safety_stock: dict[str, int], fences: list[naive_ledger.Fence]) -> None:
        self.naive.set_policy(safety_stock, fences)
        real = (
            ChannelFence(NodeId(fence.node), ChannelId(fence.channel), fence.units * UNIT, fence.percent)
            for fence in fences
        )
        decision = self.book.set_policy({node: units * UNIT for node, units in safety_stock.items()}, *real)
        self.seen["was filled by a policy"] += len(decision.fills)
        self.queue_order_is_kept(decision)

    @rule(quantity=st.integers(0, 20), node=nodes, time=times)
    def count(self, quantity: int, node: str, time: int) -> None:
        self.counts += 1
        self.naive.count(quantity, node, time, f"count {self.counts}")
        decision = self.book.count(node, f"count {self.counts}", time, (quantity * UNIT, ""))
        self.seen["was counted"] += any(Account.ADJUSTMENT in {move.debit, move.credit} for move in decision.transfers)
        self.queue_order_is_kept(decision)

    @rule(quantity=few, node=nodes, change=st.sampled_from(CHANGES), time=times)
    def change(self, quantity: int, node: str, change: tuple[str, str], time: int) -> None:
        self.naive.change(quantity, node, *change, time)
        before, after = map(StockStatus, change)
        decision = self.book.change(quantity * UNIT, node, before, after, at_us=time)
        self.seen["was premature"] += bool(self.book.item.premature)
        self.queue_order_is_kept(decision)

    @rule(quantity=few, nodes=st.permutations(NODES), order=st.sampled_from(("T1", "T2")), time=times)
    def send(self, quantity: int, nodes: tuple[str, ...], order: str, time: int) -> None:
        self.naive.send(quantity, nodes[0], nodes[1], order, time)
        self.queue_order_is_kept(self.book.send(quantity * UNIT, nodes[0], nodes[1], order, at_us=time))

    @rule(quantity=few, nodes=st.permutations(NODES), order=st.sampled_from(("T1", "T2")), time=times)
    def arrive(self, quantity: int, nodes: tuple[str, ...], order: str, time: int) -> None:
        self.naive.arrive(quantity, nodes[0], nodes[1], order, time)
        decision = self.book.receive(quantity * UNIT, nodes[0], at_us=time, order=order, sender=nodes[1])
        self.seen["was in transit"] += any(move.debit is Account.IN_TRANSIT for move in decision.transfers)
        self.queue_order_is_kept(decision)

    @rule(quantity=st.integers(-6, 6), node=nodes, time=times)
    def adjust(self, quantity: int, node: str, time: int) -> None:
        self.naive.adjust(quantity, node, time)
        decision = self.book.adjust(quantity * UNIT, node, at_us=time)
        self.seen["was written off"] += any(move.credit is Account.ADJUSTMENT for move in decision.transfers)
        self.queue_order_is_kept(decision)

    @rule(
        channel=channels,
        quantity=many,
        nodes=sources,
        priority_class=st.integers(0, 2),
        placed=st.integers(0, 3),
        confirmed=st.booleans(),
        split=st.booleans(),
    )
    def ask(  # noqa: PLR0913, PLR0917  as many as a wish has
        self,
        channel: str,
        quantity: int,
        nodes: tuple[str, ...],
        priority_class: int,
        placed: int,
        confirmed: bool,
        split: bool,
    ) -> None:
        name = f"{channel}:order {len(self.naive.claims)}"
        self.naive.ask(name, quantity, nodes, priority_class, placed=placed, confirmed=confirmed, split=split)
        ask = partial(
            self.book.ask, name, quantity * UNIT, nodes, priority_class, placed=placed, confirmed=confirmed, split=split
        )
        decision = ask()
        self.queue_order_is_kept(decision)
        self.recalls_what_it_would_get(channel, decision)
        self.is_idempotent(decision, ask)

    def order(self, age: int) -> str:
        """One of the latest orders."""
        names = list(self.naive.claims)
        return names[max(0, len(names) - 1 - age)]

    @precondition(lambda self: self.naive.claims)
    @rule(age=ages)
    def confirm(self, age: int) -> None:
        name = self.order(age)
        self.naive.confirm(name)
        self.note(self.book.confirm(name))

    @precondition(lambda self: self.naive.claims)
    @rule(age=ages, quantity=few)
    def release(self, age: int, quantity: int) -> None:
        name = self.order(age)
        self.naive.release(name, quantity)
        self.queue_order_is_kept(self.book.release(name, quantity * UNIT))

    @precondition(lambda self: self.naive.claims)
    @rule(age=ages, quantity=few, node=nodes)
    def pick(self, age: int, quantity: int, node: str) -> None:
        name = self.order(age)
        self.naive.pick(name, quantity, node)
        self.queue_order_is_kept(self.book.pick(name, quantity * UNIT, node))

    @precondition(lambda self: self.naive.claims)
    @rule(age=ages, quantity=few, node=nodes, time=times)
    def ship(self, age: int, quantity: int, node: str, time: int) -> None:
        name = self.order(age)
        self.shipped += quantity
        self.naive.ship(name, quantity, node, time)
        self.queue_order_is_kept(self.book.ship(name, quantity * UNIT, node, time))

    @precondition(lambda self: any(at.recalled for row in self.book.rows.values() for at in row.at))
    @rule(age=ages, most=few)
    def answer_recall(self, age: int, most: int) -> None:
        asked = [(row.reservation_id, at) for row in self.book.rows.values() for at in row.at if at.recalled]
        name, at = asked[age % len(asked)]
        given = min(most, at.recalled // UNIT, at.held // UNIT)
        self.naive.give_back(name, given, at.node_id)
        decision = self.book.give_back(name, given * UNIT, at.recalled - given * UNIT, node_id=at.node_id)
        self.seen["answered a recall"] += 1
        self.queue_order_is_kept(decision)

    @invariant()
    def conserves_units(self) -> None:
        found = -sum(node.adjustment for node in self.book.item.nodes)
        in_transit = sum(node.in_transit for node in self.book.item.nodes)
        there = in_transit + sum(map(on_hand, self.book.item.nodes))
        assert (self.received - self.shipped) * UNIT + found == there
        assert () == violations(self.book.item)

    def never_oversells(self, decision: LedgerDecision) -> None:
        """No unit is promised that is not free; none is recalled without need."""
        for move in decision.transfers:
            if move.debit is Account.AVAILABLE and move.credit in PROMISES:
                assert move.quantity <= self.available[move.node_id]
            self.available[move.node_id] += move.quantity * (move.credit is Account.AVAILABLE)
            self.available[move.node_id] -= move.quantity * (move.debit is Account.AVAILABLE)
        for recall in decision.recalls:
            asked = self.book.rows[recall.line.reservation_id]
            ahead = (row for row in self.book.waiting() if row.queue_position < asked.queue_position)
            node_id = recall.line.node_id
            if recall.for_earlier:
                assert asked.units_at(node_id).pending
                assert any(node_id in row.sources for row in ahead)
            else:
                assert self.available[node_id] < 0

    @invariant()
    def open_reservations_match_accounts(self) -> None:
        assert () == audit(self.book.item, self.book.rows.values())

    @invariant()
    def agrees_with_the_naive_ledger(self) -> None:
        assert _in_millionths(self.naive.units_by_place()) == Counter(
            {
                (node.node_id, account.value): balance(node, account)
                for node in self.book.item.nodes
                for account in HELD
                if balance(node, account)
            },
        )
        assert _in_millionths(self.naive.units_by_owner()) == _units_by_owner(self.book)
        assert {node: units * UNIT for node, units in self.naive.found.items() if units} == {
            node.node_id: -node.adjustment for node in self.book.item.nodes if node.adjustment
        }

    @invariant()
    def a_channel_shows_what_it_would_be_granted(self) -> None:
        """The feed alone is enough: each change of it is published."""
        changes = changed_availability(SOURCING, self.known, self.book.item, tuple, 0)
        self.shown |= {
            each.channel_id: tuple((units.node_id, units.quantity) for units in each.nodes) for each in changes
        }
        self.known = self.book.item
        for channel, shown in self.shown.items():
            granted = {node: len(self.naive.for_channel(channel, node)) for node in NODES}
            assert dict(shown) == {node: units * UNIT for node, units in granted.items() if units}

    def recalls_what_it_would_get(self, channel: str, decision: LedgerDecision) -> None:
        """If all that is asked for is given back, as much more is there for the channel, where none is missing."""
        asked = [(recall.line.node_id, recall.order_id, recall.line.quantity // UNIT) for recall in decision.recalls]
        given_back = deepcopy(self.naive)
        for node, name, quantity in asked:
            held = [unit for unit in given_back.owned(name, "PENDING") if unit.node == node]
            for unit in held[:quantity]:
                given_back.put_back(unit)
        for node in {node for node, _, _ in asked if not self.naive.missing[node]}:
            gained = len(given_back.for_channel(channel, node)) - len(self.naive.for_channel(channel, node))
            assert sum(quantity for place, _, quantity in asked if place == node) <= gained

    def is_idempotent(self, first: LedgerDecision, ask: Callable[[], LedgerDecision]) -> None:
        """Only the messages about the claim are counted."""
        before = (self.book.item, {name: row._replace(said=0) for name, row in self.book.rows.items()})
        again = ask()
        assert before == (self.book.item, {name: row._replace(said=0) for name, row in self.book.rows.items()})
        assert ((), ()) == (again.transfers, again.fills)
        assert [answer.units for answer in first.answers] == [answer.units for answer in again.answers]

    def note(self, decision: LedgerDecision) -> None:
        """What struck: a history that never fills or drifts proves little."""
        self.never_oversells(decision)
        self.seen["was recalled"] += len(decision.recalls)
        self.seen["resolved"] += sum(case.state is CaseState.RESOLVED for case in decision.cases)
        self.seen["filled"] += len(decision.fills)
        for case in decision.cases:
            self.seen[case.case_class] += 1
        self.seen["was recalled for an earlier one"] += sum(recall.for_earlier for recall in decision.recalls)
        self.seen["ended"] += sum(row.ended for row in decision.reservations)
        self.seen["is split"] += sum(sum(bool(at.held) for at in row.at) > 1 for row in decision.reservations)
        back = (transfer for transfer in decision.transfers if transfer.credit is Account.AVAILABLE)
        self.seen["gave back"] += sum(bool(transfer.reservation_id) for transfer in back)

    def queue_order_is_kept(self, decision: LedgerDecision) -> None:
        """Nobody got units at a node for which an earlier one of the queue still waits."""
        self.note(decision)
        winners = [(fill.line.reservation_id, fill.line.node_id) for fill in decision.fills]
        winners += [(answer.reservation_id, answer.node_id) for answer in decision.answers if answer.granted]
        for name, node in winners:
            winner = self.book.rows[name]
            for row in self.book.waiting():
                overtaken = row.queue_position < winner.queue_position and node in row.sources
                kept = overtaken and self.is_from_its_own_fence(winner, node, row)
                self.seen["passed a claim that may not have the units"] += kept
                assert kept or not overtaken, f"{name} got units at {node} before {row.reservation_id}"

    def is_from_its_own_fence(self, winner: Reservation, node: str, passed: Reservation) -> bool:
        """All that the winner's channel holds at the node is in its fence, so none of it is another channel's."""
        policies = [policy for policy in self.book.item.policy.nodes if policy.node_id == node]
        (position,) = (position for position in self.book.item.nodes if position.node_id == node)
        return winner.channel_id != passed.channel_id and any(
            fence.channel_id == winner.channel_id and fence.taken <= fence.size(policy.for_sale(position))
            for policy in policies
            for fence in policy.fences
        )


def _in_millionths(units: Counter[Any]) -> Counter[Any]:
    return Counter({place: quantity * UNIT for place, quantity in units.items()})


def _units_by_owner(book: Book) -> Counter[tuple[str, str, str]]:
    held: Counter[tuple[str, str, str]] = Counter()
    for name, row in book.rows.items():
        held[name, "WAITS", ""] += row.backordered
        for at in row.at:
            held[name, "PENDING", at.node_id] += at.pending
            held[name, "ALLOCATED", at.node_id] += at.allocated
            held[name, "PICKED", at.node_id] += at.picked
    return +held


_NOW_AND_THEN = 5
"""Steps of a long history between two looks at what takes long to count unit by unit."""


@cache
def _walk(seed: int, steps: int) -> Ledger:
    """One long history by chance: denser than what the search for small counterexamples comes by."""
    chance = random.Random(seed)
    machine = Ledger()
    for step in range(steps):
        _step(machine, chance)
        machine.conserves_units()
        machine.open_reservations_match_accounts()
        machine.agrees_with_the_naive_ledger()
        if not step % _NOW_AND_THEN:
            machine.a_channel_shows_what_it_would_be_granted()
    return machine


def _step(machine: Ledger, chance: random.Random) -> None:  # noqa: C901  one row a kind of step
    steps = ("receive", "receive", "adjust", "ask", "ask", "confirm", "release", "pick", "ship", "answer")
    step = chance.choice((*steps, "policy", "report"))
    places = chance.sample(NODES, 3)
    time = chance.randint(0, 5)
    if step == "receive":
        machine.receive(quantity=chance.randint(1, 8), node=places[0], time=time, place="AVAILABLE")
    elif step == "adjust":
        machine.adjust(quantity=chance.randint(-6, 6), node=places[0], time=time)
    elif step == "policy":
        machine.set_policy(*_policy(chance))
    elif step == "report":
        _report(machine, chance, tuple(places), time)
    elif step == "ask" or not machine.naive.claims:
        machine.ask(
            channel=chance.choice(CHANNELS),
            quantity=chance.randint(1, 12),
            nodes=tuple(places[: chance.randint(1, 3)]),
            priority_class=chance.randint(0, 2),
            placed=chance.randint(0, 3),
            confirmed=chance.random() < 0.5,
            split=chance.random() < 0.5,
        )
    elif step == "answer":
        if any(at.recalled for row in machine.book.rows.values() for at in row.at):
            machine.answer_recall(age=chance.randint(0, 7), most=chance.randint(0, 4))
    elif step == "confirm":
        machine.confirm(age=chance.randint(0, 7))
    elif step == "release":
        machine.release(age=chance.randint(0, 7), quantity=chance.randint(1, 6))
    elif step == "pick":
        machine.pick(age=chance.randint(0, 7), quantity=chance.randint(1, 4), node=places[0])
    else:
        machine.ship(age=chance.randint(0, 7), quantity=chance.randint(1, 6), node=places[0], time=time)


def _report(machine: Ledger, chance: random.Random, places: tuple[str, ...], time: int) -> None:
    """A stock document of another kind. Counts are near what is there, so that orders still hold units after it."""
    quantity = chance.randint(1, 4)
    match chance.choice(("count", "receive", "change", "change", "send", "arrive", "arrive")):
        case "count":
            here = sum(on_hand(node) for node in machine.book.item.nodes if node.node_id == places[0]) // UNIT
            machine.count(quantity=max(0, here + chance.randint(-4, 4)), node=places[0], time=time)
        case "receive":
            machine.receive(quantity=quantity, node=places[0], time=time, place=chance.choice(PLACES))
        case "change":
            machine.change(quantity=quantity, node=places[0], change=chance.choice(CHANGES), time=time)
        case "send":
            machine.send(quantity=quantity, nodes=places, order=chance.choice(("T1", "T2")), time=time)
        case _:
            machine.arrive(quantity=quantity, nodes=places, order=chance.choice(("T1", "T2")), time=time)


def _policy(chance: random.Random) -> tuple[dict[str, int], list[naive_ledger.Fence]]:
    """Every third is empty."""
    if not chance.randrange(3):
        return {}, []
    places = [(channel, node) for channel in CHANNELS for node in NODES]
    fences = []
    for channel, node in chance.sample(places, chance.randint(0, 4)):
        units, percent = chance.choice(((chance.randint(1, 8), 0), (0, 20), (0, 50)))
        fences.append(naive_ledger.Fence(channel, node, units, percent))
    return {node: chance.randint(1, 4) for node in NODES if not chance.randrange(3)}, fences


def test_any_history_keeps_every_law_and_agrees_with_the_naive_ledger() -> None:
    run_state_machine_as_test(Ledger, settings=settings(max_examples=100, stateful_step_count=30, deadline=None))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_long_history_keeps_every_law_and_agrees_with_the_naive_ledger(seed: int) -> None:
    assert _walk(seed, steps=330).naive.claims


def test_the_long_histories_try_everything() -> None:
    seen = sum((_walk(seed, steps=330).seen for seed in SEEDS), start=Counter[str]())
    strikes = {
        name: seen[name]
        for name in (
            "filled",
            *CASES,
            "was written off",
            "gave back",
            "is split",
            "was recalled for an earlier one",
            "ended",
            "was recalled",
            "answered a recall",
            "resolved",
            "was filled by a policy",
            "passed a claim that may not have the units",
            "was counted",
            "was premature",
            "was in transit",
        )
    }
    assert min(strikes.values()) >= len(SEEDS), f"something was not tried in most of them: {strikes}"


def _grant_all(
    nodes: tuple[str, ...], _available: object, quantity: int, *, split: bool
) -> tuple[tuple[str, int], ...]:
    assert split in {True, False}
    return ((nodes[0], quantity),)


def _keep_the_units(_draft: DecisionDraft, reservation: Reservation, _line: ReservationLine) -> Reservation:
    return reservation


def _newest_first(book: Book) -> list[Reservation]:
    return sorted(
        (row for row in book.rows.values() if row.waits),
        key=lambda row: (row.priority_class, -row.placed_at_us, -row.arrival),
    )


def _request_anew(  # noqa: PLR0913, PLR0917  as `request`
    item: Item,
    wish: ReservationsRequested,
    line: RequestedLine,
    _existing: Reservation | None,
    claims: ItemClaims,
    expected: Callable[[], Iterable[ExpectedUnits]],
    request: Callable[..., LedgerDecision] = grants.request,
) -> LedgerDecision:
    return request(item, wish, line, None, claims, expected)


def _four_walks() -> None:
    """One history may miss a bug."""
    for seed in range(4):
        _walk.__wrapped__(seed, steps=150)


def _no_bottom(_draft: DecisionDraft, _node_id: str, channel_id: str) -> int:
    assert channel_id
    return 9 * UNIT


def _all_that_is_free(_policy: PolicyInUse, node: NodePosition, _channel_id: str) -> int:
    return max(0, node.available)


def _whole_pool(policy: NodePolicy, node: NodePosition, _channel_id: str) -> int:
    return max(0, node.available - policy.safety_stock)


def _nothing_is_taken(policy: NodePolicy, _channel_id: str, _quantity: int) -> NodePolicy:
    return policy


def _no_share(fence: Fence, _for_sale: int) -> int:
    return fence.quantity


def _nobody(*_: object) -> None:
    return None


def _all_of_it(_regaining: Regaining, _giver: str, most: int) -> int:
    return most


def _all_at_the_nodes(item: Item, _channel_id: str, nodes: tuple[NodeId, ...]) -> dict[NodeId, int]:
    free = {node.node_id: node.available for node in item.nodes}
    return {node_id: free[node_id] for node_id in nodes if free.get(node_id, 0) > 0}


@pytest.mark.parametrize(
    ("owner", "name", "bug"),
    (
        pytest.param(grants, "choose_nodes", _grant_all, id="a double grant"),
        pytest.param(ledger, "_release_held", _keep_the_units, id="a lost release"),
        pytest.param(grants, "request", _request_anew, id="a repeated request that reserves again"),
        pytest.param(DecisionDraft, "promisable", _no_bottom, id="units promised that are not there"),
        pytest.param(Book, "waiting", _newest_first, id="a queue that serves the newest first"),
        pytest.param(PolicyInUse, "promisable", _all_that_is_free, id="a stock policy without effect"),
        pytest.param(NodePolicy, "promisable", _whole_pool, id="units promised from another channel's fence"),
        pytest.param(NodePolicy, "with_taken", _nothing_is_taken, id="a fence of which nothing is used"),
        pytest.param(Fence, "size", _no_share, id="a share that is no fence"),
        pytest.param(setting, "fill_waiting", _nobody, id="a policy that is lifted, and nobody filled"),
        pytest.param(Regaining, "regain", _all_of_it, id="a recall of what the claim may not have"),
        pytest.param(availability, "_shown", _all_at_the_nodes, id="a channel that shows what is kept from it"),
    ),
)
def test_a_planted_bug_is_caught(monkeypatch: pytest.MonkeyPatch, owner: object, name: str, bug: object) -> None:
    monkeypatch.setattr(owner, name, bug)
    with pytest.raises((AssertionError, InvariantViolated)):
        _four_walks()
