"""A broken invariant is published before its flow stops, and stops it all the same when that fails."""

from collections.abc import Callable
from pathlib import Path

import pytest
from bytewax.errors import BytewaxRuntimeError

from connectors.log.port import LogFailed
from domain.identifiers import EventId, NodeId, ViolationId, event_id_of_effect, event_id_of_record
from domain.invariants import InvariantViolated, Law
from domain.messages.invariants import ViolationFound
from schemas.contracts.registry import INVARIANTS_VIOLATED
from schemas.headers import header
from tests.memory_log import MemoryLog
from tests.unit.operators.poison.guarded_flow import CODEC, INBOX, GuardedFlow, cause_of


@pytest.fixture
def flow(tmp_path: Path) -> GuardedFlow:
    return GuardedFlow(tmp_path)


def stopped_by(flow: GuardedFlow) -> str:
    """The message with which an invariant stops the flow."""
    with pytest.raises(BytewaxRuntimeError) as raised:
        flow.live()
    violated = cause_of(raised.value)
    assert isinstance(violated, InvariantViolated)
    return str(violated)


def published(flow: GuardedFlow) -> list[ViolationFound]:
    records = flow.topics.all_of(INVARIANTS_VIOLATED)
    found = [CODEC.decode(INVARIANTS_VIOLATED, record.value or b"") for record in records]
    assert all(isinstance(each, ViolationFound) for each in found)
    return found  # type: ignore[return-value]  # just checked


def test_what_is_broken_is_published_with_both_numbers_and_the_record_that_led_to_it(flow: GuardedFlow) -> None:
    flow.write("say 1", "break bolt", "say 2")
    assert "broken: bolt" == stopped_by(flow)
    cause = EventId(header(flow.topics.all_of(INBOX)[1].headers, "ce_id") or "")
    (violation,) = published(flow)
    assert ("bolt", Law.SUM_IS_ZERO, NodeId("E"), 3, 0, "broken: bolt") == (
        violation.subject,
        violation.law,
        violation.node_id,
        violation.found,
        violation.expected,
        violation.reason,
    )
    assert ("dispatch", cause, INBOX, 0, 1) == (
        violation.flow,
        violation.cause_event_id,
        violation.input_topic,
        violation.input_partition,
        violation.input_offset,
    )


def test_its_record_is_keyed_by_what_is_broken_and_can_be_followed_like_any_other(flow: GuardedFlow) -> None:
    flow.write("break bolt")
    stopped_by(flow)
    (record,) = flow.topics.all_of(INVARIANTS_VIOLATED)
    (violation,) = published(flow)
    assert "bolt" == record.key
    names = ("ce_id", "causationid", "origin")
    assert [violation.violation_id, violation.cause_event_id, f"{INBOX}/0/0"] == [
        header(record.headers, name) for name in names
    ]


def test_nothing_else_of_its_epoch_is_committed(flow: GuardedFlow) -> None:
    flow.write("say 1", "break bolt")
    stopped_by(flow)
    assert ([], [], {}) == (flow.cases(), flow.letters(), flow.topics.offsets)
    assert not any(flow.topics.states.values())


def test_each_start_finds_it_again_and_publishes_it_under_the_same_id(flow: GuardedFlow) -> None:
    flow.write("say 1", "break bolt")
    for _ in range(3):
        stopped_by(flow)
    found = published(flow)
    assert (3, 1) == (len(found), len({violation.violation_id for violation in found}))
    assert [Law.SUM_IS_ZERO] * 3 == flow.observer.violated_laws


def test_a_timer_that_breaks_a_law_is_its_cause_at_the_record_that_brought_the_time(flow: GuardedFlow) -> None:
    flow.write("wake 5 break bolt")
    assert flow.live(gates=3)
    flow.topics.now_ms += 10
    flow.write("say 2")
    stopped_by(flow)
    (violation,) = published(flow)
    due_at_ms = flow.topics.all_of(INBOX)[0].timestamp_ms + 5
    timer = event_id_of_record("dispatch/alarm/break bolt", 0, due_at_ms)
    assert (timer, INBOX, 1, due_at_ms) == (
        violation.cause_event_id,
        violation.input_topic,
        violation.input_offset,
        violation.found_at_ms,
    )
    expected = event_id_of_effect(timer, "orderline.invariants.v1.ViolationFound", 0)
    assert ViolationId(expected) == violation.violation_id


def failing(failure: Exception) -> Callable[[MemoryLog], None]:
    def refuse(log: MemoryLog) -> None:
        def commit(*_: object) -> None:
            raise failure

        log.commit = commit  # type: ignore[method-assign,assignment]

    return refuse


@pytest.mark.parametrize("failure", (LogFailed("no broker answers"), RuntimeError("a bug in the client")))
def test_if_it_cannot_be_published_the_flow_stops_with_its_message_all_the_same(
    flow: GuardedFlow, failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    flow.breaks_log = failing(failure)
    flow.write("break bolt")
    assert "broken: bolt" == stopped_by(flow)
    assert [] == published(flow)
    assert "could not be published" in caplog.text
    assert str(failure) in caplog.text


def test_it_is_published_again_when_its_epoch_is_lost(flow: GuardedFlow) -> None:
    def lose(log: MemoryLog) -> None:
        log.lose_next_commit = True

    flow.breaks_log = lose
    flow.write("break bolt")
    stopped_by(flow)
    assert 1 == len(published(flow))
