"""What goods of a return are now that came to be inspected, as far as their inspections say.

An inspection speaks of goods that none before it has spoken of, as long as there are such. With what is beyond them it
says anew what others are: of those that are refused first, and of these first of what is in that condition already.
The inspections count in the order in which they took place, and with all goods that have come, so the same facts come
to the same whatever is reported first. Until any goods have come nobody can tell what is said anew, and each inspection
speaks of goods of its own.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import Final, NamedTuple

from domain.identifiers import ItemId, LineId, NodeId
from domain.returns import ReturnCondition

MOST_FINDINGS: Final = 100
"""Of goods at one node; of further ones the oldest are taken together."""
_BY_CONDITION: Final = tuple(ReturnCondition)


class InspectedUnits(NamedTuple):
    """What an inspection says of some units, in millionths; in the order in which they are sorted."""

    occurred_at_us: int
    inspection: str
    """Its document, or the event: what one says at once is said of different units."""
    condition: ReturnCondition
    """Never INSPECT."""
    is_credited: bool
    quantity: int


class Moved(NamedTuple):
    """Units that are in another condition than before; INSPECT: nobody has said what they are."""

    was: ReturnCondition
    condition: ReturnCondition
    quantity: int


class InspectedGoods(NamedTuple):
    """Goods of one line, item and node that a return brought to be inspected, or that were inspected for it."""

    line_id: LineId
    item_id: ItemId
    node_id: NodeId
    came: int = 0
    findings: tuple[InspectedUnits, ...] = ()
    """By time."""

    def with_findings(self, findings: tuple[InspectedUnits, ...]) -> "InspectedGoods":
        """With what one more inspection says of them."""
        known = self._replace(findings=tuple(sorted((*self.findings, *findings))))
        while len(known.findings) > MOST_FINDINGS:
            known = known.shortened()
        return known

    def shortened(self) -> "InspectedGoods":
        """With the two oldest findings that say the same as one."""
        seen: dict[tuple[ReturnCondition, bool], int] = {}
        for place, finding in enumerate(self.findings):
            kind = finding.condition, finding.is_credited
            if kind in seen:
                older = self.findings[seen[kind]]
                units = min(older.quantity + finding.quantity, self._known)
                rest = (each for at, each in enumerate(self.findings) if at not in {place, seen[kind]})
                return self._replace(findings=tuple(sorted((*rest, finding._replace(quantity=units)))))
            seen[kind] = place
        raise AssertionError(f"{len(self.findings)} findings of different kinds")

    @property
    def conditions(self) -> Counter[ReturnCondition]:
        """How many units are in which condition; of the others nobody has said anything."""
        units: Counter[ReturnCondition] = Counter()
        for (condition, _), quantity in self._found().items():
            units[condition] += quantity
        return units

    @property
    def _known(self) -> int:
        """How many units there are: one inspection does not speak twice of a unit."""
        at_once: Counter[tuple[int, str]] = Counter()
        for finding in self.findings:
            at_once[finding[:2]] += finding.quantity
        return max(self.came, *at_once.values()) if self.came and at_once else at_once.total()

    def _found(self) -> Counter[tuple[ReturnCondition, bool]]:
        """Units by their condition, and by whether they are credited."""
        known, found = self._known, Counter[tuple[ReturnCondition, bool]]()
        for _, inspection in groupby(self.findings, key=lambda finding: finding[:2]):
            said: Counter[tuple[ReturnCondition, bool]] = Counter()
            for finding in inspection:
                new = min(finding.quantity, known - found.total() - said.total())
                said[finding.condition, finding.is_credited] += new
                for was_credited, units in _taken(found, finding.condition, finding.quantity - new):
                    said[finding.condition, was_credited or finding.is_credited] += units
            found += said
        return found


def moved(then: Counter[ReturnCondition], now: Counter[ReturnCondition]) -> Iterator[Moved]:
    """How the one becomes the other."""
    more = {condition: now[condition] - then[condition] for condition in _BY_CONDITION}
    more[ReturnCondition.INSPECT] -= sum(more.values())
    for was in _BY_CONDITION:
        for condition in _BY_CONDITION:
            units = min(-more[was], more[condition])
            if units > 0:
                more[was] += units
                more[condition] -= units
                yield Moved(was, condition, units)


def _taken(
    found: Counter[tuple[ReturnCondition, bool]], condition: ReturnCondition, quantity: int
) -> Iterator[tuple[bool, int]]:
    """Take units off what is found: those of which something is said anew, and whether they were credited."""
    others = tuple(each for each in reversed(_BY_CONDITION) if each is not condition)
    for was in [(each, is_credited) for is_credited in (False, True) for each in (condition, *others)]:
        units = min(quantity, found[was])
        if units:
            found[was] -= units
            quantity -= units
            yield was[1], units
