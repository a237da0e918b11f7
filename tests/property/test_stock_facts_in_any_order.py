"""Any order of arrival of stock facts and counts ends in the same position; a sum over the facts says which.

The model knows no ledger: how much is at a node is the last count and the movements since, in the order in which they
happened; every other account is what was moved into it less what was moved out.
"""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from domain.identifiers import NodeId
from domain.invariants import InvariantViolated
from domain.inventory.accounts import BLOCKED, LastCount, balance
from domain.inventory.decisions import DecisionDraft
from domain.inventory.stock_facts import blocked, counts, transfer_orders
from domain.inventory.stock_facts.rows import ItemFacts, NodeHistory, TransferOrder
from domain.inventory.supply.rows import ItemSupply
from domain.messages.inventory import Account
from tests.unit.inventory.book import Book

NODES = ("E", "W")
SETTINGS = settings(max_examples=150, deadline=None)

STATUSES = ("AVAILABLE", "QUALITY_HOLD", "DAMAGED")


@dataclass(frozen=True, slots=True)
class Fact:
    """One stock fact at `time`; `other` is the node, status or condition that it names besides."""

    kind: str
    quantity: int
    node: str
    time: int
    other: str = ""
    status: str = "AVAILABLE"
    number: int = 0

    @property
    def sentence(self) -> str:
        what = {
            "receive": f"receive {self.quantity} {self.node} as {self.status}",
            "arrive": f"receive {self.quantity} {self.node} as {self.status} of T1 from {self.other}",
            "send": f"send {self.quantity} {self.node} to {self.other} of T1",
            "change": f"change {self.quantity} {self.node} {self.status} to {self.other}",
            "ship": f"ship ~a {self.quantity} at {self.node}",
            "return": f"return a {self.quantity} {self.other} at {self.node}",
            "miss": f"miss ~a {self.quantity} at {self.node}",
            "adjust": f"adjust {self.quantity} {self.node}",
            "count": f"count {self.quantity} {self.node} as C{self.number}",
        }
        return f"{what[self.kind]} time {self.time}"


_few = st.integers(1, 5)
_times = st.integers(1, 6)
_nodes = st.sampled_from(NODES)
_other = {"E": "W", "W": "E"}


def _fact(kind: str, **rest: st.SearchStrategy[str]) -> st.SearchStrategy[Fact]:
    return st.builds(Fact, st.just(kind), _few, _nodes, _times, **rest)


def _to_other_node(fact: Fact) -> Fact:
    return replace(fact, other=_other[fact.node])


facts = st.one_of(
    _fact("receive", status=st.sampled_from(STATUSES)),
    _fact("arrive", status=st.sampled_from((*STATUSES, "SCRAPPED"))).map(_to_other_node),
    _fact("send").map(_to_other_node),
    st.sampled_from([(a, b) for a in STATUSES for b in (*STATUSES, "SCRAPPED") if a != b]).flatmap(
        lambda pair: _fact("change", status=st.just(pair[0]), other=st.just(pair[1]))
    ),
    _fact("ship"),
    _fact("miss"),
    _fact("return", other=st.sampled_from(("restocked", "damaged"))),
    st.builds(Fact, st.just("adjust"), st.integers(-4, 4), _nodes, _times),
    st.builds(Fact, st.just("count"), st.integers(0, 9), _nodes, _times),
)
histories = st.lists(facts, min_size=2, max_size=9).map(
    lambda history: [replace(fact, number=number) for number, fact in enumerate(history)]
)


def position(history: Sequence[Fact]) -> dict[tuple[str, str], int]:
    """What the ledger says after these facts in this order: all accounts that are not empty."""
    book = Book()
    for fact in history:
        book.do(fact.sentence)
    found: dict[tuple[str, str], int] = {
        (node.node_id, account.value): balance(node, account)
        for node in book.item.nodes
        for account in Account
        if balance(node, account)
    }
    assert sum(found.values()) == 0
    return found


def expected(history: Sequence[Fact]) -> dict[tuple[str, str], int]:
    """What the facts come to."""
    net: Counter[tuple[str, str]] = Counter()
    here = {node: sum(change for _, change in _changes(history, node)) for node in NODES}
    for fact in history:
        _add(net, fact)
    for node in NODES:
        counted = [fact for fact in history if fact.kind == "count" and fact.node == node]
        if counted:
            last = max(counted, key=lambda fact: (fact.time, f"C{fact.number}"))
            here[node] = last.quantity + sum(by for time, by in _changes(history, node) if time > last.time)
        for account in BLOCKED:
            net[node, account] = max(0, net[node, account])
        net[node, "AVAILABLE"] = here[node] - sum(net[node, account] for account in BLOCKED)
    for node in NODES:
        under_way = _sum(history, "send", _other[node]) - _sum(history, "arrive", node)
        net[node, "IN_TRANSIT"] = max(0, under_way)
    net["all", "ADJUSTMENT"] = -sum(net.values())
    return {place: units for place, units in net.items() if units}


def _sum(history: Sequence[Fact], kind: str, node: str) -> int:
    return sum(fact.quantity for fact in history if (fact.kind, fact.node) == (kind, node))


