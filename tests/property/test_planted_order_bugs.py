"""The checkers of orders and ledger are checked: each bug planted here must be seen by one of their properties.

For most of them the search of Hypothesis finds a history within seconds. For some it takes minutes: their search is
`long`, and a short history of which it is known that it shows the bug takes its place.
"""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from domain.deduplication import Arrival
from domain.identifiers import NO_RESERVATION, ItemId, LineId, NodeId, ReservationId
from domain.inventory import recalls
from domain.inventory.decisions import DecisionDraft
from domain.inventory.fulfilment import movements, unpicks
from domain.inventory.stock_facts import losses, reports
from domain.messages.dispatch import Outcome
from domain.messages.inventory import Account
from domain.messages.orders import ClaimedUnits, FulfilmentLine, PromisePolicy, ReleaseGate, ReservationsRecalled
from domain.messages.status import ErpStatus
from domain.orders import accepting, claims, counters, gathering
from domain.orders.claims import Claim
from domain.orders.decision import OrderDecision
from domain.orders.erp import refusals
from domain.orders.facts import crediting, misdirected, returning
from domain.orders.lines import OrderLine
from domain.orders.state import Order
from domain.orders.warehouses import picks, releasing
from domain.orders.warehouses.picks import Picks
from domain.returns import ReturnCondition
from operators.machines import orders as order_machine
from tests.orders_and_ledger.histories import (
    Adjust,
    Book,
    Dismiss,
    History,
    Miss,
    Pick,
    Place,
    ReadAll,
    Receive,
    Retry,
    Ship,
    Step,
    Unpick,
    Wait,
)
from tests.orders_and_ledger.world import Wanted
from tests.property import test_orders_and_ledger as properties
from tests.property.order_scenes import any_history, outward_history

