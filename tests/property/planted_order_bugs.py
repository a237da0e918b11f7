"""Bugs of orders and the ledger, each with a short history that shows it.

What is planted takes the place of a name in its owner.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from domain.deduplication import Arrival
from domain.identifiers import NO_RESERVATION, ItemId, LineId, NodeId, ReservationId
from domain.inventory import recalls
from domain.inventory.decisions import DecisionDraft
from domain.inventory.fulfilment import movements, unpicks
from domain.inventory.stock_facts import losses, reports
from domain.messages.dispatch import Outcome
from domain.messages.inventory import Account
from domain.messages.orders import (
    ClaimedUnits,
    FulfilmentLine,
    HoldKind,
    PromisePolicy,
    ReleaseGate,
    ReservationsRecalled,
)
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
    Return,
    Ship,
    Step,
    Unhold,
    Unpick,
    Wait,
)
from tests.orders_and_ledger.world import Wanted
from tests.property.order_scenes import any_history, outward_history


@dataclass(frozen=True)
class PlantedBug:
    """`searched`: the histories among which a search finds it, where one does."""

    owner: object
    name: str
    planted: object
    history: History
    searched: st.SearchStrategy[History] | None = None


REAL_STATED, REAL_REQUEST = claims.stated, counters.request

LAMPS = Wanted(PromisePolicy.SHIP_AVAILABLE, ReleaseGate.BOOKED, (("lamp", 3),))
FIVE_LAMPS = replace(LAMPS, lines=(("lamp", 5),))
LAMPS_AT_ONCE = replace(LAMPS, gate=ReleaseGate.ACCEPTED)
ALL_LAMPS_AT_ONCE = replace(LAMPS_AT_ONCE, promise=PromisePolicy.FILL_OR_KILL)
LAMPS_TWICE = Wanted(PromisePolicy.SHIP_COMPLETE, ReleaseGate.BOOKED, (("lamp", 1), ("lamp", 2)))
BOTH_OR_NONE = Wanted(PromisePolicy.SHIP_COMPLETE, ReleaseGate.BOOKED, (("lamp", 1), ("chair", 1)))
RELEASED = (Receive("lamp", "E", 3), Place(0), ReadAll())
IN_ABUNDANCE = (Receive("lamp", "E", 9), Place(0), ReadAll())
REFUSED = (Receive("lamp", "E", 1), Place(0), ReadAll(), Book(Outcome.REJECTED_BUSINESS), Retry(0))


def lamps(*steps: Step) -> History:
    return History((LAMPS,), steps)


def lamps_at_once(*steps: Step) -> History:
    return History((LAMPS_AT_ONCE,), steps)


def two_orders(*steps: Step) -> History:
    """The last in the queue is released when two lamps are lost; the one before it is not, and has to be asked."""
    return History((LAMPS, replace(LAMPS_AT_ONCE, lines=(("lamp", 2),))), steps)


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


BUGS = {
    "a statement that is out of date counts": PlantedBug(
        gathering,
        "stated",
        taken_over_although_messages_crossed,
        lamps(Place(0), Ship(0, 1, "E", 1)),
        outward_history,
    ),
    "what crossed is never stated again": PlantedBug(
        DecisionDraft,
        "_state_what_crossed",
        no_statement,
        History(
            (FIVE_LAMPS, LAMPS),
            (Place(0), Receive("lamp", "E", 4), Miss(1, 1, "E", 3), Wait(), Receive("lamp", "W", 1)),
        ),
        outward_history,
    ),
    "a lost release": PlantedBug(
        gathering, "_release_claims", lost_release, History((BOTH_OR_NONE,), (Place(0), Wait())), outward_history
    ),
    "a lost confirmation": PlantedBug(
        accepting,
        "ReservationsConfirmed",
        lost_message,
        History((ALL_LAMPS_AT_ONCE,), IN_ABUNDANCE),
        outward_history,
    ),
    "a pick of what is shipped moves goods": PlantedBug(
        picks,
        "moved_by_pick",
        pick_that_always_moves,
        lamps(Place(0), Ship(0, 1, "E", 2), Pick(0, 1, "E", 2)),
        outward_history,
    ),
    "no deduplication": PlantedBug(
        order_machine, "_arrival", never_seen, lamps(Unhold(0, HoldKind.DUPLICATE)), outward_history
    ),
    "a document counts again in another message": PlantedBug(
        order_machine, "document_in", no_movement, lamps(Place(0), Ship(0, 1, "E", 1)), outward_history
    ),
    "another item counts as the line's": PlantedBug(
        misdirected, "own_and_others", lines_by_id, lamps(Place(0), Ship(0, 1, "E", 2, other=True)), outward_history
    ),
    "picked units left under an old claim": PlantedBug(
        counters,
        "request",
        request_that_forgets_the_picked,
        History((LAMPS_TWICE,), (Pick(0, 2, "E", 1), Place(0), Ship(0, 2, "E", 1))),
        outward_history,
    ),
    "what is put back stays picked": PlantedBug(
        claims,
        "put_back",
        still_picked,
        lamps_at_once(*RELEASED, Pick(0, 1, "E", 2), Unpick(0, 1, "E", 1, ReturnCondition.RESTOCKED)),
        any_history,
    ),
    "what is put back is never asked for": PlantedBug(
        gathering,
        "_request_unclaimed",
        no_movement,
        lamps(
            Receive("lamp", "E", 9),
            Pick(0, 1, "E", 1),
            Place(0),
            ReadAll(),
            Unpick(0, 1, "E", 1, ReturnCondition.RESTOCKED),
        ),
    ),
    "what was not found is still counted on": PlantedBug(
        claims, "missed", still_held, lamps_at_once(*RELEASED, Miss(0, 1, "E", 2)), any_history
    ),
    "the claim keeps units that are lost": PlantedBug(
        unpicks,
        "_lose_held",
        lost_for_nobody,
        lamps(*IN_ABUNDANCE, Unpick(0, 1, "E", 1, ReturnCondition.MISSING)),
        any_history,
    ),
    "lost goods stay on hand": PlantedBug(
        unpicks,
        "_lose",
        no_movement,
        lamps_at_once(Place(0), Unpick(0, 1, "E", 1, ReturnCondition.DAMAGED)),
        any_history,
    ),
    "a recall without an answer": PlantedBug(
        gathering, "_recalled", give_back_and_tell_nobody, lamps(*RELEASED, Adjust("lamp", "E", -2)), any_history
    ),
    "no recall after a write-off": PlantedBug(
        losses, "recall_promised", recall_nothing, lamps(*RELEASED, Adjust("lamp", "E", -2)), any_history
    ),
    "no recall after a shipment": PlantedBug(
        movements,
        "recall_promised",
        recall_nothing,
        History((LAMPS, LAMPS), (*RELEASED, Place(1), ReadAll(), Ship(1, 1, "E", 2))),
        any_history,
    ),
    "a recall that stops at an order that keeps its units": PlantedBug(
        recalls,
        "recall_promised",
        recall_nothing,
        two_orders(Receive("lamp", "E", 5), Place(0), Place(1), ReadAll(), Adjust("lamp", "E", -2)),
    ),
    "a lost return": PlantedBug(
        returning,
        "movement_of",
        no_movement,
        lamps_at_once(*RELEASED, Ship(0, 1, "E", 1), Return(0, 1, "E", 1, ReturnCondition.RESTOCKED)),
        any_history,
    ),
    "a lost credit memo": PlantedBug(
        crediting,
        "post_waiting",
        no_movement,
        lamps(
            Ship(0, 1, "E", 1),
            Return(0, 1, "E", 1, ReturnCondition.RESTOCKED),
            Place(0),
            ReadAll(),
            Book(Outcome.APPLIED),
        ),
        any_history,
    ),
    "a credit that is held for ever": PlantedBug(
        crediting,
        "shipped",
        no_movement,
        lamps_at_once(*RELEASED, Return(0, 1, "E", 1, ReturnCondition.RESTOCKED), Ship(0, 1, "E", 1)),
        any_history,
    ),
    "a credit for what was never shipped": PlantedBug(
        crediting,
        "_newly_covered",
        all_returned,
        lamps_at_once(Place(0), Return(0, 1, "E", 1, ReturnCondition.RESTOCKED)),
        any_history,
    ),
    "damaged goods for sale": PlantedBug(
        reports,
        "_PUT",
        put_all_for_sale(),
        lamps_at_once(*RELEASED, Ship(0, 1, "E", 1), Return(0, 1, "E", 1, ReturnCondition.DAMAGED)),
        any_history,
    ),
    "an order is released while it is retried": PlantedBug(
        releasing,
        "is_booking_refused",
        lambda order: order.erp_status is ErpStatus.REJECTED,
        lamps_at_once(*REFUSED, Receive("lamp", "E", 2), ReadAll()),
    ),
    "a case that is never resolved": PlantedBug(
        refusals, "accepted", lost_message, lamps_at_once(*REFUSED, Book(Outcome.APPLIED))
    ),
    "an order that waits for a dismissed case": PlantedBug(
        refusals, "let_go", lost_message, lamps_at_once(*REFUSED, Book(Outcome.REJECTED_BUSINESS), Dismiss(0))
    ),
    "a second case for a refusal of a retry": PlantedBug(
        refusals, "_retried_as", lost_message, lamps_at_once(*REFUSED, Book(Outcome.REJECTED_BUSINESS))
    ),
}
