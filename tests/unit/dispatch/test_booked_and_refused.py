"""An ERP that says of one command that it has booked it, and that it refuses it: one case, whichever comes first."""

import pytest

from domain.dispatch.decision import DispatchVerdict
from domain.dispatch.settled.contradictions import MOST_CONTRADICTIONS
from domain.messages.cases import CaseClass, CaseOrigin
from domain.messages.dispatch import CommandType, Outcome
from tests.unit.dispatch.story import POLICY, SECOND_MS, Story

DAY_MS = 24 * 3_600 * SECOND_MS
BOOKED = "CREATE_SALES_ORDER portal:1 is reported as booked as SO-1, and as refused: because"
OF_ORDERS = tuple(each for each in CommandType if each is not CommandType.QUERY_DOCUMENT)


def booked_at_once(command_type: CommandType = CommandType.CREATE_SALES_ORDER) -> Story:
    story = Story()
    story.request("C", "portal:1", command_type)
    story.answer("C", Outcome.APPLIED, document_number="SO-1")
    return story


def in_doubt() -> Story:
    """The first call has no answer yet, and the ERP is asked about it: attempt 2."""
    story = Story()
    story.request("C", "portal:1")
    story.answer("C", Outcome.UNKNOWN)
    story.wait(POLICY.settle_after_ms)
    return story


def sent_again() -> Story:
    story = in_doubt()
    story.answer("C", Outcome.NOT_FOUND)
    return story


def reasons(story: Story) -> list[str]:
    return [case.reason for decision in story.decisions for case in decision.cases]


def test_what_is_booked_and_then_refused_is_a_case_with_both_answers() -> None:
    story = booked_at_once()
    decision = story.answer("C", Outcome.REJECTED_BUSINESS)
    (case,) = decision.cases
    assert DispatchVerdict.BOOKED_AND_REFUSED == decision.verdict
    assert (CaseClass.CONFLICTING_DUPLICATE, CaseOrigin.ERP, "portal:1") == (case.case_class, case.origin, case.subject)
    assert BOOKED == case.reason
    assert () == decision.outcomes


@pytest.mark.parametrize("command_type", [each for each in OF_ORDERS if each is not CommandType.REPORT_AVAILABILITY])
def test_it_is_a_case_of_any_command(command_type: CommandType) -> None:
    (case,) = booked_at_once(command_type).answer("C", Outcome.REJECTED_BUSINESS).cases
    assert f"{command_type} portal:1 is reported as booked as SO-1, and as refused: because" == case.reason


def test_of_the_stock_that_a_channel_may_show_only_the_newest_number_counts() -> None:
    story = booked_at_once(CommandType.REPORT_AVAILABILITY)
    assert {} == story.rows.settled_commands
    assert () == story.answer("C", Outcome.REJECTED_BUSINESS).cases


def test_however_often_either_answer_is_repeated_it_is_stated_once() -> None:
    story = booked_at_once()
    for _ in range(3):
        story.answer("C", Outcome.REJECTED_BUSINESS)
        story.answer("C", Outcome.APPLIED, document_number="SO-1")
        story.answer("C", Outcome.DUPLICATE, document_number="SO-1")
    assert [BOOKED] == reasons(story)


def test_a_refusal_that_comes_while_the_erp_is_asked_is_the_same_case_if_it_is_booked_after_all() -> None:
    before, after = in_doubt(), in_doubt()
    refused = before.answer("C", Outcome.REJECTED_BUSINESS, attempt=1)
    found = before.answer("C", Outcome.DUPLICATE, attempt=2, document_number="SO-1")
    assert (DispatchVerdict.REFUSAL_NOTED, ()) == (refused.verdict, refused.cases)
    assert [Outcome.DUPLICATE] == [each.outcome for each in found.outcomes]
    after.answer("C", Outcome.DUPLICATE, attempt=2, document_number="SO-1")
    after.answer("C", Outcome.REJECTED_BUSINESS, attempt=1)
    assert [BOOKED] == reasons(before) == reasons(after)
    (first,) = found.cases
    assert [first.key] == [case.key for decision in after.decisions for case in decision.cases]
    before.answer("C", Outcome.REJECTED_BUSINESS, attempt=1)
    assert [BOOKED] == reasons(before)


