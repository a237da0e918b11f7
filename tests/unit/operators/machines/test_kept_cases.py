"""A case at its home: first seen, changed by rules and people, given up, forgotten; each decision about it once."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from connectors.log.port import Record
from domain.cases.policy import CasePolicy, OwnerRow
from domain.durations import DAY_MS
from domain.identifiers import CaseId, CorrelationId, EventId, OrderId, SourceId, case_id_of
from domain.messages.case_actions import (
    CaseAction,
    CaseActionRefused,
    CaseDismissed,
    CaseResolved,
    CaseRetried,
    CaseReversed,
)
from domain.messages.cases import (
    Case,
    CaseChange,
    CaseClass,
    CaseHome,
    CaseOrigin,
    CaseReported,
    CaseState,
    ExceptionForgotten,
    ExceptionRaised,
    ExceptionSnapshot,
    Impact,
)
from domain.messages.status import OrderPurged
from domain.messages.ticks import Tick
from domain.provenance import Provenance
from operators.engine.event import Event
from operators.engine.partition import Partition
from operators.engine.timers import Timer
from operators.machines.cases.cases_of_orders import OPEN_CASES
from operators.machines.cases.kept_cases import ACTIONS, CASES, CaseKeeper, CaseReaction
from tests.memory_state import MemoryRows

POLICY = CasePolicy((OwnerRow("erp", CaseClass.ERP_OUTAGE),), urgencies={CaseClass.ERP_OUTAGE: 50})
OUTAGE = Case(CaseClass.ERP_OUTAGE, CaseOrigin.ERP, "main", "down", "see to it", key="1", impact=Impact(orders=1))
OVER = replace(OUTAGE, reason="up again", suggested_action="", state=CaseState.RESOLVED, impact=Impact())
OUTAGE_ID = case_id_of("ERP_OUTAGE", "main", "1")
ACTIONS_BY_VERB: dict[str, type[CaseAction]] = {
    "dismiss": CaseDismissed,
    "resolve": CaseResolved,
    "retry": CaseRetried,
    "reverse": CaseReversed,
}


class Saying:
    """A machine that says what it is told to say."""

    def __init__(self) -> None:
        self.next: Sequence[object] = ()

    def apply(self, partition: Partition, event: Event, now_ms: int) -> Sequence[object]:
        del partition, event, now_ms
        return self.next

    def fire(self, partition: Partition, timer: Timer, cause_event_id: EventId) -> Sequence[object]:
        del partition, timer, cause_event_id
        return self.next


class Home:
    """A keeper with its rows."""

    def __init__(self, home: CaseHome = CaseHome.DISPATCH) -> None:
        self.rows = MemoryRows()
        self.machine = Saying()
        self.reaction = CaseReaction(("asked again",))
        self.now_ms = 1_000_000
        self._records = 0
        self._keeper = CaseKeeper(home, self.machine, POLICY, lambda *_: self.reaction)

    def say(self, *messages: object) -> list[object]:
        self.machine.next = messages
        return self.hear(Tick(1))

    def hear(self, message: object) -> list[object]:
        self._records += 1
        self.now_ms += 1_000
        now_ms = self.rows.partition.advance(self.now_ms)
        record = Record("dispatch.inbox.v1", 0, self._records, now_ms, "main", b"", ())
        cause = EventId(f"00000000-0000-5000-8000-{self._records:012d}")
        return list(
            self._keeper.apply(self.rows.partition, Event(cause, CorrelationId(""), (), message, record, 1), now_ms)
        )

    def act(self, verb: str, number: int = 1, why: str = "known", case_id: CaseId = OUTAGE_ID) -> list[object]:
        said = Provenance(SourceId("operations"), CorrelationId(str(number)), 0, why, 0, 0)
        return self.hear(ACTIONS_BY_VERB[verb](case_id, CaseHome.DISPATCH, "main", said, "Ann", why))

    def wait(self) -> list[object]:
        """Until the first timer."""
        timer = next(self.rows.partition.timers.due(10**15))
        self.rows.partition.timers.remove(timer)
        self.now_ms = self.rows.partition.advance(timer.due_at_ms)
        return list(self._keeper.fire(self.rows.partition, timer, EventId("timer")))

    @property
    def state(self) -> CaseState:
        known = self.rows.partition.state.get(CASES, OUTAGE_ID)
        assert known is not None
        return known.case.state


def change_in(said: Sequence[object]) -> CaseChange:
    (change,) = [each for each in said if isinstance(each, CaseChange)]
    return change


def refusal_in(said: Sequence[object]) -> str:
    (refused,) = said
    assert isinstance(refused, CaseActionRefused)
    return refused.reason


def test_a_case_is_stated_with_its_owner_its_score_and_its_home() -> None:
    home = Home()
    change = change_in(home.say("before", OUTAGE, "after"))
    assert ("erp", 60, CaseHome.DISPATCH, "main") == (change.owner, change.score, change.home, change.home_key)
    assert (OUTAGE_ID, home.now_ms, False) == (change.case_id, change.first_seen_ms, change.was_open)


def test_what_else_is_said_stays_where_it_was() -> None:
    said = Home().say("before", OUTAGE, "after")
    assert ["before", "after"] == [said[0], said[2]]


def test_a_case_without_a_key_is_that_of_its_cause() -> None:
    home = Home()
    first = change_in(home.say(replace(OUTAGE, key="")))
    second = change_in(home.say(replace(OUTAGE, key="")))
    assert first.case_id != second.case_id


def test_a_case_that_is_stated_again_is_the_same_one() -> None:
    home = Home()
    first = change_in(home.say(OUTAGE))
    second = change_in(home.say(replace(OUTAGE, reason="still down")))
    assert (first.case_id, first.first_seen_ms, True) == (second.case_id, second.first_seen_ms, second.was_open)


def test_its_end_has_the_words_of_the_rule_and_the_impact_of_its_opening() -> None:
    home = Home()
    home.say(OUTAGE)
    change = change_in(home.say(OVER))
    assert ("up again", CaseState.RESOLVED, OUTAGE.impact) == (
        change.case.reason,
        change.case.state,
        change.case.impact,
    )


def test_a_case_whose_cause_comes_back_opens_again() -> None:
    home = Home()
    first = change_in(home.say(OUTAGE))
    home.say(OVER)
    again = change_in(home.say(OUTAGE))
    assert (first.first_seen_ms, False, CaseState.OPEN) == (again.first_seen_ms, again.was_open, home.state)


@pytest.mark.parametrize(
    ("verb", "state"),
    (
        ("dismiss", CaseState.DISMISSED),
        ("resolve", CaseState.RESOLVED),
        ("retry", CaseState.RETRYING),
        ("reverse", CaseState.OPEN),
    ),
)
def test_a_person_changes_a_case_and_is_named(verb: str, state: CaseState) -> None:
    home = Home()
    home.say(OUTAGE)
    change, reaction = home.act(verb)
    assert isinstance(change, CaseChange)
    assert ("Ann", "known", state, "down") == (change.act.who, change.act.why, change.case.state, change.case.reason)
    assert ("asked again", state) == (reaction, home.state)


def test_what_the_flow_cannot_do_is_refused_and_changes_nothing() -> None:
    home = Home()
    home.say(OUTAGE)
    home.reaction = CaseReaction(refused="it is not refused")
    assert "it is not refused" == refusal_in(home.act("retry"))
    assert CaseState.OPEN == home.state


@pytest.mark.parametrize(
    ("given", "verb", "reason"),
    (
        ((), "dismiss", "there is no such case, or it ended long ago"),
        (("dismiss",), "dismiss", "it is DISMISSED already"),
        (("resolve",), "retry", "it is RESOLVED already"),
        (("retry",), "retry", "it is being retried already"),
    ),
)
def test_a_decision_about_what_is_not_open_is_refused_with_the_reason(
    given: tuple[str, ...], verb: str, reason: str
) -> None:
    home = Home()
    if given:
        home.say(OUTAGE)
    for number, each in enumerate(given, start=10):
        home.act(each, number)
    assert reason == refusal_in(home.act(verb))


def test_a_case_that_has_ended_is_opened_again_by_a_reversal() -> None:
    home = Home()
    home.say(OUTAGE)
    home.act("resolve")
    change = change_in(home.act("reverse"))
    assert (CaseState.OPEN, False) == (home.state, change.was_open)


def test_a_decision_that_comes_twice_has_one_effect() -> None:
    home = Home()
    home.say(OUTAGE)
    home.act("retry")
    home.say(replace(OUTAGE, reason="still down"))
    assert [] == home.act("retry")
    assert CaseState.OPEN == home.state


def test_another_decision_under_the_same_id_is_refused() -> None:
    home = Home()
    home.say(OUTAGE)
    home.act("dismiss")
    assert "another decision came before under the same id" == refusal_in(home.act("dismiss", why="changed my mind"))


def test_the_end_of_a_case_that_a_person_has_closed_is_not_said_again() -> None:
    home = Home()
    home.say(OUTAGE)
    home.act("dismiss")
    assert [] == home.say(OVER)
    assert CaseState.DISMISSED == home.state


def test_a_case_that_has_ended_is_forgotten_with_all_that_was_decided() -> None:
    home = Home()
    home.say(OUTAGE)
    home.act("dismiss")
    ended_at_ms = home.now_ms
    assert [ExceptionForgotten(OUTAGE_ID)] == home.wait()
    assert 30 * DAY_MS == home.now_ms - ended_at_ms
    assert ([], []) == (list(home.rows.rows(CASES)), list(home.rows.rows(ACTIONS)))


def test_a_case_on_which_nobody_acts_is_given_up_after_a_year() -> None:
    home = Home()
    opened_at_ms = change_in(home.say(OUTAGE)).first_seen_ms
    change = change_in(home.wait())
    assert (365 * DAY_MS, CaseState.DISMISSED) == (home.now_ms - opened_at_ms, change.case.state)
    assert "nobody has acted for 365 d; before: down" == change.case.reason
    assert [ExceptionForgotten(OUTAGE_ID)] == home.wait()


def test_every_change_puts_the_end_off() -> None:
    home = Home()
    home.say(OUTAGE)
    home.say(replace(OUTAGE, reason="still down"))
    assert [] == home.wait()
    assert CaseState.OPEN == home.state


def test_no_case_of_an_order_outlives_it() -> None:
    home, purged = Home(CaseHome.ORDERS), OrderPurged(OrderId("portal:1"))
    for_order = replace(OUTAGE, subject="portal:1")
    home.say(for_order, replace(for_order, key="2"), replace(OUTAGE, subject="portal:10"))
    home.say(replace(for_order, key="2", state=CaseState.RESOLVED, reason="over"))
    change = change_in(home.say(purged))
    assert ("1", CaseState.DISMISSED, True) == (change.case.key, change.case.state, change.was_open)
    assert "the order is purged; before: down" == change.case.reason
    assert [purged] == home.say(purged)
    assert ["portal:10"] == [key.partition("\0")[0] for key, _ in home.rows.rows(OPEN_CASES)]


RAISED = ExceptionRaised(
    case_id=CaseId("reported"),
    case_class=CaseClass.MALFORMED_PAYLOAD,
    origin=CaseOrigin.CHANNEL_MAPPING,
    state=CaseState.OPEN,
    subject="portal:1",
    source_id=SourceId("portal"),
    reason="lines: is missing",
    suggested_action="ask the source",
    input_topic="source.portal.v1",
    input_partition=1,
    input_offset=7,
    raised_at_ms=500_000,
    first_seen_ms=500_000,
)


def test_a_case_of_another_flow_is_shown_as_that_flow_has_raised_it() -> None:
    assert [ExceptionSnapshot(RAISED)] == Home().hear(CaseReported("reported", RAISED))


def test_a_case_of_another_flow_can_be_closed_and_not_retried() -> None:
    home = Home()
    home.hear(CaseReported("reported", RAISED))
    refused = "a case MALFORMED_PAYLOAD cannot be retried: ask the source"
    assert refused == refusal_in(home.act("retry", case_id=RAISED.case_id))
    assert "no adjustment is in force for this case MALFORMED_PAYLOAD" == refusal_in(
        home.act("reverse", case_id=RAISED.case_id)
    )
    change = change_in(home.act("dismiss", 2, case_id=RAISED.case_id))
    assert (RAISED.case_id, CaseState.DISMISSED, 500_000) == (change.case_id, change.case.state, change.first_seen_ms)
