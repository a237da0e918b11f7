"""What the ERP refuses waits for a person, who retries it under a new command; nothing is released till then."""

from dataclasses import replace

import pytest

from domain.identifiers import ChannelId, CommandId, CustomerId, ItemId, LineId, ShipmentId
from domain.messages.cases import Case, CaseClass, CaseOrigin, CaseState
from domain.messages.dispatch import CommandType, Document, DocumentLine, ErpRequested, Outcome
from domain.messages.orders import ErpOutcomeReceived
from domain.messages.status import ErpStatus
from domain.orders.erp.refusals import MOST_KEPT_LINES, MOST_REFUSALS
from domain.orders.status import status_of
from domain.orders.transitions import OrderVerdict
from tests.unit.orders.story import ERP, ORDER_ID, RULES, Story, effects_of, flow_status_of, story_of

REFUSED = "place available 5; answer 1:3; erp refuses"
GATE_ACCEPTED = "place available 5 gate accepted; answer 1:3; erp refuses"
SHIPPED = "place available 5; answer 1:5; booked; ship 1:5; posting refused"
CREDITED = "place available 5; answer 1:5; booked; ship 1:5; posted; return 1:2; memo refused"
PARTLY_CANCELLED = "place available 5 3; answer 1:5 2:3; booked; cancel 1; warehouse accepts; cancellation refused"


def requested(verdict: OrderVerdict) -> ErpRequested:
    (asked,) = [message for message in verdict.messages if isinstance(message, ErpRequested)]
    return asked


def cases_in(verdict: OrderVerdict) -> list[tuple[CaseState, str, str]]:
    return [(each.state, each.key, each.reason) for each in verdict.messages if isinstance(each, Case)]


@pytest.mark.parametrize(
    ("given", "when", "effects"),
    (
        (REFUSED, "retry booking", "CREATE_SALES_ORDER 1:5; ErpCommandRetried"),
        (
            f"{REFUSED}; retry booking",
            "booked",
            "case ORDER_REJECTED RESOLVED; OrderBooked; releases 1:3; PickReleased",
        ),
        (f"{REFUSED}; retry booking", "erp refuses", "ErpCommandRefused; case ORDER_REJECTED"),
        (f"{REFUSED}; retry booking; erp refuses", "retry booking", "CREATE_SALES_ORDER 1:5; ErpCommandRetried"),
        (REFUSED, "fill 1:2", "InventoryAllocated"),
        (f"{REFUSED}; retry booking", "fill 1:2", "InventoryAllocated"),
        (GATE_ACCEPTED, "fill 1:2", "InventoryAllocated"),
        (f"{GATE_ACCEPTED}; retry booking", "fill 1:2", "InventoryAllocated"),
        (
            f"{GATE_ACCEPTED}; retry booking; fill 1:2",
            "booked",
            "case ORDER_REJECTED RESOLVED; OrderBooked; releases 1:2; PickReleased",
        ),
        (SHIPPED, "retry posting", "POST_SHIPMENT 1:5; ErpCommandRetried"),
        (f"{SHIPPED}; retry posting", "posted", "case ORDER_REJECTED RESOLVED"),
        (CREDITED, "retry memo", "POST_CREDIT_MEMO 1:2; ErpCommandRetried"),
        (f"{CREDITED}; retry memo", "memo refused", "ErpCommandRefused; case ORDER_REJECTED"),
        (PARTLY_CANCELLED, "retry cancellation", "CANCEL_SALES_ORDER 1:5; ErpCommandRetried"),
    ),
)
def test_a_retry_asks_for_what_was_refused(given: str, when: str, effects: str) -> None:
    assert effects == effects_of(story_of(given).do(when))


def test_nothing_is_reversed_for_a_case_of_an_order() -> None:
    story = story_of(REFUSED)
    assert "no adjustment is in force for this case ORDER_REJECTED" == story.do("reverse booking").refused


def test_a_retry_that_finds_somebody_elses_document_holds_the_order_and_resolves_the_case() -> None:
    story = story_of(f"{GATE_ACCEPTED}; retry booking")
    heard = effects_of(story.do("foreign"))
    assert "case ORDER_REJECTED RESOLVED" == heard.split("; ")[0]
    assert "OrderHeld" in heard
    assert "PickReleased" not in heard
    assert () == story.order.refusals


