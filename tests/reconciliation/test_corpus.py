"""Planted drifts are found with their causes, and what is in flight raises no alarm."""

from functools import cache

import pytest

from domain.messages.snapshots.stock import DifferenceCause
from tests.reconciliation.score import Outcome, measure

SEED, ITEMS = 1, 40
FLOORS = {
    DifferenceCause.MISSED_EVENT: (0.85, 0.85),
    DifferenceCause.NOT_BOOKED_THERE: (0.75, 0.9),
    DifferenceCause.DUPLICATE: (0.95, 0.9),
    DifferenceCause.LATE: (0.95, 0.95),
    DifferenceCause.UNIT_ERROR: (0.85, 0.95),
    DifferenceCause.CHANGED_THERE: (0.95, 0.7),
    DifferenceCause.SHRINKAGE: (0.95, 0.7),
}
"""Precision and recall, as docs/guides/reconciliation.md promises them."""


@cache
def outcome() -> Outcome:
    """Of one world with a fixed seed."""
    return measure(SEED, ITEMS)


@pytest.mark.parametrize("cause", FLOORS)
def test_planted_drifts_are_found_with_their_cause(cause: DifferenceCause) -> None:
    score = next(score for score in outcome().scores if score.cause == cause)
    assert FLOORS[cause][0] <= score.precision
    assert FLOORS[cause][1] <= score.recall


def test_movements_in_flight_raise_no_alarm() -> None:
    assert (2 * ITEMS, 0) == (outcome().quiet, outcome().alarms)
