"""Why a snapshot and the ledger differ: the first cause whose evidence is there (docs/guides/reconciliation.md).

A warehouse system is where movements happen: what it lacks never happened, or is gone. An ERP or a channel only hears
of them, so it may lack one, and somebody may have changed its stock by hand.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from domain.inventory.reconciliation.movement_names import KINDS_WITH_UNIT, kind_of
from domain.inventory.reconciliation.rows import NamedMovement, StockDifference
from domain.inventory.reservations import Reservation
from domain.messages.inventory import UnitFactor
from domain.messages.snapshots.stock import DifferenceCause, Reporter
from domain.quantities import UNIT, format_quantity

SAME_TIME_US: Final = 3_600_000_000
"""Two equal movements within an hour may be one that was counted twice."""
MOST_CLAIMS: Final = 200
"""So many claims are looked at."""


class Evidence(NamedTuple):
    """What the ledger knows of an item at a node when a difference is judged."""

    movements: Mapping[int, Sequence[NamedMovement]]
    """Those until the snapshot as far as they are kept, by their units, the oldest first."""
    factors: Sequence[UnitFactor]
    """What the item's units come to."""
    picked: int
    in_transit: int
    """On their way to the node."""
    claims: Sequence[Reservation]
    """Some of those that hold units at the node."""
    others: Sequence[StockDifference]
    """Between the ledger and other sources, of the same item and node."""


class Judgement(NamedTuple):
    """The cause and what speaks for it; `is_here`: the ledger is wrong, and can be adjusted by `drift`."""

    cause: DifferenceCause
    evidence: str
    drift: int
    is_here: bool = True


class _Suspect(NamedTuple):
    """A difference, and the part of it that may be an error."""

    difference: StockDifference
    drift: int
    known: Evidence

    @property
    def is_of_warehouse(self) -> bool:
        """A warehouse system says so, or an ERP or a channel says the same as one."""
        agreeing = (other for other in self.known.others if other.units == self.difference.units)
        return Reporter.WMS in {self.difference.reporter, *(other.reporter for other in agreeing)}

    def movements_of(self, units: int) -> Sequence[NamedMovement]:
        """The movements of so many units."""
        return self.known.movements.get(units, ())

    def found(self, cause: DifferenceCause, evidence: str, *, is_here: bool = True) -> Judgement:
        """The judgement."""
        return Judgement(cause, evidence, self.drift, is_here)


def judge(difference: StockDifference, in_flight: Iterable[int], known: Evidence) -> Judgement:
    """The cause of a difference that movements in flight do not explain alone.

    `in_flight`: what they may make of it, the most probable first; the rest is the drift.
    """
    suspects = [_Suspect(difference, difference.units - units, known) for units in in_flight]
    found = (check(suspect) for suspect in suspects if suspect.drift for check in _CHECKS)
    return next((judgement for judgement in found if judgement is not None), _unexplained(suspects[0]))


def by_units(movements: Iterable[NamedMovement]) -> Mapping[int, Sequence[NamedMovement]]:
    """The movements by their units."""
    found: dict[int, list[NamedMovement]] = {}
    for move in movements:
        found.setdefault(move.units, []).append(move)
    return found


def _report_in_another_unit(suspect: _Suspect) -> Judgement | None:
    """The snapshot says pieces and counts boxes: boxes times the factor are what the ledger has."""
    reported = suspect.difference.reported
    for each in _factors(suspect):
        if reported and reported * each.factor == (reported - suspect.drift) * UNIT:
            times = f"{format_quantity(reported)} times {format_quantity(each.factor)}"
            evidence = f"the ledger has {times}: reported in {each.unit}"
            return suspect.found(DifferenceCause.UNIT_ERROR, evidence, is_here=False)
    return None


def _movement_in_another_unit(suspect: _Suspect) -> Judgement | None:
    """A stock document was counted as pieces that were boxes, or the other way round; what orders move has no unit."""
    for each in _factors(suspect):
        as_pieces, rest = divmod(suspect.drift * UNIT, each.factor - UNIT)
        as_boxes, rest_of_boxes = divmod(suspect.drift * each.factor, UNIT - each.factor)
        moves = () if rest else _with_unit(suspect.movements_of(as_pieces))
        moves = moves or (() if rest_of_boxes else _with_unit(suspect.movements_of(as_boxes)))
        if moves:
            evidence = f"{moves[-1].name} would explain it in {each.unit}, times {format_quantity(each.factor)}"
            return suspect.found(DifferenceCause.UNIT_ERROR, evidence)
    return None


def _counted_twice(suspect: _Suspect) -> Judgement | None:
    """Two equal movements of one kind at nearly the same time, and the snapshot has only one."""
    for first, second in pairwise(suspect.movements_of(-suspect.drift)):
        is_near = second.occurred_at_us - first.occurred_at_us <= SAME_TIME_US
        if is_near and kind_of(first.name) == kind_of(second.name):
            return suspect.found(DifferenceCause.DUPLICATE, f"{first.name} and {second.name} are equal")
    return None


def _not_booked_there(suspect: _Suspect) -> Judgement | None:
    """A system that only hears of movements lacks exactly one."""
    missing = () if suspect.is_of_warehouse else suspect.movements_of(-suspect.drift)
    if not missing:
        return None
    evidence = f"{missing[-1].name} is not in the snapshot"
    return suspect.found(DifferenceCause.NOT_BOOKED_THERE, evidence, is_here=False)


def _on_the_way_here(suspect: _Suspect) -> Judgement | None:
    in_transit = suspect.known.in_transit
    if not 0 < suspect.drift <= in_transit:
        return None
    evidence = f"{format_quantity(in_transit)} are on the way here: a receipt is missing"
    return suspect.found(DifferenceCause.MISSED_EVENT, evidence)


def _left_unreported(suspect: _Suspect) -> Judgement | None:
    """Goods were picked and seem to have left, or exactly what one order holds has."""
    missing, known = -suspect.drift, suspect.known
    if missing <= 0:
        return None
    if missing <= known.picked:
        evidence = f"{format_quantity(known.picked)} are picked: a shipment is missing"
        return suspect.found(DifferenceCause.MISSED_EVENT, evidence)
    node_id = suspect.difference.node_id
    held = [claim for claim in known.claims if claim.units_at(node_id).allocated == missing]
    if len(held) != 1:
        return None
    return suspect.found(DifferenceCause.MISSED_EVENT, f"{held[0].order_id} holds as many: its shipment may be missing")


def _unexplained(suspect: _Suspect) -> Judgement:
    if not suspect.is_of_warehouse:
        return suspect.found(DifferenceCause.CHANGED_THERE, "no movement explains it")
    if suspect.drift > 0:
        return suspect.found(
            DifferenceCause.MISSED_EVENT, "more is there than ever came: a receipt or a return is missing"
        )
    return suspect.found(DifferenceCause.SHRINKAGE, "no movement explains it")


def _with_unit(moves: Sequence[NamedMovement]) -> Sequence[NamedMovement]:
    return [move for move in moves if kind_of(move.name) in KINDS_WITH_UNIT]


def _factors(suspect: _Suspect) -> Sequence[UnitFactor]:
    return [each for each in suspect.known.factors if each.factor not in {0, UNIT}]


_CHECKS: Final[tuple[Callable[[_Suspect], Judgement | None], ...]] = (
    _report_in_another_unit,
    _counted_twice,
    _movement_in_another_unit,
    _not_booked_there,
    _on_the_way_here,
    _left_unreported,
)
