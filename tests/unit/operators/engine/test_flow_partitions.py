"""The partitions of a flow together: the earliest timer of all, and the rows that a commit writes."""

import math

from connectors.log.port import Assignment
from operators.engine.flow_partitions import FlowPartitions
from operators.engine.timers import Timer
from tests.memory_log import MemoryLog, MemoryTopics

INBOX = "orders.inbox.v1"


def three_partitions() -> FlowPartitions:
    log = MemoryLog(MemoryTopics({INBOX: 3}), "orderline.orders", [INBOX])
    partitions = FlowPartitions()
    partitions.reassign(Assignment(1, frozenset(), frozenset(range(3))), log)
    return partitions


def test_the_next_timer_of_a_flow_is_the_earliest_of_all_its_partitions() -> None:
    partitions = three_partitions()
    assert math.inf == partitions.next_due_ms()
    for number, due_ms in ((2, 300), (0, 200)):
        partitions[number].timers.set(Timer(due_ms, "order", "o"))
    assert 200 == partitions.next_due_ms()


def test_only_partitions_with_a_changed_row_are_written_and_each_once() -> None:
    partitions = three_partitions()
    partitions[1].count("something")
    assert [1] == list(partitions.changes())
    partitions.absorb()
    assert {} == partitions.changes()


def test_a_partition_that_goes_and_one_that_was_never_here_are_both_released() -> None:
    log = MemoryLog(MemoryTopics({INBOX: 3}), "orderline.orders", [INBOX])
    partitions = three_partitions()
    partitions.reassign(Assignment(2, frozenset({0, 7}), frozenset()), log)
    assert [1, 2] == list(partitions)
