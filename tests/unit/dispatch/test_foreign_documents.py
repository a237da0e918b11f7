"""A document that the ERP had before the order was sent to it is somebody else's; ours is never taken for one."""

import pytest

from domain.dispatch.decision import DispatchDecision, DispatchVerdict
from domain.messages.dispatch import CommandType, Outcome
from tests.unit.dispatch.story import POLICY, Story


def duplicate(story: Story, *, sent_now: bool = True) -> DispatchDecision:
    return story.answer("C", Outcome.DUPLICATE, document_number="SO-9", sent_now=sent_now)


def told(decision: DispatchDecision) -> list[tuple[str, Outcome, str, bool]]:
    return [(each.command_id, each.outcome, each.document_number, each.is_foreign) for each in decision.outcomes]


def test_what_the_first_call_finds_booked_is_not_ours() -> None:
    story = Story()
    story.request("C")
    decision = duplicate(story)
    assert (DispatchVerdict.FOREIGN_DOCUMENT, [("C", Outcome.DUPLICATE, "SO-9", True)]) == (
        decision.verdict,
        told(decision),
    )


def test_nor_is_it_after_calls_that_the_erp_itself_refused_for_the_moment() -> None:
    story = Story()
    story.request("C")
    story.answer("C", Outcome.REJECTED_TRANSIENT, sent_now=True)
    story.wait(POLICY.transient_retry_ms)
    assert DispatchVerdict.FOREIGN_DOCUMENT == duplicate(story).verdict


def test_what_a_restarted_connector_finds_may_be_what_it_sent() -> None:
    story = Story()
    story.request("C")
    assert [("C", Outcome.DUPLICATE, "SO-9", False)] == told(duplicate(story, sent_now=False))


def test_what_is_booked_after_an_unknown_outcome_may_be_ours() -> None:
    story = Story()
    story.request("C")
    story.answer("C", Outcome.UNKNOWN, sent_now=True)
    story.wait(POLICY.settle_after_ms)
    story.answer("C", Outcome.NOT_FOUND)
    assert [("C", Outcome.DUPLICATE, "SO-9", False)] == told(duplicate(story))


@pytest.mark.parametrize("command_type", (CommandType.POST_SHIPMENT, CommandType.CANCEL_SALES_ORDER))
def test_what_names_its_own_cause_cannot_be_somebody_elses(command_type: CommandType) -> None:
    story = Story()
    story.request("C", command_type=command_type)
    assert [("C", Outcome.DUPLICATE, "SO-9", False)] == told(duplicate(story))


def test_what_was_asked_for_behind_the_booking_never_reaches_the_erp() -> None:
    story = Story()
    story.request("C", "order")
    story.request("cancel", "order", CommandType.CANCEL_SALES_ORDER)
    story.request("ship", "order", CommandType.POST_SHIPMENT)
    story.request("other order")
    decision = duplicate(story)
    assert [
        ("C", Outcome.DUPLICATE, "SO-9", True),
        ("cancel", Outcome.REJECTED_BUSINESS, "", True),
        ("ship", Outcome.REJECTED_BUSINESS, "", True),
    ] == told(decision)
    assert ["C", "other order"] == story.released_ids


def test_what_is_behind_the_booking_is_refused_with_its_content_and_the_order_decides() -> None:
    story = Story()
    story.request("C", "order")
    story.request("cancel", "order", CommandType.CANCEL_SALES_ORDER)
    story.request("ship", "order", CommandType.POST_SHIPMENT)
    decision = duplicate(story)
    assert [] == list(decision.cases)
    assert [
        (CommandType.CANCEL_SALES_ORDER, "the ERP's document SO-9 is not this order's", 1),
        (CommandType.POST_SHIPMENT, "the ERP's document SO-9 is not this order's", 1),
    ] == [(one.command_type, one.reason, len(one.refused)) for one in decision.outcomes if one.reason != "because"]
