"""Turns publications into records: partial sums and windows under their keys, a watermark to every partition.

An id derives from the partition, the number of the publication, and the position in it. These are state and committed
with the records, so no id is used twice.
"""

from collections.abc import Iterator
from functools import partial
from typing import assert_never

import bytewax.operators as op
from bytewax.dataflow import Stream

from connectors.log.port import Outgoing
from domain.identifiers import CorrelationId, event_id_of_effect, event_id_of_record
from domain.messages.insights import PartialSums, WatermarkReached, WindowUpdated
from operators.engine.operator_context import OperatorContext
from operators.machines.insights.window_aggregator import WindowPurged
from operators.machines.insights.windows import Publication, Publishable
from schemas.contracts.contracts import load_contracts
from schemas.contracts.registry import INSIGHTS_INBOX, INSIGHTS_WINDOWS
from schemas.headers import Headers, dataschema_of, event_headers, origin_of


def window_records(step_id: str, publications: "Stream[Publication]", task: OperatorContext) -> "Stream[Outgoing]":
    """The records of each publication, in order."""

    def write(batch: list[Publication]) -> list[Outgoing]:
        return task.collect(record for publication in batch for record in _records_of(publication, task))

    return op.flat_map_batch(step_id, publications, task.step(write))


def _records_of(publication: Publication, task: OperatorContext) -> Iterator[Outgoing]:
    for index, message in enumerate(publication.messages):
        yield from _records(message, partial(_headers, publication, index, task=task), task)


def _records(message: Publishable, headers: "partial[Headers]", task: OperatorContext) -> Iterator[Outgoing]:
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
    publication: Publication,
    index: int,
    topic: str,
    message: type,
    subject: str,
    copy: int = 0,
    *,
    task: OperatorContext,
) -> Headers:
    cause = event_id_of_record(
        f"{task.flow}/telling", publication.partition, publication.number
    )  # part of ids that exist: never change it
    record = load_contracts().by_message[message].record
    return event_headers(
        event_id=event_id_of_effect(cause, f"{record}/{copy}", index),
        event_type=record,
        source=f"orderline/{task.flow}",
        subject=subject,
        time_ms=publication.time_ms,
        correlation_id=CorrelationId(""),
        causation_id=cause,
        dataschema=dataschema_of(task.codec.schema_id_of(topic, message)),
        origin=origin_of(*publication.source, publication.offset),
    )
