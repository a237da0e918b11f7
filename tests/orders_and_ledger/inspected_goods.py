"""A second model of inspected goods: unit by unit, by the time of what was said of them.

It uses no code of `domain.orders` and `domain.inventory`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from domain.returns import ReturnCondition

Said = tuple[ReturnCondition, bool, int]
"""The condition of units, whether they are credited, how many they are."""


def conditions_of(came: int, inspections: Sequence[Sequence[Said]]) -> Mapping[ReturnCondition, int]:
    """What has become of goods of which `came` units came to be inspected; the oldest inspection first."""
    sizes = [sum(quantity for *_, quantity in said) for said in inspections]
    there = max(came, *sizes) if came and sizes else sum(sizes)
    units: list[tuple[ReturnCondition, bool]] = []
    for inspection in inspections:
        older, units = units, []
        for condition, is_credited, quantity in sorted(inspection):
            for _ in range(quantity):
                was_credited = len(older) + len(units) >= there and _said_anew(older, condition)
                units.append((condition, is_credited or was_credited))
        units += older
    return Counter(condition for condition, _ in units)


def _said_anew(older: list[tuple[ReturnCondition, bool]], condition: ReturnCondition) -> bool:
    """Take out the unit of which this is said; returns whether it is credited."""
    conditions = list(reversed(ReturnCondition))
    unit = min(older, key=lambda each: (each[1], each[0] is not condition, conditions.index(each[0])))
    older.remove(unit)
    return unit[1]