@pytest.mark.parametrize(
    ("kind", "case"), ((CommandType.CANCEL_SALES_ORDER, ""), (CommandType.POST_SHIPMENT, "case ORDER_REJECTED"))
)
def test_of_somebody_elses_document_nothing_has_to_be_cancelled(kind: CommandType, case: str) -> None:
    story = story_of("place available 5; answer 1:5; booked; ship 1:5")
    said = effects_of(story.take(replace(refusal(0, 1), command_type=kind, is_foreign=True)))
    assert case == "; ".join(each for each in said.split("; ") if "case" in each)


def test_nothing_is_posted_again_while_the_order_itself_is_in_doubt() -> None:
    story = story_of("place available 5 gate accepted; answer 1:5; ship 1:5; posting refused; foreign")
    expected = "refused: the ERP has somebody else's document under the order's key: decide about that first"
    assert expected == effects_of(story.do("retry posting"))


def test_an_order_is_booked_as_it_is_when_it_is_retried() -> None:
    story = story_of("place available 5 3; answer 1:5 2:3; erp refuses; cancel 2")
    assert "CREATE_SALES_ORDER 1:5; ErpCommandRetried" == effects_of(story.do("retry booking"))


def test_a_shipment_is_posted_as_it_was_refused_whatever_was_shipped_since() -> None:
    story = story_of("place available 5; answer 1:5; booked; ship 1:2; posting refused; ship 1:3")
    assert "POST_SHIPMENT 1:2; ErpCommandRetried" == effects_of(story.do("retry posting"))


@pytest.mark.parametrize(("given", "about"), ((REFUSED, "booking"), (SHIPPED, "posting"), (CREDITED, "memo")))
def test_a_retry_has_the_business_key_of_what_was_refused_and_another_command_id(given: str, about: str) -> None:
    *before, refusal = given.split("; ")
    story = Story()
    asked = [story.do(step).messages for step in before]
    first = [message for messages in asked for message in messages if isinstance(message, ErpRequested)][-1]
    story.do(refusal)
    again = requested(story.do(f"retry {about}"))
    assert (first.business_key, first.command_type) == (again.business_key, again.command_type)
    assert first.command_id != again.command_id
    assert again.command_id != requested_after_refusal(story, about).command_id


def requested_after_refusal(story: Story, about: str) -> ErpRequested:
    story.do("erp refuses" if about == "booking" else f"{about} refused")
    return requested(story.do(f"retry {about}"))


def test_a_refusal_of_a_retry_opens_the_same_case_with_the_new_reason() -> None:
    story = story_of("place available 5; answer 1:5")
    ((opened, key, _),) = cases_in(story.do("erp refuses"))
    story.do("retry booking")
    again = story.event("erp refuses")
    assert isinstance(again, ErpOutcomeReceived)
    reopened = cases_in(story.take(replace(again, reason="still blocked")))
    assert CaseState.OPEN == opened
    assert [(CaseState.OPEN, key, "CREATE_SALES_ORDER: still blocked")] == reopened


def test_the_erp_status_follows() -> None:
    story = story_of("place available 5; answer 1:3")
    seen = []
    for step in ("erp refuses", "retry booking", "erp refuses", "retry booking", "booked"):
        story.do(step)
        seen.append(story.order.erp_status)
    assert [
        ErpStatus.REJECTED,
        ErpStatus.QUEUED,
        ErpStatus.REJECTED,
        ErpStatus.QUEUED,
        ErpStatus.BOOKED,
    ] == seen


UNITS_OPEN = "units of the refused order are open, and nobody else gets them: retry it, or cancel them first"


@pytest.mark.parametrize(
    ("given", "when", "reason"),
    (
        ("place available 5", "retry booking", "the ERP has not refused it, or it is settled"),
        (f"{REFUSED}; retry booking", "retry booking", "it is being retried: the ERP's answer decides"),
        (f"{REFUSED}; retry booking", "dismiss booking", "it is being retried: the ERP's answer decides"),
        (f"{SHIPPED}; retry posting", "resolve posting", "it is being retried: the ERP's answer decides"),
        (f"{REFUSED}; retry booking; booked", "retry booking", "the ERP has not refused it, or it is settled"),
        (f"{REFUSED}; cancel", "retry booking", "the ERP has not refused it, or it is settled"),
        (f"{REFUSED}; ship 1:5; dismiss booking", "retry booking", "the ERP has not refused it, or it is settled"),
        (REFUSED, "dismiss booking", UNITS_OPEN),
        (REFUSED, "resolve booking", UNITS_OPEN),
        (f"{REFUSED}; ship 1:3", "dismiss booking", UNITS_OPEN),
        (REFUSED, "retry ledger", "a case DEPENDENCY_TIMEOUT cannot be retried: wait"),
        ("", "retry booking", "the order is not known any more"),
        (
            "place available 5; answer 1:5; booked; amend 1 1:8; answer 1:3; amendment refused",
            "retry amendment",
            "an amendment that is refused is over, and is not retried: send it as a later revision",
        ),
    ),
)
def test_a_decision_about_what_is_not_refused_now_is_refused_with_the_reason(
    given: str, when: str, reason: str
) -> None:
    story = story_of(given)
    before = story.known
    assert f"refused: {reason}" == effects_of(story.do(when))
    assert before == story.known


