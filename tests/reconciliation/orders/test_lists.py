"""Orders that are missing in another system are found by its complete lists, and what is in flight raises no alarm."""

from functools import cache

import pytest

from tests.reconciliation.orders.lists import Kind, measure
from tests.reconciliation.score import Outcome

SEED, ORDERS = 1, 20


@cache
def outcome() -> Outcome:
    """Of one world with a fixed seed."""
    return measure(SEED, ORDERS)


@pytest.mark.parametrize("kind", (Kind.MISSING_THERE, Kind.LATE))
def test_planted_orders_are_found(kind: Kind) -> None:
    score = next(score for score in outcome().scores if score.cause == kind)
    assert ORDERS == score.planted
    assert 0.98 <= min(score.precision, score.recall)


def test_orders_that_are_there_raise_no_alarm() -> None:
    assert (4 * ORDERS, 0) == (outcome().quiet, outcome().alarms)
