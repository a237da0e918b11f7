"""Keyed state in log order: a machine per flow that sees one event at a time and the rows of its partition.

Bytewax's own stateful operators regroup a batch by key, so what they emit depends on where batches end; this one
keeps the order of the log, and its state commits with the epoch (design: architecture, section 2).
"""

from collections.abc import Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

import bytewax.operators as op
from bytewax.dataflow import Stream

from connectors.log.port import TopicPartition
from domain.identifiers import event_id_of_record
from domain.messages.ticks import Tick
from operators.engine.event import Event
from operators.engine.partition import Partition
from operators.engine.task import Task
from operators.engine.timers import Timer

Message_co = TypeVar("Message_co", covariant=True)
"""What the flow may send: a union of its effects."""


class Effects(NamedTuple, Generic[Message_co]):
    """What one cause led to, in order. `input_offset` is that of the record in hand (a tick's, for a timer)."""

    cause_event_id: str
    correlation_id: str
    traceparent: str
    source: TopicPartition
    input_offset: int
    time_ms: int
    messages: Sequence[Message_co]
    first_index: int = 0
    """The number of the first message among all that the cause led to; ids of effects are made of it."""


class Machine(Protocol[Message_co]):
    """The rules of a flow over the rows of a partition. Time comes as an argument; nothing else is read."""

    def apply(self, partition: Partition, event: Event, now_ms: int) -> Sequence[Message_co]:
        """The messages that an event leads to."""
        ...

    def fire(self, partition: Partition, timer: Timer, cause_event_id: str) -> Sequence[Message_co]:
        """The messages that a timer leads to; its due time is the time."""
        ...


def keyed_state(
    step_id: str, events: "Stream[Event]", task: Task, machine: Machine[Message_co]
) -> "Stream[Effects[Message_co]]":
    """Apply every event to its partition, after the timers that are due by its append time, each at its own."""

    def decide(batch: list[Event]) -> list[Effects[Message_co]]:
        effects: list[Effects[Message_co]] = []
        for event in batch:
            _decide(task.partitions[event.record.partition], event, task, machine, effects)
        return effects

    return op.flat_map_batch(step_id, events, decide)


def _decide(
    partition: Partition, event: Event, task: Task, machine: Machine[Message_co], effects: list[Effects[Message_co]]
) -> None:
    record = event.record
    now_ms = partition.advance(record.timestamp_ms)
    fired = 0
    for timer in partition.timers.take_due(now_ms):
        fired += 1
        cause = event_id_of_record(f"{task.flow}/{timer.kind}/{timer.subject}", record.partition, timer.due_at_ms)
        messages = machine.fire(partition, timer, cause)
        if messages:
            source = TopicPartition(record.topic, record.partition)
            effects.append(Effects(cause, timer.subject, "", source, record.offset, timer.due_at_ms, messages))
    if isinstance(event.message, Tick):
        partition.tick_read(fired, task.log.now_ms())
        return
    messages = machine.apply(partition, event, now_ms)
    if messages:
        source = TopicPartition(record.topic, record.partition)
        effects.append(
            Effects(event.event_id, event.correlation_id, event.traceparent, source, record.offset, now_ms, messages)
        )
