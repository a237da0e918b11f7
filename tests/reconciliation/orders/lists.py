"""Orders of which an ERP sends two complete lists, a day apart, where some are not in the ERP, and most are.

Both systems hear of every change up to ten minutes late, and a third of the orders are entered, shipped or cancelled in
the ten minutes around the first list. Between the two comes a list of which a part is missing.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from domain.messages.cases import CaseClass, CaseState
from tests.reconciliation.orders.desk import Desk
from tests.reconciliation.score import Outcome, Score

FIRST_LIST, HALF_LIST, SECOND_LIST, END = 720, 1_400, 720 + 1_440, 2_400
"""In minutes."""


class Kind(StrEnum):
    """What is wrong with an order, if anything is."""

    MISSING_THERE = "MISSING_THERE"
    """It is deleted in the ERP, or never was there."""
    LATE = "LATE"
    """It is entered there later; or it was cancelled there, and the cancellation arrives here much later."""
    NOTHING = ""


class Planted(NamedTuple):
    """One order: when it is entered, and when it ends, here and there, in minutes; never: `END`."""

    number: int
    kind: Kind
    entered: int
    ends_with: str
    ends_here: int
    ends_there: int
    is_there: bool
    appears_there: int = 0

    def is_named(self, minute: int) -> bool:
        """Whether it is open in the ERP."""
        return self.is_there and max(self.entered, self.appears_there) <= minute < self.ends_there


def plant(orders: int, seed: int) -> list[Planted]:
    """So many orders for each kind, and four times as many with which nothing is wrong."""
    chance = random.Random(f"lists/{seed}")
    kinds = [*[Kind.MISSING_THERE, Kind.LATE] * orders, *[Kind.NOTHING] * 4 * orders]
    return [_planted(number, kind, chance) for number, kind in enumerate(kinds, 1)]


def _planted(number: int, kind: Kind, chance: random.Random) -> Planted:
    is_around = number % 3 == 0
    entered = FIRST_LIST + chance.randint(-9, 9) if is_around and number % 2 else chance.randint(10, 600)
    word = chance.choice(("ship 1:5", "cancel"))
    order = Planted(number, kind, entered, word, END, END, is_there=True)
    match kind:
        case Kind.MISSING_THERE:
            return order._replace(is_there=False, entered=chance.randint(10, 1_000))
        case Kind.LATE if number % 4 == 0:
            return order._replace(appears_there=chance.randint(FIRST_LIST + 30, 2_000), entered=chance.randint(10, 600))
        case Kind.LATE:
            there = chance.randint(610, 700)
            return order._replace(entered=100, ends_there=there, ends_here=chance.randint(FIRST_LIST + 60, 2_000))
        case Kind.NOTHING:
            ends = FIRST_LIST if is_around and not number % 2 else chance.randint(620, 2_300)
            return order._replace(ends_here=ends + chance.randint(-9, 9), ends_there=ends + chance.randint(-9, 9))


def stated(planted: list[Planted]) -> dict[int, Kind]:
    """What is said of each order in the end: that it is missing there; resolved by what came later, it is LATE."""
    desk, said = Desk(), defaultdict[int, Kind](lambda: Kind.NOTHING)
    schedule = defaultdict[int, list[str]](list)
    for order in planted:
        schedule[order.entered].append(f"{order.number} place available born 5")
        schedule[order.ends_here].append(f"{order.number} {order.ends_with}")
    for minute in range(END):
        if minute % 30 == 0:
            desk.rows.restart()
        cases = desk.wait(1)
        for number, sentence in (step.split(" ", 1) for step in schedule[minute]):
            cases += desk.tell(int(number), sentence)
        if minute in {FIRST_LIST, SECOND_LIST}:
            cases += desk.name_orders(f"L{minute}", [each.number for each in planted if each.is_named(minute)])
        if minute == HALF_LIST:
            begun, _, *rest = desk.parts("half", [each.number for each in planted if each.is_named(minute)])
            cases += [case for part in (begun, *rest) for case in desk.hear(part)]
        for case in cases:
            if case.case_class is CaseClass.DRIFT:
                said[int(case.subject.partition(":")[2])] = (
                    Kind.MISSING_THERE if case.state is CaseState.OPEN else Kind.LATE
                )
    return said


def measure(seed: int, orders: int) -> Outcome:
    """Plant, play, and compare."""
    planted = plant(orders, seed)
    said = stated(planted)
    pairs = Counter((order.kind, said[order.number]) for order in planted)
    quiet = sum(number for (kind, _), number in pairs.items() if not kind)
    confused = Counter({(str(of), str(found)): number for (of, found), number in pairs.items() if of is not found})
    return Outcome(list(_scores(pairs)), quiet, quiet - pairs[Kind.NOTHING, Kind.NOTHING], confused)


def _scores(pairs: Counter[tuple[Kind, Kind]]) -> Iterator[Score]:
    for kind in (Kind.MISSING_THERE, Kind.LATE):
        planted = sum(number for (of, _), number in pairs.items() if of is kind)
        found = sum(number for (_, said), number in pairs.items() if said is kind)
        yield Score(kind, planted, found, pairs[kind, kind])
