"""The life of a command in dispatch: sent, answered, looked up, sent again, finished."""

from dataclasses import replace
from itertools import pairwise

import pytest

from domain.dispatch.decision import DispatchVerdict, TimerKind
from domain.dispatch.rows import CommandState
from domain.identifiers import CommandId, ErpId, OrderId
from domain.messages.cases import Case, CaseClass, CaseState
from domain.messages.dispatch import CommandType, Outcome
from domain.messages.orders import ErpOutcomeReceived
from tests.unit.dispatch.story import POLICY, START_MS, Story, request, story_with


def test_a_command_is_released_at_once_when_nothing_holds_it_up() -> None:
    story = Story()
    released = story.request("C", document_key="order").released
    assert [("C", CommandType.CREATE_SALES_ORDER, 1, "order", "C")] == [
        (one.command_id, one.command_type, one.attempt, one.business_key, one.idempotency_key) for one in released
    ]


def test_a_booked_command_leaves_and_its_order_gets_the_document_number() -> None:
    story = Story()
    story.request("C", document_key="order")
    decision = story.answer("C", Outcome.APPLIED, document_number="SO-1")
    expected = ErpOutcomeReceived(
        order_id=OrderId("order"),
        erp_id=ErpId("main"),
        command_id=CommandId("C"),
        command_type=CommandType.CREATE_SALES_ORDER,
        outcome=Outcome.APPLIED,
        document_number="SO-1",
        reason="because",
    )
    assert (expected,) == decision.outcomes
    assert {} == story.rows.commands
    assert {} == story.rows.documents


def test_a_command_asked_for_twice_has_no_second_effect() -> None:
    story = Story()
    story.request("C")
    decision = story.request("C")
    assert DispatchVerdict.ALREADY_KNOWN == decision.verdict
    assert () == decision.released
    assert ["C"] == story.released_ids


def test_the_same_id_with_other_content_is_named_and_has_no_effect() -> None:
    story = Story()
    story.request("C")
    assert DispatchVerdict.SAME_ID_OTHER_CONTENT == story.ask(replace(request("C"), priority_class=0)).verdict
    assert 2 == story.rows.commands["C"].request.priority_class


def test_a_transient_rejection_is_retried_when_the_erp_asks_for_it() -> None:
    story = Story()
    story.request("C")
    story.answer("C", Outcome.REJECTED_TRANSIENT, retry_after_ms=2500)
    assert [2500] == story.timers_of(TimerKind.RETRY)
    story.wait(2499)
    assert ["C"] == story.released_ids
    story.wait(1)
    assert [1, 2] == [one.attempt for one in story.released]


def test_waits_double_up_to_the_cap_and_a_longer_requested_wait_is_capped_too() -> None:
    waits = [POLICY.retry_after_ms(attempt, 0) for attempt in (1, 2, 3, 4, 5, 10_000)]
    assert [1000, 2000, 4000, 8000, 8000, 8000] == waits
    assert 8000 == POLICY.retry_after_ms(1, 86_400_000)
    assert 1000 == POLICY.retry_after_ms(1, -5)


def test_after_an_unknown_outcome_the_erp_is_asked_only_when_all_has_settled() -> None:
    story = Story()
    story.request("C", document_key="order")
    story.answer("C", Outcome.UNKNOWN)
    story.wait(POLICY.settle_after_ms - 1)
    assert 1 == len(story.released)
    story.wait(1)
    query = story.released[-1]
    assert (CommandType.QUERY_DOCUMENT, CommandType.CREATE_SALES_ORDER, 2, "C", "order") == (
        query.command_type,
        query.queried_type,
        query.attempt,
        query.idempotency_key,
        query.business_key,
    )


def test_what_a_query_finds_is_a_duplicate_with_its_number() -> None:
    story = Story()
    story.request("C")
    story.answer("C", Outcome.UNKNOWN)
    story.wait(POLICY.settle_after_ms)
    decision = story.answer("C", Outcome.APPLIED, document_number="SO-7")
    assert [(Outcome.DUPLICATE, "SO-7")] == [(one.outcome, one.document_number) for one in decision.outcomes]
    assert DispatchVerdict.DONE_AFTER_UNKNOWN == decision.verdict


def test_a_command_that_is_never_answered_is_asked_about_and_keeps_no_slot() -> None:
    story = story_with(max_in_flight=1)
    story.request("C")
    story.request("B")
    story.wait(POLICY.answer_within_ms)
    assert CommandState.SETTLING == story.state_of("C")
    assert ["C", "B"] == story.released_ids
    story.answer("B", Outcome.APPLIED, document_number="SO-8")
    story.wait(POLICY.settle_after_ms)
    assert ["C", "B", "C"] == story.released_ids
    decision = story.answer("C", Outcome.APPLIED, document_number="SO-7")
    assert DispatchVerdict.DONE_AFTER_UNKNOWN == decision.verdict


def test_an_answer_in_time_voids_its_deadline() -> None:
    story = Story()
    story.request("C")
    (deadline,) = (timer for timer in story.timers if timer.kind is TimerKind.ANSWER)
    story.answer("C", Outcome.REJECTED_TRANSIENT)
    assert DispatchVerdict.STALE_TIMER == story.fire(deadline).verdict


