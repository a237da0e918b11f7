"""From effects to records: ids, headers, topics and keys, the same on every replay."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

import bytewax.operators as op
from bytewax.dataflow import Stream

from connectors.log import Headers, Outgoing
from connectors.partitioner import partition_of
from domain.cases import Case, ExceptionRaised
from domain.identifiers import case_id_of, event_id_of_effect
from operators.keyed_state import Effects
from operators.routes import ROUTES, Route
from operators.task import Task
from schemas.contracts import load_contracts
from schemas.headers import dataschema_of, event_headers, origin_of


def emit(step_id: str, effects: "Stream[Effects]", task: Task) -> "Stream[Outgoing]":
    """One record a message (a bundle: one a home partition), in the order of the effects."""

    def write(batch: list[Effects]) -> list[Outgoing]:
        records = [record for item in batch for record in _records_of(item, task)]
        task.emitted(len(records))
        return records

    return op.flat_map_batch(step_id, effects, write)


def _records_of(effects: Effects, task: Task) -> Iterator[Outgoing]:
    index = effects.first_index
    for said in effects.messages:
        message = _raised(said, effects) if isinstance(said, Case) else said
        route = ROUTES[type(message)]
        topic = route.topic(message)
        schema_id = task.codec.schema_id_of(topic, type(message))
        for part, key in _parts(message, route, task.partitions_of(topic)):
            value = task.codec.encode(topic, part)
            yield Outgoing(topic, key, value, _headers(effects, part, key, index, (task.flow, schema_id)))
            index += 1


def _parts(message: Any, route: Route, partitions: int) -> Iterator[tuple[Any, str]]:  # noqa: ANN401  any routed class
    if not route.bundle:
        yield message, route.key(message)
        return
    homes: dict[int, list[Any]] = {}
    for line in message.lines:
        homes.setdefault(partition_of(route.key(line), partitions), []).append(line)
    for lines in homes.values():
        yield replace(message, lines=tuple(lines)), route.key(lines[0])


def _raised(case: Case, effects: Effects) -> ExceptionRaised:
    return ExceptionRaised(
        case_id=case_id_of(case.case_class, case.subject, case.key or effects.cause_event_id),
        case_class=case.case_class,
        origin=case.origin,
        state=case.state,
        subject=case.subject,
        source_id=case.source_id,
        reason=case.reason,
        suggested_action=case.suggested_action,
        input_topic=effects.source.topic,
        input_partition=effects.source.partition,
        input_offset=effects.input_offset,
        raised_at_ms=effects.time_ms,
    )


def _headers(effects: Effects, message: Any, key: str, index: int, writer: tuple[str, int]) -> Headers:  # noqa: ANN401
    flow, schema_id = writer
    record = load_contracts().by_message[type(message)].record
    return event_headers(
        event_id=event_id_of_effect(effects.cause_event_id, record, index),
        event_type=record,
        source=f"orderline/{flow}",
        subject=key,
        time_ms=effects.time_ms,
        correlation_id=effects.correlation_id,
        causation_id=effects.cause_event_id,
        dataschema=_dataschema(schema_id),
        origin=origin_of(*effects.source, effects.input_offset),
        traceparent=effects.traceparent,
        extra=_business_ids(message),
    )


@lru_cache(maxsize=256)
def _dataschema(schema_id: int) -> str:
    return dataschema_of(schema_id)


def _business_ids(message: Any) -> Headers:  # noqa: ANN401  any routed class
    """The ids by which people find a record with any tool."""
    holder = getattr(message, "order", None) or getattr(message, "document", None) or message
    found = ((name, getattr(holder, field, "")) for name, field in _BUSINESS_HEADERS)
    return tuple((name, value.encode()) for name, value in found if value)


_BUSINESS_HEADERS = (
    ("orderid", "order_id"),
    ("channelid", "channel_id"),
    ("shipmentid", "shipment_id"),
    ("nodeid", "node_id"),
)