@pytest.mark.parametrize("verb", ("dismiss", "resolve"))
def test_a_person_who_closes_the_case_lets_the_order_end(verb: str) -> None:
    story = story_of(SHIPPED)
    assert 0 == story.order.leaves_at_ms
    assert "" == effects_of(story.do(f"{verb} posting"))
    assert story.now_ms + RULES.close_after_ms == story.order.leaves_at_ms


def test_an_order_whose_retried_posting_is_accepted_ends() -> None:
    story = story_of(f"{SHIPPED}; retry posting")
    assert 0 == story.order.leaves_at_ms
    story.do("posted")
    assert story.now_ms + RULES.close_after_ms == story.order.leaves_at_ms


def test_a_case_that_is_closed_changes_nothing_else_of_a_refused_order() -> None:
    story = story_of(f"{REFUSED}; ship 1:3; cancel")
    before = flow_status_of(story)
    assert "" == effects_of(story.do("dismiss booking"))
    assert (before, ErpStatus.REJECTED) == (flow_status_of(story), story.order.erp_status)
    assert "SHIPPED" in status_of(story.order)


def test_what_is_open_again_of_a_refused_order_is_a_case_again() -> None:
    story = story_of(f"{REFUSED}; ship 1:5; dismiss booking")
    assert "case ORDER_REJECTED" in effects_of(story.do("unship 1:2")).split("; ")
    assert f"refused: {UNITS_OPEN}" == effects_of(story.do("dismiss booking"))


def refusal(number: int, lines: int) -> ErpOutcomeReceived:
    """The ERP refuses a shipment of so many lines."""
    document = Document(
        order_id=ORDER_ID,
        channel_id=ChannelId("shop"),
        customer_id=CustomerId("c"),
        currency="EUR",
        shipment_id=ShipmentId(f"S{number}"),
        carrier="",
        tracking_number="",
        reason="",
        lines=tuple(DocumentLine(LineId(str(each)), ItemId("lamp"), 1, "EA", 1) for each in range(lines)),
    )
    return ErpOutcomeReceived(
        order_id=ORDER_ID,
        erp_id=ERP,
        command_id=CommandId(f"c{number}"),
        command_type=CommandType.POST_SHIPMENT,
        outcome=Outcome.REJECTED_BUSINESS,
        document_number="",
        reason="no",
        business_key=f"key {number}",
        refused=(document,),
    )


def test_what_an_order_keeps_of_refusals_has_a_limit() -> None:
    story = story_of("place available 5; answer 1:5; booked; ship 1:5")
    large = refusal(0, MOST_KEPT_LINES)
    story.take(large)
    for number in range(1, MOST_REFUSALS + 2):
        verdict = story.take(refusal(number, 1))
    kept = story.order.refusals
    assert MOST_REFUSALS == len(kept)
    assert [True] + [False] * (MOST_REFUSALS - 1) == [each.document is not None for each in kept]
    assert ["case ORDER_REJECTED"] == [each for each in effects_of(verdict).split("; ") if "case" in each]


def test_a_posting_whose_document_is_not_kept_cannot_be_retried() -> None:
    story = story_of("place available 5; answer 1:5; booked; ship 1:5")
    story.take(refusal(0, MOST_KEPT_LINES + 1))
    story.cases[CommandType.POST_SHIPMENT] = Case(CaseClass.ORDER_REJECTED, CaseOrigin.ERP, ORDER_ID, "", key="c0")
    expected = "refused: its document is not kept: create it in the ERP by hand, then resolve the case"
    assert expected == effects_of(story.do("retry posting"))