def test_only_a_certain_not_found_sends_a_second_time() -> None:
    story = Story()
    story.request("C")
    story.answer("C", Outcome.UNKNOWN)
    story.wait(POLICY.settle_after_ms)
    story.answer("C", Outcome.UNKNOWN)
    story.wait(POLICY.settle_after_ms)
    story.answer("C", Outcome.REJECTED_TRANSIENT)
    story.wait(POLICY.transient_retry_cap_ms)
    story.answer("C", Outcome.NOT_FOUND)
    create, query = CommandType.CREATE_SALES_ORDER, CommandType.QUERY_DOCUMENT
    assert [create, query, query, query, create] == [one.command_type for one in story.released]
    assert [1, 2, 3, 4, 5] == [one.attempt for one in story.released]
    assert {"C"} == {one.idempotency_key for one in story.released}


def test_commands_of_one_document_are_sent_one_after_the_other() -> None:
    story = Story()
    story.request("create", document_key="order")
    story.request("ship", document_key="order", command_type=CommandType.POST_SHIPMENT, priority_class=1)
    story.request("cancel", document_key="order", command_type=CommandType.CANCEL_SALES_ORDER, priority_class=0)
    assert ["create"] == story.released_ids
    story.answer("create", Outcome.UNKNOWN)
    story.wait(POLICY.settle_after_ms)
    story.answer("create", Outcome.APPLIED)
    story.answer("ship", Outcome.APPLIED)
    assert ["create", "create", "ship", "cancel"] == story.released_ids
    sequences = [one.document_sequence for one in story.released]
    assert sorted(sequences) == sequences
    assert 3 == len(set(sequences))


def test_a_late_answer_that_a_waiting_command_is_booked_removes_it_from_the_middle_of_its_document() -> None:
    story = Story()
    for command_id in ("first", "second", "third"):
        story.request(command_id, document_key="order")
    story.answer("second", Outcome.DUPLICATE)
    assert ("first", "third") == story.rows.documents["order"].command_ids
    story.answer("first", Outcome.APPLIED)
    assert ["first", "third"] == story.released_ids


def test_the_sequence_of_a_document_continues_after_it_was_idle() -> None:
    story = Story()
    story.request("create", document_key="order")
    story.answer("create", Outcome.APPLIED)
    story.request("cancel", document_key="order")
    first, second = (one.document_sequence for one in story.released)
    assert first < second


def test_an_outdated_timer_changes_nothing() -> None:
    story = Story()
    story.request("C")
    story.answer("C", Outcome.REJECTED_TRANSIENT)
    retry = next(timer for timer in story.timers if timer.kind is TimerKind.RETRY)
    for stale in (
        replace(retry, due_ms=retry.due_ms + 1),
        replace(retry, kind=TimerKind.SETTLE),
        replace(retry, subject="unknown"),
        replace(retry, kind=TimerKind.HALF_OPEN, subject="main"),
        replace(retry, kind=TimerKind.TOKENS, subject="main"),
    ):
        assert DispatchVerdict.STALE_TIMER == story.fire(stale).verdict
        assert CommandState.WAITING_RETRY == story.state_of("C")


def test_the_same_history_gives_the_same_decisions() -> None:
    def played() -> Story:
        story = Story()
        story.request("A", document_key="order")
        story.request("B", document_key="order")
        story.answer("A", Outcome.UNKNOWN)
        story.wait(POLICY.settle_after_ms)
        story.answer("A", Outcome.REJECTED_BUSINESS)
        return story

    assert played().decisions == played().decisions
    assert START_MS + POLICY.settle_after_ms == played().now_ms


def _tried_often(outcome: Outcome, times: int) -> tuple[Story, list[tuple[int, Case]]]:
    """The ERP answers every attempt alike; with each case, how many attempts were made before it."""
    story = Story()
    story.request("C", "portal:1")
    cases = []
    for _ in range(times):
        decision = story.answer("C", outcome)
        cases += [(len(story.released), case) for case in decision.cases if case.case_class is TIMEOUT]
        while story.state_of("C") is not CommandState.IN_FLIGHT:
            story.wait(POLICY.settle_after_ms)
    return story, cases


TIMEOUT = CaseClass.DEPENDENCY_TIMEOUT


@pytest.mark.parametrize("first", (Outcome.UNKNOWN, Outcome.REJECTED_TRANSIENT))
def test_a_command_that_is_tried_for_ever_is_one_case_and_its_end_resolves_it(first: Outcome) -> None:
    story, cases = _tried_often(first, 30)
    ((attempts, case),) = cases
    assert (20, CaseState.OPEN, "portal:1") == (attempts, case.state, case.subject)
    assert "CREATE_SALES_ORDER portal:1 has been tried at least 20 times" in case.reason
    assert ("it is not known whether the ERP has it" in case.reason) == (first is Outcome.UNKNOWN)
    decision = story.answer("C", Outcome.APPLIED, document_number="SO-1")
    (resolved,) = (each for each in decision.cases if each.case_class is TIMEOUT)
    assert (CaseState.RESOLVED, case.key) == (resolved.state, resolved.key)


def test_an_erp_that_refuses_to_be_asked_is_asked_less_and_less_often() -> None:
    story = Story()
    story.request("C")
    story.answer("C", Outcome.UNKNOWN)
    asked_at_ms = []
    for _ in range(8):
        while story.state_of("C") is not CommandState.IN_FLIGHT:
            story.wait(100)
        asked_at_ms.append(story.now_ms)
        story.answer("C", Outcome.REJECTED_BUSINESS)
    pauses = [later - earlier for earlier, later in pairwise(asked_at_ms)]
    assert pauses == sorted(pauses)
    assert pauses[-1] >= POLICY.transient_retry_cap_ms
