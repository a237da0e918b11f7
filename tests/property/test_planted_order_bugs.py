"""The checkers of orders and ledger are checked: each planted bug must be seen by one of their properties.

Each is seen in a short history of which it is known that it shows the bug. That the search of Hypothesis writes such
histories by itself is shown by those that it finds at once; for the others it takes up to minutes, and is `long`.
"""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from domain.invariants import InvariantViolated
from tests.orders_and_ledger.histories import History
from tests.property import test_orders_and_ledger as properties
from tests.property.planted_order_bugs import BUGS, PlantedBug

SEARCH = settings(
    max_examples=3_000,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
FOUND_AT_ONCE = {
    "no deduplication",
    "a document counts again in another message",
    "a lost return",
    "a recall without an answer",
}

SEARCHED = [
    pytest.param(bug, id=name, marks=() if name in FOUND_AT_ONCE else pytest.mark.long)
    for name, bug in BUGS.items()
    if bug.searched is not None
]


def is_caught(checked: Callable[[], object]) -> None:
    with pytest.raises((AssertionError, InvariantViolated)):
        checked()


@pytest.mark.parametrize("bug", BUGS.values(), ids=BUGS)
def test_a_planted_bug_is_seen_in_a_history_that_shows_it(monkeypatch: pytest.MonkeyPatch, bug: PlantedBug) -> None:
    properties.check(bug.history)
    monkeypatch.setattr(bug.owner, bug.name, bug.planted)
    is_caught(lambda: properties.check(bug.history))


@pytest.mark.parametrize("bug", SEARCHED)
def test_a_planted_bug_is_found_by_the_search(monkeypatch: pytest.MonkeyPatch, bug: PlantedBug) -> None:
    assert bug.searched is not None

    @SEARCH
    @given(bug.searched)
    def every_property(history: History) -> None:
        properties.check(history)

    monkeypatch.setattr(bug.owner, bug.name, bug.planted)
    is_caught(every_property)
