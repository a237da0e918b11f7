"""From effects to records: ids, headers, topics and keys, the same on every replay."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from operator import attrgetter
from typing import Any, NamedTuple, get_type_hints

import bytewax.operators as op
from bytewax.dataflow import Stream

from connectors.log.partitioner import partition_of
from connectors.log.port import Outgoing
from domain.cases.keeping import id_of
from domain.identifiers import EventId, event_id_of_effect
from domain.messages.cases import Case, CaseChange, CaseHome, CaseReported, ExceptionRaised, ExceptionSnapshot
from domain.values import replace
from operators.engine.keyed_state import Effects
from operators.engine.operator_context import OperatorContext
from operators.steps.routes import ROUTES, Effect, Route
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.headers import Headers, cause_headers, dataschema_of, kind_headers, origin_of, own_headers

_BUSINESS_IDS = (
    ("orderid", "order_id"),
    ("channelid", "channel_id"),
    ("shipmentid", "shipment_id"),
    ("nodeid", "node_id"),
)
"""The ids by which people find a record with any tool: the header, and the field that gives it."""


@dataclass(frozen=True, slots=True)
class _Form:
    """How the messages of one class are written to one topic."""

    record: str
    headers: Headers
    business_ids: Callable[[Any], Headers]
    is_tombstone: bool


class _Home(NamedTuple):
    """Where a record goes: by its key, or to a partition where it has none."""

    topic: str
    key: str | None
    partition: int | None


def emit(step_id: str, effects: "Stream[Effects[Effect]]", task: OperatorContext) -> "Stream[Outgoing]":
    """One record a message (a bundle: one a home partition; or one every partition), in the order of the effects.

    Of a view, only the last record of each key in an epoch, after all others of the epoch.
    """
    records_of = record_writer(task)

    def write(batch: list[Effects[Effect]]) -> list[Outgoing]:
        return task.collect(record for item in batch for record in records_of(item))

    return op.flat_map_batch(step_id, effects, task.step(write))


def record_writer(task: OperatorContext) -> Callable[[Effects[Effect]], Iterator[Outgoing]]:
    """Makes the records of effects; it hands those of views to the task, which publishes them at the commit."""

    @cache
    def form_of(topic: str, message: type) -> _Form:
        tombstone_of = ROUTES[message].tombstone_of
        written = tombstone_of or message
        record = load_contracts().by_message[written].record
        dataschema = dataschema_of(task.codec.schema_id_of(topic, written))
        headers = kind_headers(record, f"orderline/{task.flow}", dataschema)
        return _Form(record, headers, _business_ids_of(message), is_tombstone=tombstone_of is not None)

    return lambda effects: _records_of(effects, task, form_of)


def _records_of(
    effects: Effects[Effect], task: OperatorContext, form_of: Callable[[str, type], _Form]
) -> Iterator[Outgoing]:
    index = effects.first_index
    cause = effects.cause_event_id
    origin = origin_of(*effects.source, effects.input_offset)
    of_cause = cause_headers(effects.time_ms, effects.correlation_id, cause, origin, effects.passed_on)
    for message in _written(effects, task):
        route = ROUTES[type(message)]
        topic = route.topic(message)
        form = form_of(topic, type(message))
        for part, key, partition in _parts(message, route, task.partitions_of(topic)):
            home = _Home(topic, key, partition)
            record = partial(_record, task.codec, form, home, part, (cause, index), of_cause)
            if route.view:
                task.publish_at_commit(topic, key or "", record)
            else:
                yield record()
            index += 1


def _record(  # noqa: PLR0913, PLR0917  prepared for one call
    codec: Codec, form: _Form, home: _Home, part: object, effect: tuple[EventId, int], of_cause: Headers
) -> Outgoing:
    topic, key, partition = home
    cause, index = effect
    own = own_headers(event_id_of_effect(cause, form.record, index), f"{topic}/{partition}" if key is None else key)
    value = None if form.is_tombstone else codec.encode(topic, part)
    return Outgoing(topic, key, value, (*form.headers, *own, *of_cause, *form.business_ids(part)), partition)


def _parts(
    message: Any,  # noqa: ANN401  any routed class
    route: Route,
    partitions: int,
) -> Iterator[tuple[Any, str | None, int | None]]:
    """What becomes a record each, with its key, or with its partition where it has none."""
    if route.everywhere:
        for partition in range(partitions):
            yield message, None, partition
        return
    if not route.bundle:
        yield message, route.key(message), None
        return
    homes: dict[int, list[Any]] = {}
    for line in message.lines:
        homes.setdefault(partition_of(route.key(line), partitions), []).append(line)
    for lines in homes.values():
        yield replace(message, lines=tuple(lines)), route.key(lines[0]), None


def _written(effects: Effects[Effect], task: OperatorContext) -> Iterator[Any]:
    """The messages as they are written: of a case its record, and what shows it, or hands it to its home."""
    for said in effects.messages:
        if isinstance(said, CaseChange):
            raised = _raised(said, effects, task)
            yield raised
            yield ExceptionSnapshot(raised)
        elif isinstance(said, Case):
            raised = _raised(_reported(said, effects, task), effects, task)
            yield raised
            yield CaseReported(raised.home_key, raised)
        else:
            yield said


def _reported(case: Case, effects: Effects[Effect], task: OperatorContext) -> CaseChange:
    """A case of a flow that keeps none, or of what its machine never saw: orders keeps it, under its own id."""
    case_id = id_of(case, effects.cause_event_id)
    owner, score = task.case_policy.owner_of(case), task.case_policy.score_of(case)
    return CaseChange(case_id, case, CaseHome.ORDERS, case_id, owner, score, effects.time_ms, was_open=False)


def _raised(change: CaseChange, effects: Effects[Effect], task: OperatorContext) -> ExceptionRaised:
    case = change.case
    if not change.was_open:
        task.raised(case)
    return ExceptionRaised(
        case_id=change.case_id,
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
        owner=change.owner,
        score=change.score,
        impact=case.impact,
        first_seen_ms=change.first_seen_ms,
        was_open=change.was_open,
        home=change.home,
        home_key=change.home_key,
        who=change.act.who,
        why=change.act.why,
    )


def _business_ids_of(message: type) -> Callable[[Any], Headers]:
    """What finds the ids in a message: they stand in its order, in its document, or in itself."""
    holder = next((name for name in ("order", "document") if hasattr(message, name)), "")
    prefix = f"{holder}." if holder else ""
    kind = get_type_hints(message)[holder] if holder else message
    found = tuple((header, attrgetter(prefix + field)) for header, field in _BUSINESS_IDS if hasattr(kind, field))
    return lambda part: tuple((header, value.encode()) for header, read in found if (value := read(part)))
