"""Every event in every state an order can be in has a verdict, or is a bug with a name."""

import pytest

from domain.deduplication import Arrival
from domain.identifiers import CommandId, EventId, LineId, NodeId, OrderId, reservation_id_of
from domain.invariants import InvariantViolated
from domain.messages.dispatch import CommandType, Outcome
from domain.messages.orders import (
    AnsweredLine,
    BackorderFilled,
    ErpOutcomeReceived,
    FilledLine,
    OrderEvent,
    OrderPlaced,
    PurchaseOrderAnswered,
    RecalledLine,
    ReservationsAnswered,
    ReservationsRecalled,
)
from domain.orders import transitions
from domain.orders.decision import Cause
from domain.orders.lines import violations
from domain.orders.state import Order
from domain.orders.transitions import OrderVerdict
from tests.unit.orders.story import ERP, ORDER_ID, RULES, Story, effects_of, story_of

STATES = {
    "unknown": "",
    "parked": "pick 1:1",
    "orphaned": "pick 1:1; timer",
    "checking": "place available 5 numbered",
    "held as a second order": "place available 5 numbered; duplicate",
    "found booked": "place available 5; answer 1:5; foreign",
    "reserving": "place available 5",
    "waiting": "place complete 5; answer 1:2",
    "waiting and accepted": "place complete 5; answer 1:2; timer",
    "retrying and accepted": "place complete 5; answer 1:2; timer; timer; timer",
    "reserving and accepted": "place complete 5; answer 1:2; timer; timer; timer; timer",
    "accepted": "place available 5; answer 1:2",
    "released": "place available 5; answer 1:2; booked",
    "refused by the ERP": "place available 5; answer 1:2; erp refuses",
    "refused and retried": "place available 5; answer 1:2; erp refuses; retry booking",
    "a posting is refused": "place available 5; answer 1:5; booked; ship 1:5; posting refused",
    "being cancelled": "place available 5; answer 1:2; booked; cancel",
    "amended, waiting for units": "place available 5; answer 1:5; booked; amend 1 1:8",
    "amended, waiting for the ERP": "place available 5; answer 1:5; booked; amend 1 1:2",
    "amended, waiting for a warehouse": "place available 5; answer 1:5; booked; amend 1 1:2 address; amendment applied",
    "partly shipped": "place available 5; answer 1:2; booked; ship 1:1",
    "shipped": "place available 5; answer 1:5; booked; ship 1:5",
    "over-shipped": "place available 5; answer 1:5; booked; ship 1:7",
    "returned ahead of its shipment": "place available 5; answer 1:5; booked; return 1:2",
    "returned": "place available 5; answer 1:5; booked; ship 1:5; return 1:5",
    "cancelled": "place available 5; cancel",
    "rejected": "place kill 5; answer 1:0; timer",
    "held": "place available 5; answer 1:5; hold MANUAL",
    "held for its payment": "place available 5; answer 1:5; booked; decide PAYMENT FAILED as p1",
    "shipped and charged back": "place available 5; answer 1:5; booked; ship 1:5; decide PAYMENT CHARGED_BACK 5 as p1",
    "with a correction that waits": "place available 5; decide ADDRESS CORRECTED",
    "in dispute": "place complete 5; hold DUPLICATE; answer 1:2",
    "closed": "place available 5 accepted; cancel; answer 1:0; timer; timer",
    "closed as shipped": "place available 5; answer 1:5; booked; ship 1:5; posted; timer; timer",
}
CLAIM = reservation_id_of(ORDER_ID, LineId("1"), 0, 0)
SENTENCES = (
    "place available 5",
    "place available 6",
    "picture 7 1:5",
    "picture 7 1:3 2:4 address by9",
    "picture 7 1:5 cancelled",
    "pick 1:2",
    "unpick 1:2 1:1:damaged 1:1:missing",
    "unpick 9:2",
    "unship 1:2 1:1:damaged 1:1:missing",
    "unship 9:2",
    "deliver 1:2",
    "deliver 9:2",
    "undeliver 1:2",
    "invoice 1:2",
    "invoice 9:2",
    "uninvoice 1:2",
    "decide PAYMENT AUTHORISED 5 as p1",
    "decide PAYMENT CHARGED_BACK 5 as p1",
    "decide CREDIT REFUSED",
    "decide ADDRESS CORRECTED",
    "decide TAX CALCULATED 1:4 9:1",
    "report ERP OPEN 1:2:1",
    "report ERP OPEN as SO-OTHER",
    "report CHANNEL CANCELLED",
    "report CHANNEL SHIPPED 9:1:1",
    "miss 1:2",
    "miss 9:2",
    "ship 1:2",
    "ship 9:2",
    "return 1:2 1:1:missing refund",
    "return 9:2",
    "cancel",
    "cancel 9",
    "cancel 1:2",
    "amend 1 1:3",
    "amend 2 1:0 +2:4 address",
    "amend 9 1:1",
    "hold FRAUD",
    "hold MANUAL until 5",
    "unhold MANUAL",
    "unhold DUPLICATE",
    "warehouse accepts",
    "warehouse refuses",
)
VERBS = ("retry", "dismiss", "resolve")
FROM_FLOWS: dict[str, OrderEvent] = {
    "answer": ReservationsAnswered(ORDER_ID, (AnsweredLine(CLAIM, LineId("1"), NodeId("E"), 2, 3, 0),)),
    "recall": ReservationsRecalled(ORDER_ID, False, (RecalledLine(CLAIM, LineId("1"), 2),)),
    "no duplicate": PurchaseOrderAnswered(ORDER_ID, OrderId("")),
    "duplicate": PurchaseOrderAnswered(ORDER_ID, OrderId("portal:7")),
    "fill": BackorderFilled(ORDER_ID, (FilledLine(CLAIM, LineId("1"), NodeId("E"), 2, 4),)),
    **{
        f"{command_type} {outcome}": ErpOutcomeReceived(
            ORDER_ID, ERP, CommandId("c"), command_type, outcome, "SO-1", "no"
        )
        for command_type in CommandType
        for outcome in Outcome
    },
}


