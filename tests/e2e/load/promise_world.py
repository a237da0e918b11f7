"""A small, seeded workload of the reference job, and what must hold of its outputs whatever happened on the way."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

Lines = tuple[tuple[int, str, int], ...]

_ITEMS = 40
_LONGEST = 12
_COPIES = 0.1
_ALTERED = 0.05
_FARTHEST = 120  # a copy comes within so many orders of its original


@dataclass(frozen=True, slots=True)
class Sent:
    """An order message: correlation id, order id, and (number, item, units) by line."""

    id: str
    order_id: str
    lines: Lines


@dataclass(frozen=True, slots=True)
class Outcome:
    """A status: (number, granted, backordered) by line."""

    order_id: str
    status: str
    lines: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Workload:
    """Order messages in their order, and the receipts: (item, units)."""

    sent: Sequence[Sent]
    receipts: Sequence[tuple[str, int]]


def workload(orders: int, seed: int) -> Workload:
    """The same arguments give the same workload; some items are short, some are not."""
    chance = Random(seed)
    originals = [Sent(f"message-{number}", f"order-{number}", _lines(chance)) for number in range(orders)]
    return Workload(_with_copies(originals, chance), _receipts(originals, chance))


def _lines(chance: Random) -> Lines:
    count = chance.randint(1, _LONGEST)
    return tuple((number, f"item-{chance.randrange(_ITEMS)}", chance.randint(1, 9)) for number in range(1, count + 1))


def _with_copies(originals: Sequence[Sent], chance: Random) -> Sequence[Sent]:
    moments: list[tuple[float, Sent]] = []
    for moment, order in enumerate(originals):
        moments.append((moment, order))
        if chance.random() < _COPIES:
            moments.append((moment + chance.uniform(0, _FARTHEST), order))
        if chance.random() < _ALTERED:
            number, item, units = order.lines[0]
            altered = replace(order, lines=((number, item, units + 1), *order.lines[1:]))
            moments.append((moment + chance.uniform(0, _FARTHEST), altered))
    return [order for _, order in sorted(moments, key=lambda each: each[0])]


def _receipts(originals: Sequence[Sent], chance: Random) -> Sequence[tuple[str, int]]:
    demand: Counter[str] = Counter()
    for order in originals:
        for _, item, units in order.lines:
            demand[item] += units
    halves = [(item, round(units * chance.uniform(0.3, 0.6))) for item, units in sorted(demand.items()) for _ in "ab"]
    return [(item, units) for item, units in halves if units]


def violations(given: Workload, outcomes: Sequence[Outcome], conflicts: Sequence[str]) -> list[str]:
    """Every broken rule in words, none when the books agree; `conflicts` are the order ids that were reported."""
    originals: dict[str, Sent] = {}
    altered: Counter[str] = Counter()
    for message in given.sent:
        if originals.setdefault(message.order_id, message) != message:
            altered[message.order_id] += 1
    return [
        *_answered_once(originals, outcomes),
        *_add_up(originals, outcomes),
        *_stock(given, originals, outcomes),
        *_differences("conflicts of", altered, Counter(conflicts)),
    ]


def _answered_once(originals: Mapping[str, Sent], outcomes: Sequence[Outcome]) -> Iterator[str]:
    return _differences("statuses of", Counter(originals.keys()), Counter(outcome.order_id for outcome in outcomes))


def _differences(what: str, expected: Mapping[str, int], found: Mapping[str, int]) -> Iterator[str]:
    for name in sorted(expected.keys() | found.keys()):
        if expected.get(name, 0) != found.get(name, 0):
            yield f"{what} {name}: {found.get(name, 0)} instead of {expected.get(name, 0)}"


def _add_up(originals: Mapping[str, Sent], outcomes: Sequence[Outcome]) -> Iterator[str]:
    for outcome in outcomes:
        order = originals.get(outcome.order_id)
        asked = [] if order is None else [(number, units) for number, _, units in order.lines]
        if asked != [(number, granted + short) for number, granted, short in outcome.lines]:
            yield f"{outcome.order_id}: the lines are not those of the order"
        if any(granted < 0 or short < 0 for _, granted, short in outcome.lines):
            yield f"{outcome.order_id}: less than nothing"
        if outcome.status != _named(outcome):
            yield f"{outcome.order_id}: {outcome.status} instead of {_named(outcome)}"


def _named(outcome: Outcome) -> str:
    granted = sum(units for _, units, _ in outcome.lines)
    short = sum(units for _, _, units in outcome.lines)
    return "ALLOCATED" if not short else "PARTIALLY_ALLOCATED" if granted else "BACKORDERED"


def _stock(given: Workload, originals: Mapping[str, Sent], outcomes: Sequence[Outcome]) -> Iterator[str]:
    received: Counter[str] = Counter()
    for item, units in given.receipts:
        received[item] += units
    granted: Counter[str] = Counter()
    short: dict[str, int] = defaultdict(int)
    for outcome in outcomes:
        items = {number: item for number, item, _ in originals[outcome.order_id].lines}
        for number, units, missing in outcome.lines:
            granted[items[number]] += units
            short[items[number]] += missing
    for item in sorted(granted):
        if granted[item] > received[item]:
            yield f"{item}: granted {granted[item]} of {received[item]}"
        if short[item] and granted[item] < received[item]:
            yield f"{item}: backordered with {received[item] - granted[item]} left"
