"""Only so many shipments of one order wait until the ERP may be told; what exceeds that is a case for a person."""

from domain.messages.cases import Case, CaseClass, CaseState
from domain.orders.erp.unposted import MOST_UNPOSTED
from tests.unit.orders.story import effects_of, story_of

WAITING = "place complete 5000; answer 1:0" + "; ship 1:1" * MOST_UNPOSTED


def test_a_shipment_that_finds_no_room_counts_and_is_a_case() -> None:
    story = story_of(WAITING)
    verdict = story.do("ship 1:1")
    (case,) = (each for each in verdict.messages if isinstance(each, Case))
    assert (CaseClass.INVOICE_MISMATCH, CaseState.OPEN) == (case.case_class, case.state)
    assert "does not wait until the ERP may be told of it" in case.reason
    assert (MOST_UNPOSTED + 1, MOST_UNPOSTED) == (story.order.lines[0].shipped, len(story.order.unposted))


def test_what_has_waited_is_posted_with_the_order_and_no_more() -> None:
    story = story_of(f"{WAITING}; ship 1:1")
    assert MOST_UNPOSTED == effects_of(story.do(f"fill 1:{5_000 - MOST_UNPOSTED - 1}")).count("POST_SHIPMENT")
