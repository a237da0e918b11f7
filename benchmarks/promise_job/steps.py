"""The steps that the job has of its own: its messages are neither Avro nor CloudEvents."""

from collections.abc import Callable, Mapping
from typing import Any

import bytewax.operators as op
from bytewax.dataflow import Stream

from connectors.log import Outgoing, Record
from operators.decode import Event
from operators.keyed_state import Effects
from operators.task import Task


def decode(
    step_id: str, records: "Stream[Record]", task: Task, readers: Mapping[str, Callable[[bytes], Any]]
) -> "Stream[Event]":
    """The message of each record; one that cannot be read stops the job, whose generator writes none."""

    def read(batch: list[Record]) -> list[Event]:
        task.took(len(batch))
        return [_read(record, task, readers) for record in batch]

    return op.flat_map_batch(step_id, records, read)


def _read(record: Record, task: Task, readers: Mapping[str, Callable[[bytes], Any]]) -> Event:
    message = readers[record.topic](record.value or b"")
    return Event("", "", "", message, record, task.partitions_of(record.topic))


def emit(
    step_id: str, effects: "Stream[Effects]", task: Task, writers: Mapping[type, Callable[[Any], Outgoing]]
) -> "Stream[Outgoing]":
    """One record a message, in the order of the effects."""

    def write(batch: list[Effects]) -> list[Outgoing]:
        records = [writers[type(message)](message) for item in batch for message in item.messages]
        task.emitted(len(records))
        return records

    return op.flat_map_batch(step_id, effects, write)
