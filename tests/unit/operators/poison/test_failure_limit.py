"""A source of which too much cannot be taken is stopped: at its count and its share, never before."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.embedded.store import EmbeddedStore
from connectors.log.port import Outgoing, TopicPartition
from connectors.observation.observer import UNOBSERVED
from dataflows.assembly import EmbeddedFlows, Rules, load_rules, topics_for
from demo.channels.small_payloads import portal_order
from domain.messages.cases import CaseClass, ExceptionRaised
from operators.steps.failure_limit import FailureLimits
from schemas.channel_language.channel_file import FailureLimit
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from tests.recording_observer import RecordingObserver

PORTAL = "source.portal.v1"
PHONE = "source.inside_sales.v1"
LIMIT = FailureLimit(window=10, failures=4, percent=50)


def rules(limit: FailureLimit = LIMIT) -> Rules:
    found = load_rules()
    channels = {topic: channel.model_copy(update={"failure_limit": limit}) for topic, channel in found.channels.items()}
    return replace(found, channels=channels)


def verdicts(records: str, limit: FailureLimit = LIMIT) -> str:
    """Of each record, x for one that fails: ! where the source is to be stopped."""
    limits, channel = FailureLimits(), rules(limit).channels[PORTAL]
    return "".join("!" if limits.exceeded(channel, failed=record == "x") else "." for record in records)


@pytest.mark.parametrize(
    ("records", "expected"),
    (
        ("xxx", "..."),
        ("xxxx", "...!"),
        ("oooo", "...."),
        ("ooooxxx", "......."),
        ("ooooxxxx", ".......!"),
        ("ooooooxxxx", ".........."),
        ("ooooooxxxxx", "..........!"),
        ("oxoxoxox", ".......!"),
        ("xoxoxox", "......!"),
        ("xxxooooooooooxxx", "................"),
    ),
)
def test_a_source_is_stopped_at_its_count_and_its_share_of_the_window(records: str, expected: str) -> None:
    assert expected == verdicts(records)


def test_sources_are_counted_each_for_itself() -> None:
    limits, channels = FailureLimits(), rules().channels
    assert [None] * 6 == [limits.exceeded(channels[topic], failed=True) for topic in (PORTAL, PHONE) * 3]


def test_a_limit_that_is_never_reached_is_refused() -> None:
    with pytest.raises(ValueError, match=r"failures \(100\) is more than window \(50\): it can never be reached"):
        FailureLimit(window=50)


class Intake:
    """All flows on an embedded log, started as often as a test wants."""

    def __init__(self, folder: Path) -> None:
        self.store = EmbeddedStore(folder, "orderline", topics_for(2), lambda: 1_795_251_600_000)
        self.observer = RecordingObserver()

    def send(self, topic: str, *values: bytes) -> None:
        for value in values:  # an epoch each: what comes with the stop in one epoch is still taken
            self.store.write([Outgoing(topic, None, value, (), 0)], [])

    def run(self) -> None:
        def observer_of(flow: str) -> RecordingObserver:
            return self.observer if flow == "intake" else UNOBSERVED  # type: ignore[return-value]  # one is enough

        EmbeddedFlows(self.store, "orderline", rules(), lambda: False, observer_of=observer_of).run(until_idle=True)

    def committed(self, topic: str) -> int:
        return self.store.reader.committed("orderline.intake", TopicPartition(topic, 0)) or 0

    def stops(self) -> list[ExceptionRaised]:
        codec = Codec(load_contracts())
        records = [
            record
            for number in range(2)
            for record in self.store.reader.records(TopicPartition("exceptions.v1", number), 0, 1_000)
        ]
        messages = [codec.decode(record.topic, record.value or b"") for record in records]
        return [each for each in messages if isinstance(each, ExceptionRaised) and "is stopped" in each.reason]


@pytest.fixture
def intake(tmp_path: Path) -> Iterator[Intake]:
    intake = Intake(tmp_path)
    with closing(intake.store):
        yield intake


def order(number: int) -> bytes:
    return json.dumps(portal_order(f"P{number}", {"BOLT": "1"})).encode()


def test_a_source_that_fails_is_stopped_with_one_case_and_loses_nothing(
    intake: Intake, caplog: pytest.LogCaptureFixture
) -> None:
    intake.send(PORTAL, *[b"no JSON"] * 4)
    intake.run()

    (case,) = intake.stops()
    assert (CaseClass.MALFORMED_PAYLOAD, "portal", "portal") == (case.case_class, case.subject, case.source_id)
    assert "the source is stopped: 4 of its last 4 records could not be taken" == case.reason
    assert [PORTAL] == intake.observer.stopped_topics
    assert [f"intake: {PORTAL} is stopped: 4 of its last 4 records could not be taken"] == [
        record.getMessage() for record in caplog.records if "is stopped" in record.getMessage()
    ]


def test_refused_documents_count_as_well(intake: Intake) -> None:
    intake.send(PORTAL, *[b'{"event": "order_placed", "message_id": "m"}'] * 4)
    intake.run()
    assert 1 == len(intake.stops())


class Reading:
    """Intake alone, gate by gate, so that a test sees what is read behind a stop."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self.gates = 0
        self._more: list[tuple[str, bytes]] = []

    def send_after(self, *more: tuple[str, bytes]) -> None:
        self._more.extend(more)

    def wanted(self) -> bool:
        """Asked at each gate: sends the rest once the source is stopped; ends some gates later."""
        if self._intake.observer.stopped_topics and self._more:
            for topic, value in self._more:
                self._intake.send(topic, value)
            self._more.clear()
        self.gates += bool(self._intake.observer.stopped_topics)
        return self.gates > 200


def test_what_comes_behind_the_stop_waits_at_its_topic_and_other_sources_continue(intake: Intake) -> None:
    intake.send(PORTAL, *[b"no JSON"] * 4)
    reading = Reading(intake)
    reading.send_after((PORTAL, order(1)), (PHONE, b"no JSON"))

    def observer_of(flow: str) -> RecordingObserver:
        return intake.observer if flow == "intake" else RecordingObserver(float("inf"))

    EmbeddedFlows(intake.store, "orderline", rules(), reading.wanted, observer_of=observer_of).run()
    assert 4 == intake.committed(PORTAL)
    assert 1 == intake.committed(PHONE)

    intake.run()
    assert 5 == intake.committed(PORTAL)
    assert 1 == len(intake.stops())


def test_a_file_that_is_still_wrong_stops_its_source_again_under_the_same_case(intake: Intake) -> None:
    for _ in range(2):
        intake.send(PORTAL, *[b"no JSON"] * 4)
        intake.run()
    first, second = intake.stops()
    assert first.case_id == second.case_id
