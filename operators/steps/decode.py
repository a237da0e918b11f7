"""From the bytes of an inbox to events, or to what cannot be read."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import bytewax.operators as op
from bytewax.dataflow import Stream

from connectors.log.newer_contract import reason_to_put_aside
from connectors.log.partitioner import partition_of
from connectors.log.port import Record
from operators.engine.epoch.commit_gate import CommitGateViolated
from operators.engine.event import Event
from operators.engine.operator_context import OperatorContext
from operators.engine.timers import Timer
from schemas.codec import NewerSchema, Unreadable
from schemas.inherited_headers import carried_headers

Read = TypeVar("Read")

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Dead:
    """A record that is not processed, with the reason and the stage that says so.

    `timer`: what the record stands for is a timer, and the record itself is processed.
    """

    record: Record
    reason: str
    stage: str
    timer: Timer | None = None


@dataclass(frozen=True, slots=True)
class Decoded:
    """The two ways on from here."""

    events: "Stream[Event]"
    dead: "Stream[Dead]"


def decode(step_id: str, records: "Stream[Record]", task: OperatorContext) -> Decoded:
    """Decode each record of an inbox; a record outside its key's home partition is a bug and stops the flow."""

    def read(batch: list[Record]) -> list[Event | Dead]:
        return read_each(batch, task, lambda record: read_event(record, task))

    read_stream = op.flat_map_batch(step_id, records, task.step(read))
    ways = op.branch(f"{step_id} readable", read_stream, _is_event)
    return Decoded(events=ways.trues, dead=ways.falses)  # type: ignore[arg-type]  # branch cannot narrow


def read_each(batch: list[Record], task: OperatorContext, read: Callable[[Record], Read]) -> list[Read | Dead]:
    """The first operator of a flow reads its records one by one, and notes each before it touches it.

    So a process that is killed by a record leaves behind which one it was. What the poison guard puts aside is not
    read. A `LogFailed` refuses the whole batch, and ends the flow at the next commit gate.
    """
    task.took(len(batch))
    guard, require_time = task.guard, task.require_time
    found: list[Read | Dead] = []
    if task.isolation.is_active:
        found += _put_aside(batch[0], task)
        if any(isinstance(each, Dead) and each.timer is None for each in found):
            return found
    for record in batch:
        guard.read(record)
        require_time()
        found.append(read(record))
    guard.read_all()
    return found


def _put_aside(record: Record, task: OperatorContext) -> Iterator[Dead]:
    for aside in task.isolation.put_aside(record):
        place = f"{record.topic}/{record.partition}/{record.offset}"
        _LOGGER.error("%s: put aside at %s: %s", task.flow, place, aside.reason)
        yield Dead(aside.record, aside.reason, "poison", aside.timer)


def _is_event(item: Event | Dead) -> bool:
    return isinstance(item, Event)


def read_event(record: Record, task: OperatorContext) -> Event | Dead:
    """One record of a topic of ours; outside its key's home partition it stops the flow."""
    require_home(record.key, record, task)
    if record.value is None:
        return Dead(record, "a record without value in an inbox", "decode")
    try:
        message = task.codec.decode(record.topic, record.value)
    except NewerSchema as newer:
        return Dead(record, reason_to_put_aside(record, task.flow, newer, task.guard.named), "decode")
    except Unreadable as error:
        return Dead(record, error.reason, "decode")
    carried = carried_headers(record.headers)
    if carried.dropped:
        task.dropped_headers(carried.dropped)
    if carried.event_id is None:
        return Dead(record, "no ce_id header that is a UUID", "decode")
    return Event(
        carried.event_id,
        carried.correlation_id,
        carried.passed_on,
        message,
        record,
        task.partitions_of(record.topic),
    )


def require_home(key: str | None, record: Record, task: OperatorContext) -> None:
    """Stop on a key outside its home partition: its producer uses another partitioner or partition count."""
    if key is None:
        return
    home = partition_of(key, task.partitions_of(record.topic))
    if home != record.partition:
        raise CommitGateViolated(
            f"{record.topic}/{record.partition}/{record.offset}: key {key!r} lives in partition {home}; "
            "the topic's partition count was changed, or a producer does not use murmur2"
        )
