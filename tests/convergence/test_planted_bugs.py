"""The checks are checked: each bug planted here is seen by some story, in some order of arrival."""

from typing import Any

import pytest

from domain.invariants import InvariantViolated
from domain.orders import counters, parking
from domain.orders.amending import proceeding
from domain.orders.decision import OrderDecision
from domain.orders.facts import crediting, fulfilling, misdirected
from domain.orders.holds import holding
from domain.orders.lines import OrderLine
from domain.orders.state import Hold
from domain.orders.warehouses import picks
from domain.orders.warehouses.picks import Picks
from operators.machines import orders as order_machine
from tests.convergence.catalogue import STORIES
from tests.convergence.failed_once import FAILED_ONCE
from tests.convergence.trial import all_converge, converges_in_some_orders_of_arrival


def _nothing(*_: Any, **__: Any) -> None:
    """Do nothing."""


def _all_of_it(_picks: Picks, _node: str, quantity: int) -> int:
    return quantity


def _as_it_was(line: OrderLine, _node: str) -> OrderLine:
    return line


def _own(order: Any, lines: Any) -> tuple[Any, tuple[()]]:
    known = {line.line_id for line in order.lines}
    return tuple(line for line in lines if line.line_id in known), ()


def _end(decision: OrderDecision, held: Hold) -> None:
    holding.end(decision, held, "", "everything has left")


BUGS = (
    pytest.param(order_machine, "document_in", _nothing, "", id="documents count again in other messages"),
    pytest.param(picks, "moved_by_pick", _all_of_it, "", id="a pick moves what is shipped"),
    pytest.param(counters, "_known_as_picked", _as_it_was, "", id="nobody knows of units that are picked unasked"),
    pytest.param(
        misdirected,
        "own_and_others",
        _own,
        "another item is picked and shipped, then the right one",
        id="another item counts as the line's",
    ),
    pytest.param(crediting, "shipped", _nothing, "", id="a shipment releases no credit"),
    pytest.param(parking, "unpark", _nothing, "", id="what came before its order is forgotten"),
    pytest.param(
        fulfilling, "settle", _nothing, "shipments answer a cancellation", id="a shipment answers no cancellation"
    ),
    pytest.param(
        holding,
        "_fall_asleep",
        _end,
        "a held order leaves and comes back, and nobody lets it go",
        id="a hold ends when all has left",
    ),
    pytest.param(proceeding, "settle", _nothing, "shipments answer an amendment", id="a shipment answers no amendment"),
)

"""Each with a story that is known to show it, where most do not: it is tried first."""


def _check_all_stories(first: str) -> None:
    for story in (each for each in STORIES if each.title == first):
        converges_in_some_orders_of_arrival(story)
    for story, arrivals in FAILED_ONCE:
        all_converge(story, [arrivals])
    for story in STORIES:
        converges_in_some_orders_of_arrival(story)


@pytest.mark.parametrize(("owner", "name", "bug", "shown_by"), BUGS)
def test_a_planted_bug_is_seen(
    monkeypatch: pytest.MonkeyPatch, owner: object, name: str, bug: object, shown_by: str
) -> None:
    monkeypatch.setattr(owner, name, bug)
    with pytest.raises((AssertionError, InvariantViolated)):
        _check_all_stories(shown_by)
