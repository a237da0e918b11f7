"""What was refused is booked after all: the order is told, and decides; a channel's report has no case any more."""

from dataclasses import replace

import pytest

from domain.dispatch.decision import DispatchVerdict
from domain.messages.cases import CaseClass, CaseState
from domain.messages.dispatch import CommandType, ErpRequested, Outcome
from tests.unit.dispatch.channels.test_reports import shipment, stock
from tests.unit.dispatch.story import POLICY, SECOND_MS, Story, request

DAY_MS = 24 * 3_600 * SECOND_MS


def refused_at_once() -> Story:
    story = Story()
    story.request("C", "portal:1")
    story.answer("C", Outcome.REJECTED_BUSINESS)
    return story


def sent_again_and_refused() -> Story:
    story = Story()
    story.request("C", "portal:1")
    story.answer("C", Outcome.UNKNOWN)
    story.wait(POLICY.settle_after_ms)
    story.answer("C", Outcome.NOT_FOUND)
    story.answer("C", Outcome.REJECTED_BUSINESS)
    return story


@pytest.mark.parametrize("story", (refused_at_once(), sent_again_and_refused()), ids=("at once", "sent again"))
def test_the_order_is_told_with_the_reason_of_the_refusal(story: Story) -> None:
    decision = story.answer("C", Outcome.APPLIED, attempt=1, document_number="SO-2")
    (told,) = decision.outcomes
    assert (DispatchVerdict.BOOKED_AFTER_ALL, ()) == (decision.verdict, decision.cases)
    assert ("portal:1", "C", "portal:1") == (told.order_id, told.command_id, told.business_key)
    assert (Outcome.APPLIED, "SO-2", "because", True) == (
        told.outcome,
        told.document_number,
        told.reason,
        told.was_refused,
    )


def test_it_is_told_once_whatever_is_repeated() -> None:
    story = refused_at_once()
    for _ in range(2):
        story.answer("C", Outcome.APPLIED, document_number="SO-2")
        story.answer("C", Outcome.REJECTED_BUSINESS)
        story.answer("C", Outcome.DUPLICATE, document_number="SO-2")
    assert 1 == sum(told.was_refused for decision in story.decisions for told in decision.outcomes)
    assert () == tuple(case for decision in story.decisions for case in decision.cases)


def test_another_document_of_it_is_a_second_one() -> None:
    story = refused_at_once()
    story.answer("C", Outcome.APPLIED, document_number="SO-2")
    (case,) = story.answer("C", Outcome.APPLIED, document_number="SO-3").cases
    assert "CREATE_SALES_ORDER portal:1 was booked as SO-2, and is reported as booked again: SO-3" == case.reason


def test_the_document_that_a_retry_under_way_finds_is_the_orders_own() -> None:
    story = refused_at_once()
    story.ask(replace(request("AGAIN", "portal:1"), business_key="portal:1"))
    story.answer("C", Outcome.APPLIED, document_number="SO-2")
    (told,) = story.answer("AGAIN", Outcome.DUPLICATE, document_number="SO-2", sent_now=True).outcomes
    assert (Outcome.DUPLICATE, False) == (told.outcome, told.is_foreign)


def test_a_refusal_is_remembered_for_thirty_days() -> None:
    story = refused_at_once()
    story.wait(30 * DAY_MS)
    assert DispatchVerdict.NO_SUCH_COMMAND == story.answer("C", Outcome.APPLIED, document_number="SO-2").verdict


@pytest.mark.parametrize("report", (shipment("R"), stock("R", 3)), ids=("shipment", "stock"))
def test_a_report_that_a_channel_takes_after_all_has_no_case_any_more(report: ErpRequested) -> None:
    story = Story()
    story.ask(report)
    story.answer("R", Outcome.REJECTED_BUSINESS)
    decision = story.answer("R", Outcome.APPLIED)
    (case,) = decision.cases
    assert (CaseClass.TRANSFORMATION_FAILED, CaseState.RESOLVED) == (case.case_class, case.state)
    assert (DispatchVerdict.BOOKED_AFTER_ALL, ()) == (decision.verdict, decision.outcomes)
    assert {} == story.rows.refused_reports
    assert () == story.answer("R", Outcome.REJECTED_BUSINESS).cases


def test_a_report_of_stock_that_came_after_the_refused_one_keeps_its_case() -> None:
    story = Story()
    for name in ("R", "NEWER"):
        story.ask(stock(name, 3))
        story.answer(name, Outcome.REJECTED_BUSINESS)
    assert () == story.answer("R", Outcome.APPLIED).cases


def test_a_look_up_is_not_told_twice() -> None:
    story = Story()
    story.ask(replace(request("L", "portal:1"), only_look_up=True))
    story.answer("L", Outcome.NOT_FOUND)
    late = story.answer("L", Outcome.APPLIED, document_number="SO-2")
    assert (DispatchVerdict.NO_SUCH_COMMAND, ()) == (late.verdict, late.outcomes)
    assert CommandType.QUERY_DOCUMENT is story.released[-1].command_type
