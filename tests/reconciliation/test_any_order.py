"""Facts and snapshots in any order: what is left as a difference is what a sum over the facts says.

The model knows no ledger: it adds up the movements until the snapshot, or those since the count in force.
"""

import random

import pytest

from domain.inventory.reconciliation.policy import AdjustRule, ReconciliationPolicy
from domain.messages.case_actions import CaseRetried, CaseReversed
from domain.messages.snapshots.stock import DifferenceState, DifferenceStated
from domain.quantities import UNIT
from operators.machines.reconciliation.differences import DIFFERENCES
from tests.reconciliation.ledger import Ledger

TIMES = 40
TAKEN = 500
ALL = ReconciliationPolicy((AdjustRule(10**12 * UNIT),))


def _facts(chance: random.Random) -> list[tuple[str, int, int]]:
    """Kind, units and minute, none of them in flight at the snapshot; sometimes a count."""
    minutes = [*range(1, TAKEN - 20), *range(TAKEN + 20, 900)]
    facts = [("receive", chance.randint(1, 9), chance.choice(minutes)) for _ in range(3)]
    facts += [("ship", chance.randint(1, 9), chance.choice(minutes)) for _ in range(3)]
    facts += [("adjust", chance.choice((-3, 4)), chance.choice(minutes))]
    facts += [("snapshot", chance.randint(0, 30), TAKEN)]
    if chance.random() < 0.3:
        facts.append(("count", chance.randint(0, 30), chance.choice(minutes)))
    chance.shuffle(facts)
    return facts


def _tell(ledger: Ledger, number: int, kind: str, units: int, minute: int) -> None:
    match kind:
        case "receive":
            ledger.receive(units, minute, f"R{number}")
        case "ship":
            ledger.ship(units, minute, f"S{number}")
        case "adjust":
            ledger.adjust(units, minute, f"A{number}")
        case "count":
            ledger.count(units, minute)
        case _:
            ledger.snapshot({"bolt": units}, minute)


def _true(facts: list[tuple[str, int, int]], until: int) -> int:
    """What was there at the end of that minute."""
    counts = [(minute, units) for kind, units, minute in facts if kind == "count" and minute <= until]
    since, total = max(counts, default=(0, 0))
    signs = {"receive": 1, "ship": -1, "adjust": 1}
    return total + sum(signs[kind] * units for kind, units, minute in facts if kind in signs if since < minute <= until)


def _play(
    seed: int, policy: ReconciliationPolicy, *, decides: bool = False, is_last: bool = False
) -> tuple[Ledger, list[tuple[str, int, int]]]:
    chance = random.Random(seed)
    facts = _facts(chance)
    if is_last:
        facts.sort(key=lambda fact: fact[0] == "snapshot")
    ledger = Ledger(policy)
    for number, fact in enumerate(facts):
        ledger.to(1_000 + 20 * number)
        _tell(ledger, number, *fact)
        if decides and ledger.case_states() and "snapshot" in {kind for kind, _, _ in facts[:number]}:
            ledger.to(1_000 + 20 * number + 17)
            _decide(ledger, chance)
    ledger.to(3_000)
    return ledger, facts


def _decide(ledger: Ledger, chance: random.Random) -> None:
    if any(isinstance(said, DifferenceStated) for said in ledger.said):
        ledger.decide(chance.choice((CaseRetried, CaseReversed)))


@pytest.mark.parametrize("seed", range(TIMES))
def test_what_is_left_of_a_difference_is_what_the_facts_say(seed: int) -> None:
    """Once it was explained nobody watches it any more: the next snapshot finds what comes later still."""
    ledger, facts = _play(seed, ReconciliationPolicy())
    reported = next(units for kind, units, _ in facts if kind == "snapshot")
    counted_since = any(kind == "count" and minute >= TAKEN for kind, _, minute in facts)
    left = 0 if counted_since else reported - _true(facts, TAKEN)
    found = [row.units // UNIT for _, row in ledger.rows.rows(DIFFERENCES)]
    was_explained = any(statement.startswith("EXPLAINED") for statement in ledger.statements())
    assert found == [left] * bool(left) or (not found and (was_explained or not ledger.statements()))
    assert _true(facts, 900) == ledger.on_hand()


@pytest.mark.parametrize("seed", range(TIMES))
def test_a_snapshot_after_all_facts_differs_by_what_they_do_not_explain(seed: int) -> None:
    ledger, facts = _play(seed, ReconciliationPolicy(), is_last=True)
    reported = next(units for kind, units, _ in facts if kind == "snapshot")
    counted_since = any(kind == "count" and minute >= TAKEN for kind, _, minute in facts)
    left = 0 if counted_since else reported - _true(facts, TAKEN)
    assert [left] * bool(left) == [row.units // UNIT for _, row in ledger.rows.rows(DIFFERENCES)]


@pytest.mark.parametrize("seed", range(TIMES))
@pytest.mark.parametrize("policy", (ALL, ReconciliationPolicy()), ids=("policy", "person"))
def test_only_what_is_adjusted_and_not_taken_back_is_in_the_stock(policy: ReconciliationPolicy, seed: int) -> None:
    ledger, facts = _play(seed, policy, decides=policy is not ALL)
    rows = [row for _, row in ledger.rows.rows(DIFFERENCES)]
    counted_since = any(kind == "count" and minute >= TAKEN for kind, _, minute in facts)
    adjusted = sum(row.adjusted for row in rows) // UNIT
    assert (0 if counted_since else adjusted) == ledger.on_hand() - _true(facts, 900)
    for row in rows:
        reported = next(units for kind, units, _ in facts if kind == "snapshot")
        assert reported - _true(facts, TAKEN) == (row.units + row.adjusted) // UNIT
    assert DifferenceState.FOUND in {said.state for said in ledger.said if isinstance(said, DifferenceStated)} or (
        not adjusted
    )
