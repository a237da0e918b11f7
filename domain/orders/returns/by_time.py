"""Which units that came back can be of what was shipped, by the clocks of the sources.

What came back before a shipment left is not of that shipment: it is of an earlier life of the order, or of another
order. So no more is credited of what had come by any time than had left by then. Lines that are alike count together,
since nobody can tell whose goods they are: under the name of the first. What is credited as missing came at no time;
what a credit note of a shop or an office says, and what an earlier release has counted, at none that is known: neither
is measured. A time ahead of the log's clock counts as it was capped.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from domain.identifiers import LineId
from domain.orders.alike_lines.groups import first_by_line
from domain.orders.decision import OrderDecision
from domain.orders.returns.rows import CameBack
from domain.orders.state import HeldCredit
from domain.returns import ReturnCondition, ReturnedLine

UNKNOWN: Final = 0
"""A time that nobody has noted."""
Times = Mapping[LineId, Counter[int]]
"""Units by line and time, in millionths and microseconds; nothing of a line that is not in it."""


def left_by_time(decision: OrderDecision) -> Times:
    """What is shipped of each line and not reversed; what no shipment of its own says has left before all."""
    order = decision.order
    first_of = first_by_line(order.lines)
    known = {(line.line_id, line.item_id) for line in order.lines}
    left: defaultdict[LineId, Counter[int]] = defaultdict(Counter)
    for number in decision.shipments():
        for units in (each for document in number.documents for each in document.lines):
            if units.name in known and units.quantity > 0:
                left[first_of.get(units.line_id, units.line_id)][units.occurred_us] += units.quantity
    shipped: Counter[LineId] = Counter()
    for line in order.lines:
        shipped[first_of.get(line.line_id, line.line_id)] += line.shipped
    for name, units_in_all in shipped.items():
        left[name][UNKNOWN] += max(0, units_in_all - left[name].total())
    return left


def came_by_time(decision: OrderDecision) -> Times:
    """What came back of each line, credited or not, as far as its time is known."""
    came: defaultdict[LineId, Counter[int]] = defaultdict(Counter)
    for each in (each for known in decision.returns() for each in known.came):
        came[each.line_id][each.occurred_us] += each.quantity
    return came


def by(units: Counter[int], at_us: int) -> int:
    """How many of them by that time."""
    return sum(quantity for then_us, quantity in units.items() if then_us <= at_us)


def uncovered(came: Counter[int], left: Counter[int]) -> int:
    """How many of the units that came back can be of nothing that had left by then."""
    return max((0, *(by(came, at_us) - by(left, at_us) for at_us in came)))


class CreditedByTime:
    """What has left, and what came back and is credited; `waiting` came back and is not credited."""

    def __init__(self, decision: OrderDecision, waiting: Iterable[CameBack]) -> None:
        self._first_of = first_by_line(decision.order.lines)
        self._left = left_by_time(decision)
        self._credited = defaultdict(Counter, came_by_time(decision))
        self._uncredited: Counter[LineId] = Counter()
        for line in decision.order.lines:
            self._uncredited[self._name(line.line_id)] += line.uncredited
        for each in waiting:
            self._credited[self._name(each.line_id)][each.occurred_us] -= each.quantity

    def room(self, line_id: LineId, came_us: int) -> int:
        """How many units of the line that came back then may be credited besides those that are."""
        name = self._name(line_id)
        later = (each for each in self._credited[name] if each > came_us)
        left = self._left.get(name, Counter())
        return max(0, min(by(left, at_us) - self._credited_by(name, at_us) for at_us in (came_us, *later)))

    def credit(self, came: CameBack) -> None:
        """They are credited now."""
        self._credited[self._name(came.line_id)][came.occurred_us] += came.quantity

    def _credited_by(self, name: LineId, at_us: int) -> int:
        """At least: what is to be inspected, or is not credited after that, may have come at any time."""
        return max(0, by(self._credited[name], at_us) - self._uncredited[name])

    def _name(self, line_id: LineId) -> LineId:
        return self._first_of.get(line_id, line_id)


def is_timed(held: HeldCredit, line: ReturnedLine) -> bool:
    """Whether the goods came back at a time that is known."""
    return held.came_us != UNKNOWN and line.condition is not ReturnCondition.MISSING


def came_of(held: HeldCredit) -> Iterable[CameBack]:
    """What of it came back, and when."""
    return (CameBack(line.line_id, held.came_us, line.quantity) for line in held.lines if is_timed(held, line))
