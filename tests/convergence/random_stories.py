"""Stories that chance writes; a seed is a story and its orders of arrival."""

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from domain.messages.dispatch import Outcome
from domain.messages.orders import HoldKind, PromisePolicy, ReleaseGate
from domain.returns import ReturnCondition
from tests.convergence.story import Answers, Booked, Event, Story
from tests.orders_and_ledger.histories import (
    ITEMS,
    Adjust,
    Amend,
    Announce,
    AskReturn,
    Cancel,
    DecideReturn,
    Deliver,
    Describe,
    DescribeCustomer,
    Hold,
    Inspect,
    Invoice,
    Miss,
    Pick,
    Place,
    Receive,
    Return,
    Reverse,
    Ship,
    Show,
    Unhold,
    Unpick,
)
from tests.orders_and_ledger.world import CHANNEL_NODE, Wanted

_ALIKE = 0.15
"""The share of orders that have one item on two lines."""
_PALLETS = 0.1
"""The share of stories in which lines are ordered in pallets."""
_WITHOUT_STOCK = 0.25
"""The share of stories in which lines need no stock."""
_EARLY = 0.15
"""The share of stories in which goods come back before anything leaves: they are of another order."""
_CONDITIONS = (*ReturnCondition, ReturnCondition.RESTOCKED)
_INSPECTED = (ReturnCondition.RESTOCKED, ReturnCondition.DAMAGED, ReturnCondition.MISSING)
_PROMISES = (*PromisePolicy, PromisePolicy.SHIP_AVAILABLE, PromisePolicy.SHIP_AVAILABLE)


def a_story(chance: random.Random) -> Story:
    """One or two orders, one or two nodes, up to a dozen events."""
    nodes = ("E", "W") if chance.random() < 0.4 else ("E",)
    orders = tuple(_wanted(chance) for _ in range(chance.choice((1, 1, 1, 2))))
    customer = _customer(orders, nodes, chance)
    is_early = chance.random() < _EARLY
    sources = (
        *([customer] if is_early else []),
        _channel(orders, chance),
        _decisions(orders, chance),
        _master_data(orders, chance),
        *_warehouses(orders, nodes, chance),
        *([] if is_early else [customer]),
        _carrier(orders, chance),
        _finance(orders, chance),
        _buyer(nodes, chance),
        *_erp(orders, chance),
    )
    stock = tuple(Receive(item, nodes[0], chance.choice((5, 20))) for item in ITEMS if chance.random() < 0.6)
    told = tuple(chain(*sources))
    may_be_held = any(isinstance(each, Reverse) for each in told) and not any(isinstance(each, Hold) for each in told)
    held = _hold(orders, chance) if may_be_held and chance.random() < 0.5 else ()
    story = Story("by chance", orders, tuple(source for source in (*sources, held) if source), stock, nodes)
    if chance.random() < _PALLETS:
        return _in_pallets(story, chance)
    return _without_stock(story, chance) if chance.random() < _WITHOUT_STOCK else story


def _in_pallets(story: Story, chance: random.Random) -> Story:
    """The first line of each order is in pallets, and every item is kept in pieces from the beginning."""
    orders = tuple(replace(order, pallets=frozenset({1})) for order in story.orders)
    stock = tuple(Receive(item, story.nodes[0], chance.choice((5, 20)), unit="EA") for item in ITEMS)
    return replace(story, orders=orders, stock=stock)


def _without_stock(story: Story, chance: random.Random) -> Story:
    """Nothing leaves of one line of each order, or the channel ships it, and reports it from a node of its own."""
    orders = tuple(_with_a_line_apart(order, chance) for order in story.orders)
    sources = (*story.sources, *filter(None, [_shipped_by_channel(orders, chance)]))
    return replace(story, orders=orders, sources=sources)


def _with_a_line_apart(order: Wanted, chance: random.Random) -> Wanted:
    apart = frozenset({chance.randint(1, len(order.lines))})
    return replace(order, nothing_leaves=apart) if chance.random() < 0.5 else replace(order, by_channel=apart)


def _shipped_by_channel(orders: tuple[Wanted, ...], chance: random.Random) -> tuple[Event, ...]:
    """Perhaps in parts, perhaps too much, and some of it comes back."""
    lines = [(order, line) for order, wanted in enumerate(orders) for line in sorted(wanted.by_channel)]
    if not lines or chance.random() < 0.3:
        return ()
    order, line = chance.choice(lines)
    shipped = Ship(order, line, CHANNEL_NODE, chance.randint(1, 6))
    back = Reverse(order, line, CHANNEL_NODE, chance.randint(1, shipped.quantity), chance.choice(_CONDITIONS))
    returned = Return(order, line, CHANNEL_NODE, chance.randint(1, 3), chance.choice(_INSPECTED))
    return (shipped, *((back,) if chance.random() < 0.2 else ()), *((returned,) if chance.random() < 0.3 else ()))


