"""The checkers of orders and ledger are checked: each bug planted here must be seen by one of their properties."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from domain.deduplication import Arrival
from domain.identifiers import NodeId, ReservationId
from domain.inventory import ledger
from domain.messages.inventory import Account
from domain.orders import lines, placing, returning
from domain.orders.decision import OrderDecision
from domain.orders.lines import OrderLine
from domain.returns import ReturnCondition
from operators.machines import orders as order_machine
from tests.property import test_orders_and_ledger as properties
from tests.property.order_histories import History
from tests.property.order_scenes import any_history, outward_history

SEARCH = settings(
    max_examples=3_000,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
REAL_FILL, REAL_REQUEST = lines.fill, lines.request


def fill_without_reached(line: OrderLine, node_id: str, reached: int, *, confirmed: bool = True) -> OrderLine:
    return REAL_FILL(line._replace(reached=0), NodeId(node_id), reached, confirmed=confirmed)


def fill_as_if_accepted(line: OrderLine, node_id: str, reached: int, *, confirmed: bool = True) -> OrderLine:
    assert confirmed in {True, False}
    return REAL_FILL(line, NodeId(node_id), reached)


def lost_release(decision: OrderDecision) -> None:
    decision.change_lines(lines.give_back)


def request_that_forgets_the_picked(line: OrderLine, reservation_id: str) -> OrderLine:
    return REAL_REQUEST(line, ReservationId(reservation_id))._replace(earlier_picks=())


def request_that_keeps_a_stale_one(line: OrderLine, reservation_id: str) -> OrderLine:
    return REAL_REQUEST(line, ReservationId(reservation_id)) if line.unanswered + line.backordered else line


def pick_that_always_moves(picked: int, shipped: int, quantity: int) -> int:
    assert min(picked, shipped) >= 0
    return quantity


def never_seen(*_: Any) -> Arrival:
    return Arrival.FIRST


def no_claims(*_: Any) -> tuple[()]:
    return ()


def no_movement(*_: Any) -> None:
    return None


def put_all_for_sale() -> dict[ReturnCondition, Account]:
    return dict.fromkeys(ReturnCondition, Account.AVAILABLE)


BUGS = (
    pytest.param(lines, "fill", fill_without_reached, id="a fill that was shipped already counts again"),
    pytest.param(lines, "fill", fill_as_if_accepted, id="a fill before acceptance is told as allocated"),
    pytest.param(placing, "_release_reserved", lost_release, id="a lost release"),
    pytest.param(placing, "_open_claims", no_claims, id="a lost confirmation"),
    pytest.param(lines, "request", request_that_forgets_the_picked, id="picked units left under an old claim"),
    pytest.param(lines, "request", request_that_keeps_a_stale_one, id="a request asked again under its old id"),
    pytest.param(lines, "moved_by_pick", pick_that_always_moves, id="a pick of what is shipped moves goods"),
    pytest.param(order_machine, "_arrival", never_seen, id="no deduplication"),
)
RETURN_BUGS = (
    pytest.param(returning, "movement_of", no_movement, id="a lost return"),
    pytest.param(returning, "post_waiting", no_movement, id="a lost credit memo"),
    pytest.param(ledger, "_PUT", put_all_for_sale(), id="damaged goods for sale"),
)


def search_catches(histories: st.SearchStrategy[History]) -> None:
    @SEARCH
    @given(histories)
    def every_property(history: History) -> None:
        properties.check(history)

    with pytest.raises(Exception, match=r".") as caught:
        every_property()
    assert caught.type.__name__ in {"AssertionError", "InvariantViolated"}


@pytest.mark.parametrize(("owner", "name", "bug"), BUGS)
def test_a_planted_bug_is_caught(monkeypatch: pytest.MonkeyPatch, owner: object, name: str, bug: object) -> None:
    monkeypatch.setattr(owner, name, bug)
    search_catches(outward_history)


@pytest.mark.parametrize(("owner", "name", "bug"), RETURN_BUGS)
def test_a_bug_planted_in_returns_is_caught(
    monkeypatch: pytest.MonkeyPatch, owner: object, name: str, bug: object
) -> None:
    monkeypatch.setattr(owner, name, bug)
    search_catches(any_history)
