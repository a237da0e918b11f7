"""A request that only looks something up: asked until the ERP is sure, and nothing is ever executed for it."""

from dataclasses import replace

import pytest

from domain.dispatch.decision import DispatchVerdict
from domain.messages.dispatch import CommandType, Outcome
from tests.unit.dispatch.story import POLICY, Story, request


def looked_up() -> Story:
    story = Story()
    story.ask(replace(request("C"), only_look_up=True))
    return story


def test_the_first_attempt_is_a_query_for_the_kind_of_document() -> None:
    (command,) = looked_up().released
    assert (CommandType.QUERY_DOCUMENT, CommandType.CREATE_SALES_ORDER, 1) == (
        command.command_type,
        command.queried_type,
        command.attempt,
    )


@pytest.mark.parametrize(
    ("answer", "outcome"), ((Outcome.DUPLICATE, Outcome.DUPLICATE), (Outcome.NOT_FOUND, Outcome.NOT_FOUND))
)
def test_found_and_surely_not_there_are_its_ends(answer: Outcome, outcome: Outcome) -> None:
    story = looked_up()
    (told,) = story.answer("C", answer, document_number="SO-9").outcomes
    assert (CommandType.QUERY_DOCUMENT, outcome, False) == (told.command_type, told.outcome, told.is_foreign)
    assert {} == story.rows.commands


@pytest.mark.parametrize("answer", (Outcome.UNKNOWN, Outcome.REJECTED_BUSINESS, Outcome.REJECTED_TRANSIENT))
def test_anything_else_is_asked_again(answer: Outcome) -> None:
    story = looked_up()
    story.answer("C", answer)
    story.wait(POLICY.settle_after_ms)
    assert [CommandType.QUERY_DOCUMENT] * 2 == [command.command_type for command in story.released]


def test_after_an_unknown_outcome_not_there_is_still_its_end() -> None:
    story = looked_up()
    story.answer("C", Outcome.UNKNOWN)
    story.wait(POLICY.settle_after_ms)
    (told,) = story.answer("C", Outcome.NOT_FOUND).outcomes
    assert Outcome.NOT_FOUND == told.outcome


def test_it_says_nothing_about_a_second_document_afterwards() -> None:
    story = looked_up()
    story.answer("C", Outcome.UNKNOWN)
    story.wait(POLICY.settle_after_ms)
    story.answer("C", Outcome.DUPLICATE, document_number="SO-9")
    late = story.answer("C", Outcome.DUPLICATE, document_number="SO-8")
    assert (DispatchVerdict.NO_SUCH_COMMAND, ()) == (late.verdict, late.cases)


def test_nobody_can_have_booked_for_it() -> None:
    story = looked_up()
    story.released.clear()
    assert DispatchVerdict.NEVER_ASKED == story.answer("C", Outcome.APPLIED).verdict


def test_the_order_is_booked_behind_it() -> None:
    story = looked_up()
    story.ask(replace(request("book"), document_key=request("C").document_key))
    story.answer("C", Outcome.NOT_FOUND)
    assert ["C", "book"] == story.released_ids