def _wanted(chance: random.Random) -> Wanted:
    items = chance.sample(ITEMS, chance.randint(1, 2))
    if chance.random() < _ALIKE:
        items = [items[0], *items]
    lines = tuple((item, chance.randint(1, 6)) for item in items)
    promise, gate = chance.choice(_PROMISES), chance.choice(tuple(ReleaseGate))
    return Wanted(promise, gate, lines, known=chance.random() < 0.15, window_ms=chance.choice((0, 0, 400)))


def _erp(orders: tuple[Wanted, ...], chance: random.Random) -> Iterator[tuple[Event, ...]]:
    """It may say nothing until the end."""
    for number in range(len(orders)):
        if chance.random() < 0.8:
            yield (Booked(number, _outcome(chance), _outcome(chance)),)


def _outcome(chance: random.Random) -> Outcome:
    return Outcome.REJECTED_BUSINESS if chance.random() < 0.15 else Outcome.APPLIED


def _channel(orders: tuple[Wanted, ...], chance: random.Random) -> tuple[Event, ...]:
    """An order may never come; it may be cancelled, or a line of it."""
    events: list[Event] = [Place(number) for number in range(len(orders)) if chance.random() < 0.95]
    if chance.random() < 0.2:
        order = chance.randrange(len(orders))
        events += [
            Amend(order, revision, chance.randint(1, 2), chance.randint(0, 8), chance.choice((0, 0, 5, 10**9)))
            for revision in (1, 2)
        ]
    if chance.random() < 0.15:
        events += _pictures(orders, chance)
    if chance.random() < 0.3:
        lines = chance.choice(((), (1,), (2,)))
        events.append(Cancel(chance.randrange(len(orders)), lines, part=chance.choice((0, 1, 3)) if lines else 0))
    return tuple(events)


def _pictures(orders: tuple[Wanted, ...], chance: random.Random) -> list[Event]:
    """Of one order, perhaps in the wrong order; every line is shown."""
    order = chance.randrange(len(orders))
    numbers = chance.sample(range(1, 5), 2)
    return [
        Show(order, number, tuple(chance.randint(1, 8) for _ in orders[order].lines), chance.random() < 0.2)
        for number in numbers
    ]


def _decisions(orders: tuple[Wanted, ...], chance: random.Random) -> tuple[Event, ...]:
    """Holds are rare, but where something comes back."""
    return () if chance.random() < 0.85 else _hold(orders, chance)


def _hold(orders: tuple[Wanted, ...], chance: random.Random) -> tuple[Event, ...]:
    """Most end."""
    order, kind = chance.randrange(len(orders)), chance.choice(tuple(HoldKind))
    return (Hold(order, kind), *((Unhold(order, kind),) if chance.random() < 0.7 else ()))


def _master_data(orders: tuple[Wanted, ...], chance: random.Random) -> tuple[Event, ...]:
    """Where it is wanted most of it comes, and some of it says that nothing may be ordered."""
    if not any(order.known for order in orders):
        return ()
    said: list[Event] = [Describe(item, chance.random() < 0.1) for item in ITEMS if chance.random() < 0.8]
    if chance.random() < 0.8:
        said += [DescribeCustomer(is_blocked=True)] if chance.random() < 0.1 else []
        said.append(DescribeCustomer())
    return tuple(said)


def _warehouses(
    orders: tuple[Wanted, ...], nodes: tuple[str, ...], chance: random.Random
) -> tuple[tuple[Event, ...], ...]:
    told = {node: tuple(_of_warehouse(orders, node, chance) for _ in range(chance.randint(0, 5))) for node in nodes}
    shipped = {(node, event.order, event.shipment) for node in nodes for event in told[node] if isinstance(event, Ship)}
    reversals = tuple(
        _reversal(event, nodes, shipped, chance)
        for node in nodes
        for event in told[node]
        if isinstance(event, Ship) and chance.random() < 0.2
    )
    return tuple((*told[node], *(each for each in reversals if each.node == node)) for node in nodes)


def _reversal(
    shipped: Ship, nodes: tuple[str, ...], known: set[tuple[str, int, str]], chance: random.Random
) -> Reverse:
    """Of a shipment in whole or in part; sometimes told by a warehouse that has shipped nothing under its number."""
    others = [node for node in nodes if (node, shipped.order, shipped.shipment) not in known]
    return Reverse(
        shipped.order,
        shipped.line,
        others[0] if others and chance.random() < 0.3 else shipped.node,
        chance.randint(1, shipped.quantity),
        chance.choice(_CONDITIONS),
        shipped.other,
        shipped.shipment,
    )


