"""Windows of event time over many input partitions: count per partition, add up per series, publish once a second.

The flow reads partition N of the public topics and of its own inbox. What it counts of the topics it sends as partial
sums to the inbox, under the key of their series, and adds them up there: so no two partitions write the same window.
Sums may be added in any order, so timers fire once, at the end of a batch.

A timer publishes counts and sums one second of the partition's time after the first change. So a window is published at
most once a second, or once per batch while a backlog is read, however many records there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import bytewax.operators as op
from bytewax.dataflow import Stream

from connectors.log.port import TopicPartition
from domain.messages.insights import PartialSums, WatermarkReached, WindowUpdated
from domain.messages.ticks import Tick
from operators.engine.operator_context import OperatorContext
from operators.engine.partition import Partition
from operators.engine.tables import Table
from operators.engine.timers import Timer
from operators.machines.insights.fact_counter import FactCounter
from operators.machines.insights.insight_inputs import Input
from operators.machines.insights.window_aggregator import IDLE, PURGE, WindowAggregator, WindowPurged

PUBLISH = "tell"
"""The timer that publishes. The text is stored in timer rows."""

TELLING: Table[int] = Table("telling", int)
DUE = "due"
"""The row with the time of the timer; it exists while something is not published."""
TIMES = "times"
"""The row with the number of publications so far."""

_WAIT_MS = 1_000


Publishable = PartialSums | WatermarkReached | WindowUpdated | WindowPurged
"""What a publication may contain."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What a partition publishes at one time. `number` counts up from 1; `offset` is that of the last record read."""

    partition: int
    number: int
    source: TopicPartition
    offset: int
    time_ms: int
    messages: Sequence[Publishable]


def windows(step_id: str, inputs: "Stream[Input]", task: OperatorContext) -> "Stream[Publication]":
    """Count and add up every batch."""

    def take(batch: list[Input]) -> list[Publication]:
        shares: dict[int, _Share] = {}
        for each in batch:
            number = each.record.partition
            share = shares.get(number)
            if share is None:
                share = shares[number] = _Share(number, task, each.record.topic)
            if task.isolation.defers(each.record):
                share.fire_before(each)
            else:
                share.take(each)
        return [publication for share in shares.values() if (publication := share.finish()) is not None]

    return op.flat_map_batch(step_id, inputs, task.step(take))


def is_waiting(partition: Partition) -> bool:
    """Whether counts or sums are not published yet."""
    return partition.state.get(TELLING, DUE) is not None


class _Share:
    """The part of a batch that belongs to one partition; used within one call."""

    def __init__(self, number: int, task: OperatorContext, topic: str) -> None:
        self._task = task
        self._number = number
        self._partition = task.partitions[number]
        self._state = self._partition.state
        self._counting = FactCounter(self._state, number)
        self._adding = WindowAggregator(self._partition, task.partitions_of(topic))
        self._ticks = 0
        self._messages: list[Publishable] = []
        self._fires_due = True
        self._last: Input | None = None
        self._now_ms = 0

    def take(self, event: Input) -> None:
        """Count or add one record."""
        self._last = event
        self._now_ms = max(self._now_ms, event.record.timestamp_ms)
        if self._counting.take(event):
            return
        self._partition.advance(event.record.timestamp_ms)  # retention starts at the time of this record
        match event.message:
            case PartialSums() as partial:
                self._adding.add(partial)
            case WatermarkReached() as reached:
                self._adding.reach(reached)
            case Tick():
                self._ticks += 1
            case _:
                raise TypeError(f"{type(event.message).__name__} is on the allow-list, but is not counted")

    def fire_before(self, event: Input) -> None:
        """Fire timers that are due before a record, in an epoch without it (see `operators/engine/poison`)."""
        self._last = event
        self._fires_due = False
        for timer in self._task.due_timers(event.record):
            self._messages += self._fire(timer)

    def finish(self) -> Publication | None:
        """End the batch: fire due timers; the publication, or None when nothing is due."""
        self._counting.store()
        now_ms = self._partition.advance(self._now_ms)
        has_fired = False
        for timer in self._partition.timers.take_due(now_ms) if self._fires_due else ():
            has_fired = True
            self._messages += self._fire(timer)
        self._wait(now_ms)
        if self._ticks:
            self._partition.tick_read(has_fired=has_fired, now_ms=self._task.log.now_ms())
        return self._publication(self._messages, now_ms) if self._messages else None

    def _fire(self, timer: Timer) -> Sequence[Publishable]:
        if timer.kind == IDLE:
            self._adding.check_idle()
            return ()
        if timer.kind == PURGE:
            return self._adding.take_purged()
        self._state.delete(TELLING, DUE)
        return (*self._counting.take_pending(), *self._adding.take_changed())

    def _wait(self, now_ms: int) -> None:
        if is_waiting(self._partition) or not (self._counting.pending or self._adding.pending):
            return
        due_at_ms = now_ms + _WAIT_MS
        self._state.put(TELLING, DUE, due_at_ms)
        self._partition.timers.set(Timer(due_at_ms, PUBLISH, ""))

    def _publication(self, messages: list[Publishable], now_ms: int) -> Publication | None:
        last = self._last
        if last is None:
            return None
        number = (self._state.get(TELLING, TIMES) or 0) + 1
        self._state.put(TELLING, TIMES, number)
        source = TopicPartition(last.record.topic, self._number)
        return Publication(self._number, number, source, last.record.offset, now_ms, messages)
