"""What an answer does to a command: the whole product of its states and the outcomes."""

from collections.abc import Callable

import pytest

from domain.dispatch.decision import DispatchVerdict
from domain.identifiers import CommandId, ErpId
from domain.messages.dispatch import CommandType, ErpResponse, Outcome
from tests.unit.dispatch.story import POLICY, Story


def finished(story: Story) -> None:
    story.request("C")
    story.answer("C", Outcome.APPLIED)


def behind(story: Story) -> None:
    story.request("before", document_key="order")
    story.request("C", document_key="order")


def queued(story: Story) -> None:
    story.available(False)
    story.request("C")


def in_flight(story: Story) -> None:
    story.request("C")
    story.answer("C", Outcome.REJECTED_TRANSIENT)
    story.wait(POLICY.transient_retry_ms)


def waiting_retry(story: Story) -> None:
    story.request("C")
    story.answer("C", Outcome.REJECTED_TRANSIENT)


def settling(story: Story) -> None:
    story.request("C")
    story.answer("C", Outcome.UNKNOWN)


def asking_in_flight(story: Story) -> None:
    settling(story)
    story.wait(POLICY.settle_after_ms)


def asking_queued(story: Story) -> None:
    settling(story)
    story.wait(POLICY.settle_after_ms - 1)
    story.available(False)
    story.wait(1)


def asking_waiting_retry(story: Story) -> None:
    asking_in_flight(story)
    story.answer("C", Outcome.REJECTED_TRANSIENT)


def resending_in_flight(story: Story) -> None:
    asking_in_flight(story)
    story.answer("C", Outcome.NOT_FOUND)


Given = Callable[[Story], None]
Row = tuple[Given, DispatchVerdict, DispatchVerdict, DispatchVerdict, DispatchVerdict, DispatchVerdict, DispatchVerdict]

DONE = DispatchVerdict.DONE
FOUND = DispatchVerdict.DONE_AFTER_UNKNOWN
UNSENT = DispatchVerdict.NEVER_ASKED
GONE = DispatchVerdict.NO_SUCH_COMMAND
PAST = DispatchVerdict.OTHER_ATTEMPT
NOTED = DispatchVerdict.REFUSAL_NOTED
BOTH = DispatchVerdict.BOOKED_AND_REFUSED
REFUSED = DispatchVerdict.REFUSED
RESEND = DispatchVerdict.SURELY_NOT_THERE
RETRY = DispatchVerdict.RETRY_LATER
SETTLE = DispatchVerdict.SETTLING

TO_THE_CURRENT_ATTEMPT: tuple[Row, ...] = (
    # given               APPLIED  DUPLICATE BUSINESS TRANSIENT UNKNOWN NOT_FOUND
    (finished,             GONE,    GONE,    BOTH,     GONE,     GONE,    GONE),
    (behind,            DONE,    DONE,    PAST,     PAST,     PAST,    PAST),
    (queued,               DONE,    DONE,    PAST,     PAST,     PAST,    PAST),
    (in_flight,            DONE,    DONE,    REFUSED,  RETRY,    SETTLE,  SETTLE),
    (waiting_retry,        DONE,    DONE,    PAST,     PAST,     PAST,    PAST),
    (settling,             FOUND,   FOUND,   PAST,     PAST,     PAST,    PAST),
    (asking_queued,        FOUND,   FOUND,   PAST,     PAST,     PAST,    PAST),
    (asking_in_flight,     FOUND,   FOUND,   SETTLE,   RETRY,    SETTLE,  RESEND),
    (asking_waiting_retry, UNSENT,  UNSENT,  UNSENT,   UNSENT,   UNSENT,  UNSENT),
    (resending_in_flight,  FOUND,   FOUND,   REFUSED,  RETRY,    SETTLE,  SETTLE),
)  # fmt: skip

TO_AN_EARLIER_ATTEMPT: tuple[Row, ...] = (
    (finished,             GONE,    GONE,    BOTH,     GONE,     GONE,    GONE),
    (in_flight,            DONE,    DONE,    NOTED,    PAST,     PAST,    PAST),
    (waiting_retry,        DONE,    DONE,    NOTED,    PAST,     PAST,    PAST),
    (settling,             FOUND,   FOUND,   NOTED,    PAST,     PAST,    PAST),
    (asking_queued,        FOUND,   FOUND,   NOTED,    PAST,     PAST,    PAST),
    (asking_in_flight,     FOUND,   FOUND,   NOTED,    PAST,     PAST,    PAST),
    (asking_waiting_retry, FOUND,   FOUND,   NOTED,    PAST,     PAST,    PAST),
    (resending_in_flight,  FOUND,   FOUND,   NOTED,    PAST,     PAST,    PAST),
)  # fmt: skip

Case = tuple[Given, Outcome, DispatchVerdict]