def _of_warehouse(  # noqa: PLR0911  one return a fact
    orders: tuple[Wanted, ...], node: str, chance: random.Random
) -> Event:
    order, line, quantity = chance.randrange(len(orders)), chance.choice((1, 1, 2)), chance.randint(1, 5)
    other = chance.random() < 0.1
    draw = chance.random()
    if draw < 0.25:
        return Pick(order, line, node, quantity, other)
    if draw < 0.3:
        return Unpick(order, line, node, quantity, chance.choice(_CONDITIONS), other)
    if draw < 0.33:
        return Miss(order, line, node, quantity, other)
    if draw < 0.6:
        return Ship(order, line, node, quantity, other, chance.choice("sst"))
    if draw < 0.8:
        return Receive(chance.choice(ITEMS), node, quantity, announced=chance.random() < 0.5)
    if draw < 0.9:
        return Adjust(chance.choice(ITEMS), node, chance.choice((-1, 1)) * quantity)
    return Answers(order, node, accepts=chance.random() < 0.5)


def _carrier(orders: tuple[Wanted, ...], chance: random.Random) -> tuple[Event, ...]:
    return tuple(
        Deliver(*_some_units(orders, chance), chance.random() < 0.2, chance.random() < 0.1, chance.choice(("", "s")))
        for _ in range(chance.choice((0, 0, 1, 2)))
    )


def _finance(orders: tuple[Wanted, ...], chance: random.Random) -> tuple[Event, ...]:
    """Invoices are of the line that they name: of one item on two lines it is chance which of them has left."""
    if any(len(dict(order.lines)) < len(order.lines) for order in orders):
        return ()
    return tuple(
        Invoice(
            *_some_units(orders, chance),
            chance.random() < 0.2,
            chance.random() < 0.1,
            chance.choice((None, None, 0, 700, 700)),
        )
        for _ in range(chance.choice((0, 0, 1, 2)))
    )


def _some_units(orders: tuple[Wanted, ...], chance: random.Random) -> tuple[int, int, int]:
    """An order, a line, and a quantity."""
    return chance.randrange(len(orders)), chance.choice((1, 1, 2)), chance.randint(1, 5)


def _buyer(nodes: tuple[str, ...], chance: random.Random) -> tuple[Event, ...]:
    """Purchase orders that change."""
    if chance.random() < 0.6:
        return ()
    return tuple(
        Announce(chance.choice(ITEMS), chance.choice(nodes), chance.randint(0, 8), chance.randint(1, 4), revision)
        for revision in range(chance.randint(1, 4))
    )


def _customer(orders: tuple[Wanted, ...], nodes: tuple[str, ...], chance: random.Random) -> tuple[Event, ...]:
    asked: list[Event] = []
    if chance.random() < 0.4:
        order, line = chance.randrange(len(orders)), chance.choice((1, 1, 2))
        asked = [
            AskReturn(order, number, line, chance.randint(1, 4), chance.random() < 0.4)
            for number in range(1, chance.randint(2, 3))
        ]
        if chance.random() < 0.5:
            asked.append(DecideReturn(order, 1, is_authorised=chance.random() < 0.6))
    brought = (
        Return(
            chance.randrange(len(orders)),
            chance.choice((1, 1, 2)),
            chance.choice(nodes),
            chance.randint(1, 4),
            chance.choice(_CONDITIONS),
            chance.random() < 0.1,
            chance.choice((0, 1, 1, 2)) if asked else 0,
        )
        for _ in range(chance.choice((0, 0, 1, 2)))
    )
    inspected = (
        Inspect(
            chance.randrange(len(orders)),
            chance.choice((1, 1, 2)),
            chance.choice(nodes),
            chance.randint(1, 4),
            chance.choice(_INSPECTED),
            chance.random() < 0.6,
            chance.choice((1, 1, 2)),
            chance.random() < 0.1,
        )
        for _ in range(chance.choice((0, 0, 0, 1, 2)))
    )
    return (*asked, *brought, *inspected, *_inspected_again(orders, nodes, chance))


def _inspected_again(orders: tuple[Wanted, ...], nodes: tuple[str, ...], chance: random.Random) -> tuple[Event, ...]:
    """Goods come to be inspected, and what is said of them is said anew."""
    if chance.random() > 0.25:
        return ()
    order, line, node, other = chance.randrange(len(orders)), 1, chance.choice(nodes), chance.random() < 0.1
    came = Return(order, line, node, chance.randint(1, 3), ReturnCondition.INSPECT, other, 1)
    return (
        came,
        *(
            Inspect(
                order,
                line,
                node,
                chance.randint(1, 3),
                chance.choice(_INSPECTED),
                chance.random() < 0.5,
                other=other,
            )
            for _ in range(chance.randint(2, 3))
        ),
    )
