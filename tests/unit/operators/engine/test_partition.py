"""What a partition counts, and when the time of its records moves."""

from operators.engine.partition import CLOCK, COUNTS, Partition
from tests.memory_log import MemoryLog, MemoryTopics

INBOX = "orders.inbox.v1"


def partition() -> Partition:
    return Partition(MemoryLog(MemoryTopics({INBOX: 1}), "orderline.orders", [INBOX]), 0)


def test_what_leaves_no_other_trace_is_counted_exactly_by_reason() -> None:
    held = partition()
    for reason in ("late", "unknown", "late", "late"):
        held.count(reason)
    assert (3, 1, None) == tuple(held.state.get(COUNTS, reason) for reason in ("late", "unknown", "lost"))


def test_a_record_of_the_same_time_as_the_last_one_writes_no_row() -> None:
    held = partition()
    assert 100 == held.advance(100)
    held.state.absorb()
    assert 100 == held.advance(100)
    assert {} == held.state.changes()
    assert 101 == held.advance(101)
    assert {CLOCK.stored_key("now"): CLOCK.encode(101)} == held.state.changes()
