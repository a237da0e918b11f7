"""From what insights tells to records: partial sums and windows under their keys, a watermark to every partition.

An id follows from the partition, the number of the telling, and the place in it, all of which are state: they are
committed with the records, so no id is given twice.
"""

from collections.abc import Iterator
from functools import partial
from typing import assert_never

import bytewax.operators as op
from bytewax.dataflow import Stream

from connectors.log.port import Outgoing
from domain.identifiers import CorrelationId, event_id_of_effect, event_id_of_record
from domain.messages.insights import PartialSums, WatermarkReached, WindowUpdated
from operators.engine.task import Task
from operators.machines.insights.window_aggregator import WindowPurged
from operators.machines.insights.windows import Publication, Tellable
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import INSIGHTS_INBOX, INSIGHTS_WINDOWS
from schemas.headers import Headers, dataschema_of, event_headers, origin_of


def window_records(step_id: str, told: "Stream[Publication]", task: Task) -> "Stream[Outgoing]":
    """The records of each telling, in its order."""

    def write(batch: list[Publication]) -> list[Outgoing]:
        return task.collect(record for telling in batch for record in _records_of(telling, task))

    return op.flat_map_batch(step_id, told, task.step(write))


def _records_of(telling: Publication, task: Task) -> Iterator[Outgoing]:
    for index, message in enumerate(telling.messages):
        yield from _records(message, partial(_headers, telling, index, task=task), task)


def _records(message: Tellable, headers: "partial[Headers]", task: Task) -> Iterator[Outgoing]:
    match message:
        case PartialSums():
            key = message.series.key
            value = task.codec.encode(INSIGHTS_INBOX, message)
            yield Outgoing(INSIGHTS_INBOX, key, value, headers(INSIGHTS_INBOX, type(message), key))
        case WatermarkReached():
            value = task.codec.encode(INSIGHTS_INBOX, message)
            for number in range(task.partitions_of(INSIGHTS_INBOX)):
                subject = f"{INSIGHTS_INBOX}/{number}"
                yield Outgoing(
                    INSIGHTS_INBOX, None, value, headers(INSIGHTS_INBOX, type(message), subject, number), number
                )
        case WindowUpdated():
            key = message.key
            value = task.codec.encode(INSIGHTS_WINDOWS, message)
            yield Outgoing(INSIGHTS_WINDOWS, key, value, headers(INSIGHTS_WINDOWS, type(message), key))
        case WindowPurged(key):
            yield Outgoing(INSIGHTS_WINDOWS, key, None, headers(INSIGHTS_WINDOWS, WindowUpdated, key))
        case _:
            assert_never(message)


def _headers(  # noqa: PLR0913, PLR0917 - what a header tells
    telling: Publication, index: int, topic: str, message: type, subject: str, copy: int = 0, *, task: Task
) -> Headers:
    cause = event_id_of_record(f"{task.flow}/telling", telling.partition, telling.number)
    record = load_contracts().by_message[message].record
    return event_headers(
        event_id=event_id_of_effect(cause, f"{record}/{copy}", index),
        event_type=record,
        source=f"orderline/{task.flow}",
        subject=subject,
        time_ms=telling.time_ms,
        correlation_id=CorrelationId(""),
        causation_id=cause,
        dataschema=dataschema_of(task.codec.schema_id_of(topic, message)),
        origin=origin_of(*telling.source, telling.offset),
    )
