"""Orders that another system has as well, where one thing goes wrong with each, or nothing.

Both systems hear of every fact up to ten minutes late. The other one lists its orders at noon and at noon of the next
day. Of every third order something happens in the ten minutes around the first list, so that only one of the two knows
of it there: what is wrong with such an order is found by the second list.
"""

import random
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from domain.messages.cases import Case, CaseClass, CaseState
from domain.orders.reports.comparing import ReportCause
from tests.unit.orders.story import Story

FIRST_LIST, SECOND_LIST, END = 720, 720 + 1_440, 3_000
"""In minutes."""
LATE, NOTHING = "LATE", ""
CAUSES: Sequence[str] = (*(cause for cause in ReportCause if cause is not ReportCause.MISSING_THERE), LATE)
"""What a list does not name is planted in `lists.py`."""


class Drift(NamedTuple):
    """An order, and what goes wrong with it."""

    number: int
    cause: str


class Kind(StrEnum):
    """What happens to an order."""

    SHIP = "ship"
    CANCEL = "cancel"
    AMEND = "amend"


class Fact(NamedTuple):
    """One thing that happened to an order, and when each of the two hears of it; never: None."""

    kind: Kind
    quantity: int
    here: int | None
    there: int | None


def plant(orders: int) -> list[Drift]:
    """So many orders for each cause, and twice as many with which nothing is wrong."""
    causes = [*CAUSES, NOTHING, NOTHING]
    return [Drift(number, cause) for number, cause in enumerate(causes * orders)]


def stated_of(drift: Drift, seed: int) -> list[str]:
    """The causes that are stated of an order, one after another; resolved by what arrived late, it is LATE."""
    chance = random.Random(f"{seed}/{drift.number}")
    ordered = chance.randint(6, 20)
    facts = list(_facts(drift, chance, ordered))
    story = Story()
    for sentence in (f"place available {ordered}", "answer 1:0", "booked"):
        story.do(sentence)
    start_ms, said = story.now_ms, list[str]()
    for minute, sentences in _schedule(drift, facts, ordered, chance):
        waited = story.do(f"wait {minute - (story.now_ms - start_ms) // 60_000}m")
        said += _stated(waited.messages)
        for sentence in sentences:
            said += _stated(story.do(sentence).messages)
    return said


def _stated(messages: Sequence[object]) -> Iterator[str]:
    for case in messages:
        if isinstance(case, Case) and case.case_class is CaseClass.DRIFT:
            is_open = case.state is CaseState.OPEN
            yield case.reason.partition(": ")[2].partition(":")[0] if is_open else LATE


def _facts(drift: Drift, chance: random.Random, ordered: int) -> Iterator[Fact]:
    """What happened: shipments of a part, and what is planted; of an order that is cancelled nothing is shipped."""
    left = ordered - 3
    is_cancelled = drift.cause in {ReportCause.CANCELLED_THERE, ReportCause.CANCELLED_HERE}
    for _ in range(0 if is_cancelled else chance.randint(1, 3)):
        quantity = chance.randint(1, max(1, left // 4))
        left -= quantity
        yield _heard(Kind.SHIP, quantity, chance.randint(60, 600), chance)
    if drift.number % 3 == 0 and not is_cancelled:
        yield Fact(Kind.SHIP, 1, FIRST_LIST + chance.randint(-9, 9), FIRST_LIST + chance.randint(-9, 9))
    happened = chance.randint(60, 600)
    match drift.cause:
        case ReportCause.MISSED_EVENT:
            yield _heard(Kind.SHIP, 1, happened, chance)._replace(here=None)
        case ReportCause.NOT_BOOKED_THERE:
            yield _heard(Kind.SHIP, 1, happened, chance)._replace(there=None)
        case ReportCause.CANCELLED_THERE:
            yield _heard(Kind.CANCEL, 0, happened, chance)._replace(here=None)
        case ReportCause.CANCELLED_HERE:
            yield _heard(Kind.CANCEL, 0, happened, chance)._replace(there=None)
        case ReportCause.CHANGED_HERE:
            yield _heard(Kind.AMEND, ordered - 1, happened, chance)._replace(there=None)
        case ReportCause.CHANGED_THERE:
            yield _heard(Kind.AMEND, ordered - 1, happened, chance)._replace(here=None)
        case _ if drift.cause == LATE:
            yield _heard(Kind.SHIP, 1, happened, chance)._replace(here=SECOND_LIST + chance.randint(120, 600))
        case _:
            return


def _heard(kind: Kind, quantity: int, minute: int, chance: random.Random) -> Fact:
    return Fact(kind, quantity, minute + chance.randint(0, 10), minute + chance.randint(0, 10))


def _schedule(
    drift: Drift, facts: Sequence[Fact], ordered: int, chance: random.Random
) -> Iterator[tuple[int, list[str]]]:
    """What arrives here, in its order."""
    arrivals = [(fact.here, _sentences(fact)) for fact in facts if fact.here is not None]
    arrivals += [(taken, _reports(drift, _there(facts, ordered, taken))) for taken in (FIRST_LIST, SECOND_LIST)]
    arrivals.append((END, []))
    chance.shuffle(arrivals)
    yield from sorted(arrivals, key=lambda each: each[0])


def _sentences(fact: Fact) -> list[str]:
    match fact.kind:
        case Kind.SHIP:
            return [f"ship 1:{fact.quantity}"]
        case Kind.CANCEL:
            return ["cancel"]
        case Kind.AMEND:
            return [f"amend 1 1:{fact.quantity}", "amendment applied"]


def _there(facts: Sequence[Fact], ordered: int, minute: int) -> str:
    """The other system's order as a report says it."""
    known = [fact for fact in facts if fact.there is not None and fact.there <= minute]
    shipped = sum(fact.quantity for fact in known if fact.kind is Kind.SHIP)
    changed = [fact.quantity for fact in known if fact.kind is Kind.AMEND]
    is_cancelled = any(fact.kind is Kind.CANCEL for fact in known)
    ordered = shipped if is_cancelled else min([ordered, *changed])
    status = "SHIPPED" if is_cancelled and shipped else "CANCELLED" if is_cancelled else "OPEN"
    return f"{status} 1:{ordered}:{shipped}"


def _reports(drift: Drift, there: str) -> list[str]:
    own = [f"report ERP {there} as SO-1"]
    return [*own, "report ERP OPEN as SO-2"] if drift.cause == ReportCause.DUPLICATE_DOCUMENT else own