SEARCH = settings(
    max_examples=3_000,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
SLOW = pytest.mark.long
"""It takes minutes until the search finds it."""
REAL_STATED, REAL_REQUEST = claims.stated, counters.request


def taken_over_although_messages_crossed(claim: Claim, said: int, heard: int, units: Sequence[ClaimedUnits]) -> Claim:
    assert heard <= claim.sent
    return REAL_STATED(claim, said, claim.sent, units)


def no_statement(*_: Any) -> tuple[()]:
    return ()


def lost_release(decision: OrderDecision, _: object) -> None:
    decision.change_claims(counters.abandon)


def request_that_forgets_the_picked(line: OrderLine, reservation_id: str) -> OrderLine:
    asked = REAL_REQUEST(line, ReservationId(reservation_id))
    return asked if asked is line else asked._replace(claims=asked.claims[-1:])


def units_of_the_first_claim(line: OrderLine, quantity: int, _node: str, *, picks: bool) -> list[tuple[Claim, int]]:
    assert picks in {True, False}
    return [(line.claims[0] if line.claims else Claim(NO_RESERVATION), quantity)] if quantity else []


def pick_that_always_moves(_picks: Picks, _node: NodeId, quantity: int) -> int:
    return quantity


def still_picked(claim: Claim, *_: Any) -> Claim:
    return claim


def still_held(claim: Claim, *_: Any) -> Claim:
    return claim


def lost_for_nobody(_draft: DecisionDraft, claim: Any, _node: str, _gone_to: Account, quantity: int) -> Any:
    return claim, quantity


def never_seen(*_: Any) -> Arrival:
    return Arrival.FIRST


def give_back_and_tell_nobody(_decision: OrderDecision, _event: ReservationsRecalled) -> None:
    """Do nothing."""


def recall_nothing(*_: Any) -> None:
    return None


def lost_message(*_: Any) -> None:
    return None


def lines_by_id(
    order: Order, fact_lines: Sequence[FulfilmentLine]
) -> tuple[tuple[FulfilmentLine, ...], tuple[FulfilmentLine, ...]]:
    known = {line.line_id for line in order.lines}
    return (
        tuple(line for line in fact_lines if line.line_id in known),
        tuple(line for line in fact_lines if line.line_id not in known),
    )


def no_movement(*_: Any) -> None:
    return None


def all_returned(before: Order, now: Order) -> dict[tuple[LineId, ItemId], int]:
    pairs = zip(before.lines, now.lines, strict=True)
    return {(line.line_id, line.item_id): line.credited - then.credited for then, line in pairs}


def put_all_for_sale() -> dict[ReturnCondition, Account]:
    return dict.fromkeys(ReturnCondition, Account.AVAILABLE)


BUGS = (
    pytest.param(
        gathering, "stated", taken_over_although_messages_crossed, id="a statement that is out of date counts"
    ),
    pytest.param(DecisionDraft, "_state_what_crossed", no_statement, id="what crossed is never stated again"),
    pytest.param(gathering, "_release_claims", lost_release, id="a lost release", marks=SLOW),
    pytest.param(accepting, "ReservationsConfirmed", lost_message, id="a lost confirmation"),
    pytest.param(picks, "moved_by_pick", pick_that_always_moves, id="a pick of what is shipped moves goods"),
    pytest.param(order_machine, "_arrival", never_seen, id="no deduplication"),
    pytest.param(order_machine, "document_in", no_movement, id="a document counts again in another message"),
    pytest.param(misdirected, "own_and_others", lines_by_id, id="another item counts as the line's"),
)
UNPICK_BUGS = (
    pytest.param(claims, "put_back", still_picked, id="what is put back stays picked", marks=SLOW),
    pytest.param(claims, "missed", still_held, id="what was not found is still counted on", marks=SLOW),
    pytest.param(unpicks, "_lose_held", lost_for_nobody, id="the claim keeps units that are lost"),
    pytest.param(unpicks, "_lose", no_movement, id="lost goods stay on hand"),
)
LAMPS_TWICE = Wanted(PromisePolicy.SHIP_COMPLETE, ReleaseGate.BOOKED, (("lamp", 1), ("lamp", 2)))
RARE_BUGS = (
    pytest.param(
        request_that_forgets_the_picked,
        History((LAMPS_TWICE,), (Pick(0, 2, "E", 1), Place(0), Ship(0, 2, "E", 1))),
        id="picked units left under an old claim",
    ),
)
"""In `counters.request`, each with a history that shows it."""
BOTH_OR_NONE = Wanted(PromisePolicy.SHIP_COMPLETE, ReleaseGate.BOOKED, (("lamp", 1), ("chair", 1)))
LAMPS_AT_ONCE = Wanted(PromisePolicy.SHIP_AVAILABLE, ReleaseGate.ACCEPTED, (("lamp", 3),))
RELEASED = (Receive("lamp", "E", 3), Place(0), ReadAll())
SLOW_BUGS = (
    pytest.param(
        gathering, "_release_claims", lost_release, History((BOTH_OR_NONE,), (Place(0), Wait())), id="a lost release"
    ),
    pytest.param(
        claims,
        "missed",
        still_held,
        History((LAMPS_AT_ONCE,), (*RELEASED, Miss(0, 1, "E", 2))),
        id="what was not found is still counted on",
    ),
    pytest.param(
        claims,
        "put_back",
        still_picked,
        History((LAMPS_AT_ONCE,), (*RELEASED, Pick(0, 1, "E", 2), Unpick(0, 1, "E", 1, ReturnCondition.RESTOCKED))),
        id="what is put back stays picked",
    ),
)
"""For which the search takes minutes, each with a history that shows it."""
RECALL_BUGS = (
    pytest.param(gathering, "_recalled", give_back_and_tell_nobody, id="a recall without an answer"),
    pytest.param(losses, "recall_promised", recall_nothing, id="no recall after a write-off", marks=SLOW),
    pytest.param(movements, "recall_promised", recall_nothing, id="no recall after a shipment", marks=SLOW),
)
RETURN_BUGS = (
    pytest.param(returning, "movement_of", no_movement, id="a lost return"),
    pytest.param(crediting, "post_waiting", no_movement, id="a lost credit memo", marks=SLOW),
    pytest.param(crediting, "shipped", no_movement, id="a credit that is held for ever", marks=SLOW),
    pytest.param(crediting, "_newly_covered", all_returned, id="a credit for what was never shipped"),
    pytest.param(reports, "_PUT", put_all_for_sale(), id="damaged goods for sale"),
)


REFUSED = (Receive("lamp", "E", 1), Place(0), ReadAll(), Book(Outcome.REJECTED_BUSINESS), Retry(0))
REFUSAL_BUGS = (
    pytest.param(
        releasing,
        "is_booking_refused",
        lambda order: order.erp_status is ErpStatus.REJECTED,
        (Receive("lamp", "E", 2), ReadAll()),
        id="an order is released while it is retried",
    ),
    pytest.param(refusals, "accepted", lost_message, (Book(Outcome.APPLIED),), id="a case that is never resolved"),
    pytest.param(
        refusals,
        "let_go",
        lost_message,
        (Book(Outcome.REJECTED_BUSINESS), Dismiss(0)),
        id="an order that waits for a dismissed case",
    ),
    pytest.param(
        refusals,
        "_retried_as",
        lost_message,
        (Book(Outcome.REJECTED_BUSINESS),),
        id="a second case for a refusal of a retry",
    ),
)
"""Each with what shows it after a retry of a refused order."""


def search_catches(histories: st.SearchStrategy[History]) -> None:
    @SEARCH
    @given(histories)
    def every_property(history: History) -> None:
        properties.check(history)

    is_caught(every_property)


def is_caught(checked: Callable[[], object]) -> None:
    with pytest.raises(Exception, match=r".") as caught:
        checked()
    assert caught.type.__name__ in {"AssertionError", "InvariantViolated"}


@pytest.mark.parametrize(("owner", "name", "bug"), BUGS)
def test_a_planted_bug_is_caught(monkeypatch: pytest.MonkeyPatch, owner: object, name: str, bug: object) -> None:
    monkeypatch.setattr(owner, name, bug)
    search_catches(outward_history)


@pytest.mark.parametrize(("bug", "history"), RARE_BUGS)
def test_a_rare_bug_is_seen_in_a_history_that_shows_it(
    monkeypatch: pytest.MonkeyPatch, bug: object, history: History
) -> None:
    properties.check(history)
    monkeypatch.setattr(counters, "request", bug)
    is_caught(lambda: properties.check(history))


@pytest.mark.parametrize(("owner", "name", "bug", "history"), SLOW_BUGS)
def test_a_bug_that_the_search_finds_slowly_is_seen_in_a_history_that_shows_it(
    monkeypatch: pytest.MonkeyPatch, owner: object, name: str, bug: object, history: History
) -> None:
    properties.check(history)
    monkeypatch.setattr(owner, name, bug)
    is_caught(lambda: properties.check(history))


def test_a_recall_that_stops_at_an_order_that_keeps_its_units_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last in the queue is released when two lamps are lost; the one before it is not, and has to be asked."""
    first = Wanted(PromisePolicy.SHIP_AVAILABLE, ReleaseGate.BOOKED, (("lamp", 3),))
    last = Wanted(PromisePolicy.SHIP_AVAILABLE, ReleaseGate.ACCEPTED, (("lamp", 2),))
    history = History((first, last), (Receive("lamp", "E", 5), Place(0), Place(1), ReadAll(), Adjust("lamp", "E", -2)))
    properties.check(history)
    monkeypatch.setattr(recalls, "recall_promised", recall_nothing)
    is_caught(lambda: properties.check(history))


def test_units_that_are_put_back_and_never_asked_for_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """They were picked before the order was placed, so no claim of it has them."""
    wanted = Wanted(PromisePolicy.SHIP_AVAILABLE, ReleaseGate.BOOKED, (("lamp", 2),))
    put_back = Unpick(0, 1, "E", 1, ReturnCondition.RESTOCKED)
    history = History((wanted,), (Receive("lamp", "E", 9), Pick(0, 1, "E", 1), Place(0), ReadAll(), put_back))
    properties.check(history)
    monkeypatch.setattr(gathering, "_request_unclaimed", no_movement)
    is_caught(lambda: properties.check(history))


def test_units_that_are_written_off_and_never_recalled_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = Wanted(PromisePolicy.SHIP_AVAILABLE, ReleaseGate.BOOKED, (("lamp", 3),))
    history = History((wanted,), (Receive("lamp", "E", 3), Place(0), ReadAll(), Adjust("lamp", "E", -2)))
    properties.check(history)
    monkeypatch.setattr(losses, "recall_promised", recall_nothing)
    is_caught(lambda: properties.check(history))


@pytest.mark.parametrize(("owner", "name", "bug", "rest"), REFUSAL_BUGS)
def test_a_bug_planted_in_refusals_is_seen(
    monkeypatch: pytest.MonkeyPatch, owner: object, name: str, bug: object, rest: tuple[Step, ...]
) -> None:
    history = History((LAMPS_AT_ONCE,), (*REFUSED, *rest))
    properties.check(history)
    monkeypatch.setattr(owner, name, bug)
    is_caught(lambda: properties.check(history))


@pytest.mark.long
@pytest.mark.parametrize("bug", (request_that_forgets_the_picked,))
def test_a_rare_bug_is_found_by_the_search(monkeypatch: pytest.MonkeyPatch, bug: object) -> None:
    monkeypatch.setattr(counters, "request", bug)
    search_catches(outward_history)


@pytest.mark.parametrize(("owner", "name", "bug"), RECALL_BUGS)
def test_a_bug_planted_in_recalls_is_caught(
    monkeypatch: pytest.MonkeyPatch, owner: object, name: str, bug: object
) -> None:
    monkeypatch.setattr(owner, name, bug)
    search_catches(any_history)


@pytest.mark.parametrize(("owner", "name", "bug"), UNPICK_BUGS)
def test_a_bug_planted_in_what_undoes_a_pick_is_caught(
    monkeypatch: pytest.MonkeyPatch, owner: object, name: str, bug: object
) -> None:
    monkeypatch.setattr(owner, name, bug)
    search_catches(any_history)


@pytest.mark.parametrize(("owner", "name", "bug"), RETURN_BUGS)
def test_a_bug_planted_in_returns_is_caught(
    monkeypatch: pytest.MonkeyPatch, owner: object, name: str, bug: object
) -> None:
    monkeypatch.setattr(owner, name, bug)
    search_catches(any_history)
