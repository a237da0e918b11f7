"""From the bytes of an inbox to events, or to what cannot be read."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import bytewax.operators as op
from bytewax.dataflow import Stream

from connectors.log.newer_contract import NewerContract
from connectors.log.partitioner import partition_of
from connectors.log.port import LogFailed, Record
from operators.engine.event import Event
from operators.engine.suspicion import KILLED_TWICE
from operators.engine.task import CommitGateViolated, Task
from schemas.codec import NoSchema, Unreadable
from schemas.headers import carried_headers

Read = TypeVar("Read")

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Dead:
    """A record that cannot be read, with the reason and the stage that says so."""

    record: Record
    reason: str
    stage: str


@dataclass(frozen=True, slots=True)
class Decoded:
    """The two ways on from here."""

    events: "Stream[Event]"
    dead: "Stream[Dead]"


def decode(step_id: str, records: "Stream[Record]", task: Task) -> Decoded:
    """Decode each record of an inbox; a record outside its key's home partition is a bug and stops the flow."""

    def read(batch: list[Record]) -> list[Event | Dead]:
        return read_each(batch, task, lambda record: _read(record, task))

    read_stream = op.flat_map_batch(step_id, records, read)
    ways = op.branch(f"{step_id} readable", read_stream, _is_event)
    return Decoded(events=ways.trues, dead=ways.falses)  # type: ignore[arg-type]  # branch cannot narrow


def read_each(batch: list[Record], task: Task, read: Callable[[Record], Read]) -> list[Read | Dead]:
    """The first operator of a flow reads its records one by one, and says which one it has before it touches it.

    So a process that dies of a record leaves behind of which. A record that is guilty of that is not read. A
    `LogFailed` refuses the whole batch, and ends the flow at the next gate.
    """
    task.took(len(batch))
    watch = task.watch
    if watch.is_suspicious and len(batch) == 1 and watch.is_guilty(batch[0]):
        return [_guilty(batch[0], task.flow)]
    found: list[Read | Dead] = []
    try:
        for record in batch:
            watch.read(record)
            found.append(read(record))
    except LogFailed as refusal:
        task.refuse(refusal)
        return []
    watch.read_all()
    return found


def _guilty(record: Record, flow: str) -> Dead:
    place = f"{record.topic}/{record.partition}/{record.offset}"
    _LOGGER.error("%s: %s %s: it goes to the dead letters unread", flow, place, KILLED_TWICE)
    return Dead(record, KILLED_TWICE, "start")


def _is_event(item: Event | Dead) -> bool:
    return isinstance(item, Event)


def _read(record: Record, task: Task) -> Event | Dead:
    require_home(record.key, record, task)
    if record.value is None:
        return Dead(record, "a record without value in an inbox", "decode")
    try:
        message = task.codec.decode(record.topic, record.value)
    except NoSchema as error:
        raise NewerContract(record, task.flow, error.reason) from error
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
        carried.traceparent,
        message,
        record,
        task.partitions_of(record.topic),
    )


def require_home(key: str | None, record: Record, task: Task) -> None:
    """A key lives in one partition only: whoever wrote it elsewhere counts partitions otherwise than we do."""
    if key is None:
        return
    home = partition_of(key, task.partitions_of(record.topic))
    if home != record.partition:
        raise CommitGateViolated(
            f"{record.topic}/{record.partition}/{record.offset}: key {key!r} lives in partition {home}; "
            "the topic's partition count was changed, or a producer does not use murmur2"
        )
