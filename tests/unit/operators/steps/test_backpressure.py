"""How the rule of admission is applied at the gates of a flow: when is counted, what is paused, what is logged."""

import logging
from collections.abc import Collection

import pytest

from connectors.log.lag import Lag, LagUnknown
from connectors.log.port import Batch, Record, TopicPartition
from operators.engine.backpressure import NO_BACKPRESSURE
from operators.steps.backpressure import IntakeBackpressure
from operators.steps.inbox_limit import FIRST, FIRST_EACH
from tests.recording_observer import RecordingObserver

AMAZON, PORTAL = "source.amazon.v1", "source.portal.v1"
LIMIT = round(FIRST / FIRST_EACH)


class ScriptedCount:
    """Gives the scripted answers; None while one is outstanding."""

    least_pause_s = 0.1

    def __init__(self) -> None:
        self.begun = 0
        self.answer: int | LagUnknown | None = None

    def begin(self) -> None:
        self.begun += 1

    def result(self) -> Lag | None:
        if isinstance(self.answer, LagUnknown):
            raise self.answer
        return None if self.answer is None else Lag(self.answer, 0)


class Intake:
    """The gates of an intake, and the sources that its log was asked to pause."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.count = ScriptedCount()
        self.held: list[list[str]] = []
        self.told = RecordingObserver()
        classes = {AMAZON: 2, PORTAL: 1}
        self.backpressure = IntakeBackpressure(classes, self.count, self._pause, self.told, lambda: self.now)

    def _pause(self, topics: Collection[str]) -> None:
        self.held.append(list(topics))

    def gate(self, seconds: float = 0.05) -> None:
        self.now += seconds
        self.backpressure.apply(settled=True)

    def take(self, topic: str, records: int) -> None:
        record = Record(topic, 0, 0, 0, None, b"", ())
        self.backpressure.took([Batch(TopicPartition(topic, 0), [record] * records, records)])


def test_without_records_of_low_classes_nothing_is_counted() -> None:
    intake = Intake()
    for _ in range(100):
        intake.gate(1.0)
    assert (0, []) == (intake.count.begun, intake.held)


def test_a_burst_is_held_back_until_a_count_finds_the_inboxes_half_empty() -> None:
    intake = Intake()
    intake.take(AMAZON, LIMIT)
    intake.gate()
    assert [[AMAZON]] == intake.held
    for answer, held in ((None, [[AMAZON]]), (FIRST * 4 // 5, [[AMAZON]]), (20, [[AMAZON], []])):
        intake.count.answer = answer
        intake.gate(0.2)
        intake.gate(0.2)
        assert held == intake.held


def test_one_count_is_asked_for_at_a_time_and_not_too_often() -> None:
    intake = Intake()
    intake.take(AMAZON, LIMIT)
    for _ in range(10):
        intake.gate(0.2)
    assert 1 == intake.count.begun
    intake.count.answer = FIRST * 4 // 5
    for _ in range(10):
        intake.gate(0.03)
    assert 4 == intake.count.begun


def test_a_poll_takes_what_there_is_room_for_but_always_something() -> None:
    intake = Intake()
    assert LIMIT == intake.backpressure.most(500)
    assert 7 == intake.backpressure.most(7)
    intake.take(AMAZON, LIMIT)
    assert 50 == intake.backpressure.most(500)


def test_with_an_unknown_backlog_sources_continue_and_one_line_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    intake = Intake()
    intake.count.answer = LagUnknown("no answer")
    for _ in range(3):
        intake.take(AMAZON, LIMIT)
        intake.gate()
        intake.gate(0.2)
    assert [[AMAZON], []] * 3 == intake.held
    assert ["the lag of the flows is unknown, so no source is paused: no answer"] == [
        record.getMessage() for record in caplog.records if record.levelno == logging.WARNING
    ]


def test_the_time_that_a_source_waits_is_reported() -> None:
    intake = Intake()
    intake.take(AMAZON, LIMIT)
    for _ in range(4):
        intake.gate(0.25)
    intake.count.answer = 0
    intake.gate(0.25)
    intake.gate(0.25)
    assert {(AMAZON,)} == {topics for topics, _ in intake.told.held}
    assert 1.0 == sum(seconds for _, seconds in intake.told.held)


def test_where_a_burst_begins_and_ends_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    intake = Intake()
    intake.count.answer = 0
    for _ in range(5):
        intake.take(AMAZON, LIMIT)
        intake.gate()
        intake.gate(0.2)
    for _ in range(30):
        intake.gate(1.0)
    assert [
        f"the flows lag: {AMAZON} paused, nothing is shed",
        "no source has been paused for 10 s",
    ] == [record.getMessage() for record in caplog.records]


def test_a_flow_behind_an_inbox_takes_what_it_can() -> None:
    NO_BACKPRESSURE.took([])
    NO_BACKPRESSURE.apply(settled=True)
    assert (500, False) == (NO_BACKPRESSURE.most(500), NO_BACKPRESSURE.is_at_work)
