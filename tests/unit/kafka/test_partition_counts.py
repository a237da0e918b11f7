"""Keys keep the partition count that a member started with; a topic that has grown stops it."""

from collections.abc import Collection, Mapping
from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException

from connectors.kafka.member.partition_counts import PartitionCounts
from connectors.log.port import LogFailed

INBOX = "orders.inbox.v1"


class Brokers:
    """A cluster with one topic, whose answers come when they are given."""

    def __init__(self) -> None:
        self.partitions = 4
        self.asked: list[Future[Any]] = []

    def partitions_of(self, topic: str) -> int:
        assert topic == INBOX
        return self.partitions

    def begin_description(self, topics: Collection[str]) -> Mapping[str, "Future[Any]"]:
        assert [INBOX] == list(topics)
        self.asked.append(Future())
        return {INBOX: self.asked[-1]}

    def answer(self) -> None:
        self.asked[-1].set_result(SimpleNamespace(partitions=[None] * self.partitions))


class Started:
    """The counts of a member that knows the inbox, and its clock."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.brokers = Brokers()
        self.counts = PartitionCounts(self.brokers, lambda: self.now_s)
        assert 4 == self.counts.of(INBOX)

    def after(self, seconds: float) -> None:
        self.now_s += seconds
        self.counts.look()


def test_a_topic_that_grows_stops_the_member_and_nothing_is_hashed_over_the_new_count() -> None:
    started = Started()
    started.brokers.partitions = 5
    assert 4 == started.counts.of(INBOX)
    started.after(10.0)
    started.brokers.answer()
    with pytest.raises(LogFailed, match=r"orders\.inbox\.v1 has grown from 4 to 5 partitions.*delete nothing"):
        started.after(0.0)


def test_topics_that_stay_as_they_are_are_looked_at_every_ten_seconds() -> None:
    started = Started()
    for seconds in (9.9, 0.1, 0.0, 9.9):
        started.after(seconds)
        if started.brokers.asked and not started.brokers.asked[-1].done():
            started.brokers.answer()
    assert 1 == len(started.brokers.asked)
    started.after(0.1)
    assert 2 == len(started.brokers.asked)


def test_brokers_that_do_not_answer_are_asked_again_and_nothing_waits() -> None:
    started = Started()
    started.after(10.0)
    started.after(60.0)
    assert 1 == len(started.brokers.asked)
    started.brokers.asked[-1].set_exception(KafkaException(KafkaError(KafkaError._TRANSPORT)))
    started.after(0.0)
    started.after(0.0)
    assert 2 == len(started.brokers.asked)
