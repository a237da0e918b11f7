"""Drifts that are planted: a seeded world of items, each with a history, noise in flight, and one drift or none.

What is true is made first: movements of the last days, as the warehouse knows them. The ledger hears of them in a
shuffled order, some only after the snapshot. Then one thing goes wrong with some items, which only the planter knows,
and a snapshot is taken. Nothing here reads how differences are judged.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from domain.messages.snapshots.stock import DifferenceCause, Reporter
from tests.reconciliation.ledger import IN_FLIGHT_S, Ledger

SNAPSHOT: Final = 3 * 1440
"""The minute of the snapshot: three days of movements before it."""
SETTLED: Final = SNAPSHOT + IN_FLIGHT_S // 60
BOX: Final = 12
NOTHING: Final = ""
CAUSES: Final = (NOTHING, *DifferenceCause)


@dataclass(frozen=True, slots=True)
class Movement:
    """Units that came (or left, below zero) in a minute; heard of in another one."""

    units: int
    minute: int
    heard: int
    number: str


@dataclass(frozen=True, slots=True)
class Planted:
    """An item, what the ledger is told, and what the snapshot says."""

    item: str
    cause: str
    reporter: Reporter
    told: tuple[Movement, ...]
    reported: int
    picked: int = 0
    """Units that an order has in picking when the snapshot is taken; of every third item some that are still there."""


@dataclass(slots=True)
class _World:
    """What is true of one item."""

    chance: random.Random
    item: str
    moves: list[Movement] = field(default_factory=list)

    def stock(self) -> int:
        return sum(move.units for move in self.moves if move.minute <= SNAPSHOT)

    def pick(self, sign: int, *, whole_boxes: bool = False) -> Movement:
        """One of the movements from well before the snapshot."""
        settled = [move for move in self.moves[1:] if move.minute < SNAPSHOT - 60 and move.units * sign > 0]
        fitting = [move for move in settled if not whole_boxes or not move.units % BOX]
        return self.chance.choice(fitting or settled)


def plant(seed: int, items: int) -> Sequence[Planted]:
    """So many items for each cause and each kind of system, and as many without a drift."""
    chance = random.Random(seed)
    kinds = [(cause, reporter) for cause in CAUSES for reporter in (Reporter.WMS, Reporter.ERP)]
    return [
        _planted(_history(chance, f"item{number}x{place}"), cause, reporter)
        for number in range(items)
        for place, (cause, reporter) in enumerate(kinds)
        if (cause, reporter) not in _IMPOSSIBLE
    ]


_IMPOSSIBLE: Final = {
    (DifferenceCause.NOT_BOOKED_THERE, Reporter.WMS),
    (DifferenceCause.CHANGED_THERE, Reporter.WMS),
    (DifferenceCause.SHRINKAGE, Reporter.ERP),
}
"""A warehouse system is where movements happen; an ERP does not see what is lost from a shelf."""


def _history(chance: random.Random, item: str) -> _World:
    """A first receipt, a dozen movements, and some in flight around the snapshot."""
    world = _World(chance, item, [Movement(chance.randint(200, 900) * BOX, 5, 5, f"{item}-first")])
    minutes = sorted(chance.sample(range(10, SNAPSHOT - 120), chance.randint(8, 14)))
    minutes += [SNAPSHOT + chance.randint(-10, 10) for _ in range(chance.randint(0, 3))]
    for number, minute in enumerate(minutes):
        came = number in {0, 1} or chance.random() < 0.3
        units = chance.randint(2, 30) * BOX if came else -chance.randint(1, 80)
        heard = minute + chance.randint(0, IN_FLIGHT_S // 60 - 11)
        world.moves.append(Movement(units, minute, heard, f"{item}-{number}"))
    world.moves.append(Movement(-chance.randint(1, 80), SNAPSHOT - 200, SNAPSHOT - 190, f"{item}-last"))
    return world


def _planted(world: _World, cause: str, reporter: Reporter) -> Planted:
    chance, told = world.chance, list(world.moves)
    seen = _seen_there(world, reporter)
    picked = chance.randint(1, 40) if chance.random() < 0.3 else 0
    planted = Planted(world.item, cause, reporter, (), seen, picked)
    match cause:
        case DifferenceCause.MISSED_EVENT:
            if reporter is Reporter.WMS and chance.random() < 0.5:
                told.remove(world.pick(+1))
            else:
                units = chance.randint(1, 80)
                planted = replace(planted, picked=units + chance.choice((0, 0, 7)), reported=seen - units)
        case DifferenceCause.LATE:
            late = world.pick(chance.choice((1, -1)))
            told[told.index(late)] = replace(late, heard=SETTLED + 500)
        case DifferenceCause.DUPLICATE:
            twice = world.pick(chance.choice((1, -1)))
            told.append(replace(twice, number=f"{twice.number}-again", minute=twice.minute + chance.randint(0, 40)))
        case DifferenceCause.NOT_BOOKED_THERE:
            planted = replace(planted, reported=seen - world.pick(chance.choice((1, -1))).units)
        case DifferenceCause.UNIT_ERROR:
            if chance.random() < 0.5:
                planted = replace(planted, reported=_in_boxes(world))
                told = list(world.moves)
            else:
                boxes = world.pick(+1, whole_boxes=True)
                told[told.index(boxes)] = replace(boxes, units=boxes.units // BOX)
        case DifferenceCause.CHANGED_THERE:
            planted = replace(planted, reported=seen + chance.choice((1, -1)) * chance.randint(1, 90))
        case DifferenceCause.SHRINKAGE:
            planted = replace(planted, reported=seen - chance.randint(1, 90))
        case _:
            pass
    return replace(planted, told=tuple(told))


def _seen_there(world: _World, reporter: Reporter) -> int:
    """What the other system has: an ERP books in order, and may not have the last minutes yet."""
    if reporter is Reporter.WMS:
        return world.stock()
    until = SNAPSHOT - world.chance.randint(0, IN_FLIGHT_S // 60)
    return sum(move.units for move in world.moves if move.minute <= until)


def _in_boxes(world: _World) -> int:
    """The stock made whole boxes by the last shipment, and reported as their number."""
    rest = world.stock() % BOX
    place = next(place for place, move in enumerate(world.moves) if move.number.endswith("-last"))
    world.moves[place] = replace(world.moves[place], units=world.moves[place].units - rest)
    return world.stock() // BOX


def play(planted: Sequence[Planted]) -> dict[str, list[str]]:
    """What the ledger says of each item: the causes as they were stated, in order."""
    ledger = Ledger()
    for each in planted:
        ledger.describe(each.item, XBX=BOX)
    told = [(move.heard, each.item, move) for each in planted for move in each.told]
    told.sort(key=lambda one: one[:2])
    for heard, item, move in (one for one in told if one[0] <= SNAPSHOT):
        _tell(ledger, heard, item, move)
    for each in planted:
        if each.picked:
            ledger.order(each.item, each.picked, each.item)
            ledger.pick(each.item, each.picked, each.item)
    ledger.to(SNAPSHOT)
    for reporter in (Reporter.WMS, Reporter.ERP):
        units = {each.item: each.reported for each in planted if each.reporter is reporter}
        ledger.snapshot(units, SNAPSHOT, reporter)
    for heard, item, move in (one for one in told if one[0] > SNAPSHOT):
        _tell(ledger, heard, item, move)
    ledger.to(SETTLED + 1_000)
    return {each.item: _causes(ledger, each.item) for each in planted}


def _tell(ledger: Ledger, heard: int, item: str, move: Movement) -> None:
    ledger.to(heard)
    if move.units > 0:
        ledger.receive(move.units, move.minute, move.number, item)
    else:
        ledger.ship(-move.units, move.minute, move.number, item)


def _causes(ledger: Ledger, item: str) -> list[str]:
    return [statement.split()[1] for statement in ledger.statements(item)]
