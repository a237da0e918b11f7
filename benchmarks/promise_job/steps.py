"""The job's own steps: its messages are neither Avro nor CloudEvents."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import bytewax.operators as op
import msgspec
from bytewax.dataflow import Stream

from benchmarks.promise_job.messages import Requested, Requests
from connectors.log.partitioner import partition_of
from connectors.log.port import Outgoing, Record
from domain.identifiers import CorrelationId, EventId
from operators.engine.event import Event
from operators.engine.keyed_state import Effects
from operators.engine.task import Task

_ORDERS_A_RECORD: Final = 50
"""So many of the longest that there are, of 1,114 lines, stay below a broker's megabyte."""


def decode(
    step_id: str, records: "Stream[Record]", task: Task, readers: Mapping[str, Callable[[bytes], Any]]
) -> "Stream[Event]":
    """The message of each record; one that cannot be read stops the job, whose generator writes none."""

    def read(batch: list[Record]) -> list[Event]:
        task.took(len(batch))
        return [_read(record, task, readers) for record in batch]

    return op.flat_map_batch(step_id, records, task.step(read))


def _read(record: Record, task: Task, readers: Mapping[str, Callable[[bytes], Any]]) -> Event:
    message = readers[record.topic](record.value or b"")
    return Event(EventId(""), CorrelationId(""), (), message, record, task.partitions_of(record.topic))


def emit(
    step_id: str,
    effects: "Stream[Effects[object]]",
    task: Task,
    writers: Mapping[type, Callable[[Any], Outgoing]],
    requests: str,
) -> "Stream[Outgoing]":
    """A record a message, in the order of the effects; requests, to this topic, a record for those that go together."""
    packed = msgspec.msgpack.Encoder().encode

    def write(batch: list[Effects[object]]) -> list[Outgoing]:
        records: list[Outgoing] = []
        asked: dict[tuple[int, int], list[Requested]] = {}
        partitions = task.partitions_of(requests)
        for item in batch:
            for message in item.messages:
                if isinstance(message, Requested):
                    home = partition_of(message.lines[0][1], partitions)
                    asked.setdefault((item.source.partition, home), []).append(message)
                else:
                    records.append(writers[type(message)](message))
        records += [
            Outgoing(requests, None, packed(Requests(orders_partition, part)), partition=home)
            for (orders_partition, home), of_orders in asked.items()
            for part in _in_parts(of_orders)
        ]
        return task.collect(records)

    return op.flat_map_batch(step_id, effects, task.step(write))


def _in_parts(of_orders: Sequence[Requested]) -> Iterator[tuple[Requested, ...]]:
    for start in range(0, len(of_orders), _ORDERS_A_RECORD):
        yield tuple(of_orders[start : start + _ORDERS_A_RECORD])
