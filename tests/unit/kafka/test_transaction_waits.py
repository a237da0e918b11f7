"""A member whose transactions do not begin: what it says, since when, and how it ends."""

import logging
from collections.abc import Callable
from typing import Any, cast

import pytest
from confluent_kafka import KafkaError, KafkaException

from connectors.kafka.cluster import Cluster
from connectors.kafka.member import transaction
from connectors.kafka.member.left_open import Hanging, LeftOpen
from connectors.kafka.member.partition_counts import PartitionCounts
from connectors.kafka.member.transaction import Transaction
from connectors.kafka.settings import Membership
from connectors.log.port import LogFailed
from connectors.log.waiting import Waiting

MEMBER = Membership("kafka:9092", "shop", "orders", 0)


class Time:
    """A clock that advances by the time that each attempt takes."""

    now_s = 1_000.0

    def __call__(self) -> float:
        return self.now_s


class Unready:
    """A producer whose coordinator never answers in time; its brokers do, or do not."""

    def __init__(self, time: Time, *, brokers: bool) -> None:
        self._time = time
        self._brokers = brokers

    def init_transactions(self, seconds: float) -> None:
        self._time.now_s += seconds
        raise KafkaException(KafkaError(KafkaError._TIMED_OUT, "no coordinator", False, True))

    def list_topics(self, *, timeout: float) -> None:
        assert timeout > 0
        if not self._brokers:
            raise KafkaException(KafkaError(KafkaError._TRANSPORT))

    def poll(self, _: float) -> int:
        return 0


class NothingOpen:
    def look(self) -> Hanging:
        return Hanging()


def waiting_member(monkeypatch: pytest.MonkeyPatch, *, brokers: bool) -> Transaction:
    time = Time()
    make: Callable[..., Unready] = lambda _: Unready(time, brokers=brokers)  # noqa: E731 - as short as the class it replaces
    monkeypatch.setattr(transaction, "Producer", make)
    monkeypatch.setattr(transaction, "monotonic", time)
    monkeypatch.setattr(transaction, "Waiting", lambda say: Waiting(say, time))
    counts = PartitionCounts(cast("Cluster", None))
    return Transaction(MEMBER, cast("LeftOpen", cast("Any", NothingOpen())), counts)


def test_the_wait_is_counted_from_its_beginning_over_all_tries(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    member = waiting_member(monkeypatch, brokers=True)
    for _ in range(2):
        with pytest.raises(LogFailed, match=r"gives shop\.orders\.0 no transactions: "):
            member.ready()
    said = [message.split(": ")[0] for message in caplog.messages]
    assert ["waiting for 10 s", "waiting for 20 s", "waiting for 40 s", "waiting for 1 min 20 s"][: len(said)] == said
    assert len(said) >= 3
    assert "the transaction coordinator of shop.orders.0 does not answer" in caplog.text


def test_no_broker_at_all_is_called_by_its_name(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    member = waiting_member(monkeypatch, brokers=False)
    with pytest.raises(LogFailed, match=r"^no broker of Kafka at kafka:9092 answers: start it, or correct --bootstrap"):
        member.ready()
    assert "coordinator" not in caplog.text
    assert "no broker of Kafka at kafka:9092 answers" in caplog.text
