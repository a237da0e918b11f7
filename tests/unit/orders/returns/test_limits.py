"""Only so many credits of one order wait: what exceeds that is a case for a person at once."""

from domain.messages.cases import Case, CaseClass, CaseState
from domain.orders.facts.crediting import MOST_WAITING
from tests.unit.orders.story import effects_of, story_of

BOOKED = "place available 500; answer 1:500; booked"


def test_a_credit_that_finds_no_room_is_a_case_and_does_not_wait() -> None:
    story = story_of(BOOKED + "; return 1:1" * MOST_WAITING)
    verdict = story.do("return 1:1")
    (case,) = (each for each in verdict.messages if isinstance(each, Case))
    assert (CaseClass.INVOICE_MISMATCH, CaseState.OPEN) == (case.case_class, case.state)
    assert "does not wait for its shipment: 0.000001 of line 1 not credited" in case.reason
    assert MOST_WAITING == len(story.order.held_credits)


def test_the_shipment_credits_what_has_waited_and_no_more() -> None:
    story = story_of(BOOKED + "; return 1:1" * (MOST_WAITING + 1))
    assert MOST_WAITING == effects_of(story.do("ship 1:500")).count("POST_CREDIT_MEMO 1:1")


def test_a_memo_that_finds_no_room_before_the_acceptance_is_a_case() -> None:
    story = story_of("place complete 500; answer 1:0; ship 1:200" + "; return 1:1" * MOST_WAITING)
    assert MOST_WAITING == len(story.order.unposted_returns)
    assert "took back 1:1; ReturnReceived; case INVOICE_MISMATCH" == effects_of(story.do("return 1:1"))
    assert MOST_WAITING == len(story.order.unposted_returns)
