"""Which record is alone in the graph, and what becomes of it when timers are due before it."""

import pytest

from connectors.log.port import Batch, Outgoing, TopicPartition
from operators.engine.epoch.open_epoch import EpochLimits
from operators.engine.poison.flow_guard import FlowGuard
from operators.engine.task import Task
from operators.engine.timers import Timer
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from tests.memory_log import MemoryLog, MemoryTopics

INBOX = "orders.inbox.v1"
FIRST, SECOND = TopicPartition(INBOX, 0), TopicPartition(INBOX, 1)


class SuspiciousGuard(FlowGuard):
    """Every record is a suspect."""

    is_suspicious = True


@pytest.mark.parametrize(
    ("guard", "due_in_ms", "is_deferred"),
    ((SuspiciousGuard(), 0, True), (SuspiciousGuard(), 1, False), (FlowGuard(), 0, False)),
)
def test_only_an_isolated_record_waits_for_timers_and_only_for_those_that_are_due(
    guard: FlowGuard, due_in_ms: int, *, is_deferred: bool
) -> None:
    topics = MemoryTopics({INBOX: 1})
    log = MemoryLog(topics, "orderline.orders", [INBOX])
    task = Task("orders", log, Codec(load_contracts()), INBOX, EpochLimits(), guard, (INBOX,))
    assert [] == task.next_records()
    task.partitions[0].timers.set(Timer(topics.now_ms + due_in_ms, "order", "o"))
    record = topics.append(Outgoing(INBOX, None, b"1", partition=0))
    assert [record] == task.next_records()
    assert is_deferred is task.isolation.defers(record)


def test_a_record_behind_timers_is_handed_back_to_its_own_partition_whatever_came_without_records(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    topics = MemoryTopics({INBOX: 2})
    log = MemoryLog(topics, "orderline.orders", [INBOX])
    limits = EpochLimits(age_s=1e9, least_s=1e9)
    task = Task("orders", log, Codec(load_contracts()), INBOX, limits, SuspiciousGuard(), (INBOX,))
    assert [] == task.next_records()
    task.partitions[SECOND.partition].timers.set(Timer(topics.now_ms, "order", "o"))
    record = topics.append(Outgoing(INBOX, None, b"1", partition=SECOND.partition))
    batches = [Batch(FIRST, (), 7), Batch(SECOND, [record], 1)]
    monkeypatch.setattr(log, "poll", lambda *_: batches)
    assert [record] == task.next_records()
    task.took(1)
    assert task.isolation.defers(record)
    assert ["o"] == [timer.subject for timer in task.due_timers(record)]
    task.commit()
    assert [{FIRST: 7, SECOND: 0}] == log.commits
