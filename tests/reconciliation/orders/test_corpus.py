"""Planted drifts of orders are found with their causes, and what is in flight raises no alarm."""

from functools import cache

import pytest

from tests.reconciliation.orders.corpus import CAUSES
from tests.reconciliation.orders.score import measure
from tests.reconciliation.score import Outcome

SEED, ORDERS = 1, 30


@cache
def outcome() -> Outcome:
    """Of one world with a fixed seed."""
    return measure(SEED, ORDERS)


@pytest.mark.parametrize("cause", CAUSES)
def test_planted_drifts_are_found_with_their_cause(cause: str) -> None:
    score = next(score for score in outcome().scores if score.cause == cause)
    assert ORDERS == score.planted
    assert 0.98 <= min(score.precision, score.recall)


def test_orders_without_a_drift_raise_no_alarm() -> None:
    assert (2 * ORDERS, 0) == (outcome().quiet, outcome().alarms)