def cases_of(table: tuple[Row, ...]) -> list[Case]:
    return [
        (given, outcome, verdict)
        for given, *verdicts in table
        for outcome, verdict in zip(Outcome, verdicts, strict=True)
    ]


def name(part: object) -> str:
    return getattr(part, "__name__", str(part))


@pytest.mark.parametrize(("given", "outcome", "verdict"), cases_of(TO_THE_CURRENT_ATTEMPT), ids=name)
def test_an_answer_to_the_current_attempt(given: Given, outcome: Outcome, verdict: DispatchVerdict) -> None:
    story = Story()
    given(story)
    row = story.rows.commands.get("C")
    story.answer("C", outcome, attempt=row.attempt if row else 1)
    assert verdict == story.last_verdict


@pytest.mark.parametrize(("given", "outcome", "verdict"), cases_of(TO_AN_EARLIER_ATTEMPT), ids=name)
def test_an_answer_to_an_earlier_attempt(given: Given, outcome: Outcome, verdict: DispatchVerdict) -> None:
    story = Story()
    given(story)
    row = story.rows.commands.get("C")
    assert row is None or row.attempt > 1
    story.answer("C", outcome, attempt=1)
    assert verdict == story.last_verdict


@pytest.mark.parametrize(("given", "outcome", "verdict"), cases_of(TO_AN_EARLIER_ATTEMPT), ids=name)
def test_what_is_ignored_changes_nothing(given: Given, outcome: Outcome, verdict: DispatchVerdict) -> None:
    story = Story()
    given(story)
    before = (story.gate, dict(story.rows.commands), dict(story.rows.documents))
    decision = story.answer("C", outcome, attempt=1)
    changed = before != (story.gate, story.rows.commands, story.rows.documents)
    effects = decision.released or decision.outcomes or decision.cases or decision.timers
    ignored = verdict in (DispatchVerdict.NO_SUCH_COMMAND, DispatchVerdict.OTHER_ATTEMPT)
    assert ignored == (not changed and not effects)


def test_the_tables_hold_every_state_of_a_command() -> None:
    reached = set()
    for given, *_ in TO_THE_CURRENT_ATTEMPT:
        story = Story()
        given(story)
        row = story.rows.commands.get("C")
        reached.add((row.state.value, row.asking, row.had_unknown) if row else ("left", False, False))
    assert reached == {
        ("left", False, False),
        ("BEHIND", False, False),
        ("QUEUED", False, False),
        ("QUEUED", True, True),
        ("IN_FLIGHT", False, False),
        ("IN_FLIGHT", False, True),
        ("IN_FLIGHT", True, True),
        ("SETTLING", True, True),
        ("WAITING_RETRY", False, False),
        ("WAITING_RETRY", True, True),
    }


NOT_ASKED: tuple[tuple[Given, CommandType, int], ...] = (
    # given                what the answer says it answers, from the current attempt on
    (behind,               CommandType.QUERY_DOCUMENT, 0),
    (queued,               CommandType.QUERY_DOCUMENT, 0),
    (in_flight,            CommandType.QUERY_DOCUMENT, 0),
    (in_flight,            CommandType.QUERY_DOCUMENT, -1),
    (in_flight,            CommandType.POST_SHIPMENT, 0),
    (in_flight,            CommandType.CREATE_SALES_ORDER, 1),
    (waiting_retry,        CommandType.QUERY_DOCUMENT, 0),
    (settling,             CommandType.QUERY_DOCUMENT, 0),
    (settling,             CommandType.QUERY_DOCUMENT, -1),
    (asking_queued,        CommandType.QUERY_DOCUMENT, 0),
    (asking_in_flight,     CommandType.CREATE_SALES_ORDER, 0),
    (asking_in_flight,     CommandType.QUERY_DOCUMENT, 1),
    (asking_waiting_retry, CommandType.QUERY_DOCUMENT, 0),
    (resending_in_flight,  CommandType.QUERY_DOCUMENT, 0),
)  # fmt: skip


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize(("given", "command_type", "later"), NOT_ASKED, ids=name)
def test_an_answer_to_what_was_never_asked_changes_nothing(
    given: Given, command_type: CommandType, later: int, outcome: Outcome
) -> None:
    story = Story()
    given(story)
    before = (story.gate, dict(story.rows.commands), dict(story.rows.documents))
    attempt = story.rows.commands["C"].attempt + later
    decision = story.hear(
        ErpResponse(ErpId("main"), CommandId("C"), command_type, attempt, outcome, "SO-1", "because", 0)
    )
    assert DispatchVerdict.NEVER_ASKED == decision.verdict
    assert before == (story.gate, story.rows.commands, story.rows.documents)
    effects = decision.released or decision.outcomes or decision.cases or decision.timers
    assert not effects