def not_final(command_type: CommandType) -> set[Outcome]:
    answers = {Outcome.REJECTED_BUSINESS} if command_type is CommandType.QUERY_DOCUMENT else {Outcome.NOT_FOUND}
    return {Outcome.REJECTED_TRANSIENT, Outcome.UNKNOWN, *answers}


def require_lawful(verdict: OrderVerdict) -> None:
    if isinstance(verdict.state, Order):
        assert [] == [law for line in verdict.state.lines for law in violations(line)]


@pytest.mark.parametrize("state", STATES.values(), ids=STATES.keys())
@pytest.mark.parametrize("sentence", SENTENCES)
def test_every_event_of_a_source_has_a_verdict(state: str, sentence: str) -> None:
    require_lawful(story_of(state).do(sentence))


@pytest.mark.parametrize("state", STATES.values(), ids=STATES.keys())
@pytest.mark.parametrize("event", FROM_FLOWS.values(), ids=FROM_FLOWS.keys())
def test_every_event_of_our_flows_has_a_verdict_or_is_a_bug(state: str, event: OrderEvent) -> None:
    story = story_of(state)
    is_bug = not isinstance(story.known, Order) and not isinstance(
        event, BackorderFilled | ReservationsRecalled | PurchaseOrderAnswered
    )
    is_bug = is_bug or (isinstance(event, ErpOutcomeReceived) and event.outcome in not_final(event.command_type))
    if is_bug:
        with pytest.raises(InvariantViolated, match=ORDER_ID):
            transitions.apply(story.known, event, Cause(EventId("event"), 1), RULES, story.parked)
    else:
        require_lawful(transitions.apply(story.known, event, Cause(EventId("event"), 1), RULES, story.parked))


@pytest.mark.parametrize("state", STATES.values(), ids=STATES.keys())
@pytest.mark.parametrize(
    "sentence", [f"{verb} {about}" for verb in VERBS for about in ("booking", "posting", "ledger")]
)
def test_every_decision_about_a_case_is_carried_out_or_refused_with_a_reason(state: str, sentence: str) -> None:
    story = story_of(state)
    before = story.known
    verdict = story.do(sentence)
    require_lawful(verdict)
    if sentence.startswith("retry"):
        assert bool(verdict.refused) == (verdict.state is before)
    elif sentence.endswith("ledger"):
        assert "" == verdict.refused


@pytest.mark.parametrize("state", STATES.values(), ids=STATES.keys())
@pytest.mark.parametrize("due_at_ms", (0, 1, 10**15))
def test_a_timer_that_no_longer_applies_has_no_effect(state: str, due_at_ms: int) -> None:
    story = story_of(state)
    known = story.known
    verdict = transitions.woken(known, due_at_ms, Cause(EventId("timer"), due_at_ms), RULES, story.parked)
    assert (known, ()) == (verdict.state, tuple(verdict.messages))


@pytest.mark.parametrize("state", STATES.values(), ids=STATES.keys())
@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_repeat_changes_nothing_in_any_state(state: str, sentence: str) -> None:
    story = story_of(state)
    event = story.event(sentence)
    heard = {
        Arrival.DUPLICATE: "dropped: duplicate",
        Arrival.CONFLICT: "case CONFLICTING_DUPLICATE; dropped: conflicting duplicate",
    }
    for arrival, effects in heard.items():
        verdict = transitions.repeated(story.known, event, Cause(EventId("event"), 1), RULES, arrival)
        assert story.known == verdict.state
        assert effects == effects_of(verdict)


def test_our_own_messages_cannot_come_twice() -> None:
    with pytest.raises(InvariantViolated, match="has no source"):
        transitions.repeated(None, FROM_FLOWS["fill"], Cause(EventId("event"), 1), RULES, Arrival.CONFLICT)


def test_a_replay_gives_the_same_verdicts() -> None:
    history = "place complete 5 3; answer 1:5 2:1; timer; fill 2:2; booked; ship 1:2; cancel 2"
    first, again = Story(), Story()
    for step in history.split("; "):
        assert first.do(step) == again.do(step)
    assert isinstance(first.event("place complete 5 3"), OrderPlaced)
