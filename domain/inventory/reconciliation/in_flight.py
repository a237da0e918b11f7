"""Whether movements in flight explain a difference: then it is no difference, and nobody is alarmed.

Two systems hear of a movement at different times. What happened shortly before a snapshot may not be in it yet, and
what happened shortly after it, by its source's clock, may be in it already.
"""

from collections.abc import Iterable, Sequence
from heapq import nsmallest
from itertools import accumulate
from typing import Final

from domain.inventory.reconciliation.rows import NamedMovement, StockDifference

MOST_IN_FLIGHT: Final = 12
"""So many movements, those next to the snapshot's time, are tried in every combination: 4,096."""


def is_in_flight(difference: StockDifference, movements: Iterable[NamedMovement]) -> bool:
    """Whether some of the movements near the snapshot's time add up to the difference."""
    return difference.units in _sums(difference, movements)


def _sums(difference: StockDifference, movements: Iterable[NamedMovement]) -> set[int]:
    sums = {0}
    for move in _nearest(difference, movements):
        effect = -move.units if move.occurred_at_us <= difference.taken_at_us else move.units
        sums |= {total + effect for total in sums}
    return sums


def lags(difference: StockDifference, movements: Iterable[NamedMovement]) -> Sequence[int]:
    """What a system that books in order makes of a lag: the last movements before the snapshot, or none, are missing.

    Or, by its clock, the first ones after it are there already. Each is a part of the difference that is no error.
    """
    near = _nearest(difference, movements)
    missing = (-move.units for move in near if move.occurred_at_us <= difference.taken_at_us)
    there = (move.units for move in near if move.occurred_at_us > difference.taken_at_us)
    return [0, *accumulate(missing), *accumulate(there)]


def _nearest(difference: StockDifference, movements: Iterable[NamedMovement]) -> Sequence[NamedMovement]:
    """Those next to the snapshot's time first."""
    at_us, window_us = difference.taken_at_us, difference.in_flight_s * 1_000_000
    near = [move for move in movements if abs(move.occurred_at_us - at_us) <= window_us]
    return nsmallest(MOST_IN_FLIGHT, near, key=lambda move: abs(move.occurred_at_us - at_us))
