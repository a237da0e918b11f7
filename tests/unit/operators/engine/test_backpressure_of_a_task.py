"""What a task says to its backpressure, and what it asks its log once only."""

from collections.abc import Sequence

import pytest

from connectors.log.port import Batch, LogFailed, Outgoing
from operators.engine.backpressure import Backpressure
from operators.engine.epoch.open_epoch import EpochLimits
from operators.engine.task import Task
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from tests.memory_log import MemoryLog, MemoryTopics

INBOX = "orders.inbox.v1"


class RecordingBackpressure(Backpressure):
    """Remembers what it heard."""

    def __init__(self) -> None:
        self.settled: list[bool] = []
        self.stopped: list[str] = []
        self.polled: list[int] = []

    def apply(self, *, settled: bool) -> None:
        self.settled.append(settled)

    def took(self, batches: Sequence[Batch]) -> None:
        self.polled += [len(batch.records) for batch in batches]

    def stop(self, topic: str) -> None:
        self.stopped.append(topic)


class Flow:
    """A task whose graph takes what is polled and emits nothing."""

    def __init__(self) -> None:
        self.topics = MemoryTopics({INBOX: 3})
        self.log = MemoryLog(self.topics, "orderline.orders", [INBOX])
        self.backpressure = RecordingBackpressure()
        codec, limits = Codec(load_contracts()), EpochLimits(age_s=1_000, least_s=0)
        self.task = Task("orders", self.log, codec, INBOX, limits, backpressure=self.backpressure)

    def gate(self) -> None:
        self.task.took(len(self.task.next_records()))


def test_sources_are_paused_and_stopped_while_no_epoch_is_open() -> None:
    flow = Flow()
    flow.topics.append(Outgoing(INBOX, None, b"1", partition=0))
    flow.gate()
    flow.task.stop_input(INBOX, "too many failures")
    assert [] == flow.backpressure.stopped
    flow.gate()
    assert [INBOX] == flow.backpressure.stopped
    flow.gate()
    assert [True, False, True] == flow.backpressure.settled


def test_the_backpressure_of_a_flow_knows_what_each_poll_gave() -> None:
    flow = Flow()
    for records in (2, 1):
        for _ in range(records):
            flow.topics.append(Outgoing(INBOX, None, b"1", partition=0))
        flow.gate()
    flow.gate()
    assert [2, 1] == flow.backpressure.polled


def test_the_first_of_two_refusals_ends_the_flow() -> None:
    flow = Flow()
    flow.gate()
    for reason in ("the cause", "what followed from it"):
        flow.task.refuse(LogFailed(reason))
    with pytest.raises(LogFailed, match="the cause"):
        flow.gate()


def test_the_log_is_asked_once_for_the_partitions_of_a_topic() -> None:
    flow = Flow()
    assert 3 == flow.task.partitions_of(INBOX)
    flow.topics.partitions = {INBOX: 4}
    assert 3 == flow.task.partitions_of(INBOX)
