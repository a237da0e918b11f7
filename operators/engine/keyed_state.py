"""Keyed state in log order: a machine per flow that sees one event at a time and the rows of its partition.

Bytewax's own stateful operators regroup a batch by key, so what they emit depends on where batches end; this one
keeps the order of the log, and its state commits with the epoch (docs/adr/0001-keyed-state-is-our-own.md).
"""

from collections.abc import Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

import bytewax.operators as op
from bytewax.dataflow import Stream

from connectors.log.port import Record, TopicPartition
from domain.identifiers import CorrelationId, EventId, event_id_of_record
from domain.invariants import InvariantViolated
from domain.messages.ticks import Tick
from operators.engine.epoch.violations import LawBroken
from operators.engine.event import Event
from operators.engine.operator_context import OperatorContext
from operators.engine.partition import Partition
from operators.engine.timers import Timer
from schemas.headers import Headers

Message_co = TypeVar("Message_co", covariant=True)
"""What the flow may send: a union of its effects."""


class Effects(NamedTuple, Generic[Message_co]):
    """What one cause led to, in order. `input_offset` is that of the record that brought the time, for a timer too.

    `passed_on` are headers of the cause that all of them inherit; a timer has none.
    """

    cause_event_id: EventId
    correlation_id: CorrelationId
    passed_on: Headers
    source: TopicPartition
    input_offset: int
    time_ms: int
    messages: Sequence[Message_co]
    first_index: int = 0
    """The number of the first message among all that the cause led to; ids of effects are made of it."""


class Machine(Protocol[Message_co]):
    """The rules of a flow over the rows of a partition. Time is an argument; no clock is read."""

    def apply(self, partition: Partition, event: Event, now_ms: int) -> Sequence[Message_co]:
        """The messages that an event leads to."""
        ...

    def fire(self, partition: Partition, timer: Timer, cause_event_id: EventId) -> Sequence[Message_co]:
        """The messages that a timer leads to. What they start counts from `partition.now_ms`, not from its due time."""
        ...


def keyed_state(
    step_id: str, events: "Stream[Event]", task: OperatorContext, machine: Machine[Message_co]
) -> "Stream[Effects[Message_co]]":
    """Apply every event to its partition, after the timers that are due by its append time, each at its own."""

    def decide(batch: list[Event]) -> list[Effects[Message_co]]:
        effects: list[Effects[Message_co]] = []
        require_time = task.require_time
        for event in batch:
            require_time()
            _decide(task.partitions[event.record.partition], event, task, machine, effects)
        return effects

    return op.flat_map_batch(step_id, events, task.step(decide))


def _decide(
    partition: Partition,
    event: Event,
    task: OperatorContext,
    machine: Machine[Message_co],
    effects: list[Effects[Message_co]],
) -> None:
    record = event.record
    now_ms = partition.advance(record.timestamp_ms)
    has_fired = False
    if partition.timers.is_due(now_ms):
        is_deferred = task.isolation.defers(record)
        for timer in task.due_timers(record):
            has_fired = True
            _fire(partition, timer, record, task, machine, effects)
        if is_deferred:
            return
    if isinstance(event.message, Tick):
        partition.tick_read(has_fired=has_fired, now_ms=task.log.now_ms())
        return
    try:
        messages = machine.apply(partition, event, now_ms)
    except InvariantViolated as violated:
        raise LawBroken(task.flow, violated, event.event_id, event.correlation_id, record, now_ms) from violated
    if messages:
        source = TopicPartition(record.topic, record.partition)
        effects.append(
            Effects(event.event_id, event.correlation_id, event.passed_on, source, record.offset, now_ms, messages)
        )


def _fire(  # noqa: PLR0913, PLR0917  prepared for one call
    partition: Partition,
    timer: Timer,
    record: Record,
    task: OperatorContext,
    machine: Machine[Message_co],
    effects: list[Effects[Message_co]],
) -> None:
    cause = event_id_of_record(f"{task.flow}/{timer.kind}/{timer.subject}", record.partition, timer.due_at_ms)
    correlation_id = CorrelationId(timer.subject)
    try:
        messages = machine.fire(partition, timer, cause)
    except InvariantViolated as violated:
        raise LawBroken(task.flow, violated, cause, correlation_id, record, timer.due_at_ms) from violated
    if messages:
        source = TopicPartition(record.topic, record.partition)
        effects.append(Effects(cause, correlation_id, (), source, record.offset, timer.due_at_ms, messages))
