"""Planted mismatches of invoices are found, each as what it is, and nothing else is."""

from collections import Counter
from functools import cache

import pytest

from tests.reconciliation.orders.invoices import Mismatch, plant, stated_of

SEED, ORDERS = 1, 30


@cache
def found() -> Counter[tuple[Mismatch, Mismatch]]:
    """What was planted, and what is stated in the end."""
    return Counter((mismatch, stated_of(number, mismatch, SEED)) for number, mismatch in plant(ORDERS))


@pytest.mark.parametrize("mismatch", Mismatch)
def test_planted_mismatches_are_found_with_their_kind(mismatch: Mismatch) -> None:
    assert ORDERS == sum(count for (planted, _), count in found().items() if planted is mismatch)
    assert ORDERS == sum(count for (_, stated), count in found().items() if stated is mismatch)
    assert ORDERS == found()[mismatch, mismatch]
