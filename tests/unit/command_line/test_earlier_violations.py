"""What stopped a flow is on its page when it has started again."""

import pytest

from connectors.log.port import LogFailed, Outgoing
from dataflows.processes.earlier_violations import report_earlier_violations
from domain.identifiers import EventId, NodeId, ViolationId
from domain.invariants import Law
from domain.messages.invariants import ViolationFound
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import INVARIANTS_VIOLATED
from tests.memory_log import MemoryTopics
from tests.memory_reader import MemoryReader
from tests.recording_observer import RecordingObserver

NOW_MS = 1_800_000_000_000
DAY_MS = 24 * 3_600_000


def violation(name: str, *, flow: str = "inventory", law: Law = Law.OVERSOLD, days_ago: float = 0) -> ViolationFound:
    return ViolationFound(
        violation_id=ViolationId(name),
        law=law,
        subject="bolt",
        node_id=NodeId("E"),
        found=2,
        expected=1,
        reason="bolt at E: 2 promised of 1",
        flow=flow,
        cause_event_id=EventId("event"),
        input_topic="inventory.inbox.v1",
        input_partition=0,
        input_offset=7,
        found_at_ms=NOW_MS - int(days_ago * DAY_MS),
    )


def laws_shown_of(*violations: ViolationFound, flow: str = "inventory", topic: str = INVARIANTS_VIOLATED) -> list[Law]:
    topics, codec, observer = MemoryTopics({topic: 2}), Codec(load_contracts()), RecordingObserver()
    for each in violations:
        topics.append(Outgoing(topic, each.subject, codec.encode(topic, each)))
    report_earlier_violations(lambda: MemoryReader(topics, "orderline"), {flow: observer}, NOW_MS)
    return observer.violated_laws


def test_a_flow_shows_what_stopped_it_and_not_what_stopped_another_one() -> None:
    others = violation("2", flow="orders", law=Law.CLAIMS_MATCH_LINE)
    assert [Law.OVERSOLD] == laws_shown_of(violation("1"), others)


def test_what_was_published_at_every_restart_is_shown_once() -> None:
    assert [Law.OVERSOLD] == laws_shown_of(*[violation("1")] * 3)


def test_what_is_older_than_a_day_is_not_shown() -> None:
    assert [Law.SUM_IS_ZERO] == laws_shown_of(
        violation("1", days_ago=1.1), violation("2", law=Law.SUM_IS_ZERO, days_ago=0.9)
    )


def test_a_topic_that_cannot_be_read_is_logged_and_the_flow_starts(caplog: pytest.LogCaptureFixture) -> None:
    def refused() -> MemoryReader:
        raise LogFailed("invariants.violated.v1/0 cannot be read: not authorized")

    observer = RecordingObserver()
    report_earlier_violations(refused, {"inventory": observer}, NOW_MS)
    assert [] == observer.violated_laws
    assert "not authorized" in caplog.text


def test_a_log_without_that_topic_shows_none() -> None:
    assert [] == laws_shown_of(topic="exceptions.v1")