def test_an_attempt_that_is_refused_and_booked_while_the_erp_is_asked_is_such_a_case() -> None:
    story = in_doubt()
    story.answer("C", Outcome.REJECTED_BUSINESS, attempt=1)
    story.answer("C", Outcome.APPLIED, attempt=1, document_number="SO-1")
    assert [BOOKED] == reasons(story)


@pytest.mark.parametrize("booked_by", (1, 3))
def test_another_attempt_that_is_refused_contradicts_nothing(booked_by: int) -> None:
    """The ERP has the document once, and refuses to make it again; or it makes it when the data is mended."""
    before, after = sent_again(), sent_again()
    after.answer("C", Outcome.APPLIED, attempt=booked_by, document_number="SO-1")
    after.answer("C", Outcome.REJECTED_BUSINESS, attempt=4 - booked_by)
    if booked_by == 3:
        before.answer("C", Outcome.REJECTED_BUSINESS, attempt=1)
        before.answer("C", Outcome.APPLIED, attempt=3, document_number="SO-1")
    assert [] == reasons(before) == reasons(after)


def test_where_two_attempts_are_in_doubt_either_may_be_the_one_that_was_booked() -> None:
    story = sent_again()
    story.answer("C", Outcome.UNKNOWN)
    story.wait(POLICY.settle_after_ms)
    story.answer("C", Outcome.DUPLICATE, document_number="SO-1")
    for attempt in (1, 3):
        story.answer("C", Outcome.REJECTED_BUSINESS, attempt=attempt)
    assert [] == reasons(story)


@pytest.mark.parametrize("outcome", (Outcome.REJECTED_TRANSIENT, Outcome.UNKNOWN, Outcome.NOT_FOUND))
def test_what_proves_nothing_contradicts_nothing(outcome: Outcome) -> None:
    decision = booked_at_once().answer("C", outcome)
    assert (DispatchVerdict.NO_SUCH_COMMAND, ()) == (decision.verdict, decision.cases)


def test_a_refusal_of_what_was_never_sent_is_not_believed() -> None:
    story = Story()
    story.request("before", "portal:1")
    story.request("C", "portal:1")
    assert DispatchVerdict.OTHER_ATTEMPT == story.answer("C", Outcome.REJECTED_BUSINESS, attempt=1).verdict
    story.answer("before", Outcome.APPLIED)
    story.answer("C", Outcome.APPLIED, document_number="SO-1")
    assert DispatchVerdict.NO_SUCH_COMMAND == story.answer("C", Outcome.REJECTED_BUSINESS, attempt=2).verdict
    assert [] == reasons(story)


def test_a_number_that_comes_late_is_no_second_document() -> None:
    story = Story()
    story.request("C", "portal:1")
    story.answer("C", Outcome.APPLIED)
    assert () == story.answer("C", Outcome.DUPLICATE, document_number="SO-1").cases


def test_what_is_booked_at_once_is_remembered_for_a_week() -> None:
    story = booked_at_once()
    story.wait(7 * DAY_MS - SECOND_MS)
    assert ["C"] == list(story.rows.settled_commands)
    story.wait(SECOND_MS)
    assert {} == story.rows.settled_commands
    assert DispatchVerdict.NO_SUCH_COMMAND == story.answer("C", Outcome.REJECTED_BUSINESS).verdict


def test_an_erp_that_says_something_else_every_time_has_a_limit() -> None:
    story = booked_at_once()
    for number in range(MOST_CONTRADICTIONS + 1):
        story.answer("C", Outcome.APPLIED, document_number=f"OTHER-{number}")
    assert MOST_CONTRADICTIONS == len(reasons(story))
