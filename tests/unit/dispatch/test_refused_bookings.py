"""Nothing is posted about an order that the ERP has refused: what is queued behind its booking goes back to it."""

from domain.messages.dispatch import CommandType, Outcome
from tests.unit.dispatch.story import Story

REASON = "the ERP has refused the order itself"


def refused_with_two_behind() -> Story:
    story = Story()
    story.request("C", "order")
    story.request("ship", "order", CommandType.POST_SHIPMENT)
    story.request("cancel", "order", CommandType.CANCEL_SALES_ORDER)
    story.request("other order")
    return story


def test_what_is_behind_a_refused_booking_never_reaches_the_erp_and_goes_back_with_its_content() -> None:
    story = refused_with_two_behind()
    decision = story.answer("C", Outcome.REJECTED_BUSINESS)
    assert [("C", 0, False), ("ship", 1, False), ("cancel", 1, False)] == [
        (each.command_id, len(each.refused), each.is_foreign) for each in decision.outcomes
    ]
    assert [REASON] * 2 == [each.reason for each in decision.outcomes[1:]]
    assert {Outcome.REJECTED_BUSINESS} == {each.outcome for each in decision.outcomes}
    assert ["C", "other order"] == story.released_ids


def test_a_retry_and_what_is_asked_for_behind_it_are_sent() -> None:
    story = refused_with_two_behind()
    story.answer("C", Outcome.REJECTED_BUSINESS)
    story.request("C again", "order")
    story.request("ship again", "order", CommandType.POST_SHIPMENT)
    story.answer("C again", Outcome.APPLIED)
    assert ["C", "other order", "C again", "ship again"] == story.released_ids


def test_what_is_behind_another_refused_command_is_sent() -> None:
    story = Story()
    story.request("ship", "order", CommandType.POST_SHIPMENT)
    story.request("cancel", "order", CommandType.CANCEL_SALES_ORDER)
    story.answer("ship", Outcome.REJECTED_BUSINESS)
    assert ["ship", "cancel"] == story.released_ids
