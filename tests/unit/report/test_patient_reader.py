"""Who watches a Kafka waits while its brokers are away, says so once, and ends when it is to end."""

from collections.abc import Callable

import pytest

from connectors.log.port import LogFailed, Outgoing, Record, TopicPartition
from demo.performance import patient_reader
from demo.performance.patient_reader import PatientReader
from tests.memory_log import MemoryTopics
from tests.memory_reader import MemoryReader

TOPIC = "orders.events.v1"


class AwayAtFirst(MemoryReader):
    """Its brokers come back after some questions."""

    def __init__(self, topics: MemoryTopics, silent: int) -> None:
        super().__init__(topics, "orderline")
        self.silent = silent

    def read(self, topic: str, partition: int, offset: int, limit: int) -> list[Record]:
        if self.silent:
            self.silent -= 1
            raise LogFailed("Kafka at h:1 does not answer within 10 s: start it, or correct --bootstrap")
        return list(super().read(topic, partition, offset, limit))


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient_reader, "_AGAIN_S", 0.0)


def reader_of(
    silent: int, said: list[str], is_ending: Callable[[], bool] = lambda: False, patience_s: float = 60.0
) -> PatientReader:
    topics = MemoryTopics({TOPIC: 1})
    topics.append(Outgoing(TOPIC, "k", b"1"))
    return PatientReader(AwayAtFirst(topics, silent), is_ending, said.append, patience_s=patience_s)


def test_a_question_is_asked_until_it_is_answered_and_the_wait_is_said_once() -> None:
    said: list[str] = []
    reader = reader_of(5, said)
    assert [b"1"] == [record.value for record in reader.read(TOPIC, 0, 0, 10)]
    waiting, answers = said
    assert waiting.startswith("waiting: Kafka at h:1 does not answer")
    assert "Kafka answers again" == answers


def test_nothing_is_said_where_nobody_waits() -> None:
    said: list[str] = []
    reader = reader_of(0, said)
    assert {TopicPartition(TOPIC, 0): 1} == reader.ends(TOPIC)
    assert 1 == len(reader.read(TOPIC, 0, 0, 10))
    assert [] == said


def test_the_wait_ends_with_the_program() -> None:
    asked = iter((False, False, True))
    with pytest.raises(LogFailed, match="does not answer"):
        reader_of(100, [], lambda: next(asked)).read(TOPIC, 0, 0, 10)


def test_the_wait_ends_with_the_patience() -> None:
    with pytest.raises(LogFailed, match="does not answer"):
        reader_of(100, [], patience_s=-1).read(TOPIC, 0, 0, 10)
