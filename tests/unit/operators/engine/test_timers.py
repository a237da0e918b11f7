"""Timers are rows that fire in the order of their due times, and are as lost as their epoch."""

from collections.abc import Sequence

from operators.engine.partition_state import PartitionState
from operators.engine.timers import TIMERS, Timer, Timers
from tests.memory_log import MemoryState


def timers() -> tuple[PartitionState, Timers]:
    state = PartitionState(MemoryState({}))
    return state, Timers(state)


def test_timers_fire_in_the_order_of_their_due_times() -> None:
    _, waiting = timers()
    for due_ms in (300, 100, 200):
        waiting.set(Timer(due_ms, "order", f"o{due_ms}"))
    assert [100, 200] == [timer.due_at_ms for timer in waiting.take_due(250)]
    assert 300 == waiting.earliest_due_ms()


def test_the_due_ones_are_counted_up_to_a_limit() -> None:
    _, waiting = timers()
    assert 0 == waiting.count_due(250, 9)
    for due_ms in (300, 100, 200):
        waiting.set(Timer(due_ms, "order", f"o{due_ms}"))
    assert [0, 2, 3, 1] == [waiting.count_due(*asked) for asked in ((99, 9), (250, 9), (300, 9), (250, 1))]


def test_a_timer_set_while_another_fires_fires_too_when_it_is_due() -> None:
    _, waiting = timers()
    waiting.set(Timer(100, "order", "first"))
    fired = []
    for timer in waiting.take_due(200):
        fired.append(timer.subject)
        if timer.subject == "first":
            waiting.set(Timer(150, "order", "second"))
            waiting.set(Timer(250, "order", "later"))
    assert ["first", "second"] == fired


def test_the_same_timer_twice_is_one() -> None:
    _, waiting = timers()
    waiting.set(Timer(100, "order", "o"))
    waiting.set(Timer(100, "order", "o"))
    assert 1 == len(list(waiting.take_due(100)))


def test_nothing_is_due_before_its_time() -> None:
    _, waiting = timers()
    assert None is waiting.earliest_due_ms()
    waiting.set(Timer(100, "order", "o"))
    assert [] == list(waiting.take_due(99))


def test_a_timer_that_fired_in_a_lost_epoch_fires_again() -> None:
    state, waiting = timers()
    waiting.set(Timer(100, "order", "o"))
    stored = {key: value for key, value in state.changes().items() if value is not None}
    state = PartitionState(MemoryState(stored))
    waiting = Timers(state)
    assert 1 == len(list(waiting.take_due(100)))
    state.forget()
    waiting.forget()
    assert 1 == len(list(waiting.take_due(100)))


def test_a_timer_key_sorts_by_time_whatever_its_length() -> None:
    state, waiting = timers()
    waiting.set(Timer(9, "order", "o"))
    waiting.set(Timer(10, "order", "o"))
    assert [9, 10] == [timer.due_at_ms for _, timer in state.scan(TIMERS)]


def test_a_timer_for_an_earlier_time_than_one_that_fired_fires_too() -> None:
    _, waiting = timers()
    waiting.set(Timer(100, "order", "first"))
    assert 1 == len(list(waiting.take_due(100)))
    waiting.set(Timer(50, "order", "late"))
    waiting.set(Timer(100, "order", "first"))
    assert ["late", "first"] == [timer.subject for timer in waiting.take_due(100)]


class CountingState(MemoryState):
    """Counts the rows that it hands out, and how often it was asked for some."""

    rows = 0
    pages = 0

    def scan(self, prefix: bytes, after: bytes | None = None, limit: int = 1000) -> Sequence[tuple[bytes, bytes]]:
        found = super().scan(prefix, after, limit)
        self.rows += len(found)
        self.pages += 1
        return found


def test_however_many_are_due_together_each_is_read_once() -> None:
    state, waiting = timers()
    for number in range(200):
        waiting.set(Timer(100, "order", f"{number:03}"))
    stored = CountingState({key: value for key, value in state.changes().items() if value is not None})
    assert 200 == len(list(Timers(PartitionState(stored)).take_due(100)))
    assert 200 == stored.rows


def test_of_many_timers_the_earliest_is_found_by_reading_one_row() -> None:
    state, waiting = timers()
    for number in range(200):
        waiting.set(Timer(100 + number, "order", "o"))
    stored = CountingState({key: value for key, value in state.changes().items() if value is not None})
    assert 100 == Timers(PartitionState(stored)).earliest_due_ms()
    assert 1 == stored.rows


def test_many_timers_are_read_in_two_pages() -> None:
    state, waiting = timers()
    for number in range(200):
        waiting.set(Timer(100 + number, "order", "o"))
    stored = CountingState({key: value for key, value in state.changes().items() if value is not None})
    assert 200 == len(list(Timers(PartitionState(stored)).due(1_000)))
    assert (200, 2) == (stored.rows, stored.pages)
