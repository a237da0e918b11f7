"""A command that was sent again, or was booked at once, may still be booked twice by its ERP: that is a case."""

import pytest

from domain.dispatch.decision import DispatchVerdict
from domain.messages.cases import CaseClass
from domain.messages.dispatch import REPORTS, CommandType, Outcome
from tests.unit.dispatch.story import SECOND_MS, Story

DAY_MS = 24 * 3_600 * SECOND_MS


def sent_again() -> Story:
    """The first call was lost, the ERP had no document, and the second call is in flight: attempt 3."""
    story = Story()
    story.request("C", "portal:1")
    story.answer("C", Outcome.UNKNOWN)
    story.wait(31 * SECOND_MS)
    story.answer("C", Outcome.NOT_FOUND)
    return story


def booked() -> Story:
    story = sent_again()
    story.answer("C", Outcome.APPLIED, document_number="SO-1")
    return story


def test_two_late_documents_with_different_numbers_are_a_case_that_names_both() -> None:
    story = sent_again()
    first = story.answer("C", Outcome.APPLIED, attempt=1, document_number="SO-1")
    second = story.answer("C", Outcome.APPLIED, attempt=3, document_number="SO-2")
    assert (DispatchVerdict.DONE_AFTER_UNKNOWN, ()) == (first.verdict, first.cases)
    (case,) = second.cases
    assert (DispatchVerdict.SECOND_DOCUMENT, CaseClass.DUPLICATE_DOCUMENT) == (second.verdict, case.case_class)
    assert "portal:1" == case.subject
    assert "CREATE_SALES_ORDER portal:1 was booked as SO-1, and is reported as booked again: SO-2" == case.reason
    assert () == second.outcomes


def test_the_same_second_document_is_one_case_however_often_it_is_reported_and_a_third_is_another() -> None:
    story = booked()
    answers = [story.answer("C", Outcome.APPLIED, attempt=1, document_number=each) for each in ("SO-2", "SO-2", "SO-3")]
    assert [1, 0, 1] == [len(answer.cases) for answer in answers]
    assert answers[0].cases[0].key != answers[2].cases[0].key


ASKED = sorted(set(CommandType) - REPORTS - {CommandType.QUERY_DOCUMENT})


@pytest.mark.parametrize("outcome", (Outcome.APPLIED, Outcome.DUPLICATE))
@pytest.mark.parametrize("numbers", (("SO-1", "SO-2"), ("SO-2", "SO-1")), ids=" then ".join)
@pytest.mark.parametrize("command_type", ASKED)
def test_what_was_booked_at_once_has_a_second_document_too(
    command_type: CommandType, numbers: tuple[str, str], outcome: Outcome
) -> None:
    story = Story()
    story.request("C", "portal:1", command_type)
    first, second = (
        [story.answer("C", said, document_number=number) for said in (Outcome.APPLIED, outcome, Outcome.APPLIED)]
        for number in numbers
    )
    assert [1, 0, 0] == [len(answer.outcomes) for answer in first]
    assert () == sum((answer.cases for answer in first), ())
    assert [1, 0, 0] == [len(answer.cases) for answer in second]
    assert all(number in second[0].cases[0].reason for number in numbers)
    assert () == story.answer("C", Outcome.APPLIED, document_number=numbers[0]).cases


def test_what_was_booked_at_once_is_forgotten_after_seven_days() -> None:
    story = Story()
    story.request("C", "portal:1")
    story.answer("C", Outcome.APPLIED, document_number="SO-1")
    story.wait(7 * DAY_MS - SECOND_MS)
    assert ["C"] == list(story.rows.settled_commands)
    story.wait(SECOND_MS)
    late = story.answer("C", Outcome.APPLIED, document_number="SO-2")
    assert (DispatchVerdict.NO_SUCH_COMMAND, ()) == (late.verdict, late.cases)


@pytest.mark.parametrize(
    ("outcome", "document_number"),
    (
        (Outcome.APPLIED, "SO-1"),
        (Outcome.DUPLICATE, "SO-1"),
        (Outcome.APPLIED, ""),
        (Outcome.UNKNOWN, ""),
        (Outcome.NOT_FOUND, ""),
        (Outcome.REJECTED_BUSINESS, ""),
    ),
)
def test_an_answer_that_names_no_other_document_is_none(outcome: Outcome, document_number: str) -> None:
    decision = booked().answer("C", outcome, attempt=1, document_number=document_number)
    assert (DispatchVerdict.NO_SUCH_COMMAND, ()) == (decision.verdict, decision.cases)


@pytest.mark.parametrize("attempt", (0, 4))
def test_an_answer_to_an_attempt_that_never_was_is_not_believed(attempt: int) -> None:
    assert () == booked().answer("C", Outcome.APPLIED, attempt=attempt, document_number="SO-2").cases


def test_a_settled_command_is_forgotten_after_thirty_days() -> None:
    story = booked()
    story.wait(30 * DAY_MS - SECOND_MS)
    assert ["C"] == list(story.rows.settled_commands)
    story.wait(SECOND_MS)
    assert DispatchVerdict.FORGOTTEN == story.decisions[-1].verdict
    assert {} == story.rows.settled_commands
    assert DispatchVerdict.NO_SUCH_COMMAND == story.answer("C", Outcome.APPLIED, document_number="SO-2").verdict
