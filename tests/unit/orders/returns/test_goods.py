"""What inspected goods are: each inspection counts when it took place, whatever is reported first.

`said` are inspections, the oldest first: units and their condition, with `!` where they are not credited.
"""

from itertools import permutations

import pytest

from domain.identifiers import ItemId, LineId, NodeId
from domain.orders.returns.goods import MOST_FINDINGS, InspectedGoods, InspectedUnits, Moved, moved
from domain.returns import ReturnCondition

GOODS = InspectedGoods(LineId("1"), ItemId("BOLT"), NodeId("E"))
RESTOCKED, DAMAGED = ReturnCondition.RESTOCKED, ReturnCondition.DAMAGED
MISSING, INSPECT = ReturnCondition.MISSING, ReturnCondition.INSPECT


def _said(inspection: str, at_us: int) -> tuple[InspectedUnits, ...]:
    words = (units.split() for units in inspection.split(", "))
    return tuple(
        InspectedUnits(at_us, "I", ReturnCondition(condition.strip("!").upper()), condition[-1] != "!", int(quantity))
        for quantity, condition in words
    )


@pytest.mark.parametrize(
    ("conditions", "came", "said"),
    (
        ("2 restocked", 2, ("2 restocked!", "2 restocked")),
        ("2 damaged", 2, ("2 restocked", "2 damaged!")),
        ("2 restocked", 2, ("2 damaged!", "2 restocked")),
        ("2 restocked", 2, ("2 missing!", "2 restocked")),
        ("2 missing", 2, ("2 restocked", "2 missing!")),
        ("1 damaged 1 restocked", 2, ("1 restocked", "1 damaged")),
        ("2 restocked", 2, ("1 restocked", "1 damaged!", "1 restocked")),
        ("1 damaged 1 restocked", 2, ("1 restocked!, 1 damaged!", "1 restocked")),
        ("2 restocked", 2, ("2 damaged!", "1 restocked", "1 restocked")),
        ("1 damaged 1 missing", 2, ("2 restocked!", "1 damaged!, 1 missing!")),
        ("3 damaged 2 restocked", 5, ("3 damaged!", "2 restocked")),
        ("2 damaged 3 restocked", 5, ("3 damaged!", "3 restocked")),
        ("2 damaged 2 restocked", 0, ("2 damaged!", "2 restocked")),
        ("2 restocked", 1, ("2 damaged!", "2 restocked")),
        ("2 damaged", 1, ("2 damaged",)),
    ),
)
def test_goods_are_what_was_said_of_them_last(conditions: str, came: int, said: tuple[str, ...]) -> None:
    inspections = [_said(inspection, at_us) for at_us, inspection in enumerate(said)]
    for arrived in permutations(inspections):
        known = GOODS._replace(came=came)
        for each in arrived:
            known = known.with_findings(each)
        found = {name.value.lower(): units for name, units in known.conditions.items() if units}
        assert conditions == " ".join(f"{found[name]} {name}" for name in sorted(found))


@pytest.mark.parametrize(
    ("steps", "then", "now"),
    (
        ([Moved(INSPECT, RESTOCKED, 2)], "", "2 restocked"),
        ([], "2 restocked", "2 restocked"),
        ([Moved(DAMAGED, RESTOCKED, 1)], "2 damaged", "1 damaged, 1 restocked"),
        ([Moved(MISSING, RESTOCKED, 2)], "2 missing", "2 restocked"),
        ([Moved(DAMAGED, INSPECT, 2)], "2 damaged, 2 restocked", "2 restocked"),
        ([Moved(INSPECT, RESTOCKED, 1), Moved(INSPECT, DAMAGED, 1)], "", "1 damaged, 1 restocked"),
    ),
)
def test_only_what_changes_moves(steps: list[Moved], then: str, now: str) -> None:
    before, after = (
        GOODS._replace(came=4).with_findings(_said(each, 1) if each else ()).conditions for each in (then, now)
    )
    assert sorted(steps) == sorted(moved(before, after))


def test_many_inspections_are_kept_as_few_and_come_to_the_same() -> None:
    known = GOODS._replace(came=2)
    for at_us in range(3 * MOST_FINDINGS):
        known = known.with_findings(_said("2 damaged!" if at_us % 2 else "2 restocked!", at_us))
    assert MOST_FINDINGS == len(known.findings)
    assert {DAMAGED: 2} == {name: units for name, units in known.conditions.items() if units}