def _changes(history: Sequence[Fact], node: str) -> list[tuple[int, int]]:
    """When units came to a node or left it, and how many."""
    signs = {"receive": 1, "arrive": 1, "return": 1, "adjust": 1, "send": -1, "ship": -1, "miss": -1}
    changes = [
        (fact.time, signs[fact.kind] * fact.quantity)
        for fact in history
        if fact.node == node
        if fact.kind in signs and fact.status != "SCRAPPED"
    ]
    scrapped = [fact for fact in history if fact.node == node and fact.other == "SCRAPPED"]
    return [*changes, *((fact.time, -fact.quantity) for fact in scrapped)]


def _add(net: Counter[tuple[str, str]], fact: Fact) -> None:
    match fact.kind:
        case "receive":
            net[fact.node, "SUPPLIER"] -= fact.quantity
            net[fact.node, fact.status] += fact.quantity
        case "arrive" if fact.status != "SCRAPPED":
            net[fact.node, fact.status] += fact.quantity
        case "ship":
            net[fact.node, "CUSTOMER"] += fact.quantity
        case "return":
            net[fact.node, "CUSTOMER"] -= fact.quantity
            net[fact.node, {"restocked": "AVAILABLE", "damaged": "DAMAGED"}[fact.other]] += fact.quantity
        case "change":
            net[fact.node, fact.status] -= fact.quantity
            if fact.other != "SCRAPPED":
                net[fact.node, fact.other] += fact.quantity
        case _:
            """What it moves is on hand or in transit, or lost there: see `expected`."""


def added_up(found: dict[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    """With what was found or lost at all nodes together."""
    total = sum(units for (_, account), units in found.items() if account == "ADJUSTMENT")
    rest = {place: units for place, units in found.items() if place[1] != "ADJUSTMENT"}
    return rest | ({("all", "ADJUSTMENT"): total} if total else {})


def holds(history: Sequence[Fact], chance: random.Random) -> None:
    shuffled = chance.sample(history, len(history))
    first = position(history)
    assert expected(history) == added_up(first), [fact.sentence for fact in history]
    assert first == position(shuffled), [fact.sentence for fact in shuffled]


@SETTINGS
@given(histories, st.randoms(use_true_random=False))
def test_facts_and_counts_in_any_order_end_in_the_same_position(history: list[Fact], chance: random.Random) -> None:
    holds(history, chance)


def _of_now(_book: Book, _node_id: NodeId) -> NodeHistory:
    return NodeHistory(0, lambda _at_us: [])


def _never(*_: object) -> bool:
    return False


def _first_in_force(_count: LastCount) -> tuple[int, str]:
    return (-1, "")


def _nothing(*_: object) -> None:
    """Do nothing."""


def _all(_draft: DecisionDraft, _node_id: NodeId, _account: Account, quantity: int) -> int:
    return quantity


def _without_memory(draft: DecisionDraft, node_id: NodeId, debit: Account, quantity: int) -> int:
    return min(quantity, draft.balance(node_id, debit)) if debit in BLOCKED else quantity


def _out_as_if_not_received(
    draft: DecisionDraft,
    order: TransferOrder,
    quantity: int,
    _balance: int,
    move_out: Callable[[DecisionDraft, TransferOrder, int, int], None] = transfer_orders._move_out,
) -> None:
    move_out(draft, order, quantity, 0)


def _nothing_under_way(_book: Book) -> ItemFacts:
    return ItemFacts(_book.history_at, lambda _order: 0, ItemSupply, lambda: (), lambda _number: ())


@pytest.mark.parametrize(
    ("owner", "name", "bug"),
    (
        pytest.param(Book, "history_at", _of_now, id="a count compared with the position of now"),
        pytest.param(counts, "is_counted", _never, id="a late fact that is counted twice"),
        pytest.param(LastCount, "position", property(_first_in_force), id="an older count that replaces a later one"),
        pytest.param(counts, "came", _nothing, id="what came is not noted"),
        pytest.param(counts, "leave", _nothing, id="what left is not noted"),
        pytest.param(blocked, "_taken", _without_memory, id="units unblocked too early are forgotten"),
        pytest.param(blocked, "_taken", _all, id="a blocked account below zero"),
        pytest.param(blocked, "_put", _all, id="units unblocked before they came stay blocked"),
        pytest.param(transfer_orders, "_move_out", _out_as_if_not_received, id="units received first are in transit"),
        pytest.param(Book, "facts", _nothing_under_way, id="units received stay in transit"),
    ),
)
def test_a_planted_bug_is_caught(monkeypatch: pytest.MonkeyPatch, owner: object, name: str, bug: object) -> None:
    @settings(SETTINGS, max_examples=400, phases=(Phase.generate,), report_multiple_bugs=False, database=None)
    @given(histories, st.randoms(use_true_random=False))
    def search(history: list[Fact], chance: random.Random) -> None:
        holds(history, chance)

    monkeypatch.setattr(owner, name, bug)
    with pytest.raises((AssertionError, InvariantViolated)):
        search()
